/** How servers refuse: under a status of their own, or inside of a good one, with hints in every spelling. */
import { JSON_TYPE, spaced } from "./Dialects.js"
import type { Reply, Weather } from "./Reply.js"

export interface Refusal {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly waitMs?: number | undefined
  readonly kind: string
}

export const refusal = ({ dice, latency }: Weather, { body, headers, kind, status, waitMs }: Refusal): Reply => {
  const pieces = spaced(dice, [body], latency)
  return {
    kind,
    headAfter: latency,
    status,
    headers: { ...JSON_TYPE, ...headers },
    pieces,
    ending: dice.pick(["end", "end", "end", "stall", "reset"]),
    isGood: false,
    doneAt: pieces.length - 1,
    waitMs
  }
}

export const error = (message: string, more: object = {}): string => JSON.stringify({ error: { message, ...more } })

/** A wait in every spelling. */
export const limited = (weather: Weather): Reply => {
  const { asked, dice } = weather
  const seconds = dice.pick([0, 1, 2, 7, 20, 45])
  const at = asked.wall + seconds * 1000
  const headers = dice.pick<Readonly<Record<string, string>>>([
    { "retry-after": String(seconds) },
    { "retry-after": `${seconds}s` },
    { "retry-after": `${seconds}.25` },
    { "retry-after": new Date(at).toUTCString() },
    { "retry-after-ms": String(seconds * 1000) },
    { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": `0m${seconds}.5s` },
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(at) },
    {}
  ])
  const body = dice.pick([
    error("Rate limit exceeded", { code: 429 }),
    error("Rate limit exceeded", { code: 429, metadata: { retry_after_seconds: seconds } }),
    error(`Rate limit reached. Please try again in ${seconds}.5s.`, { code: "rate_limit_exceeded" }),
    JSON.stringify([{ error: { code: 429, details: [{ retryDelay: `${seconds}s` }], message: "Resource exhausted" } }]),
    JSON.stringify({ detail: `please wait ${seconds} seconds` })
  ])
  return refusal(weather, { kind: "429", status: 429, headers, body, waitMs: (seconds + 2) * 1000 })
}

export const failed = (weather: Weather): Reply =>
  refusal(
    weather,
    weather.dice.pick<Refusal>([
      { kind: "500", status: 500, body: error("Internal Server Error") },
      { kind: "502", status: 502, body: "<html><body><h1>502 Bad Gateway</h1></body></html>" },
      { kind: "503", status: 503, body: JSON.stringify({ detail: "loading model" }) },
      { kind: "503 with a hint", status: 503, body: error("busy"), headers: { "retry-after": "3" }, waitMs: 5_000 },
      { kind: "529", status: 529, body: error("overloaded") },
      { kind: "498", status: 498, body: error("capacity exceeded") },
      { kind: "504 without a body", status: 504, body: "" },
      { kind: "408", status: 408, body: "request timeout" },
      { kind: "409 with a hint", status: 409, body: error("busy"), headers: { "retry-after": "2" }, waitMs: 4_000 },
      { kind: "425", status: 425, body: "" }
    ])
  )

export const final = (weather: Weather): Reply =>
  refusal(
    weather,
    weather.dice.pick<Refusal>([
      { kind: "404", status: 404, body: error("No endpoints found for this model", { code: 404 }) },
      { kind: "400", status: 400, body: error("Provider returned error", { code: 400 }) },
      { kind: "403", status: 403, body: error("flagged by moderation") },
      {
        kind: "422",
        status: 422,
        body: JSON.stringify({ detail: [{ loc: ["body", "seed"], msg: "Unsupported parameter: seed" }] })
      },
      { kind: "400 of a parameter", status: 400, body: error("Unsupported parameter: 'max_tokens'") },
      { kind: "400 of length", status: 400, body: error("supports at most 2048 completion tokens") },
      { kind: "413", status: 413, body: error("Request too large", { code: "rate_limit_exceeded" }) },
      { kind: "307 elsewhere", status: 307, body: "", headers: { location: "https://elsewhere.test/v1/chat" } },
      {
        kind: "429 for today",
        status: 429,
        body: JSON.stringify([
          { error: { code: 429, message: "Quota", details: [{ violations: [{ quotaId: "RequestsPerDay" }] }] } }
        ])
      }
    ])
  )

/** Of the account, or of what it can pay. */
export const unpaid = (weather: Weather): Reply =>
  refusal(
    weather,
    weather.dice.pick<Refusal>([
      { kind: "401", status: 401, body: error("No auth credentials found") },
      { kind: "402", status: 402, body: error("Insufficient credits", { code: 402 }) },
      {
        kind: "402 for so many",
        status: 402,
        body: error(
          "requires more credits, or fewer max_tokens. You requested up to 4096 tokens, but can only afford 900"
        )
      }
    ])
  )

/** An error under a good status. */
export const disguised = (weather: Weather): Reply =>
  refusal(
    weather,
    weather.dice.pick<Refusal>([
      { kind: "502 in 200", status: 200, body: error("Provider failed", { code: 502 }) },
      { kind: "429 in 200", status: 200, body: error("Rate limited", { code: 429 }) },
      {
        kind: "base_resp",
        status: 200,
        body: JSON.stringify({ base_resp: { status_code: 1002, status_msg: "rate limit" } })
      },
      { kind: "a text in error", status: 200, body: JSON.stringify({ error: "model crashed" }) },
      { kind: "an error by its field", status: 200, body: 'error: {"code":500,"message":"slot unavailable"}\n\n' },
      { kind: "an event of an error", status: 200, body: "event: error\ndata: the queue is full\n\n" },
      { kind: "no choices", status: 200, body: JSON.stringify({ choices: [] }) },
      { kind: "html", status: 200, body: "<!doctype html><title>Sign in</title>" },
      { kind: "nothing", status: 200, body: "" }
    ])
  )
