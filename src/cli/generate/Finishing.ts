/** Ctrl-C ends a run early; what is finished is saved and shown all the same. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Lifeline from "../Lifeline.js"

/** `run` gets what ends it early. An interruption tells it so, and waits until it has saved what is finished. */
export const finishing = <A, E, R>(
  run: (stopWhen: Effect.Effect<void>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const stop = yield* Deferred.make<void>()
    const fiber = yield* Effect.forkDaemon(run(Effect.raceFirst(Deferred.await(stop), Lifeline.cut)))
    return yield* Fiber.join(fiber).pipe(
      Effect.onInterrupt(() => Effect.zipRight(Deferred.succeed(stop, undefined), Fiber.await(fiber)))
    )
  })
