/**
 * What the server did, what the caller gets, how many requests it took: every behavior of the embedded server against the
 * library with its defaults. A claim, the measurement that it is held against, and the table that people read.
 */
import { Array, Effect } from "effect"
import * as Behavior from "../../../src/simulator/Behavior.js"
import * as Names from "../../../src/simulator/Names.js"
import { against, generate, outcomes, requests, scripted, stats } from "./library.js"

export interface Result {
  /** `ok`, or the tag of the reason. */
  readonly gets: string
  readonly requests: number
}

export interface Row extends Result {
  /** In words, for the table. */
  readonly did: string
  /** Plans for a model's requests. */
  readonly plans: ReadonlyArray<string>
  /** For answers that are not streamed, where that makes a difference. */
  readonly plain?: Result
}

const once = { gets: "ok", requests: 1 }

const statuses = (...all: ReadonlyArray<number>) => all.map((status) => `status-${status}`)

export const rows: ReadonlyArray<Row> = [
  {
    did: "a good answer: bare, fenced, in prose, after thinking, in parts, padded, without usage, by another model, with unknown fields or finish reason",
    plans: Behavior.names.filter((name) => name === "ok" || name.startsWith("ok-")),
    ...once
  },
  {
    did: "a good answer of Ollama, vLLM, LM Studio, llama.cpp, LiteLLM, OpenAI, Azure, Gemini, Mistral, Groq or MiniMax",
    plans: Names.PROFILES.filter((name) => name !== "openrouter"),
    ...once
  },
  {
    did: "a good stream: CRLF, several data lines, comments, other fields, split inside characters, no final newline, no `[DONE]`, no usage",
    plans: [
      "stream-crlf",
      "stream-several-lines",
      "stream-comments",
      "stream-fields",
      "stream-split",
      "stream-no-newline",
      "stream-usage-in-finish",
      "stream-no-done",
      "stream-eof-after-finish"
    ],
    ...once
  },
  { did: "plain JSON, although a stream was asked for", plans: ["stream-ignored"], ...once },
  { did: "a complete stream that stays open", plans: ["stream-open-after-done", "stream-open-after-usage"], ...once },
  {
    did: "a stream that ends in the middle without a word",
    plans: ["stream-eof"],
    gets: "ConnectionFailed",
    requests: 4,
    plain: once
  },
  {
    did: "a stream that stays open with a finish reason, when the time of the attempt is over",
    plans: ["stream-open-after-finish"],
    ...once
  },
  {
    did: "a stream that stays open before it said that it was complete; the third one ends with a block that is closed",
    plans: ["stream-open-after-delta"],
    gets: "ok",
    requests: 3,
    plain: once
  },
  {
    did: "no program, one with a syntax error, one without `execute_trade`, half of one said to be whole, one of 1 MB",
    plans: ["no-code", "syntax-error", "wrong-name", "cut-silently", "huge-line"],
    gets: "BadCode",
    requests: 1
  },
  {
    did: "an answer cut off at the token limit, good with a higher one",
    plans: ["length-below"],
    gets: "ok",
    requests: 2
  },
  { did: "an answer cut off at every ceiling", plans: ["length"], gets: "CutOff", requests: 3 },
  {
    did: "thoughts that use up every ceiling: asked once more with all that the model can answer",
    plans: ["length-empty"],
    gets: "CutOff",
    requests: 2
  },
  {
    did: "nothing: no body, content null, empty or blank, a tool call, no choices",
    plans: [
      "empty-body",
      "content-null",
      "content-empty",
      "content-blank",
      "finish-null",
      "tool-calls",
      "empty-choices",
      "no-choices"
    ],
    gets: "EmptyAnswer",
    requests: 2
  },
  { did: "nothing, then a good answer", plans: ["content-null*1"], gets: "ok", requests: 2 },
  {
    did: "a refusal, a content filter, a violated policy",
    plans: ["refusal", "content-filter", "type-refusal", "type-content_policy_violation"],
    gets: "Refused",
    requests: 1
  },
  {
    did: "400, 403, 404, 413, 422, and every error type of theirs",
    plans: [
      ...statuses(400, 403, 404, 413, 422),
      "type-context_length_exceeded",
      "type-max_tokens_exceeded",
      "type-token_limit_exceeded",
      "type-string_too_long",
      "type-permission_denied",
      "type-invalid_request",
      "type-invalid_prompt",
      "type-not_found",
      "type-precondition_failed",
      "type-payload_too_large",
      "type-unprocessable",
      "vllm-error",
      "vllm-error-old",
      "lmstudio-error"
    ],
    gets: "Rejected",
    requests: 1
  },
  {
    did: "an availability failure that is not retryable, with or without models to use instead",
    plans: [
      "availability-model_not_found",
      "availability-wrong_endpoint",
      "availability-no_endpoints",
      "availability-model_deprecated",
      "availability-model_unavailable_upstream",
      "availability-region_restricted",
      "availability-privacy_restricted",
      "availability-constraint_filtered",
      "availability-free_variant_ended"
    ],
    gets: "Rejected",
    requests: 1
  },
  {
    did: "200 with an error that is a plain string: a wrong base URL",
    plans: ["error-string"],
    gets: "Rejected",
    requests: 1
  },
  {
    did: "401 or 402 of the key or the account, before any model was answered: ends the whole run",
    plans: ["status-401", "status-402", "type-authentication", "type-payment_required"],
    gets: "AccountRefused",
    requests: 1
  },
  {
    did: "408, 5xx, 52x, 529, 530, and every error type of theirs, as JSON, HTML or text",
    plans: [
      ...statuses(408, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530),
      "type-provider_overloaded",
      "type-provider_unavailable",
      "type-server",
      "type-timeout",
      "type-unmapped",
      "availability-temporarily_unavailable",
      "error-code-name",
      "html-502",
      "html-503",
      "html-524",
      "text-503",
      "ollama-error"
    ],
    gets: "ServerFailed",
    requests: 4
  },
  {
    did: "503: the model is being loaded, four times, then a good answer",
    plans: ["llamacpp-error*4"],
    gets: "ok",
    requests: 5
  },
  { did: "5xx twice, then a good answer", plans: ["status-503*2", "html-502*2"], gets: "ok", requests: 3 },
  {
    did: "200 with an error inside: as the body, in the choice beside half an answer, in an event of the stream",
    plans: [
      "error-in-200",
      "error-code-string",
      "error-choice",
      "error-chunk",
      "error-chunk-name",
      "error-chunk-first"
    ],
    gets: "ServerFailed",
    requests: 4
  },
  {
    did: "200 with an error inside, then a good answer",
    plans: ["error-chunk*1", "error-choice*1"],
    gets: "ok",
    requests: 2
  },
  {
    did: "200 with HTML, no JSON",
    plans: ["html-200", "not-json"],
    gets: "MalformedAnswer",
    requests: 1
  },
  { did: "200 with truncated JSON", plans: ["truncated-json"], gets: "ConnectionFailed", requests: 4 },
  { did: "the answer in the reasoning field alone", plans: ["reasoning-only"], gets: "ok", requests: 1 },
  {
    did: "429 without a usable hint: no scope, one model's, the provider's, a nonsensical or past `Retry-After`, a body of 1 MB",
    plans: [
      "status-429",
      "type-rate_limit_exceeded",
      "availability-capacity_exhausted",
      "429-retry-after-past",
      "429-retry-after-nonsense",
      "429-shared",
      "429-upstream",
      "429-untagged",
      "429-large"
    ],
    gets: "RateLimited",
    requests: 4
  },
  {
    did: "429, 503 or 402 that says when to come back, in any of the places for that, then a good answer",
    plans: [
      "429-availability*1",
      "429-retry-after*1",
      "429-retry-after-date*1",
      "429-retry-after-ms*1",
      "429-reset-ms*1",
      "429-reset-s*1",
      "429-metadata-reset-ms*1",
      "429-metadata-reset-s*1",
      "429-message*1",
      "429-per-minute*1",
      "402-retry-after*1",
      "503-retry-after*1"
    ],
    gets: "ok",
    requests: 2
  },
  {
    did: "429 that says when to come back, and says so again",
    plans: ["429-retry-after-ms"],
    gets: "RateLimited",
    requests: 7
  },
  { did: "429 for the day's quota of the `:free` models", plans: ["429-daily"], gets: "RateLimited", requests: 1 },
  {
    did: "silence: no headers, none after them, none in the middle; or keep-alive comments and padding in its place",
    plans: [
      "stall-headers",
      "stall-after-headers",
      "stall-body",
      "stall-comments",
      "stall-comments-first",
      "stall-padding"
    ],
    gets: "TimedOut",
    requests: 4
  },
  {
    did: "an answer that never ends, or comes too late",
    plans: ["endless", "late-first-token", "silence"],
    gets: "TimedOut",
    requests: 4
  },
  { did: "more than 8 MB", plans: ["huge-answer"], gets: "AnswerTooLarge", requests: 1 },
  {
    did: "a connection reset or closed, before the headers or in the middle",
    plans: ["reset-headers", "reset-body", "cut-headers", "cut-body"],
    gets: "ConnectionFailed",
    requests: 4
  },
  {
    did: "a connection reset in the middle, then a good answer",
    plans: ["reset-body*1", "cut-body*1"],
    gets: "ok",
    requests: 2
  }
]

/** Below the 5 s by which the late ones are late. */
const SHORT_TIMEOUT_MS = 4_000

/** More than an answer takes on the busiest machine: nothing waits for it. */
const LONG_TIMEOUT_MS = 60_000

/** Of each run. */
const AT_ONCE = 20

/**
 * 401 and 402 end the run that they are part of. Whether one half of a program is a program depends on which one it is,
 * which is drawn from the model's place in the run: the first program's half is none.
 */
const isAlone = ({ gets, plans }: Row): boolean => gets === "AccountRefused" || plans.includes("cut-silently")

/** What ends when the time of the attempt is over. */
const isLate = ({ gets, plans }: Row): boolean =>
  gets === "TimedOut" || plans.some((plan) => /^stream-open-after-(?:finish|delta)$/.test(plan))

const plansOf = (some: ReadonlyArray<Row>): ReadonlyArray<string> => some.flatMap(({ plans }) => plans)

const run = (stream: boolean, requestTimeout: number, plans: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const report = yield* generate({
      models: plans.map((plan) => `x/${plan}`),
      concurrency: AT_ONCE,
      requestTimeout
    })
    const seen = yield* stats
    return outcomes(report).map((gets, index): Result => ({ gets, requests: requests(seen, `x/${plans[index]}`) }))
  }).pipe(
    Effect.provide(
      against(
        scripted(Object.fromEntries(plans.map((plan) => [`x/${plan}`, plan]))),
        { stream },
        { connections: AT_ONCE }
      )
    )
  )

/** What the server's count and the report make of each row's plans. */
export const measure = (stream: boolean) =>
  Effect.gen(function* () {
    const [alone, together] = Array.partition(rows, (row) => !isAlone(row))
    const [prompt, late] = Array.partition(together, isLate)
    const runs = [
      { plans: plansOf(late), timeout: SHORT_TIMEOUT_MS },
      { plans: plansOf(prompt), timeout: LONG_TIMEOUT_MS },
      ...plansOf(alone).map((plan) => ({ plans: [plan], timeout: LONG_TIMEOUT_MS }))
    ]
    const results = yield* Effect.forEach(runs, ({ plans, timeout }) => run(stream, timeout, plans), { concurrency: 2 })
    const byPlan = new Map(runs.flatMap(({ plans }, index) => Array.zip(plans, results[index] ?? [])))
    return rows.map((row) => ({ row, results: row.plans.map((plan) => ({ plan, result: byPlan.get(plan) })) }))
  })

export const claim = (row: Row, stream: boolean): Result => {
  const { gets, requests } = stream ? row : (row.plain ?? row)
  return { gets, requests }
}
