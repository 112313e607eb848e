/**
 * Work that is done in the order in which it was asked for. Unlike `Effect.makeSemaphore(1)`, which wakes everybody who
 * waits for each permit, a turn costs the same however many wait.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"

export interface Turns {
  /** Runs when everything before it is over. Cannot be interrupted. */
  readonly inTurn: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Runs `first` at once and `then` when everything before it is over. Cannot be interrupted. */
  readonly thenInTurn: <A, B, E, R>(
    first: Effect.Effect<A, E, R>,
    then: (a: A) => Effect.Effect<B, E, R>
  ) => Effect.Effect<B, E, R>
}

export const make = (): Turns => {
  let last: Effect.Effect<void> = Effect.void

  const thenInTurn: Turns["thenInTurn"] = (first, then) =>
    Effect.suspend(() => {
      const before = last
      const over = Deferred.unsafeMake<void>(FiberId.none)
      last = Deferred.await(over)
      return first.pipe(
        Effect.flatMap((value) => Effect.zipRight(before, then(value))),
        // Also when `first` failed: those behind must not overtake those before.
        Effect.ensuring(Effect.zipRight(before, Deferred.succeed(over, undefined)))
      )
    }).pipe(Effect.uninterruptible)

  return { inTurn: (self) => thenInTurn(Effect.void, () => self), thenInTurn }
}
