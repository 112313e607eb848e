/** What makes other jobs of a worker pointless for today: the `:free` requests that an account has a day are used up. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as ModelId from "../api/ModelId.js"
import * as Consequence from "../domain/Consequence.js"
import { DAY_MS } from "../domain/Figures.js"
import type { Reason } from "../domain/GenerationError.js"
import type { Outcome } from "../generation/Report.js"

interface End {
  readonly reason: Reason
  /** Milliseconds since the epoch. */
  readonly retryAt: number
}

export interface Spent {
  /** How a job for this model ends without being asked; nothing where it may be asked. */
  readonly on: (model: string) => Effect.Effect<End | undefined>
  readonly hear: (outcome: Pick<Outcome, "reason" | "retryAt">) => Effect.Effect<void>
}

export const make = (): Spent => {
  let free: End | undefined
  return {
    on: (model) =>
      Effect.map(Clock.currentTimeMillis, (now) =>
        free !== undefined && ModelId.isFree(model) && now < free.retryAt ? free : undefined
      ),
    hear: ({ reason, retryAt }) => {
      if (Option.isNone(reason) || reason.value._tag === "StoreError") return Effect.void
      const ended = reason.value
      if (Consequence.of(ended).ends !== "free") return Effect.void
      return Effect.map(Clock.currentTimeMillis, (now) => {
        // Where the server does not say: days begin at midnight UTC.
        const tomorrow = (Math.floor(now / DAY_MS) + 1) * DAY_MS
        free = { reason: ended, retryAt: Option.getOrElse(retryAt, () => tomorrow) }
      })
    }
  }
}
