/**
 * What follows from a failure, in one table by the tag of its reason: how the model is asked again, what else ends with
 * it, what flow control makes of it, and what the user can do. Retries, budgets, breakers, the run and the doctor all read
 * it here, and the compiler asks for a row when a reason is added.
 */
import * as Match from "effect/Match"
import * as CodeFailure from "./CodeFailure.js"
import type { AccountRefused, GenerationError, Reason } from "./GenerationError.js"

export interface Consequence {
  /**
   * How the model is asked again: `backoff`, the same after a growing wait; `changed`, at once with a changed request;
   * `patience`, when flow control lets it, if the caller has patience; `no`.
   */
  readonly retry: "backoff" | "changed" | "patience" | "no"
  /** The waits of patience follow its retries. */
  readonly patient: boolean
  /**
   * Which models of the run end with this one, as `Verdict` weighs it. `all`: the model alone while others are answered, all
   * once a second one is refused. `all-if-repeated`: nothing at first; again, the model if it never answered; the vendor when
   * two of its models are refused in the same way, all when models of two vendors are.
   */
  readonly ends: "none" | "free" | "all" | "all-if-repeated"
  /** What it tells flow control of the server; `nothing` where nothing was sent or nobody answered. */
  readonly tells: "answered" | "limited" | "failed" | "rejected" | "nothing"
  /** What a retry takes out of the run's retry budget. */
  readonly retryCost: number
  /** The slot counts as skipped and not as failed: there is no such model to ask, or nothing was sent. */
  readonly skipped: boolean
  /** What to do, for users of the command: it names options by their flags, such as `--request-timeout` for `requestTimeout`. */
  readonly advice: string
}

export const ANOTHER_MODEL = "try another model"
const ASK_LATER = "try again later, or choose another model"
const CHECK_THE_WAY = "check the base URL, that the server is running, and that no proxy or firewall is in the way"
const GIVE_TIME =
  "allow a longer --request-timeout, or use --concurrency 1 if the server answers one request at a time, as local ones do"
const CHECK_THE_URL = "check that the base URL ends in the API's version, such as /v1, and that the model exists there"
const CHECK_THE_REQUEST =
  "the server does not take the request as it is, and its own words say why: try other parameters, or another model"
const MEND_THE_CHECK =
  "the answer was not judged: mend the CodeCheck of the application, and ask for the rest with --resume"

/** What servers say of a path that they do not have, or not for this. */
const NO_SUCH_PAGE: ReadonlySet<number> = new Set([404, 405, 501])

const final: Consequence = {
  retry: "no",
  patient: true,
  ends: "none",
  tells: "answered",
  retryCost: 0,
  skipped: false,
  advice: ANOTHER_MODEL
}
const unsent: Consequence = { ...final, tells: "nothing", advice: ASK_LATER }

/** A `StoreError`, as far as something follows from it: the model has answered, and its algorithm could not be saved. */
export interface Unsaved {
  readonly _tag: "StoreError"
  readonly answerKept?: true | undefined
}

/** The row of a reason: of any that an outcome has. */
export const of: (reason: Reason | Unsaved) => Consequence = Match.typeTags<Reason | Unsaved, Consequence>()({
  RateLimited: ({ crowded, daily, permanent, scope }) => {
    const limited: Consequence = {
      ...final,
      retry: permanent === true ? "no" : "backoff",
      tells: "limited",
      advice:
        crowded === true
          ? "the server takes fewer requests at once: use a lower --concurrency, or ask when it has less to do"
          : "the account or the model has reached a rate limit: wait, ask fewer models, or use paid variants"
    }
    if (scope === "free-per-day") return { ...limited, retry: "no", ends: "free", tells: "rejected" }
    return daily === true ? { ...limited, retry: "no", tells: "rejected" } : limited
  },
  ServerFailed: ({ because, permanent }) => ({
    ...final,
    retry: permanent === true ? "no" : "backoff",
    tells: "failed",
    retryCost: 1,
    advice:
      because === "loading"
        ? "the server is still loading the model: ask again when it is done"
        : "the server itself failed: try again later, or choose another model"
  }),
  // It has cost the time of a whole attempt, and often money.
  TimedOut: ({ clock }) => ({
    ...final,
    retry: "backoff",
    patient: false,
    tells: "failed",
    retryCost: 2,
    advice: clock === "connect" ? CHECK_THE_WAY : GIVE_TIME
  }),
  ConnectionFailed: ({ permanent }) => ({
    ...final,
    retry: permanent === true ? "no" : "backoff",
    tells: "failed",
    retryCost: 1,
    advice: CHECK_THE_WAY
  }),
  MalformedAnswer: () => ({ ...final, tells: "failed", advice: CHECK_THE_URL }),
  CutOff: () => ({ ...final, retry: "changed", advice: "allow a longer answer with --max-tokens" }),
  EmptyAnswer: () => ({ ...final, retry: "changed" }),
  BadCode: ({ failure }) => {
    if (failure.code === CodeFailure.CHECK_DIED) return { ...final, advice: MEND_THE_CHECK }
    return CodeFailure.isRepairable(failure)
      ? { ...final, retry: "changed", advice: "use --repair 1 to let the model correct its code" }
      : final
  },
  Rejected: ({ fits, parameter, status }) => ({
    ...final,
    retry: parameter === undefined && fits === undefined ? "no" : "changed",
    tells: "rejected",
    advice: status < 400 || NO_SUCH_PAGE.has(status) ? CHECK_THE_URL : CHECK_THE_REQUEST
  }),
  Refused: () => final,
  AnswerTooLarge: () => final,
  AccountRefused: ({ status, unpaid, unproven }) => ({
    ...final,
    ends: unproven === true ? "all-if-repeated" : "all",
    tells: "rejected",
    advice: isUnpaid({ status, unpaid })
      ? "the account has no credit left: add some at https://openrouter.ai/credits, or use :free models"
      : "the key is missing, wrong or expired: create one at https://openrouter.ai/keys and set OPENROUTER_API_KEY"
  }),
  ModelUnavailable: ({ status }) => ({
    ...final,
    tells: status === undefined ? "nothing" : "rejected",
    skipped: true
  }),
  OverBudget: () => ({ ...unsent, skipped: true, advice: "allow a larger --budget, or choose a cheaper model" }),
  CircuitOpen: () => ({ ...unsent, retry: "patience" }),
  RetryBudgetExhausted: () => ({ ...unsent, retry: "patience" }),
  NotAsked: () => unsent,
  DeadlineExceeded: () => ({ ...unsent, advice: "allow a longer --deadline, or ask for the rest with --resume" }),
  Interrupted: () => ({ ...unsent, advice: "ask for the rest with --resume" }),
  StoreError: ({ answerKept }) => ({
    ...final,
    advice:
      answerKept === true
        ? "mend what the message names, then run the same with --resume: the journal has the answer, so it costs nothing"
        : "mend what the message names, or choose another folder with --out"
  })
})

/** Is no credit left, whatever the status was. */
export const isUnpaid = ({ status, unpaid }: Pick<AccountRefused, "status" | "unpaid">): boolean =>
  status === 402 || unpaid === true

/** May the same request succeed later: rate limits, failures of the server, timeouts, the network. */
export const isRetryable = ({ reason }: GenerationError): boolean => of(reason).retry === "backoff"

/** Did the server refuse for now and say itself when to come back. */
export const namesAMoment = (error: GenerationError): boolean =>
  error.reason._tag === "RateLimited" && error.reason.hinted && error.retryAt !== undefined && isRetryable(error)

/** Is the server still loading the model: it says so itself, and what it waits for comes by itself. */
export const isLoading = (error: GenerationError): boolean =>
  error.reason._tag === "ServerFailed" && error.reason.because === "loading" && isRetryable(error)

/** Is it worth the waits of patience, when the retries are used up. */
export const isPatient = ({ reason }: GenerationError): boolean => of(reason).patient

/** Did flow control keep the request from being sent, or from being sent again. */
export const isHeldBack = ({ reason }: GenerationError): boolean => of(reason).retry === "patience"

/** Does the refusal say nothing of this model, since flow control makes everybody wait for it. */
export const isImposed = (error: GenerationError): boolean =>
  error.reason._tag === "RateLimited" && error.reason.imposed === true && isRetryable(error)

/** Has every `:free` model of the account to wait as long as this one. */
export const isHoldingFree = ({ reason }: GenerationError): boolean =>
  reason._tag === "RateLimited" && reason.scope === "free-per-minute"
