/** What a command that a signal has ended exits with. */
import * as Effect from "effect/Effect"
import { INTERRUPTED, TERMINATED } from "./Failure.js"

let code = INTERRUPTED
process.once("SIGTERM", () => {
  code = TERMINATED
})

export const exitCode = (): number => code

/** For a service: SIGTERM is how it is stopped, so that all went well when it has cleaned up after itself. */
export const endsWell = <A, E, R>(service: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.onInterrupt(service, () =>
    Effect.sync(() => {
      if (code === TERMINATED) code = 0
    })
  )
