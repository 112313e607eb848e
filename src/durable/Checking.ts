/**
 * Finds the job whose answer kills its worker. An answer that was kept and never judged is suspect: it is checked while this
 * worker checks nothing else, and the database knows of it. If the worker dies again, it was this answer.
 */
import * as Effect from "effect/Effect"

/** More checks than a worker ever has under way. */
const PLACES = 10_000

export interface Gate {
  /** An answer is about to be checked. */
  readonly enter: Effect.Effect<void>
  /** It is judged, or the job is over. */
  readonly leave: Effect.Effect<void>
}

/** One for each worker: makes the gate of a job. `mark` tells the database that the job is suspected, or no longer. */
export const make = Effect.gen(function* () {
  const places = yield* Effect.makeSemaphore(PLACES)
  // Everybody passes through here, so that one who waits for all places is not overtaken for ever.
  const door = yield* Effect.makeSemaphore(1)

  return (isSuspect: boolean, mark: (suspected: boolean) => Effect.Effect<void>): Gate => {
    let suspect = isSuspect
    let taken = false
    return {
      enter: Effect.suspend(() => {
        if (taken) return Effect.void
        return Effect.flatMap(door.withPermits(1)(places.take(suspect ? PLACES : 1)), () => {
          taken = true
          return suspect ? mark(true) : Effect.void
        })
      }).pipe(Effect.uninterruptible),
      leave: Effect.suspend(() => {
        if (!taken) return Effect.void
        const wasSuspect = suspect
        taken = false
        // What comes next has killed nobody yet.
        suspect = false
        return Effect.ensuring(wasSuspect ? mark(false) : Effect.void, places.release(wasSuspect ? PLACES : 1))
      }).pipe(Effect.uninterruptible)
    }
  }
})
