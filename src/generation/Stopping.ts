/** What ends a run early: an effect of the application's own, which may be a sleep, and is run once for all that it ends. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { contained } from "./Contained.js"

/** Starts it. What comes back succeeds when it does. Where it throws, dies or is interrupted from inside it has never come. */
export const once = (
  stopWhen: Effect.Effect<unknown> | undefined
): Effect.Effect<Effect.Effect<unknown>, never, Scope.Scope> => {
  if (stopWhen === undefined) return Effect.succeed(Effect.interruptible(Effect.never))
  return Effect.flatMap(Deferred.make<unknown>(), (stopped) => {
    const died = (why: string) => Effect.logWarning(`stopWhen itself failed, and ends nothing: ${why}`)
    const watch = contained(died)(Effect.flatMap(stopWhen, (value) => Deferred.succeed(stopped, value)))
    // The run may be where nothing is interrupted, and ends all the same.
    return Effect.as(Effect.forkScoped(Effect.interruptible(watch)), Effect.interruptible(Deferred.await(stopped)))
  })
}
