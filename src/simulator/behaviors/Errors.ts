/** Failures that say so, in every shape: with the status they belong to, with 200, in a choice, in a stream, or as HTML. */
import type * as Call from "../Call.js"
import * as Completion from "../Completion.js"
import * as Failure from "../Failure.js"
import * as Reply from "../Reply.js"
import * as Sse from "../Sse.js"
import * as Wire from "../Wire.js"

/** Status, the name in `error.metadata.error_type`, and a sentence. */
const STATUSES: ReadonlyArray<readonly [number, string, string]> = [
  [400, "invalid_request", "Provider returned error: unsupported parameter"],
  [401, "authentication", "User not found."],
  [402, "payment_required", "Insufficient credits. Add more using https://openrouter.ai/credits"],
  [403, "permission_denied", "This model is not available to your account"],
  [404, "not_found", "No endpoints found for this model"],
  [408, "timeout", "Request timed out"],
  [413, "payload_too_large", "Request body is too large"],
  [422, "unprocessable", "The request could not be processed"],
  [429, "rate_limit_exceeded", "Rate limit exceeded"],
  [500, "server", "Internal Server Error"],
  [502, "provider_unavailable", "Provider returned error"],
  [503, "provider_unavailable", "No instances available"],
  [504, "timeout", "Provider timed out"],
  [520, "unmapped", "Web server returned an unknown error"],
  [521, "unmapped", "Web server is down"],
  [522, "unmapped", "Connection timed out"],
  [523, "unmapped", "Origin is unreachable"],
  [524, "unmapped", "A timeout occurred"],
  [525, "unmapped", "SSL handshake failed"],
  [526, "unmapped", "Invalid SSL certificate"],
  [527, "unmapped", "Railgun error"],
  [529, "provider_overloaded", "Provider is overloaded"],
  [530, "unmapped", "Origin DNS error"]
]

/** Every name of `error.metadata.error_type` with a status that it comes with. */
const TYPES: ReadonlyArray<readonly [string, number]> = [
  ["context_length_exceeded", 400],
  ["max_tokens_exceeded", 400],
  ["token_limit_exceeded", 400],
  ["string_too_long", 400],
  ["authentication", 401],
  ["payment_required", 402],
  ["permission_denied", 403],
  ["rate_limit_exceeded", 429],
  ["provider_overloaded", 529],
  ["provider_unavailable", 502],
  ["invalid_request", 400],
  ["invalid_prompt", 400],
  ["not_found", 404],
  ["precondition_failed", 412],
  ["payload_too_large", 413],
  ["unprocessable", 422],
  ["content_policy_violation", 400],
  ["refusal", 400],
  ["server", 500],
  ["timeout", 504],
  ["unmapped", 500]
]

/** `error.availability.code`, its status, and whether asking again may help. */
const AVAILABILITY: ReadonlyArray<readonly [string, number, boolean]> = [
  ["model_not_found", 400, false],
  ["wrong_endpoint", 400, false],
  ["no_endpoints", 404, false],
  ["model_deprecated", 404, false],
  ["model_unavailable_upstream", 404, false],
  ["capacity_exhausted", 429, true],
  ["temporarily_unavailable", 503, true],
  ["region_restricted", 403, false],
  ["privacy_restricted", 404, false],
  ["constraint_filtered", 404, false],
  ["free_variant_ended", 404, false]
]

/** Wherever an error needs a code and none is asked for: the upstream failed after it had started. */
const UPSTREAM = 502

const PARAGRAPH = "The service is temporarily unavailable. Please try again in a few minutes."
const HTML = `<!DOCTYPE html>\n<html><head><title>Error</title></head><body><h1>Error</h1><p>${PARAGRAPH}</p></body></html>\n`

const entries = <A>(rows: ReadonlyArray<A>, entry: (row: A) => readonly [string, Reply.Reply]): Reply.Table =>
  Object.fromEntries(rows.map(entry))

const error = (code: number | string, message = "Provider disconnected") => ({
  code,
  message,
  metadata: { error_type: "provider_unavailable" }
})

/** The error of the fourth shape: in the choice, with half an answer beside it. */
const inChoice = (call: Call.Call, code: number) =>
  Reply.say(call, { ...Completion.half(call, "error"), choice: { error: error(code) } })

/** The fifth shape: an event that is an error, and the end. Not streamed, it is the third. */
const inStream = (call: Call.Call, code: number | string, before: ReadonlyArray<string>): Wire.Script =>
  call.stream
    ? [
        ...Sse.opening(call),
        ...Sse.paced(call, before),
        Wire.at(call.latency),
        Wire.bytes(
          Sse.event({
            ...Completion.envelope(call, { content: "", finish: "error" }, "chat.completion.chunk"),
            error: error(code),
            choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }]
          })
        )
      ]
    : Failure.late(call, 200, { error: error(code) })

const halfway = (call: Call.Call) => Sse.deltas(call, Completion.half(call, null))

const html = (status: number) =>
  [
    `html-${status}`,
    Reply.fixed(`${status} with an HTML page`, (call) => Failure.text(call, status, "text/html; charset=UTF-8", HTML))
  ] as const

const raw = (description: string, body: (call: Call.Call) => string) =>
  Reply.fixed(description, (call) => Failure.text(call, 200, call.dialect.types.plain, body(call)))

export const table: Reply.Table = {
  ...entries(STATUSES, ([status, type, message]) => [
    `status-${status}`,
    Reply.fixed(`${status}: ${message}`, (call) => Failure.told(call, { status, message, type }))
  ]),
  ...entries(TYPES, ([type, status]) => [
    `type-${type}`,
    Reply.fixed(`${status} with OpenRouter's error_type ${type}`, (call) =>
      Failure.late(call, status, Failure.coded(status, `Request failed: ${type}`, { error_type: type }))
    )
  ]),
  ...entries(AVAILABILITY, ([code, status, retryable]) => [
    `availability-${code}`,
    Reply.fixed(`${status} in OpenRouter's newest shape: no code, availability ${code}`, (call) =>
      Failure.late(
        call,
        status,
        Failure.unavailable(call.model.id, status, "unmapped", `Request failed: ${code}`, {
          code,
          retryable,
          fallback_models: retryable ? undefined : ["sim/ok"]
        })
      )
    )
  ]),
  "error-in-200": Reply.tunable("200, the body is an error with this code", UPSTREAM, (call, code) =>
    Failure.late(call, 200, Failure.coded(code, "Provider returned error"))
  ),
  "error-code-string": Reply.tunable("200, the body is an error whose code is a string", UPSTREAM, (call, code) =>
    Failure.late(call, 200, Failure.coded(String(code), "Provider returned error"))
  ),
  "error-code-name": Reply.fixed("500, the code of the error is a name", (call) =>
    Failure.late(call, 500, Failure.coded("internal_server_error", "Internal error"))
  ),
  "error-string": Reply.fixed("200, the error is a plain string", (call) =>
    Failure.late(call, 200, { error: "Unexpected endpoint or method. (POST /chat/completions)" })
  ),
  "error-choice": Reply.tunable("200, half an answer, the error with this code is in the choice", UPSTREAM, inChoice),
  "error-chunk": Reply.tunable("half a stream, then an event with an error of this code", UPSTREAM, (call, code) =>
    inStream(call, code, halfway(call))
  ),
  "error-chunk-name": Reply.fixed("half a stream, then an event with an error whose code is a name", (call) =>
    inStream(call, "server_error", halfway(call))
  ),
  "error-chunk-first": Reply.tunable(
    "the first event of the stream is an error with this code",
    UPSTREAM,
    (call, code) => inStream(call, code, [])
  ),
  ...Object.fromEntries([200, 502, 503, 524].map(html)),
  "text-503": Reply.fixed("503 with a line of text", (call) =>
    Failure.text(call, 503, "text/plain", "upstream connect error")
  ),
  "truncated-json": raw("200, the JSON stops in the middle", (call) => {
    const body = JSON.stringify(Completion.plainBody(call, Completion.answer(call)))
    return body.slice(0, body.length / 2)
  }),
  "not-json": raw("200, the type is JSON and the body is not", () => "OK"),
  "empty-body": raw("200 without a body", () => "")
}
