/** Asks the database: with a limit for how long it may take, and patience where giving up would lose something. */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { DatabaseError, describe } from "./DatabaseError.js"

const limited =
  (duration: Duration.DurationInput, said: string) =>
  <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, DatabaseError, R> =>
    Effect.disconnect(work).pipe(
      Effect.mapError((error) => new DatabaseError({ message: `the database failed: ${describe(error)}` })),
      Effect.timeoutFail({
        duration,
        onTimeout: () => new DatabaseError({ message: `the database has not answered within ${said}` })
      })
    )

/** One statement, or several that belong together: hundreds of times what that takes. A slower database has stopped. */
export const within = limited("10 seconds", "10 s")

/** What touches every row of a batch, and may take as long as there are many. */
export const atLength = limited("10 minutes", "10 minutes")

/** From a tenth of a second to five: a database that restarts is back soon, one whose disk is full is not. */
const patient = Schedule.exponential("100 millis", 1.6).pipe(Schedule.union(Schedule.spaced("5 seconds")))

/** Until it works: what is to be written was paid for, and exists nowhere else. */
export const untilDone = <A, R>(work: Effect.Effect<A, DatabaseError, R>): Effect.Effect<A, never, R> =>
  Effect.suspend(() => {
    let isSaid = false
    const say = ({ message }: DatabaseError) => {
      if (isSaid) return Effect.void
      isSaid = true
      return Effect.logWarning(`${message}; trying again until it works`)
    }
    return work.pipe(Effect.tapError(say), Effect.retry(patient), Effect.orDie)
  })

/** For so long that a database may restart in between. */
const RESTART = "60 seconds"

export const throughRestart = <A, R>(work: Effect.Effect<A, DatabaseError, R>): Effect.Effect<A, DatabaseError, R> =>
  Effect.retry(work, Schedule.intersect(patient, Schedule.recurUpTo(RESTART)))
