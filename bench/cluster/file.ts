/** Two workers on one SQLite file, one of which is killed. */
import { setTimeout } from "node:timers/promises"
import { createClient } from "@libsql/client"
import * as Place from "./place.js"

export interface Result {
  readonly ok: number
  readonly inOrder: boolean
  readonly cut: number
  /** Jobs that were asked for again after their answer was recorded. */
  readonly paidTwice: number
  /** From the death until the last job that it had cut was asked again, in milliseconds. */
  readonly longestPending: number
}

export const run = async (options: Place.Options, concurrency = 3): Promise<Result> => {
  const place = await Place.make({ ...options, db: (folder) => `sqlite:${folder}/jobs.db` })
  const { asked } = place.counting
  try {
    const victim = place.startWorker(concurrency)
    place.startWorker(concurrency)
    const client = place.startClient()
    await place.until(() => place.askedJobs() >= options.jobs / 3 && place.counting.inFlight() > concurrency)
    await setTimeout(100)
    victim.kill("SIGKILL")
    await place.until(() => client.process.exitCode !== null)
    const database = createClient({ url: `file:${place.folder}/jobs.db` })
    const { rows } = await database.execute("SELECT idx, min(at) AS at FROM algogen_answers GROUP BY idx")
    database.close()
    const recordedAt = new Map(rows.map(({ at, idx }) => [Number(idx), Number(at)]))
    const late = asked.filter(({ begunAt, job }) => begunAt > (recordedAt.get(job) ?? Number.POSITIVE_INFINITY))
    const cut = asked.filter(({ abortedAt }) => abortedAt !== undefined)
    const waits = cut.map(({ abortedAt = 0, job }) => {
      const again = asked.find((other) => other.job === job && other.begunAt >= abortedAt)
      return again === undefined ? 0 : again.begunAt - abortedAt
    })
    return {
      ok: client.ok(),
      inOrder: client.order.every((index, nth) => index === nth),
      cut: cut.length,
      paidTwice: late.length,
      longestPending: Math.max(0, ...waits)
    }
  } finally {
    await place.remove()
  }
}
