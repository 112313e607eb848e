/** What a job costs with a database, beside the same jobs without one: CPU, transactions, and what is written. */
import { setTimeout } from "node:timers/promises"
import * as Place from "./place.js"

export interface Options extends Place.Options {
  readonly concurrency?: number | undefined
}

export interface Cost {
  /** Milliseconds of CPU a job in the worker, from its first request on. */
  readonly workerMs: number
  readonly clientMs: number
  readonly databaseMs: number
  /** In one process without a database. */
  readonly aloneMs: number
  readonly transactions: number
  /** Bytes of the log, and on disk. */
  readonly logged: number
  readonly stored: number
}

/** Jobs before what is measured: a process that has just started compiles its code. */
const WARM_UP = 0.25

export const run = async (options: Options): Promise<Cost> => {
  const { concurrency = 6, jobs } = options
  const place = await Place.make(options)
  const { counting, postgres } = place
  if (postgres === undefined) throw new Error("the cost is measured on PostgreSQL")
  const count = (statement: string) => Number(postgres.query(statement))
  const sizes = () => ({
    transactions: count("SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'"),
    logged: count("SELECT pg_current_wal_lsn() - '0/0'"),
    stored: count("SELECT pg_database_size('postgres')"),
    databaseMs: postgres.cpu()
  })
  try {
    const from = Math.round(jobs * WARM_UP)
    const measured = jobs - from
    const alone = place.startAlone(concurrency)
    await place.until(() => counting.asked.length >= from)
    const aloneBefore = Place.cpuOf(alone.pid)
    await place.until(() => counting.asked.length >= jobs && counting.inFlight() === 0)
    const aloneMs = (Place.cpuOf(alone.pid) - aloneBefore) / measured
    await place.ended(alone)

    const worker = place.startWorker(concurrency)
    const client = place.startClient()
    await place.until(() => counting.asked.length >= jobs + from)
    const before = { ...sizes(), worker: Place.cpuOf(worker.pid), client: Place.cpuOf(client.process.pid) }
    await place.until(() => client.order.length >= jobs - 1)
    const clientMs = (Place.cpuOf(client.process.pid) - before.client) / measured
    const workerMs = (Place.cpuOf(worker.pid) - before.worker) / measured
    // What the database counts, it counts once a second.
    await setTimeout(1_500)
    const after = sizes()
    worker.kill("SIGTERM")
    await place.ended(worker)
    const each = (name: keyof typeof after) => (after[name] - before[name]) / measured
    return {
      workerMs,
      clientMs,
      databaseMs: each("databaseMs"),
      aloneMs,
      transactions: each("transactions"),
      logged: each("logged"),
      stored: each("stored")
    }
  } finally {
    await place.remove()
  }
}
