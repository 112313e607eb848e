/** Refusals for the rate: every place for a hint on how long to wait, and every scope. Hints are given in seconds. */
import type * as Call from "../Call.js"
import * as Completion from "../Completion.js"
import * as Failure from "../Failure.js"
import * as Reply from "../Reply.js"
import type * as Wire from "../Wire.js"

const DAY_MILLIS = 86_400_000

const epochMillis = (call: Call.Call, seconds: number) => call.now + seconds * 1000
const epochSeconds = (call: Call.Call, seconds: number) => Math.ceil(epochMillis(call, seconds) / 1000)

const MESSAGE = "Rate limit exceeded"

const refused = (
  call: Call.Call,
  metadata: Wire.Json = {},
  { headers = {}, message = MESSAGE, status = 429 }: { headers?: Wire.Headers; message?: string; status?: number } = {}
): Wire.Script => Completion.json(call, status, Failure.coded(status, message, metadata), headers)

const header = (
  description: string,
  name: string,
  text: (call: Call.Call, seconds: number) => string | number,
  status = 429
) =>
  Reply.tunable(`${status}, ${description}`, 1, (call, seconds) =>
    refused(call, {}, { status, headers: { [name]: String(text(call, seconds)) } })
  )

/** As captured: the header is missing from the head and only quoted in the body. */
const quoted = (description: string, reset: (call: Call.Call, seconds: number) => number) =>
  Reply.tunable(`429, ${description}`, 1, (call, seconds) =>
    refused(call, {
      headers: {
        "X-RateLimit-Limit": "20",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": String(reset(call, seconds))
      }
    })
  )

const scoped = (call: Call.Call, source: string, message: string): Wire.Script =>
  refused(call, { limit_source: source }, { message })

/** The reset in the head and quoted in the body, with `Retry-After`, which is too coarse below a second. */
const hinted = (call: Call.Call, { hints, requests, waitMillis }: Call.Limit & { readonly waitMillis: number }) => {
  const quoted = {
    "X-RateLimit-Limit": String(requests),
    "X-RateLimit-Remaining": "0",
    // Whole milliseconds, and the arrival was rounded down to them: never too early.
    "X-RateLimit-Reset": String(Math.ceil(call.now + waitMillis) + 1)
  }
  const retryAfter = { "Retry-After": String(Math.ceil(waitMillis / 1000)) }
  switch (hints) {
    case "exact":
      return { quoted, headers: quoted }
    case "whole-seconds":
      return { quoted: {}, headers: retryAfter }
    case "both":
      return { quoted, headers: waitMillis < 1000 ? quoted : { ...quoted, ...retryAfter } }
  }
}

/** A window's refusal as OpenRouter words it. */
export const windowed = (call: Call.Call, limit: Call.Limit): Wire.Script => {
  const { message, source, waitMillis } = limit
  const metadata = source === undefined ? {} : { limit_source: source }
  if (waitMillis === undefined && source === undefined) {
    return Completion.json(call, 429, { error: { code: 429, message } })
  }
  if (waitMillis === undefined) return refused(call, metadata, { message })
  const { headers, quoted } = hinted(call, { ...limit, waitMillis })
  const all = Object.keys(quoted).length === 0 ? metadata : { ...metadata, headers: quoted }
  return refused(call, all, { message, headers })
}

const unhinted = (call: Call.Call, message: string, source: string | undefined): Wire.Script =>
  call.dialect.limited(call, { message, source, requests: 0, waitMillis: undefined, hints: "both" })

export const upstream = (call: Call.Call): Wire.Script =>
  unhinted(
    call,
    `${call.model.id} is temporarily rate-limited upstream. Please retry shortly`,
    "upstream_provider_shared_pool"
  )

export const untagged = (call: Call.Call): Wire.Script => unhinted(call, MESSAGE, undefined)

export const table = {
  "429-availability": Reply.tunable("429 in OpenRouter's newest shape, availability.retry_after", 1, (call, seconds) =>
    Completion.json(
      call,
      429,
      Failure.unavailable(call.model.id, 429, "rate_limit_exceeded", "No capacity for this model", {
        code: "capacity_exhausted",
        retryable: true,
        retry_after: seconds
      })
    )
  ),
  "429-retry-after": header("Retry-After in seconds", "retry-after", (_, seconds) => seconds),
  "429-retry-after-date": header("Retry-After as an HTTP date", "retry-after", (call, seconds) =>
    new Date(epochSeconds(call, seconds) * 1000).toUTCString()
  ),
  "429-retry-after-past": header("Retry-After as an HTTP date of a minute ago", "retry-after", (call) =>
    new Date(epochMillis(call, -60)).toUTCString()
  ),
  "429-retry-after-nonsense": header("Retry-After that is not a time: soon", "retry-after", () => "soon"),
  "429-retry-after-ms": header("retry-after-ms", "retry-after-ms", (_, seconds) => seconds * 1000),
  "429-reset-ms": header("X-RateLimit-Reset in epoch milliseconds", "x-ratelimit-reset", epochMillis),
  "429-reset-s": header("X-RateLimit-Reset in epoch seconds", "x-ratelimit-reset", epochSeconds),
  "429-metadata-reset-ms": quoted("the reset only in metadata.headers, in epoch milliseconds", epochMillis),
  "429-metadata-reset-s": quoted("the reset only in metadata.headers, in epoch seconds", epochSeconds),
  "429-message": Reply.tunable("429, the wait in the message alone", 1, (call, seconds) =>
    refused(call, {}, { message: `${MESSAGE}. Please retry in ${seconds} s.` })
  ),
  "429-daily": Reply.fixed("429, the day's quota of all free models, with its reset at midnight UTC", (call) =>
    windowed(call, {
      source: "openrouter_free_tier_daily",
      message: `${MESSAGE}: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day`,
      requests: 50,
      waitMillis: DAY_MILLIS - (call.now % DAY_MILLIS),
      hints: "both"
    })
  ),
  "429-per-minute": Reply.tunable("429, the minute's quota of all free models, with its reset", 1, (call, seconds) =>
    windowed(call, {
      source: "openrouter_free_tier_per_minute",
      message: `${MESSAGE}: free-models-per-min.`,
      requests: 20,
      waitMillis: seconds * 1000,
      hints: "both"
    })
  ),
  "429-shared": Reply.fixed("429 for one model's shared capacity, without a hint", (call) =>
    scoped(call, "openrouter_shared_capacity", `${MESSAGE}: limit_rpm/${call.model.id}`)
  ),
  "429-upstream": Reply.fixed("429 of the provider, without a hint", upstream),
  "429-untagged": Reply.fixed("429 without a scope and without a hint", untagged),
  "429-large": Reply.fixed("429 with a body of one megabyte", (call) => refused(call, { raw: "x".repeat(1_000_000) })),
  "402-retry-after": header("Retry-After in seconds", "retry-after", (_, seconds) => seconds, 402),
  "503-retry-after": header("Retry-After in seconds", "retry-after", (_, seconds) => seconds, 503)
} satisfies Reply.Table
