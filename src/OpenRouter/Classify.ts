/**
 * The one place that decides what an exchange with the API came to: an answer, or a failure with its reason. Pure and
 * total: it takes what was seen on the wire, whatever that is, and sends nothing, waits for nothing, retries nothing.
 * HTTP 200 proves nothing here; half an answer, an error inside a good status and a blank one are told apart.
 */
import * as Either from "effect/Either"
import { Answer, type Usage } from "../Answer.js"
import {
  AccountRefused,
  AnswerTooLarge,
  ConnectionFailed,
  CutOff,
  EmptyAnswer,
  MalformedAnswer,
  RateLimited,
  Refused,
  Rejected,
  ServerFailed,
  TimedOut,
  type Reason,
  type Scope,
  type TimeoutClock
} from "../GenerationError.js"
import * as Lenient from "./Lenient.js"
import * as RetryHint from "./RetryHint.js"
import * as Transcript from "./Transcript.js"

/** What was seen of one exchange when it was over. */
export type Exchange =
  /** Headers came, and a body that is no event stream, read to its end. */
  | { readonly _tag: "Body"; readonly status: number; readonly headers: RetryHint.Headers; readonly text: string }
  /** Headers came, and an event stream, read until it was complete or ended. */
  | {
      readonly _tag: "Stream"
      readonly status: number
      readonly headers: RetryHint.Headers
      readonly transcript: Transcript.Transcript
    }
  | { readonly _tag: "ClockFired"; readonly clock: TimeoutClock; readonly limitMs: number }
  | { readonly _tag: "Broken"; readonly message: string }
  | { readonly _tag: "TooLarge"; readonly limitBytes: number }

export interface Asked {
  readonly model: string
  readonly maxCompletionTokens?: number | undefined
}

export interface Failure {
  readonly reason: Reason
  readonly retryAt?: number
  readonly usage?: Usage
  readonly generationId?: string
}

/** Statuses that pass by themselves, besides 429: time-outs, overload, a failing provider or edge. */
const TRANSIENT = new Set([408, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530])

/** The status that an error inside a good answer stands for, where it gives only its type. */
const STATUS_OF_TYPE: Readonly<Record<string, number>> = {
  context_length_exceeded: 400,
  max_tokens_exceeded: 400,
  token_limit_exceeded: 400,
  string_too_long: 400,
  invalid_request: 400,
  invalid_prompt: 400,
  authentication: 401,
  payment_required: 402,
  permission_denied: 403,
  not_found: 404,
  precondition_failed: 412,
  payload_too_large: 413,
  unprocessable: 422,
  rate_limit_exceeded: 429,
  server: 500,
  provider_unavailable: 503,
  timeout: 504,
  provider_overloaded: 529
}

const REFUSALS = new Set(["content_policy_violation", "refusal"])

/** `now` is in milliseconds since the epoch; hints are turned into moments with it. */
export const classify = (exchange: Exchange, asked: Asked, now: number): Either.Either<Answer, Failure> => {
  switch (exchange._tag) {
    case "ClockFired":
      return Either.left({ reason: new TimedOut({ clock: exchange.clock, limitMs: exchange.limitMs }) })
    case "Broken":
      return Either.left({ reason: new ConnectionFailed({ message: sentence(exchange.message) }) })
    case "TooLarge":
      return Either.left({ reason: new AnswerTooLarge({ limitBytes: exchange.limitBytes }) })
    case "Stream":
      return judge(exchange.status, exchange.headers, exchange.transcript, asked, now)
    case "Body": {
      const { headers, status, text } = exchange
      const json = Lenient.parse(text)
      if (json !== undefined && Lenient.isRecord(json.value)) {
        const transcript = Transcript.close(Transcript.add(Transcript.empty, json.value))
        return judge(status, headers, transcript, asked, now)
      }
      return Either.left(
        isSuccess(status)
          ? { reason: new MalformedAnswer({ message: `the answer is not JSON: ${excerpt(text)}` }) }
          : failureOf(status, headers, text, now)
      )
    }
  }
}

const judge = (
  status: number,
  headers: RetryHint.Headers,
  transcript: Transcript.Transcript,
  asked: Asked,
  now: number
): Either.Either<Answer, Failure> => {
  const generationId = headers["x-generation-id"] ?? transcript.generationId
  const facts = {
    ...(generationId === undefined ? {} : { generationId }),
    ...(transcript.usage === undefined ? {} : { usage: transcript.usage })
  }
  const fail = (reason: Reason) => Either.left({ reason, ...facts })
  const { error, finishReason } = transcript

  if (error !== undefined || !isSuccess(status)) {
    return Either.left({ ...facts, ...failureOf(status, headers, error ?? "", now) })
  }
  if (finishReason === "error") {
    return fail(new ServerFailed({ status, message: "the provider broke off without saying why" }))
  }
  if (!transcript.closed && finishReason === undefined) {
    return fail(new ConnectionFailed({ message: "the stream ended before the answer did" }))
  }
  if (finishReason === "length") {
    const { maxCompletionTokens } = asked
    return fail(new CutOff(maxCompletionTokens === undefined ? {} : { maxCompletionTokens }))
  }
  if (finishReason === "content_filter") {
    return fail(new Refused({ message: "a content filter stopped the answer" }))
  }
  if (transcript.text.trim() === "") {
    if (transcript.refusal !== "") return fail(new Refused({ message: sentence(transcript.refusal) }))
    return fail(new EmptyAnswer({ message: emptiness(transcript) }))
  }
  return Either.right(
    new Answer({
      text: transcript.text,
      model: transcript.model ?? asked.model,
      ...(finishReason === undefined ? {} : { finishReason }),
      ...facts
    })
  )
}

const emptiness = ({ choices, reasoned }: Transcript.Transcript): string => {
  if (!choices) return "the answer has no choices"
  return reasoned ? "the answer is empty: reasoning only" : "the answer is empty"
}

/** The reason behind an error object, an error string or a bare status, in this order of belief. */
const failureOf = (httpStatus: number, headers: RetryHint.Headers, error: unknown, now: number): Failure => {
  const metadata = Lenient.at(error, "metadata")
  const availability = Lenient.at(error, "availability")
  const errorType = [
    Lenient.at(metadata, "error_type"),
    Lenient.at(error, "error_type"),
    Lenient.at(error, "code"),
    Lenient.at(error, "type")
  ].find((type) => typeof type === "string" && Lenient.numeric(type) === undefined)
  const type = Lenient.string(errorType)
  const status =
    Lenient.numeric(Lenient.at(error, "code")) ??
    Lenient.numeric(Lenient.at(error, "http_status")) ??
    (isSuccess(httpStatus) && type !== undefined ? STATUS_OF_TYPE[type] : undefined) ??
    httpStatus
  const message = messageOf(error, status)
  const retryable = Lenient.at(availability, "retryable")
  const at = RetryHint.retryAt(now, headers, error)
  const hint = at === undefined ? {} : { retryAt: at }

  const rejected = (): Failure => ({
    reason: new Rejected({
      status,
      message,
      fallbackModels: Lenient.strings(Lenient.at(availability, "fallback_models")),
      ...(type === undefined ? {} : { errorType: type })
    })
  })

  if (type !== undefined && REFUSALS.has(type)) return { reason: new Refused({ message }) }
  if (retryable === false) return rejected()
  if (status === 429 || (status === 402 && at !== undefined)) {
    const source = Lenient.string(Lenient.at(metadata, "limit_source"))
    const scope = status === 402 ? "account" : scopeOf(source, message)
    const upstream =
      scope === "model" && (Lenient.at(availability, "code") === "capacity_exhausted" || isUpstream(source, message))
    return {
      reason: new RateLimited({ status, scope, message, hinted: at !== undefined, ...(upstream ? { upstream } : {}) }),
      ...hint
    }
  }
  if (retryable === true || TRANSIENT.has(status)) return { reason: new ServerFailed({ status, message }), ...hint }
  if (status === 401 || status === 402) return { reason: new AccountRefused({ status, message }) }
  // An error object inside a good status, with neither code nor known type: the provider failed after it had started.
  if (isSuccess(status) && Lenient.isRecord(error)) return { reason: new ServerFailed({ status, message }), ...hint }
  return rejected()
}

/** Whom a 429 concerns. Where nothing says more, it is the model alone. */
const scopeOf = (limitSource: string | undefined, message: string): Scope => {
  const said = `${limitSource ?? ""} ${message}`
  if (/_daily\b|free-models-per-day/.test(said)) return "free-per-day"
  if (/_per_minute\b|free-models-per-min/.test(said)) return "free-per-minute"
  return "model"
}

/** Whether the server says that the limit is the model's own. */
const isUpstream = (limitSource: string | undefined, message: string): boolean =>
  /_shared_capacity\b|\bupstream_|limit_rpm\/|rate-limited upstream/.test(`${limitSource ?? ""} ${message}`)

const isSuccess = (status: number): boolean => status >= 200 && status < 300

const messageOf = (error: unknown, status: number): string => {
  const said = Lenient.string(error) ?? Lenient.string(Lenient.at(error, "message")) ?? ""
  const raw = Lenient.string(Lenient.at(error, "metadata", "raw")) ?? ""
  const message = excerpt(raw === "" || said.includes(raw) ? said : `${said} (${raw})`)
  return message === "" ? `HTTP ${status}` : message
}

/** A page of HTML from an edge proxy says all it has to say in its text. */
const excerpt = (text: string): string =>
  sentence(
    text
      .slice(0, 4_000)
      .replace(/<(style|script)\b[^]*?<\/\1>/gi, " ")
      .replace(/<[^<>]*>/g, " ")
  )

/** One line of at most 300 characters, without control characters: it ends up in logs and terminals. */
const sentence = (text: string): string => {
  const line = text
    .slice(0, 4_000)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}
