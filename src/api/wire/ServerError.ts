/**
 * What a server means when it reports a failure: from the status, the headers and the error in the body to a reason. The
 * same rules hold for an error with a bad status and for one inside a good status. Pure and total.
 */
import {
  AccountRefused,
  RateLimited,
  Refused,
  Rejected,
  ServerFailed,
  type Reason,
  type Scope
} from "../../domain/GenerationError.js"
import * as Excerpt from "./Excerpt.js"
import * as Lenient from "./Lenient.js"
import * as RetryHint from "./RetryHint.js"

export interface Verdict {
  readonly reason: Reason
  /** When the server wants to be asked again, in milliseconds since the epoch. */
  readonly retryAt?: number
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300

/**
 * What passes by itself, besides 429: a time-out, and every failure of a server, provider or edge. A 5xx that is in no
 * list means what 500 means, as HTTP has it; only 501 and 505 say that the server will never be able to.
 */
const isTransient = (status: number): boolean => status === 408 || (status >= 500 && status !== 501 && status !== 505)

/** The status that an error inside a good answer stands for, where it gives only its type. */
const STATUS_OF_TYPE: ReadonlyMap<string, number> = new Map([
  ["context_length_exceeded", 400],
  ["max_tokens_exceeded", 400],
  ["token_limit_exceeded", 400],
  ["string_too_long", 400],
  ["invalid_request", 400],
  ["invalid_prompt", 400],
  ["authentication", 401],
  ["payment_required", 402],
  ["permission_denied", 403],
  ["not_found", 404],
  ["precondition_failed", 412],
  ["payload_too_large", 413],
  ["unprocessable", 422],
  ["rate_limit_exceeded", 429],
  ["server", 500],
  ["provider_unavailable", 503],
  ["timeout", 504],
  ["provider_overloaded", 529]
])

const REFUSALS: ReadonlySet<string> = new Set(["content_policy_violation", "refusal"])

/** `error` is the error of the body, as an object or a string, or else the body's text. */
export const verdict = (httpStatus: number, headers: RetryHint.Headers, error: unknown, now: number): Verdict => {
  const availability = Lenient.at(error, "availability")
  const types = typesOf(error)
  const status =
    statusOf(Lenient.at(error, "code")) ??
    statusOf(Lenient.at(error, "http_status")) ??
    (isSuccess(httpStatus)
      ? types.map((type) => STATUS_OF_TYPE.get(type)).find((known) => known !== undefined)
      : undefined) ??
    httpStatus
  const message = messageOf(error, status)
  const retryable = Lenient.at(availability, "retryable")
  const at = RetryHint.retryAt(now, status, headers, error)
  const hint = at === undefined ? {} : { retryAt: at }

  const rejected = (): Verdict => ({
    reason: new Rejected({
      status,
      message,
      fallbackModels: Lenient.strings(Lenient.at(availability, "fallback_models")).map(Excerpt.line),
      ...(types[0] === undefined ? {} : { errorType: Excerpt.line(types[0]) })
    })
  })

  if (types.some((type) => REFUSALS.has(type))) return { reason: new Refused({ message }) }
  if (retryable === false) return rejected()
  if (status === 429 || (status === 402 && at !== undefined)) {
    const scope = status === 402 ? "account" : scopeOf(error)
    const upstream = scope === "model" && isUpstream(error) ? { upstream: true as const } : {}
    return { reason: new RateLimited({ status, scope, message, hinted: at !== undefined, ...upstream }), ...hint }
  }
  if (retryable === true || isTransient(status)) return { reason: new ServerFailed({ status, message }), ...hint }
  if (status === 401 || status === 402) return { reason: new AccountRefused({ status, detail: message }) }
  // An error object inside a good status, with neither code nor known type: the provider failed after it had started.
  // A mere string is what servers say to a request they don't understand, and they will not understand the next either.
  if (isSuccess(status) && Lenient.isRecord(error)) return { reason: new ServerFailed({ status, message }), ...hint }
  return rejected()
}

/** A code that is no status of a failure is a number of the provider's own, and says nothing here. */
const statusOf = (code: unknown): number | undefined => {
  const status = Lenient.numeric(code)
  return status !== undefined && Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined
}

/** The names that the error goes by, from the stable one to those that every server chooses for itself. */
const typesOf = (error: unknown): ReadonlyArray<string> =>
  Lenient.strings([
    Lenient.at(error, "metadata", "error_type"),
    Lenient.at(error, "error_type"),
    Lenient.at(error, "code"),
    Lenient.at(error, "type")
  ]).filter((type) => type.trim() !== "" && Lenient.numeric(type) === undefined)

/** Whom a 429 concerns: the source of the limit, else the message. Where neither says more, it is the model alone. */
const scopeOf = (error: unknown): Scope => {
  const source = Lenient.words(Lenient.at(error, "metadata", "limit_source"))
  const message = Lenient.string(Lenient.at(error, "message")) ?? ""
  if (source === undefined ? message.includes("free-models-per-day") : source.endsWith("_daily")) return "free-per-day"
  if (source === undefined ? message.includes("free-models-per-min") : source.endsWith("_per_minute")) {
    return "free-per-minute"
  }
  return "model"
}

/** Does the server say that the limit is the model's own: its shared capacity, or its provider's. */
const isUpstream = (error: unknown): boolean =>
  Lenient.at(error, "availability", "code") === "capacity_exhausted" ||
  /_shared_capacity$|^upstream_/.test(Lenient.words(Lenient.at(error, "metadata", "limit_source")) ?? "") ||
  /limit_rpm\/|rate-limited upstream/.test(Lenient.string(Lenient.at(error, "message")) ?? "")

const messageOf = (error: unknown, status: number): string => {
  const said = Lenient.string(error) ?? Lenient.string(Lenient.at(error, "message")) ?? ""
  const raw = Lenient.words(Lenient.at(error, "metadata", "raw"))
  const message = Excerpt.page(raw === undefined || said.includes(raw) ? said : `${said} (${raw})`)
  if (message !== "") return message
  return isSuccess(status) ? "the server reports a failure without saying which" : `HTTP ${status}`
}
