/** What a command that a signal has ended exits with. */
import * as Effect from "effect/Effect"
import { HUNG_UP, INTERRUPTED, TERMINATED } from "./Failure.js"

let code = INTERRUPTED
process.once("SIGTERM", () => {
  code = TERMINATED
})
// The terminal has been closed: nobody is left to ask the process to end, and it would at once.
process.once("SIGHUP", () => {
  process.emit("SIGTERM", "SIGTERM")
  code = HUNG_UP
})

export const exitCode = (): number => code

/** For a service: SIGTERM is how it is stopped, so that all went well when it has cleaned up after itself. */
export const endsWell = <A, E, R>(service: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.onInterrupt(service, () =>
    Effect.sync(() => {
      if (code === TERMINATED) code = 0
    })
  )
