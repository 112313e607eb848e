import { it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Either } from "effect"
import { describe } from "vitest"
import * as Classify from "../../../../src/api/wire/Classify.js"
import * as EventStream from "../../../../src/api/wire/EventStream.js"
import * as Secret from "../../../../src/api/wire/Secret.js"
import type * as ServerError from "../../../../src/api/wire/ServerError.js"
import { Answer, Usage } from "../../../../src/domain/Answer.js"
import {
  AccountRefused,
  AnswerTooLarge,
  ConnectionFailed,
  CutOff,
  EmptyAnswer,
  MalformedAnswer,
  RateLimited,
  type Reason,
  Refused,
  Rejected,
  ServerFailed,
  TimedOut
} from "../../../../src/domain/GenerationError.js"
import { chunk, completion, counts, DONE, event, finishes, says } from "./network.js"

const NOW = Date.UTC(2026, 7, 20, 12)
const MODEL = "meta-llama/llama-3.2-3b-instruct:free"

type Headers = Readonly<Record<string, string>>

const classify = (
  exchange: Classify.Exchange,
  asked: ServerError.Asked = { model: MODEL, maxCompletionTokens: 4096 }
) => Classify.classify(exchange, asked, NOW, Secret.NONE)

const body = (status: number, said: unknown, headers: Headers = {}): Classify.Exchange => ({
  _tag: "Body",
  status,
  headers,
  text: typeof said === "string" ? said : JSON.stringify(said)
})

const stream = (...events: ReadonlyArray<string>): Classify.Exchange => {
  const reader = EventStream.make(1_000_000)
  for (const text of events) reader.push(text)
  reader.end()
  return { _tag: "Stream", status: 200, headers: {}, transcript: reader.transcript }
}

/** A stream that was listened to no longer, for whatever reason. */
const torn = (...events: ReadonlyArray<string>): Classify.Exchange => {
  const reader = EventStream.make(1_000_000)
  for (const text of events) reader.push(text)
  return { _tag: "Stream", status: 200, headers: {}, transcript: reader.transcript }
}

const usage = new Usage({ promptTokens: 14, completionTokens: 163, cost: 0.00042 })
const generationId = "gen-1724150000-Xy7"

const answered = (text: string, more: object = {}) =>
  Either.right(new Answer({ text, model: MODEL, finishReason: "stop", generationId, usage, ...more }))

/** A failure of an exchange that told nothing else. */
const failed = (reason: Reason, more: Partial<Classify.Failure> = {}) => Either.left({ reason, ...more })

/** The text that had come before a failure. */
const partial = (text: string, more: object = {}) => ({
  partial: new Answer({ text, model: MODEL, generationId, ending: "implied", ...more })
})

const cutOff = (more: Partial<CutOff> = {}) =>
  new CutOff({ because: "token-limit", finishReason: "length", maxCompletionTokens: 4096, ...more })

const rejected = (status: number, message: string, more: object = {}) =>
  failed(new Rejected({ status, message, fallbackModels: [], ...more }))

const serverFailed = (status: number, message: string, because?: ServerFailed["because"]) =>
  failed(new ServerFailed({ status, message, ...(because === undefined ? {} : { because }) }))

const limited = (scope: RateLimited["scope"], message: string, retryAt?: number, status = 429) =>
  failed(
    new RateLimited({ status, scope, message, hinted: retryAt !== undefined }),
    retryAt === undefined ? {} : { retryAt }
  )

/** A limit that is said to be the model's own. */
const upstream = (message: string, retryAt?: number) =>
  failed(
    new RateLimited({ status: 429, scope: "model", message, hinted: retryAt !== undefined, upstream: true }),
    retryAt === undefined ? {} : { retryAt }
  )

/** Shape 1: the error object that OpenRouter has sent from the beginning. */
const shape1 = (code: unknown, message: string, metadata: object | null = null) => ({
  error: { code, message, metadata },
  user_id: "user_2abc"
})

/** Shape 2: an availability failure, without `code`. */
const shape2 = (http_status: number, code: string, availability: object = {}, error_type = "not_found") => ({
  error: {
    message: `no luck: ${code}`,
    error_type,
    http_status,
    availability: { code, requested_models: [MODEL], docs_url: "https://openrouter.ai/docs/errors", ...availability },
    metadata: { error_type }
  }
})

/** Shape 4: half an answer, and an error beside it. */
const shape4 = (error: object) => ({
  id: generationId,
  model: MODEL,
  choices: [{ index: 0, finish_reason: "error", message: { role: "assistant", content: "def exec" }, error }]
})

/** Shape 5: the last chunk of a stream whose provider broke off. */
const shape5 = (error: object) =>
  event({
    id: generationId,
    model: MODEL,
    error,
    choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }]
  })

const cases = (
  rows: ReadonlyArray<readonly [name: string, exchange: Classify.Exchange, expected: ReturnType<typeof classify>]>
) => {
  for (const [name, exchange, expected] of rows) it(name, () => deepStrictEqual(classify(exchange), expected))
}

describe("the five shapes of a failure", () => {
  cases([
    [
      "1: a bad status with an error object",
      body(429, shape1(429, "Rate limit exceeded")),
      limited("model", "Rate limit exceeded")
    ],
    [
      "1: what the provider said is told with it",
      body(400, shape1(400, "Provider returned error", { raw: "unknown field `seed`", provider_name: "Chutes" })),
      rejected(400, "Provider returned error (unknown field `seed`)")
    ],
    [
      "1: the code in the body goes before the status of the exchange",
      body(500, shape1(401, "No auth credentials found")),
      failed(new AccountRefused({ status: 401, detail: "No auth credentials found" }))
    ],
    [
      "2: an availability failure, whose status is http_status",
      body(400, shape2(404, "no_endpoints", { retryable: false })),
      rejected(404, "no luck: no_endpoints", { errorType: "not_found" })
    ],
    [
      "2: without code and http_status it is the status of the exchange",
      body(503, {
        error: { message: "none left", availability: { code: "temporarily_unavailable", retryable: true } }
      }),
      serverFailed(503, "none left")
    ],
    [
      "2: a code goes before http_status",
      body(200, { error: { code: 503, http_status: 404, message: "both" } }),
      serverFailed(503, "both")
    ],
    [
      "3: an error object inside HTTP 200",
      body(200, shape1(502, "Provider returned error")),
      serverFailed(502, "Provider returned error")
    ],
    ["3: a limit inside HTTP 200", body(200, shape1(429, "slow down")), limited("model", "slow down")],
    ["3: a rejection inside HTTP 200", body(200, shape1(400, "context too long")), rejected(400, "context too long")],
    [
      "4: an error beside half an answer",
      body(200, shape4({ code: 502, message: "Upstream idle", metadata: { error_type: "provider_unavailable" } })),
      failed(new ServerFailed({ status: 502, message: "Upstream idle" }), {
        generationId,
        ...partial("def exec", { finishReason: "error" })
      })
    ],
    [
      "4: with nothing but the type to go by",
      body(200, shape4({ message: "busy", metadata: { error_type: "provider_overloaded" } })),
      failed(new ServerFailed({ status: 529, message: "busy" }), {
        generationId,
        ...partial("def exec", { finishReason: "error" })
      })
    ],
    [
      "4: a finish that says error, with no error",
      body(200, completion({ content: "def exec" }, "error")),
      failed(new ServerFailed({ status: 200, message: "the provider broke off without saying why" }), {
        generationId,
        usage,
        ...partial("def exec", { finishReason: "error", usage })
      })
    ],
    [
      "5: an error as the last chunk of a stream",
      stream(says("def exec"), shape5({ code: 504, message: "Provider timed out" })),
      failed(new ServerFailed({ status: 504, message: "Provider timed out" }), {
        generationId,
        ...partial("def exec", { finishReason: "error" })
      })
    ],
    [
      "5: its code as a string with a number",
      stream(says("def"), shape5({ code: "429", message: "slow down" })),
      failed(new RateLimited({ status: 429, scope: "model", message: "slow down", hinted: false }), {
        generationId,
        ...partial("def", { finishReason: "error" })
      })
    ],
    [
      "5: its code as a name that is known",
      stream(says("def"), shape5({ code: "rate_limit_exceeded", message: "slow down" })),
      failed(new RateLimited({ status: 429, scope: "model", message: "slow down", hinted: false }), {
        generationId,
        ...partial("def", { finishReason: "error" })
      })
    ],
    [
      // Nobody knows what it means, but it came after the provider had started: that is a failure of the provider.
      "5: its code as a name that is not",
      stream(says("def"), shape5({ code: "server_error", message: "Provider disconnected unexpectedly" })),
      failed(new ServerFailed({ status: 200, message: "Provider disconnected unexpectedly" }), {
        generationId,
        ...partial("def", { finishReason: "error" })
      })
    ],
    [
      "5: what an error in a stream has cost is kept",
      stream(
        says("def"),
        event({
          ...chunk({ content: "" }, "error"),
          error: { code: 502, message: "gone" },
          usage: { completion_tokens: 9 }
        })
      ),
      failed(new ServerFailed({ status: 502, message: "gone" }), {
        generationId,
        usage: new Usage({ promptTokens: 0, completionTokens: 9 }),
        ...partial("def", { finishReason: "error", usage: new Usage({ promptTokens: 0, completionTokens: 9 }) })
      })
    ]
  ])
})

describe("statuses", () => {
  const said = (status: number) => body(status, shape1(status, "said"))
  const bare = (status: number) => body(status, "")
  for (const status of [
    408, 409, 425, 498, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530,
    // Not in any list: HTTP says that an unknown status means what the first of its hundred means.
    506, 507, 508, 528, 599
  ]) {
    it(`${status} passes by itself`, () => {
      deepStrictEqual(classify(said(status)), serverFailed(status, "said"))
      deepStrictEqual(classify(bare(status)), serverFailed(status, `HTTP ${status}`))
    })
  }
  // 501 and 505 say that the server will never be able to. A redirection is not followed: it would carry the key along.
  for (const status of [
    301, 302, 304, 307, 308, 400, 403, 404, 405, 410, 412, 413, 418, 422, 424, 431, 451, 501, 505
  ]) {
    it(`${status} is final for the model`, () => {
      deepStrictEqual(classify(said(status)), rejected(status, "said"))
      deepStrictEqual(classify(bare(status)), rejected(status, `HTTP ${status}`))
    })
  }
  cases([
    ["401 is final for the run", said(401), failed(new AccountRefused({ status: 401, detail: "said" }))],
    ["402 is final for the run", said(402), failed(new AccountRefused({ status: 402, detail: "said" }))],
    [
      "402 with Retry-After is a limit of the account",
      body(402, shape1(402, "said"), { "retry-after": "30" }),
      limited("account", "said", NOW + 30_000, 402)
    ],
    [
      // Gateways put that on every answer; it says when a window of requests ends, not when there is money again.
      "402 with a reset of requests is no limit",
      body(402, shape1(402, "said"), { "x-ratelimit-reset": "60" }),
      failed(new AccountRefused({ status: 402, detail: "said" }))
    ],
    [
      "401 with Retry-After is still final",
      body(401, shape1(401, "said"), { "retry-after": "30" }),
      failed(new AccountRefused({ status: 401, detail: "said" }), { retryAt: NOW + 30_000 })
    ],
    ["429 without a hint", said(429), limited("model", "said")],
    ["429 with one", body(429, shape1(429, "said"), { "retry-after": "90" }), limited("model", "said", NOW + 90_000)],
    [
      "503 with a hint tells it",
      body(503, shape1(503, "said"), { "retry-after": "7" }),
      failed(new ServerFailed({ status: 503, message: "said" }), { retryAt: NOW + 7_000 })
    ],
    [
      "502 beside a window of requests does not wait for it",
      body(502, shape1(502, "said"), { "x-ratelimit-reset": "3600" }),
      serverFailed(502, "said")
    ]
  ])
})

describe("types of errors", () => {
  // By its name alone, as it comes inside a stream.
  const inside = (error_type: string) => body(200, { error: { message: "said", metadata: { error_type } } })
  for (const [type, status] of [
    ["context_length_exceeded", 400],
    ["max_tokens_exceeded", 400],
    ["token_limit_exceeded", 400],
    ["string_too_long", 400],
    ["invalid_request", 400],
    ["invalid_prompt", 400],
    ["permission_denied", 403],
    ["not_found", 404],
    ["precondition_failed", 412],
    ["payload_too_large", 413],
    ["unprocessable", 422]
  ] as const) {
    it(`${type} is final for the model`, () =>
      deepStrictEqual(classify(inside(type)), rejected(status, "said", { errorType: type })))
  }
  for (const [type, status] of [
    ["provider_overloaded", 529],
    ["provider_unavailable", 503],
    ["server", 500],
    ["timeout", 504]
  ] as const) {
    it(`${type} passes by itself`, () => deepStrictEqual(classify(inside(type)), serverFailed(status, "said")))
  }
  for (const [type, status] of [
    ["authentication", 401],
    ["payment_required", 402]
  ] as const) {
    it(`${type} is final for the run`, () =>
      deepStrictEqual(classify(inside(type)), failed(new AccountRefused({ status, detail: "said" }))))
  }
  for (const type of ["content_policy_violation", "refusal"]) {
    it(`${type} is a refusal, whatever the status`, () => {
      deepStrictEqual(classify(inside(type)), failed(new Refused({ message: "said" })))
      deepStrictEqual(
        classify(body(403, shape1(403, "said", { error_type: type }))),
        failed(new Refused({ message: "said" }))
      )
    })
  }
  cases([
    ["rate_limit_exceeded is a limit", inside("rate_limit_exceeded"), limited("model", "said")],
    ["unmapped, with no code, is the provider's", inside("unmapped"), serverFailed(200, "said")],
    // Images are never asked for, so their six types are as unknown as any other.
    ["image_too_small, with no code, too", inside("image_too_small"), serverFailed(200, "said")],
    [
      "unmapped, with a code, is what the code says",
      body(200, { error: { code: 400, message: "said", metadata: { error_type: "unmapped" } } }),
      rejected(400, "said", { errorType: "unmapped" })
    ],
    [
      "behind one that is not known a known one is heard",
      body(200, { error: { code: "not_found", message: "said", metadata: { error_type: "unmapped" } } }),
      rejected(404, "said", { errorType: "unmapped" })
    ],
    [
      "beside error as a field of its own",
      body(200, { error: { message: "said", error_type: "not_found" } }),
      rejected(404, "said", { errorType: "not_found" })
    ],
    [
      "with a bad status the status decides",
      body(503, { error: { message: "said", metadata: { error_type: "invalid_request" } } }),
      serverFailed(503, "said")
    ],
    // Names that every object has by itself are names like others.
    ["constructor is a type like any other", inside("constructor"), serverFailed(200, "said")],
    ["__proto__ is one, too", inside("__proto__"), serverFailed(200, "said")]
  ])
})

describe("codes of availability", () => {
  const errorType = "not_found"
  for (const [code, status] of [
    ["model_not_found", 400],
    ["wrong_endpoint", 400],
    ["no_endpoints", 404],
    ["model_deprecated", 404],
    ["model_unavailable_upstream", 404],
    ["region_restricted", 403],
    ["privacy_restricted", 404],
    ["constraint_filtered", 404],
    ["free_variant_ended", 404]
  ] as const) {
    it(`${code} is final for the model`, () => {
      const expected = rejected(status, `no luck: ${code}`, { errorType })
      deepStrictEqual(classify(body(status, shape2(status, code, { retryable: false }))), expected)
      deepStrictEqual(classify(body(status, shape2(status, code))), expected)
      deepStrictEqual(classify(body(200, shape2(status, code, { retryable: false }))), expected)
    })
  }
  cases([
    [
      "capacity_exhausted concerns its model",
      body(429, shape2(429, "capacity_exhausted", { retryable: true, retry_after: 12 }, "rate_limit_exceeded")),
      upstream("no luck: capacity_exhausted", NOW + 12_000)
    ],
    [
      "temporarily_unavailable passes by itself",
      body(503, shape2(503, "temporarily_unavailable", { retryable: true, retry_after: 3 })),
      failed(new ServerFailed({ status: 503, message: "no luck: temporarily_unavailable" }), { retryAt: NOW + 3_000 })
    ],
    [
      "retryable is believed against the status: it passes",
      body(404, shape2(404, "no_endpoints", { retryable: true })),
      serverFailed(404, "no luck: no_endpoints")
    ],
    [
      "retryable is believed against the status: a 503 does not pass",
      body(503, shape2(503, "temporarily_unavailable", { retryable: false })),
      rejected(503, "no luck: temporarily_unavailable", { errorType })
    ],
    [
      "retryable is believed against the status: a 429 does not pass",
      body(429, shape2(429, "capacity_exhausted", { retryable: false, retry_after: 12 })),
      rejected(429, "no luck: capacity_exhausted", { errorType })
    ],
    [
      "retryable that is no boolean is not believed",
      body(503, shape2(503, "temporarily_unavailable", { retryable: "false" })),
      serverFailed(503, "no luck: temporarily_unavailable")
    ],
    [
      "the models to use instead are named",
      body(404, shape2(404, "free_variant_ended", { retryable: false, fallback_models: ["a/b", 7, null, "c/d"] })),
      rejected(404, "no luck: free_variant_ended", { errorType, fallbackModels: ["a/b", "c/d"] })
    ]
  ])
})

describe("whom a limit concerns", () => {
  const limit = (metadata: object, message = "Rate limit exceeded") => body(429, shape1(429, message, metadata))
  cases([
    [
      "every free model, today",
      limit({ limit_source: "openrouter_free_tier_daily" }),
      limited("free-per-day", "Rate limit exceeded")
    ],
    [
      "every free model, this minute",
      limit({ limit_source: "openrouter_free_tier_per_minute" }),
      limited("free-per-minute", "Rate limit exceeded")
    ],
    [
      "a capacity that is shared: its model",
      limit({ limit_source: "openrouter_shared_capacity" }),
      upstream("Rate limit exceeded")
    ],
    [
      "the provider's pool: its model",
      limit({ limit_source: "upstream_provider_shared_pool" }),
      upstream("Rate limit exceeded")
    ],
    [
      "a source that nobody knows: its model",
      limit({ limit_source: "elsewhere" }),
      limited("model", "Rate limit exceeded")
    ],
    [
      "by the message: today",
      limit({}, "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day"),
      limited(
        "free-per-day",
        "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day"
      )
    ],
    [
      "by the message: this minute",
      limit({}, "Rate limit exceeded: free-models-per-min."),
      limited("free-per-minute", "Rate limit exceeded: free-models-per-min.")
    ],
    [
      "by the message: its model",
      limit({}, "Rate limit exceeded: limit_rpm/meta-llama/llama-3.2-3b-instruct/8"),
      upstream("Rate limit exceeded: limit_rpm/meta-llama/llama-3.2-3b-instruct/8")
    ],
    [
      "by the message: the provider",
      limit({}, "llama is temporarily rate-limited upstream. Please retry shortly"),
      upstream("llama is temporarily rate-limited upstream. Please retry shortly")
    ],
    [
      "the source goes before the message",
      limit({ limit_source: "openrouter_shared_capacity" }, "free-models-per-day"),
      upstream("free-models-per-day")
    ],
    [
      "the daily one tells when it resets",
      limit({
        limit_source: "openrouter_free_tier_daily",
        headers: {
          "X-RateLimit-Limit": "50",
          "X-RateLimit-Remaining": "0",
          "X-RateLimit-Reset": String(NOW + 43_200_000)
        }
      }),
      limited("free-per-day", "Rate limit exceeded", NOW + 43_200_000)
    ]
  ])
})

const CLOUDFLARE = `<!DOCTYPE html>
<!--[if lt IE 7]> <html class="no-js ie6 oldie" lang="en-US"> <![endif]-->
<head><title>openrouter.ai | 502: Bad gateway</title>
<style type="text/css">body{margin:0;padding:0}</style>
<script>(function(){if (window.a < 1) { go("</p>") }})()</script></head>
<body><div id="cf-wrapper">\r\n<h1>Bad gateway</h1>\t<p>Error code 502</p></div></body></html>`

describe("bodies that are not what the API promises", () => {
  cases([
    [
      "a page of HTML from an edge, told by its text",
      body(502, CLOUDFLARE, { "content-type": "text/html" }),
      serverFailed(502, "openrouter.ai | 502: Bad gateway Bad gateway Error code 502")
    ],
    ["nginx", body(413, "<html>\r\n<head><title>413</title></head></html>\r\n"), rejected(413, "413")],
    ["plain text", body(503, "upstream connect error"), serverFailed(503, "upstream connect error")],
    ["angle brackets in a sentence stay", body(400, shape1(400, "no <think> here")), rejected(400, "no <think> here")],
    [
      "HTML behind a good status",
      body(200, "<html>hello</html>"),
      failed(new MalformedAnswer({ message: "the answer is not JSON: hello" }))
    ],
    [
      "JSON that is cut off",
      body(200, '{"id":"gen-1","choices":[{"message":{"content":"def'),
      failed(new ConnectionFailed({ message: "the answer broke off in the middle of its JSON" }), {
        generationId: "gen-1",
        partial: new Answer({ text: "def", model: MODEL, generationId: "gen-1", ending: "implied" })
      })
    ],
    [
      "JSON that is cut off behind a bad status: the status decides",
      body(429, '{"error":{"code":429,"mess', { "retry-after": "5" }),
      limited("model", '{"error":{"code":429,"mess', NOW + 5_000)
    ],
    ["a list", body(200, "[]"), failed(new MalformedAnswer({ message: "the answer is not a JSON object: []" }))],
    ["null", body(200, "null"), failed(new EmptyAnswer({ message: "the body is blank" }))],
    ["an empty string", body(200, ' "" '), failed(new EmptyAnswer({ message: "the body is blank" }))],
    ["a string", body(200, '"no"'), failed(new MalformedAnswer({ message: 'the answer is not a JSON object: "no"' }))],
    [
      "a proxy's word of an outage as a string",
      body(200, '"upstream connect error or disconnect/reset before headers"'),
      serverFailed(503, '"upstream connect error or disconnect/reset before headers"')
    ],
    ["a number", body(500, "42"), serverFailed(500, "42")],
    // White space is sent while a provider works. When then nothing comes, that is an answer with nothing in it.
    ["white space", body(200, " \n \n "), failed(new EmptyAnswer({ message: "the body is blank" }))],
    ["nothing", body(200, ""), failed(new EmptyAnswer({ message: "the body is blank" }))],
    ["an object with nothing in it", body(200, {}), failed(new EmptyAnswer({ message: "the answer has no choices" }))],
    [
      "choices that are no list",
      body(200, { choices: "none" }),
      failed(new EmptyAnswer({ message: "the answer has no choices" }))
    ],
    [
      "an error that is null is none",
      body(200, { error: null }),
      failed(new EmptyAnswer({ message: "the answer has no choices" }))
    ],
    [
      "an error that is blank is none",
      body(200, { error: " " }),
      failed(new EmptyAnswer({ message: "the answer has no choices" }))
    ],
    [
      "an error that says nothing is one",
      body(200, { error: {} }),
      serverFailed(200, "the server reports an error without details")
    ],
    // A string is what a server says that does not know the path: it will not know it the next time either.
    [
      "an error that is a string",
      body(200, { error: "Unexpected endpoint or method. (POST /chat/completions)" }),
      rejected(200, "Unexpected endpoint or method. (POST /chat/completions)")
    ],
    [
      "an error that is a string, with a bad status",
      body(500, { error: "model crashed" }),
      serverFailed(500, "model crashed")
    ],
    ["a code of the provider's own is no status", body(429, shape1("1302", "too many")), limited("model", "too many")],
    ["a code of 200 is no failure's", body(503, shape1(200, "odd")), serverFailed(503, "odd")],
    ["a code that is null", body(404, shape1(null, "gone")), rejected(404, "gone")],
    ["a code that is an object", body(404, shape1({ a: 1 }, "gone")), rejected(404, "gone")],
    [
      "a message that is no string",
      body(404, { error: { code: 404, message: { en: "gone" } } }),
      rejected(404, "en: gone")
    ],
    [
      "names with control characters lose them, too",
      body(404, { error: { type: "a\u001b[2Jb", message: "gone", availability: { fallback_models: ["c\nd"] } } }),
      rejected(404, "gone", { errorType: "a [2Jb", fallbackModels: ["c d"] })
    ],
    [
      "a message with control characters and a thousand lines becomes one short line",
      body(400, shape1(400, `\u001b[31mbad\u0007\n\r\n${"x".repeat(1_000)}`)),
      rejected(400, `[31mbad ${"x".repeat(291)}…`)
    ]
  ])
})

describe("other servers", () => {
  cases([
    [
      "Ollama: no such model",
      body(404, {
        error: { message: 'model "x" not found, try pulling it first', type: "api_error", param: null, code: null }
      }),
      rejected(404, 'model "x" not found, try pulling it first', { errorType: "api_error" })
    ],
    [
      "Ollama: the queue is full",
      body(503, { error: { message: "server busy, please try again", type: "api_error", param: null, code: null } }),
      serverFailed(503, "server busy, please try again", "crowded")
    ],
    [
      "vLLM: no such model",
      body(404, {
        error: { message: "The model `x` does not exist.", type: "NotFoundError", param: "model", code: 404 }
      }),
      rejected(404, "The model `x` does not exist.", { errorType: "NotFoundError" })
    ],
    [
      "older vLLM: the fields of the error are the body's",
      body(400, { object: "error", message: "too long", type: "BadRequestError", param: null, code: 400 }),
      rejected(400, "too long", { errorType: "BadRequestError" })
    ],
    [
      "older vLLM, inside a stream",
      stream(
        says("def"),
        event({ object: "error", message: "engine died", type: "InternalServerError", param: null, code: 500 })
      ),
      failed(new ServerFailed({ status: 500, message: "engine died" }), { generationId, ...partial("def") })
    ],
    [
      "the same without its object",
      body(200, { message: "too long", type: "BadRequestError", param: null, code: 400 }),
      rejected(400, "too long", { errorType: "BadRequestError" })
    ],
    ["FastAPI", body(404, { detail: "Not Found" }), rejected(404, "Not Found")],
    ["LM Studio", body(400, { error: "No models loaded." }), rejected(400, "No models loaded.")],
    [
      "llama.cpp: loading",
      body(503, { error: { code: 503, message: "Loading model", type: "unavailable_error" } }),
      serverFailed(503, "Loading model", "loading")
    ],
    [
      "llama.cpp: a wrong key",
      body(401, { error: { code: 401, message: "Invalid API Key", type: "authentication_error" } }),
      failed(new AccountRefused({ status: 401, detail: "Invalid API Key" }))
    ],
    [
      "a plain answer without usage, cost, or id",
      body(200, { model: MODEL, choices: [{ message: { content: "x = 1" }, finish_reason: "stop" }] }),
      Either.right(new Answer({ text: "x = 1", model: MODEL, finishReason: "stop" }))
    ],
    [
      "tokens without a cost: unknown is not zero",
      body(200, completion({ content: "x" }, "stop", { usage: { prompt_tokens: 3, completion_tokens: 4 } })),
      answered("x", { usage: new Usage({ promptTokens: 3, completionTokens: 4 }) })
    ],
    [
      "a cost below zero is unknown",
      body(200, completion({ content: "x" }, "stop", { usage: { prompt_tokens: 3, completion_tokens: 4, cost: -3 } })),
      answered("x", { usage: new Usage({ promptTokens: 3, completionTokens: 4 }) })
    ],
    [
      "a cost of zero is known",
      body(200, completion({ content: "x" }, "stop", { usage: { prompt_tokens: 3, completion_tokens: 4, cost: 0 } })),
      answered("x", { usage: new Usage({ promptTokens: 3, completionTokens: 4, cost: 0 }) })
    ],
    [
      "an event stream that is a plain error",
      stream('{"error":{"code":429,"message":"quota"}}\n'),
      limited("model", "quota")
    ],
    [
      "an event stream that is a plain answer",
      stream(`${JSON.stringify(completion({ content: "x = 1" }))}\n`),
      answered("x = 1")
    ]
  ])
  for (const field of ["reasoning", "reasoning_content", "thinking"]) {
    it(`what is only in ${field} is an answer that nobody vouches for`, () =>
      deepStrictEqual(
        classify(body(200, completion({ content: "", [field]: "let me think" }))),
        answered("let me think", { ending: "implied", thoughts: true })
      ))
  }
})

describe("good answers, and such as look like one", () => {
  const empty = (message: string) => failed(new EmptyAnswer({ message }), { generationId, usage })
  cases([
    ["a string", body(200, completion({ content: "x = 1" })), answered("x = 1")],
    [
      "parts, of which only the text is the answer",
      body(
        200,
        completion({
          content: [
            { type: "thinking", text: "hm" },
            { type: "text", text: "x " },
            { text: "= 1" },
            { type: "image_url", image_url: {} },
            null
          ]
        })
      ),
      answered("x = 1")
    ],
    ["beside thoughts", body(200, completion({ content: "x", reasoning: "hm" })), answered("x")],
    ["null", body(200, completion({ content: null })), empty("the answer is empty")],
    ["blank", body(200, completion({ content: " \n" })), empty("the answer is empty")],
    ["missing", body(200, completion({})), empty("the answer is empty")],
    ["a number", body(200, completion({ content: 7 })), empty("the answer is empty")],
    [
      "thoughts only",
      body(200, completion({ content: null, reasoning: "hm" })),
      answered("hm", { ending: "implied", thoughts: true })
    ],
    ["no choices", body(200, completion({}, "stop", { choices: [] })), empty("the answer has no choices")],
    [
      "a call of a tool",
      body(200, completion({ content: null, tool_calls: [{}] }, "tool_calls")),
      empty("the answer is empty")
    ],
    [
      "refused in words",
      body(200, completion({ content: null, refusal: "I can't help\nwith that." })),
      failed(new Refused({ message: "I can't help with that." }), { generationId, usage })
    ],
    [
      "stopped by a filter, in the middle",
      body(200, completion({ content: "def exec" }, "content_filter")),
      failed(new Refused({ message: "a content filter stopped the answer" }), {
        generationId,
        usage,
        ...partial("def exec", { finishReason: "content_filter", usage })
      })
    ],
    [
      "cut off",
      body(200, completion({ content: "def exec" }, "length")),
      failed(cutOff(), { generationId, usage, ...partial("def exec", { finishReason: "length", usage }) })
    ],
    [
      "cut off, as an object says",
      body(200, completion({ content: "def exec" }, { type: "length", length: 4096 })),
      failed(cutOff(), { generationId, usage, ...partial("def exec", { finishReason: "length", usage }) })
    ],
    [
      "cut off, as an object says in a body that itself breaks off",
      body(200, `${JSON.stringify(completion({ content: "x" }, { type: "length" })).split('"usage"')[0]}`),
      failed(cutOff(), { generationId, ...partial("x", { finishReason: "length" }) })
    ],
    [
      "whole, as an object says",
      stream(says("x"), event(chunk({}, { type: "stop", matched: 2 })), counts, DONE),
      answered("x")
    ],
    [
      "cut off while it still reasoned: more room is what helps",
      body(200, completion({ content: "", reasoning: "hm" }, "length")),
      failed(cutOff({ reasoning: true }), {
        generationId,
        usage,
        ...partial("hm", { finishReason: "length", usage, thoughts: true })
      })
    ],
    [
      "a finish that nobody knows",
      body(200, completion({ content: "x" }, "eos_token")),
      answered("x", { finishReason: "eos_token" })
    ],
    [
      "a plain body whose finish is null was read to its end",
      body(200, completion({ content: "x" }, null)),
      Either.right(new Answer({ text: "x", model: MODEL, generationId, usage, ending: "contested" }))
    ],
    [
      "a finish that is no string",
      body(200, completion({ content: "x" }, 3)),
      Either.right(new Answer({ text: "x", model: MODEL, generationId, usage, ending: "contested" }))
    ],
    [
      "another model served it, and it says so",
      body(200, completion({ content: "x" }, "stop", { model: "qwen/qwen-2.5-7b" })),
      answered("x", { model: "qwen/qwen-2.5-7b" })
    ],
    [
      "the model is not said: the one that was asked",
      body(200, completion({ content: "x" }, "stop", { model: "" })),
      answered("x")
    ],
    [
      "fields that nobody knows",
      body(200, completion({ content: "x", audio: {}, annotations: [1] }, "stop", { system_fingerprint: "fp" })),
      answered("x")
    ],
    [
      "a code and a message beside choices are a gateway's, and no error",
      body(200, completion({ content: "x" }, "stop", { code: 0, message: "success" })),
      answered("x")
    ],
    [
      "the id of the header goes before that of the body",
      body(200, completion({ content: "x" }), { "x-generation-id": "gen-header" }),
      answered("x", { generationId: "gen-header" })
    ],
    [
      "names become one line",
      body(200, completion({ content: "x" }, "st\u001bop", { id: "gen\n1", model: "a\u0000b" })),
      answered("x", { finishReason: "st op", generationId: "gen 1", model: "a b" })
    ],
    ["a stream", stream(says("x "), says("= 1"), finishes("stop"), counts, DONE), answered("x = 1")],
    [
      "a stream that ends after its finish",
      stream(says("x"), finishes("stop")),
      Either.right(new Answer({ text: "x", model: MODEL, finishReason: "stop", generationId }))
    ],
    [
      "an error behind its finish takes nothing from a whole answer",
      stream(says("x"), finishes("stop"), event({ error: { code: 500, message: "no count" } })),
      Either.right(new Answer({ text: "x", model: MODEL, finishReason: "stop", generationId }))
    ],
    [
      "an event of errors there, neither",
      stream(says("x"), finishes("stop"), `event: error\n${event("no count")}`),
      Either.right(new Answer({ text: "x", model: MODEL, finishReason: "stop", generationId }))
    ],
    [
      "before its finish it does",
      stream(says("x"), `event: error\n${event("no more")}`, finishes("stop")),
      failed(new ServerFailed({ status: 200, message: "no more" }), { generationId, ...partial("x") })
    ],
    [
      "a stream whose end is only [DONE]",
      stream(says("x"), DONE),
      Either.right(new Answer({ text: "x", model: MODEL, generationId, ending: "contested" }))
    ],
    [
      "a stream that breaks off without any end",
      torn(says("def exec")),
      failed(new ConnectionFailed({ message: "the stream ended before the answer was complete" }), {
        generationId,
        ...partial("def exec")
      })
    ],
    [
      "a stream that ends in the middle of an event",
      stream(says("def exec"), 'data: {"choices":[{"delta":{"content":"ute'),
      failed(new ConnectionFailed({ message: "the stream ended before the answer was complete" }), {
        generationId,
        ...partial("def exec")
      })
    ],
    [
      "a stream that ends properly without a word about it",
      stream(says("def exec")),
      Either.right(new Answer({ text: "def exec", model: MODEL, generationId, ending: "implied" }))
    ],
    [
      "a blank finish with every chunk is no finish",
      stream(event(chunk({ content: "def" }, "")), event(chunk({ content: " exec" }, ""))),
      Either.right(new Answer({ text: "def exec", model: MODEL, generationId, ending: "implied" }))
    ],
    [
      "usage before the finish is not the end",
      torn(event(chunk({ content: "def" }, null, { usage: { prompt_tokens: 1, completion_tokens: 1 } }))),
      failed(new ConnectionFailed({ message: "the stream ended before the answer was complete" }), {
        generationId,
        usage: new Usage({ promptTokens: 1, completionTokens: 1 }),
        ...partial("def", { usage: new Usage({ promptTokens: 1, completionTokens: 1 }) })
      })
    ],
    [
      "a stream with nothing in it: a break",
      stream(),
      failed(new ConnectionFailed({ message: "the stream ended before the answer was complete" }))
    ],
    ["a stream of [DONE] alone", stream(DONE), failed(new EmptyAnswer({ message: "the answer has no choices" }))],
    [
      "a refusal in pieces",
      stream(event(chunk({ refusal: "I can't " })), event(chunk({ refusal: "do that." })), finishes("stop"), DONE),
      failed(new Refused({ message: "I can't do that." }), { generationId })
    ],
    [
      "a stream that is cut off",
      stream(says("def"), finishes("length"), counts, DONE),
      failed(cutOff(), { generationId, usage, ...partial("def", { finishReason: "length", usage }) })
    ]
  ])

  describe("what used up the room", () => {
    const reasoningOf = (message: object, more: object = {}) => {
      const judged = classify(body(200, completion(message, "length", more)))
      return Either.isLeft(judged) && judged.left.reason._tag === "CutOff" ? judged.left.reason.reasoning : "no cut"
    }
    const counted = (reasoning_tokens: number) => ({
      usage: { prompt_tokens: 1, completion_tokens: 100, completion_tokens_details: { reasoning_tokens } }
    })
    for (const [name, message, more, expected] of [
      ["no text, and thoughts", { content: "", reasoning: "hm" }, {}, true],
      ["no text, and nothing else", { content: null }, {}, true],
      ["hardly any text", { content: "def", reasoning: "h".repeat(30) }, {}, true],
      ["more text than that", { content: "def exec", reasoning: "h".repeat(30) }, {}, undefined],
      ["thoughts that are only counted", { content: "def" }, counted(90), true],
      ["fewer of them", { content: "def" }, counted(89), undefined],
      ["thoughts in the text, without end", { content: "<think>so we" }, {}, true],
      ["thoughts of another kind", { content: "<seed:think>so we" }, {}, true],
      ["thoughts in the text, with an end", { content: "<think>so</think>def" }, {}, undefined],
      ["text alone", { content: "def" }, {}, undefined]
    ] as const) {
      it(name, () => deepStrictEqual(reasoningOf(message, more), expected))
    }
  })

  it("cut off at a ceiling that nobody asked for", () =>
    deepStrictEqual(
      classify(body(200, completion({ content: "def" }, "length")), { model: MODEL }),
      failed(new CutOff({ because: "token-limit", finishReason: "length" }), {
        generationId,
        usage,
        ...partial("def", { finishReason: "length", usage })
      })
    ))
})

describe("exchanges without an answer", () => {
  cases([
    ...(["connect", "first-token", "silence", "attempt"] as const).map(
      (clock) =>
        [
          `the clock ${clock} fired`,
          { _tag: "ClockFired", clock, limitMs: 10_000 },
          failed(new TimedOut({ clock, limitMs: 10_000 }))
        ] as const
    ),
    [
      "the network failed",
      { _tag: "Broken", message: "read\nECONNRESET" },
      failed(new ConnectionFailed({ message: "read ECONNRESET" }))
    ],
    ["too large", { _tag: "TooLarge", limitBytes: 100 }, failed(new AnswerTooLarge({ limitBytes: 100 }))]
  ])
})
