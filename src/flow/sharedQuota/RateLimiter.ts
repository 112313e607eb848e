/** The shared count in any store of `@effect/experimental/RateLimiter`. */
import * as RateLimiter from "@effect/experimental/RateLimiter"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SharedQuota, SharedQuotaError } from "../SharedQuota.js"

export const layer: Layer.Layer<SharedQuota, never, RateLimiter.RateLimiter> = Layer.effect(
  SharedQuota,
  Effect.map(RateLimiter.RateLimiter, ({ consume }) => ({
    take: ({ cost, key, quota, rememberMs }) =>
      consume({
        algorithm: "fixed-window",
        onExceeded: "fail",
        key,
        limit: quota,
        tokens: cost,
        // A count is forgotten `window / limit` after it began, for each token that was taken: so many whole milliseconds
        // that none is forgotten too early, and whole because Redis takes no others.
        window: quota * Math.ceil(rememberMs / cost)
      }).pipe(
        Effect.as(true),
        Effect.catchAll((error) =>
          error.reason === "Exceeded" ? Effect.succeed(false) : new SharedQuotaError({ message: error.message })
        )
      )
  }))
)
