/** The callers' progress callback: events in the words of the text protocol. */
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Predicate from "effect/Predicate"
import * as Runtime from "effect/Runtime"
import type { Listener } from "../generation/Listening.js"
import * as Progress from "../generation/Progress.js"
import type { ProgressCallback } from "./Interface.js"

export type Tell = (percent: number, message: string) => Effect.Effect<void>

/** Calls back. What is thrown is logged in one line, and once, since it is likely to be thrown each time. */
export const teller = (callback: ProgressCallback | null | undefined): Tell => {
  let hasThrown = false
  const complain = (error: unknown) =>
    Effect.suspend(() => {
      if (hasThrown) return Effect.void
      hasThrown = true
      const text = Predicate.isError(error) ? `${error.name}: ${error.message}` : Inspectable.toStringUnknown(error, 0)
      const [thrown = ""] = text.split("\n")
      return Effect.logWarning(`the progress callback threw (${thrown}); it is still called for later events`)
    })
  return (percent, message) =>
    Effect.flatMap(Effect.runtime(), (runtime) =>
      Effect.try(() => {
        if (typeof callback !== "function") return
        // An async function is called like any other and not waited for.
        const returned: unknown = callback(percent, message)
        Promise.resolve(returned).catch((error) => Runtime.runFork(runtime, complain(error)))
      })
    ).pipe(Effect.catchAll(({ error }) => complain(error)))
}

export interface Wording {
  readonly indexed: boolean
  /** Saved to memory is not what callers take "saved" for. */
  readonly hasFiles: boolean
}

/** Tells every event. */
export const listener =
  (tell: Tell, { hasFiles, indexed }: Wording): Listener =>
  ({ event, percent }) => {
    if (event._tag === "Saved" && !hasFiles) return Effect.void
    const worded = (message: string) =>
      indexed && "index" in event ? message.replace(/^(?:MODEL_[A-Z]+|PREVIEW)::/, `$&${event.index}::`) : message
    return Effect.forEach(Progress.toMessages(event), (message) => tell(percent, worded(message)), { discard: true })
  }
