/**
 * A few workers over one queue of jobs, each with the time at which it is ready. A job is run in turns; between two of
 * them it goes back to the queue, so that a job that waits holds no worker while another one could run. What a turn
 * does, and what becomes of a job in the end, is the caller's business.
 */
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Runs one turn of a job: `done`, or the time (milliseconds since the epoch) from which on it wants another one. */
export type Turn = "done" | { readonly at: number }

interface Queued<J> {
  readonly job: J
  readonly at: number
}

export interface Dispatch {
  /** Ends when every job is done. Never more than `concurrency` turns run at the same time. */
  readonly run: Effect.Effect<void>
  /** Makes every waiting job ready now, for when the reason of their waiting has gone. */
  readonly wake: Effect.Effect<void>
}

export const make = <J>(
  jobs: ReadonlyArray<J>,
  options: { readonly concurrency: number; readonly turn: (job: J) => Effect.Effect<Turn> }
): Effect.Effect<Dispatch> =>
  Effect.gen(function* () {
    // Ordered by readiness, first come first served within the same millisecond.
    let queue: Array<Queued<J>> = jobs.map((job) => ({ job, at: 0 }))
    let woken = yield* Effect.makeLatch()

    const enqueue = (entry: Queued<J>) => {
      const later = queue.findIndex(({ at }) => at > entry.at)
      queue.splice(later === -1 ? queue.length : later, 0, entry)
    }

    // A worker takes the job that is ready first and sleeps on it. No job in the queue can become ready before one that
    // a worker sleeps on: whoever puts a job back takes the earliest one itself right afterwards. So a sleeping worker
    // needs no signal when a job comes back, and one that finds the queue empty can leave.
    const worker = Effect.gen(function* () {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const wait = next.at - (yield* Clock.currentTimeMillis)
        if (wait > 0) yield* Effect.raceFirst(Effect.sleep(wait), woken.await)
        const turn = yield* options.turn(next.job)
        if (turn !== "done") enqueue({ job: next.job, at: turn.at })
      }
    })

    const wake = Effect.gen(function* () {
      const sleeping = woken
      woken = yield* Effect.makeLatch()
      queue = queue.map(({ job }) => ({ job, at: 0 }))
      yield* sleeping.open
    })

    const workers = Arr.makeBy(Math.min(options.concurrency, jobs.length), () => worker)
    return { run: Effect.forEach(workers, (run) => run, { concurrency: options.concurrency, discard: true }), wake }
  })
