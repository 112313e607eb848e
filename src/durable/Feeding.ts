/**
 * What a worker does once a second: says that it is alive, stops what was cancelled, puts back what dead workers had, and
 * brings jobs from the queue to the engine. Few at a time, because the engine reads all that it is given into memory.
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Alive from "./Alive.js"
import { describe } from "./DatabaseError.js"
import * as Engine from "./Engine.js"
import * as Job from "./Job.js"
import type * as Jobs from "./Jobs.js"

export interface Options {
  readonly jobs: Jobs.Jobs
  readonly alive: Alive.Alive
  readonly place: string
  readonly concurrency: number
  /** Runs a job here, without waiting for its end and without the engine. */
  readonly adopt: (ticket: Job.Ticket) => Effect.Effect<void>
  /** Jobs that were adopted and are not over. */
  readonly adopted: () => number
  /** What ends the jobs of this worker, by `Job.keyOf`. */
  readonly cancels: ReadonlyMap<string, Deferred.Deferred<void>>
  readonly draining: Deferred.Deferred<void>
  /** Opened when a job is over, so that there may be room for another one. */
  readonly finished: Effect.Latch
}

const TICK = "1 second"

/** Not more often than this for jobs that are over: each time is a few statements. */
const PAUSE = "100 millis"

/** Jobs with the engine for each that may be in flight: chance gives some workers more of them than others. */
const AHEAD = 3
const LEAST = 20

/** At once, so that a tick is short. */
const MOST = 200

/** Ticks without a failure before others are called dead: what cut this worker off may have cut off them as well. */
const SURE = 5

export const make = ({ adopt, adopted, alive, cancels, concurrency, draining, finished, jobs, place }: Options) => {
  let calm = SURE

  const feed = Effect.gen(function* () {
    // Giving jobs to the engine is work, and those that were taken over have waited for longer.
    if (adopted() >= concurrency) return
    const load = yield* jobs.load
    const room = Math.max(LEAST, AHEAD * load.concurrency) - load.open
    if (room <= 0) return
    const tickets = yield* jobs.take(Math.min(room, MOST))
    yield* Effect.forEach(tickets, (ticket) => Engine.JobRun.execute(ticket, { discard: true }), {
      concurrency: 4,
      discard: true
    })
  })

  const tick = Effect.gen(function* () {
    yield* alive.beat(place, concurrency)
    for (const ticket of yield* jobs.cancelled) {
      const cancelled = cancels.get(Job.keyOf(ticket))
      if (cancelled !== undefined) yield* Deferred.succeed(cancelled, undefined)
    }
    if (calm >= SURE) {
      yield* alive.bury
      if ((yield* jobs.recover) > 0) yield* finished.open
      // The engine may need a while until it has moved what the dead had: these do not wait for it.
      const room = concurrency - adopted()
      if (room > 0 && !(yield* Deferred.isDone(draining))) {
        yield* Effect.forEach(yield* jobs.returned(room), adopt, { discard: true })
      }
    }
    calm += 1
  })

  /** A failure is said once, until it works again. */
  const guarded = <R>(work: Effect.Effect<void, { readonly message: string }, R>) => {
    let isSaid = false
    return Effect.matchCauseEffect(work, {
      onFailure: (cause) => {
        calm = 0
        if (isSaid) return Effect.void
        isSaid = true
        return Effect.logWarning(`no jobs are taken or passed on for now: ${describe(Cause.squash(cause))}`)
      },
      onSuccess: () => {
        isSaid = false
        return Effect.void
      }
    })
  }

  const pause = Effect.raceFirst(Effect.sleep(TICK), Effect.zipRight(Effect.sleep(PAUSE), finished.await))
  const feeding = guarded(feed).pipe(Effect.zipRight(finished.close), Effect.zipRight(pause))
  return {
    /** Needs no engine, which takes its time to start: what dead workers had does not wait for it. */
    ticking: Effect.forever(Effect.zipRight(guarded(tick), Effect.sleep(TICK))),
    /** Until the worker is told to stop. */
    feeding: Effect.raceFirst(Effect.forever(feeding), Deferred.await(draining))
  }
}
