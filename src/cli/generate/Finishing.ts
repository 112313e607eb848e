/** What ends a run early; what is finished is saved and shown all the same. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/**
 * Succeeds when the program that started the command has gone, also if that is killed: with `ALGOGEN_LIFELINE=stdin` in the
 * environment it holds the other end of standard input, which the system closes for it.
 */
const orphaned: Effect.Effect<void> = Effect.async((resume) => {
  if (process.env["ALGOGEN_LIFELINE"] !== "stdin") return undefined
  const { stdin } = process
  const end = () => resume(Effect.void)
  stdin.once("close", end).once("error", end).resume()
  // Else it keeps this process alive.
  return Effect.sync(() => stdin.off("close", end).destroy())
})

/** `run` gets what ends it early. Ctrl-C tells it so, and waits until it has saved what is finished. */
export const finishing = <A, E, R>(
  run: (stopWhen: Effect.Effect<void>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const stop = yield* Deferred.make<void>()
    const fiber = yield* Effect.forkDaemon(run(Effect.raceFirst(Deferred.await(stop), orphaned)))
    return yield* Fiber.join(fiber).pipe(
      Effect.onInterrupt(() => Effect.zipRight(Deferred.succeed(stop, undefined), Fiber.await(fiber)))
    )
  })
