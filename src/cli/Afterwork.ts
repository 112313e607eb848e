/** Work that no command waits for, but the process does before it ends: half of it would leave files behind. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** A disk that hangs holds up nobody for longer. */
const PATIENCE = "1 second"

const fibers = new Set<Fiber.RuntimeFiber<unknown>>()

export const fork = (work: Effect.Effect<unknown>): Effect.Effect<void> =>
  Effect.map(Effect.forkDaemon(work), (fiber) => {
    fibers.add(fiber)
    fiber.addObserver(() => fibers.delete(fiber))
  })

/** Returns when all that was forked is done, or takes too long. */
export const done: Effect.Effect<void> = Effect.suspend(() =>
  fibers.size === 0
    ? Effect.void
    : Effect.forEach(fibers, Fiber.await, { discard: true }).pipe(
        Effect.timeoutOption(PATIENCE),
        // In a fiber of its own, since a finalizer cannot be interrupted, not even by its own timeout.
        Effect.interruptible,
        Effect.forkDaemon,
        Effect.flatMap(Fiber.await),
        Effect.asVoid
      )
)
