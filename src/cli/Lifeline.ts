/**
 * Ends with the program that started the command, also if that is killed: with `ALGOGEN_LIFELINE=stdin` in the environment
 * it holds the other end of standard input, which the system closes for it.
 */
import * as Effect from "effect/Effect"

/** Succeeds when that program has gone. */
export const cut: Effect.Effect<void> = Effect.async((resume) => {
  if (process.env["ALGOGEN_LIFELINE"] !== "stdin") return undefined
  const { stdin } = process
  const end = () => resume(Effect.void)
  stdin.once("close", end).once("error", end).resume()
  // Else it keeps this process alive.
  return Effect.sync(() => stdin.off("close", end).destroy())
})
