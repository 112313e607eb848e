/**
 * Workers, a client and a database that die at moments of chance, with real processes and `kill -9`. What must hold is
 * counted where nobody dies: at the server that is asked, and in the database.
 */
import type { ChildProcess } from "node:child_process"
import { setTimeout } from "node:timers/promises"
import * as Draw from "../../src/simulator/Draw.js"
import * as Place from "./place.js"
import * as Steps from "./steps.js"

export type Death = "one worker" | "all workers" | "client" | "database"

export interface Options {
  readonly seed: number
  readonly jobs: number
  /** What the workers ask. */
  readonly target: string
  readonly deaths: ReadonlyArray<Death>
  readonly workers?: number | undefined
  readonly concurrency?: number | undefined
  /** The command, as a path. */
  readonly bin: string
  /** Gives up after this time, in milliseconds. */
  readonly limit?: number | undefined
}

export interface Result {
  readonly durationMs: number
  /** From the first request to the last. */
  readonly askingMs: number
  readonly requests: number
  /** Requests that were cut by a death. */
  readonly cut: number
  /** Jobs with more than one recorded answer, or asked again after their answer was recorded. */
  readonly paidTwice: number
  /** The longest time from a death until a job that it had cut was asked again, in milliseconds. */
  readonly longestPending: number
  /** What that job went through meanwhile. */
  readonly longestSteps: string
  /** Requests for a job beyond those that were cut. */
  readonly surplus: number
  readonly settled: number
  readonly ok: number
  readonly inOrder: boolean
  /** Answers recorded. */
  readonly recorded: number
}

export const run = async (options: Options): Promise<Result> => {
  const { concurrency = 6, deaths, jobs, seed, workers: count = 3 } = options
  const draw = Draw.make(seed, "deaths")
  const place = await Place.make(options)
  const { askedJobs, counting, until } = place
  const { postgres } = place
  if (postgres === undefined) throw new Error("deaths are tried on PostgreSQL")
  const startWorker = (): ChildProcess => place.startWorker(concurrency)
  const trace = (what: string) => {
    if (process.env["ALGOGEN_SHOW"] !== undefined) process.stderr.write(`${new Date().toISOString()} ${what}\n`)
  }

  try {
    const startedAt = Date.now()
    let workers = Array.from({ length: count }, startWorker)
    let client = place.startClient()
    await Steps.record(postgres)
    for (const [nth, death] of deaths.entries()) {
      // Spread over the batch, each at a moment of chance.
      const share = (nth + draw.between(0.2, 0.8)) / (deaths.length + 0.5)
      await until(() => askedJobs() >= share * jobs && counting.inFlight() > 0)
      await setTimeout(draw.between(0, 300))
      trace(`the death of ${death}, with ${askedJobs()} jobs asked`)
      if (death === "one worker") {
        const [victim] = workers.splice(draw.integer(0, workers.length - 1), 1)
        victim?.kill("SIGKILL")
      } else if (death === "all workers") {
        for (const worker of workers) worker.kill("SIGKILL")
        workers = Array.from({ length: count }, startWorker)
      } else if (death === "client") {
        client.process.kill("SIGKILL")
        await setTimeout(200)
        client = place.startClient()
      } else {
        await postgres.kill()
        await setTimeout(draw.between(500, 2000))
        await postgres.start()
      }
    }
    await until(() => client.process.exitCode !== null)
    const durationMs = Date.now() - startedAt
    const { asked } = counting
    const recordedAt = new Map<number, number>()
    let doubled = 0
    for (const line of postgres.query("SELECT idx, at FROM algogen_answers").split("\n").filter(Boolean)) {
      const [job = -1, at = 0] = line.split("|").map(Number)
      if (recordedAt.has(job)) doubled += 1
      recordedAt.set(job, at)
    }
    const late = asked.filter(({ begunAt, job }) => begunAt > (recordedAt.get(job) ?? Number.POSITIVE_INFINITY))
    const cut = asked.filter(({ abortedAt }) => abortedAt !== undefined)
    const waits = cut.map(({ abortedAt = 0, job }) => {
      const again = asked
        .filter((other) => other.job === job && other.begunAt >= abortedAt)
        .map(({ begunAt }) => begunAt)
      const recorded = recordedAt.get(job) ?? Number.POSITIVE_INFINITY
      // The answer may have been whole, and recorded, when the connection was cut.
      return { job, abortedAt, ms: recorded <= abortedAt ? 0 : Math.min(...again) - abortedAt }
    })
    const [longest] = waits.sort((a, b) => b.ms - a.ms)
    return {
      durationMs,
      askingMs: Math.max(...asked.map(({ begunAt }) => begunAt)) - Math.min(...asked.map(({ begunAt }) => begunAt)),
      requests: asked.length,
      cut: cut.length,
      paidTwice: doubled + late.length,
      longestPending: longest?.ms ?? 0,
      longestSteps:
        longest === undefined
          ? ""
          : Steps.between(postgres, longest.job, longest.abortedAt, longest.abortedAt + longest.ms),
      surplus: asked.length - cut.length - jobs,
      settled: client.order.length,
      ok: client.ok(),
      inOrder: client.order.every((index, place) => index === place),
      recorded: recordedAt.size
    }
  } finally {
    await place.remove()
  }
}
