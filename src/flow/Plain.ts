/** What a run does without flow control: each model keeps its place while it waits, and `:free` models share a minute. */
import * as Effect from "effect/Effect"
import { isHoldingFree } from "../domain/Consequence.js"
import * as Now from "../telemetry/Now.js"
import { type Admit, type Service, waitUntil } from "./Admission.js"

export const make = (): Pick<Service, "join" | "lanes"> => {
  /** No `:free` model is asked before this moment, in milliseconds since the epoch. */
  let freeFrom = Number.NEGATIVE_INFINITY
  const admit: Admit = (applicant) => (exchange) => {
    if (!applicant.isFree) return exchange
    const held = Effect.flatMap(Now.millis, (now) =>
      now < freeFrom ? Effect.zipRight(waitUntil(applicant, freeFrom), admit(applicant)(exchange)) : exchange
    )
    return Effect.tapError(held, (error) =>
      Effect.sync(() => {
        if (isHoldingFree(error)) freeFrom = Math.max(freeFrom, error.retryAt ?? freeFrom)
      })
    )
  }
  return { join: () => Effect.succeed(admit), lanes: (concurrency) => concurrency }
}
