/**
 * A count that several processes share, so that together they take no more of a minute than the account has. Optional:
 * `FlowControl.layerShared` asks it last, before a request goes. What a window is, and what happens when the store
 * cannot be reached, is decided in `Sharing`; this is only the interface of a store, such as `RedisQuota` of `algogen/redis`.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export interface Demand {
  /** Names the window. A new key starts at zero. */
  readonly key: string
  /** How much the window takes. */
  readonly quota: number
  /** How much to take of it, a whole number of at most `quota`. */
  readonly cost: number
  /** How long the count has to be remembered from now on, at the least, in milliseconds. */
  readonly rememberMs: number
}

export interface Service {
  /** Takes all of it or nothing; false when there is not so much left. */
  readonly take: (demand: Demand) => Effect.Effect<boolean, SharedQuotaError>
  /** After this time it counts as failed; default 1,000. */
  readonly timeoutMs?: number | undefined
}

export class SharedQuota extends Context.Tag("algogen/SharedQuota")<SharedQuota, Service>() {}

/** The store could not be asked. */
export class SharedQuotaError extends Schema.TaggedError<SharedQuotaError>("algogen.SharedQuotaError")(
  "SharedQuotaError",
  { message: Schema.String }
) {}
