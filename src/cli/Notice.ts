/** Notes on standard error that are no errors: `--quiet` leaves them out. */
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Fit from "./view/Fit.js"
import * as Look from "./view/Look.js"

export class Quiet extends Context.Reference<Quiet>()("algogen/cli/Quiet", { defaultValue: (): boolean => false }) {}

/** With what comes before it, a command is silent for about a second then. */
const SILENCE = "200 millis"

export const say = (line: string): Effect.Effect<void> =>
  Effect.flatMap(Quiet, (quiet) => (quiet ? Effect.void : Console.error(line)))

/** Says of flags that they do nothing, if there are any. */
export const unused = (flags: ReadonlyArray<string>, why: string): Effect.Effect<void> =>
  flags.length === 0
    ? Effect.void
    : say(`${flags.join(" and ")} ${flags.length === 1 ? "is" : "are"} not used: ${why}.`)

/** A sentence that is a result goes to standard output. */
export const tell = (line: string): Effect.Effect<void> =>
  Effect.suspend(() => Console.log(Fit.said(line, Look.output())))

/** Says what work is at if it takes long; it has to let the event loop turn now and then (`Turn`). */
export const ifSlow =
  (line: string) =>
  <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.acquireUseRelease(
      Effect.fork(Effect.interruptible(Effect.delay(say(line), SILENCE))),
      () => work,
      Fiber.interrupt
    )
