/**
 * True limits, which every request counts against: so many in a window, so many at the same time. The arithmetic of a
 * window is pure; the limiter keeps one bucket for each scope. How a refusal is worded is the dialect's.
 */
import * as Duration from "effect/Duration"
import * as Limits from "./behaviors/Limits.js"
import type * as Call from "./Call.js"
import * as Catalog from "./Catalog.js"
import type * as Wire from "./Wire.js"

export interface Options {
  /** Requests that each window takes. Absent: no window. */
  readonly requests?: number | undefined
  /** Length of a window. Default 1 minute. */
  readonly per?: Duration.DurationInput | undefined
  /**
   * With it the window is a token bucket: requests are earned evenly over it and this many can be saved up. Without it,
   * windows are fixed, counted from the start of the server, and full again at their beginning.
   */
  readonly burst?: number | undefined
  /** Requests in flight at most; a refusal for this never says so. */
  readonly concurrency?: number | undefined
  /** What is counted together: all `:free` models (OpenRouter's default), every model (elsewhere), or each model apart. */
  readonly counts?: "free" | "all" | "model" | undefined
  /**
   * What a refusal tells. `exact`: the reset in milliseconds; `whole-seconds`: `Retry-After` rounded up, never below 1;
   * `both` (default): the reset, and `Retry-After` from one second on. All three tell the scope as well; `scope` tells
   * that alone and `none` nothing. Profiles other than OpenRouter have one way of telling and heed `scope` and `none`.
   */
  readonly hints?: Call.Limit["hints"] | "scope" | "none" | undefined
}

export interface Window {
  readonly requests: number
  readonly per: number
  readonly burst: number | undefined
}

/** Requests that are left, as of a time. Times are milliseconds since the server started. */
export interface Bucket {
  readonly left: number
  readonly at: number
}

export const full = ({ burst, requests }: Window, at: number): Bucket => ({ left: burst ?? requests, at })

export const refill = (window: Window, bucket: Bucket, now: number): Bucket => {
  const { burst, per, requests } = window
  if (burst !== undefined) {
    return { left: Math.min(burst, bucket.left + ((now - bucket.at) * requests) / per), at: now }
  }
  return Math.floor(now / per) > Math.floor(bucket.at / per) ? full(window, now) : { left: bucket.left, at: now }
}

/** Milliseconds until the next request is taken; for a bucket as of now. */
export const wait = ({ burst, per, requests }: Window, { at, left }: Bucket): number =>
  left >= 1 ? 0 : burst === undefined ? per - (at % per) : ((1 - left) * per) / requests

export interface Limiter {
  /** The refusal, or nothing when the request is admitted and counted. */
  readonly admit: (call: Call.Call, at: number, inFlight: number) => Wire.Script | undefined
  readonly reset: () => void
}

const SOURCES = { free: "openrouter_free_tier_per_minute", model: "openrouter_shared_capacity", all: undefined }

const MESSAGES = {
  free: () => "Rate limit exceeded: free-models-per-min. ",
  model: (id: string) => `Rate limit exceeded: limit_rpm/${id}. High demand for this model`,
  all: () => "Rate limit exceeded"
}

export const make = (options: Options): Limiter => {
  const { burst, concurrency = Number.POSITIVE_INFINITY, counts = "free", hints = "both", requests } = options
  const window =
    requests === undefined ? undefined : { requests, per: Duration.toMillis(options.per ?? "1 minute"), burst }
  const buckets = new Map<string, Bucket>()

  const refusal = (call: Call.Call, waitMillis: number): Wire.Script =>
    hints === "none"
      ? Limits.untagged(call)
      : call.dialect.limited(call, {
          source: SOURCES[counts],
          message: MESSAGES[counts](call.model.id),
          requests: requests ?? 0,
          waitMillis: hints === "scope" ? undefined : waitMillis,
          hints: hints === "scope" ? "both" : hints
        })

  return {
    admit: (call, at, inFlight) => {
      if (counts === "free" && !Catalog.isFree(call.model.id)) return undefined
      if (inFlight > concurrency) return hints === "none" ? Limits.untagged(call) : Limits.upstream(call)
      if (window === undefined) return undefined
      const scope = counts === "model" ? call.model.id : "account"
      const bucket = refill(window, buckets.get(scope) ?? full(window, at), at)
      const admitted = bucket.left >= 1
      buckets.set(scope, admitted ? { left: bucket.left - 1, at } : bucket)
      return admitted ? undefined : refusal(call, wait(window, bucket))
    },
    reset: () => buckets.clear()
  }
}
