/**
 * Work that is done in the order in which it was asked for. Unlike `Effect.makeSemaphore(1)`, which wakes everybody who
 * waits for each permit, a turn costs the same however many wait.
 */
import * as Effect from "effect/Effect"

export interface Turns {
  /** Runs when everything before it is over. Cannot be interrupted. */
  readonly inTurn: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Runs `first` at once and `then` when everything before it is over. Cannot be interrupted. */
  readonly thenInTurn: <A, B, E, R>(
    first: Effect.Effect<A, E, R>,
    then: (a: A) => Effect.Effect<B, E, R>
  ) => Effect.Effect<B, E, R>
}

/** Plain values: a `Deferred` for each turn outlived it until the next full garbage collection. */
interface Turn {
  isOver: boolean
  /** Wakes the one behind. */
  wake: (() => void) | undefined
}

const after = (turn: Turn): Effect.Effect<void> =>
  Effect.async((resume) => {
    if (turn.isOver) resume(Effect.void)
    else turn.wake = () => resume(Effect.void)
  })

const end = (turn: Turn): Effect.Effect<void> =>
  Effect.sync(() => {
    const { wake } = turn
    turn.isOver = true
    turn.wake = undefined
    wake?.()
  })

export const make = (): Turns => {
  let last: Turn = { isOver: true, wake: undefined }

  const thenInTurn: Turns["thenInTurn"] = (first, then) =>
    Effect.suspend(() => {
      const before = after(last)
      const mine: Turn = { isOver: false, wake: undefined }
      last = mine
      return first.pipe(
        Effect.flatMap((value) => Effect.zipRight(before, then(value))),
        // Also when `first` failed: those behind must not overtake those before.
        Effect.ensuring(Effect.zipRight(before, end(mine)))
      )
    }).pipe(Effect.uninterruptible)

  return { inTurn: (self) => thenInTurn(Effect.void, () => self), thenInTurn }
}
