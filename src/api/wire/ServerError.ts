/**
 * What a server means when it reports a failure: from the status, the headers and the error in the body to a reason. The
 * same rules hold for an error with a bad status and for one inside a good status. Pure and total.
 */
import {
  AccountRefused,
  CutOff,
  EmptyAnswer,
  ModelUnavailable,
  RateLimited,
  Refused,
  Rejected,
  ServerFailed,
  type Reason,
  type Scope
} from "../../domain/GenerationError.js"
import { present } from "../../domain/Instance.js"
import * as Account from "./Account.js"
import * as Busy from "./Busy.js"
import * as ErrorName from "./ErrorName.js"
import * as ErrorShape from "./ErrorShape.js"
import * as Excerpt from "./Excerpt.js"
import * as Lenient from "./Lenient.js"
import * as MissingModel from "./MissingModel.js"
import * as Parameter from "./Parameter.js"
import * as Quota from "./Quota.js"
import * as RetryHint from "./RetryHint.js"
import * as Status from "./Status.js"
import * as TokenLimit from "./TokenLimit.js"

export interface Diagnosis {
  readonly reason: Reason
  /** When the server wants to be asked again, in milliseconds since the epoch. */
  readonly retryAt?: number | undefined
}

export interface Asked {
  readonly model: string
  readonly maxCompletionTokens?: number | undefined
  /** The names of the parameters in the body that was sent: only such can be what a server refuses. */
  readonly sent?: ReadonlyArray<string> | undefined
  /** The server has a list of models, and this one is not on it. */
  readonly unlisted?: boolean | undefined
}

interface Said extends RetryHint.Said {
  readonly asked: Asked
  /** Does a text show a key that is not ours. */
  readonly isForeign?: ((text: string) => boolean) | undefined
  /** The answer had begun. */
  readonly started: boolean
}

/**
 * What passes by itself, besides 429: time-outs, a request that came too early (425) or that the server gave up (498, 499),
 * one that meets another (409: the clients of OpenAI and Anthropic ask again after each, for locks) and every failure of a server, provider or edge. A 5xx that is in no list means what 500 means, as HTTP has it; only
 * 501 and 505 say that the server will never be able to.
 */
const isTransient = (status: number): boolean =>
  [408, 409, 425, 498, 499].includes(status) || (status >= 500 && status !== 501 && status !== 505)

/** What stays as it is, even if a moment to come back is named beside it. */
const LASTING: ReadonlySet<number> = new Set([400, 401, 405, 410, 413, 414, 415, 422, 431, 451, 501, 505])

/**
 * The wait for a limit that is over within a minute, where nobody says when: told waits are tried six times, which is a
 * minute and a half. "It recovers automatically within one minute": help.aliyun.com/en/model-studio/rate-limit.
 */
const MINUTE_WAIT_MS = 15_000

/** The statuses under which servers refuse a parameter, or more tokens than fit. */
const REFUSING: ReadonlySet<number> = new Set([200, 400, 402, 403, 404, 406, 413, 415, 422, 424, 500, 501])

/** Names with which gateways pass on, under a failure of their own, that the request was refused. */
const REFUSED =
  /^(?:invalid_?request(?:_?error)?|invalid_?argument|unsupported_(?:parameter|value)|bad_?request(?:_?error)?)$/i

export const diagnose = (heard: Said): Diagnosis => {
  const said = { ...heard, root: ErrorName.withHeader(heard.root, heard.headers["x-amzn-errortype"]) }
  const { asked, headers, now, root, started } = said
  const { shown, status } = Status.of(said)
  const node = ErrorShape.node(root)
  const words = redirectOf(status, headers) ?? messageOf(root, status, headers)
  const mayRefuse = REFUSING.has(status) || (status > 501 && ErrorName.namesOf(root).some((name) => REFUSED.test(name)))
  const isOverflow = mayRefuse && TokenLimit.isOverflow(words)
  const message = TokenLimit.isBelowNothing(words)
    ? Excerpt.line(`the prompt is too long for the model: ${words}`)
    : words
  const isOfTheMinute = status === 429 && ErrorName.isOfTheMinute(root)
  const retryAt = RetryHint.retryAt({ ...said, status }) ?? (isOfTheMinute ? now + MINUTE_WAIT_MS : undefined)
  const isHinted = retryAt !== undefined
  const retryable = Lenient.at(node, "availability", "retryable")
  // The clients of OpenAI and Anthropic obey this header, whatever the status, and before a time to come back.
  const shouldRetry = headers["x-should-retry"]?.trim().toLowerCase()
  const permanent = shouldRetry === "false" || ErrorName.isLasting(root) ? true : undefined
  // A server that blames itself for a bad request may still say what was wrong with it.
  const blamesItself = Status.BLAMED.has(status) && ErrorName.isFailure(root) && !isOverflow
  const concern = Account.concern(blamesItself ? 400 : status, root, { model: asked.model, isForeign: said.isForeign })

  const rejected = (
    more: { readonly parameter?: string | undefined; readonly fits?: number | undefined } = {}
  ): Diagnosis => {
    if (asked.unlisted === true && Object.keys(more).length === 0 && MissingModel.is(status, root)) {
      return { reason: new ModelUnavailable({ status: shown, message }) }
    }
    const errorType = ErrorName.namesOf(root).slice(0, 1).map(Excerpt.line)[0]
    const fallbackModels = Lenient.strings(Lenient.at(node, "availability", "fallback_models")).map(Excerpt.line)
    return {
      reason: new Rejected(present({ status: shown, message, errorType, fallbackModels, ...more })),
      retryAt
    }
  }

  const failed = (as = status): Diagnosis => {
    const because = becauseOf(as, root)
    return { reason: new ServerFailed(present({ status: shown, message, because, permanent })), retryAt }
  }

  const limited = (scope: Scope): Diagnosis => {
    const daily = scope === "model" && isDaily(root, isHinted) ? true : undefined
    const upstream = scope === "model" && isUpstream(root) ? true : undefined
    const isTold = scope !== "model" || daily === true || upstream === true || Account.isProviders(root)
    const crowded = !isTold && Busy.isCrowd(root) ? true : undefined
    // Beside a quota for the day a delay of seconds is of no use.
    const at = daily === true ? undefined : retryAt
    const said = { status: shown, message, scope, hinted: at !== undefined }
    return { reason: new RateLimited(present({ ...said, permanent, upstream, daily, crowded })), retryAt: at }
  }

  if (ErrorName.isRefusal(root)) return { reason: new Refused({ message }) }
  if (ErrorName.isUnusable(root)) return { reason: new EmptyAnswer({ message }) }
  if (retryable === false) return { reason: rejected().reason }
  if (status === 429) return limited(scopeOf(root))
  if (TokenLimit.isReached(message)) {
    const { maxCompletionTokens } = asked
    return { reason: new CutOff(present({ because: "token-limit" as const, maxCompletionTokens })) }
  }
  const fits = mayRefuse ? fitsIn(root, asked.maxCompletionTokens) : undefined
  if (fits !== undefined) return rejected({ fits })
  if (ErrorName.isFiltered(root)) return { reason: new Refused({ message }) }
  if (status === 402 && isHinted && !Account.isSpent(root)) return limited("account")
  if (concern === "model") return rejected()
  if (concern !== undefined) {
    const unproven = concern === "perhaps" ? true : undefined
    const unpaid = shown !== 402 && (status === 402 || Account.isUnpaid(root)) ? true : undefined
    return { reason: new AccountRefused(present({ status: shown, detail: message, unproven, unpaid })), retryAt }
  }
  if (isOverflow) return rejected()
  const parameter = mayRefuse ? Parameter.refused(root, ErrorShape.words(root), asked.sent ?? []) : undefined
  if (parameter !== undefined) return rejected({ parameter })
  if (blamesItself) return failed(503)
  const isOpen = isHinted && !Status.isSuccess(status) && !LASTING.has(status)
  if (retryable === true || isTransient(status) || isOpen || (shouldRetry === "true" && status >= 400)) return failed()
  // An error object inside a good status, with neither code nor known type: the provider failed after it had started.
  // A mere string is what servers say to a request they don't understand, and they will not understand the next either.
  if (Status.isSuccess(status) && (started || Lenient.isRecord(Lenient.get(root, "error")))) return failed()
  return rejected()
}

/** Redirects are followed where the key may go along; this one is not. */
const redirectOf = (status: number, headers: RetryHint.Headers): string | undefined => {
  const target = status >= 300 && status < 400 ? Excerpt.line(headers["location"] ?? "") : ""
  return target === ""
    ? undefined
    : Excerpt.line(`HTTP ${status}: the server redirects to ${target}, which was not followed`)
}

/** Why a server that is well may have failed for now. What a provider has too much of says nothing of the server. */
const becauseOf = (status: number, root: unknown): ServerFailed["because"] => {
  if (Busy.isLoading(root)) return "loading"
  return (status === 409 || status === 503) && !Account.isProviders(root) && Busy.isCrowd(root) ? "crowded" : undefined
}

/** Google names the quota; others say it in words, and mean a day that rolls on when they give a moment, too. */
const isDaily = (root: unknown, isHinted: boolean): boolean =>
  /per_?day/i.test(
    Lenient.entries(root)
      .filter(([key]) => /^quota/i.test(key))
      .map(([, value]) => Lenient.scalar(value))
      .join(" ")
  ) ||
  Quota.isOfNothing(Lenient.texts(root)) ||
  (!isHinted && sourceOf(root) === undefined && Quota.isLong(Lenient.texts(root)))

const sourceOf = (root: unknown): string | undefined =>
  Lenient.words(Lenient.at(ErrorShape.node(root), "metadata", "limit_source"))

/** Whom a 429 concerns: the source of the limit, else the message. Where neither says more, it is the model alone. */
const scopeOf = (root: unknown): Scope => {
  const source = sourceOf(root)
  const message = Lenient.string(ErrorShape.field(root, "message")) ?? ""
  if (source === undefined ? message.includes("free-models-per-day") : source.endsWith("_daily")) return "free-per-day"
  if (source === undefined ? message.includes("free-models-per-min") : source.endsWith("_per_minute")) {
    return "free-per-minute"
  }
  return "model"
}

/** Does the server say that the limit is the model's own: its shared capacity, or its provider's. */
const isUpstream = (root: unknown): boolean =>
  Lenient.at(ErrorShape.node(root), "availability", "code") === "capacity_exhausted" ||
  /_shared_capacity$|^upstream_/.test(sourceOf(root) ?? "") ||
  /limit_rpm\/|rate-limited upstream/.test(Lenient.string(ErrorShape.field(root, "message")) ?? "")

/** llama.cpp counts for itself; the others put the numbers into words. */
const fitsIn = (root: unknown, asked: number | undefined): number | undefined => {
  const window = Lenient.numeric(ErrorShape.field(root, "n_ctx")) ?? 0
  const prompt = Lenient.numeric(ErrorShape.field(root, "n_prompt_tokens")) ?? window
  if (window > prompt && (asked === undefined || window - prompt < asked)) return window - prompt
  return TokenLimit.fits(`${ErrorShape.words(root)}\n${Lenient.texts(root)}`.slice(0, 8_000), asked)
}

const messageOf = (root: unknown, status: number, headers: RetryHint.Headers): string => {
  const message = ErrorShape.words(root)
  if (message !== "") return message
  // What is refused at the door may be explained there.
  const description = /error_description="([^"]+)"/.exec(headers["www-authenticate"] ?? "")?.[1]
  if (description !== undefined) return Excerpt.line(description)
  return Status.isSuccess(status) ? "the server reports an error without details" : `HTTP ${status}`
}
