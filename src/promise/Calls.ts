/** From an Effect to a promise. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Logger from "effect/Logger"

/** Standard output belongs to the caller. */
const logger = Logger.replace(Logger.defaultLogger, Logger.prettyLogger({ stderr: true }))

/** What a signal ends. It has one listener for all of it: Node warns of a leak when there are more than ten. */
const ended = new WeakMap<AbortSignal, Set<() => void>>()

const onAbort = (signal: AbortSignal, end: () => void): (() => void) => {
  const known = ended.get(signal)
  const ends = known ?? new Set()
  if (known === undefined) {
    ended.set(signal, ends)
    signal.addEventListener("abort", () => ends.forEach((end) => end()), { once: true })
  }
  ends.add(end)
  return () => ends.delete(end)
}

/** Rejects with the error itself, not with Effect's wrapping of it; when aborted with the reason for that, like `fetch`. */
export const run = async <A, E>(program: Effect.Effect<A, E>, given: unknown): Promise<A> => {
  // Anything else is refused by the program.
  const signal = given instanceof AbortSignal ? given : undefined
  signal?.throwIfAborted()
  const fiber = Effect.runFork(Effect.provide(program, logger))
  const forget = signal && onAbort(signal, () => fiber.unsafeInterruptAsFork(fiber.id()))
  const exit = await new Promise<Exit.Exit<A, E>>((resolve) => fiber.addObserver(resolve))
  forget?.()
  if (Exit.isSuccess(exit)) return exit.value
  if (Cause.isInterrupted(exit.cause)) signal?.throwIfAborted()
  throw Cause.squash(exit.cause)
}
