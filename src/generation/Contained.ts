/** What a service of the application ends with that is neither a result nor a failure: it threw, or was interrupted from inside. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as Option from "effect/Option"
import { neutral } from "../domain/Neutral.js"

const wordsOf = (cause: Cause.Cause<unknown>): string =>
  neutral(Option.match(Cause.dieOption(cause), { onNone: () => "it was interrupted", onSome: String }))

/** Goes on with what it died of, in words. Failures pass, and so does an interruption of the fiber that runs it. */
export const contained =
  <A2, E2>(onDied: (why: string) => Effect.Effect<A2, E2>) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A | A2, E | E2, R> =>
    Effect.catchAllCause(self, (cause) =>
      Effect.flatMap(FiberRef.get(FiberRef.interruptedCause), (own): Effect.Effect<A2, E | E2> => {
        const isOwn = Cause.isInterrupted(cause) && !Cause.isEmpty(own)
        return isOwn || Cause.isFailure(cause) ? Effect.failCause(cause) : onDied(wordsOf(cause))
      })
    )
