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
  /** One that is suspect is about to be. */
  readonly enterAlone: Effect.Effect<void>
  /** It is judged, or the job is over. */
  readonly leave: Effect.Effect<void>
}

/** One for each worker: makes the gate of a job. `mark` tells the database that the job is suspected, or no longer. */
export const make = Effect.gen(function* () {
  const places = yield* Effect.makeSemaphore(PLACES)
  // Everybody passes through here, so that one who waits for all places is not overtaken for ever.
  const door = yield* Effect.makeSemaphore(1)

  return (mark: (suspected: boolean) => Effect.Effect<void>): Gate => {
    let taken = 0
    const enter = (wanted: number) =>
      Effect.suspend(() => {
        if (taken > 0) return Effect.void
        return Effect.flatMap(door.withPermits(1)(places.take(wanted)), () => {
          taken = wanted
          return wanted === PLACES ? mark(true) : Effect.void
        })
      }).pipe(Effect.uninterruptible)
    return {
      enter: enter(1),
      enterAlone: enter(PLACES),
      leave: Effect.suspend(() => {
        const before = taken
        taken = 0
        if (before === 0) return Effect.void
        return Effect.ensuring(before === PLACES ? mark(false) : Effect.void, places.release(before))
      }).pipe(Effect.uninterruptible)
    }
  }
})
