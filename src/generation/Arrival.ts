/**
 * One request with a time limit. Like `Effect.timeoutFail`, but an answer that arrives in the moment in which the clock fires
 * or the run ends is kept, because it is paid for.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"

/** What `Effect.uninterruptibleMask` hands to its function. */
type Restore = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** To be run where nothing interrupts; `restore` makes the request and the wait for it interruptible. */
export const within =
  <E>(restore: Restore, limit: Duration.Duration, onTimeout: () => E) =>
  <A, R>(request: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.exit(restore(request)))
      let hasFired = false
      const alarm = yield* Effect.sleep(limit).pipe(
        Effect.zipRight(
          Effect.suspend(() => {
            hasFired = true
            return Fiber.interrupt(fiber)
          })
        ),
        Effect.interruptible,
        Effect.fork
      )
      const awaited = yield* Effect.exit(restore(Fiber.await(fiber)))
      // Interrupting a request that has ended yields what it ended with.
      const exit = Exit.flatten(Exit.isSuccess(awaited) ? awaited.value : yield* Fiber.interrupt(fiber))
      yield* Fiber.interruptFork(alarm)
      return yield* hasFired && Exit.isInterrupted(exit) ? Effect.fail(onTimeout()) : exit
    })
