/**
 * Everything that can keep a model from delivering an algorithm: one error with a tagged reason for each cause; what follows
 * from a reason is the table in `Consequence`. Pure data: it is made where a failure is recognised and travels unchanged into
 * outcome, report and JSON. No reason carries a foreign error, as those print request headers and with them the API key.
 */
import * as Schema from "effect/Schema"
import { Answer, Usage } from "./Answer.js"
import { CodeFailure, describe } from "./CodeFailure.js"
import { span } from "./Figures.js"
import { tagged } from "./Named.js"

/** How far a rate limit reaches: this model, every `:free` model (this minute or today), or the whole account. */
export const Scope = Schema.Literal("model", "free-per-minute", "free-per-day", "account")
export type Scope = typeof Scope.Type

/** The clock that fired: connecting, the first token, silence between tokens, or one attempt as a whole. */
export const TimeoutClock = Schema.Literal("connect", "first-token", "silence", "attempt")
export type TimeoutClock = typeof TimeoutClock.Type

/** The server asks to slow down (429, or 402 with a time to come back); `crowded`: to have fewer requests in work at once. */
export class RateLimited extends tagged<RateLimited>()("RateLimited", {
  status: Schema.Number,
  scope: Scope,
  message: Schema.String,
  /** Whether the server itself said when to come back; that time is the error's `retryAt`. */
  hinted: Schema.Boolean,
  /** The server says that it is the model's provider, so that other models have nothing to do with it. */
  upstream: Schema.optional(Schema.Literal(true)),
  /** The quota of a day or more is used up, or there is none: asking this model again today is no use. */
  daily: Schema.optional(Schema.Literal(true)),
  crowded: Schema.optional(Schema.Literal(true)),
  /** The server says that asking again is no use. */
  permanent: Schema.optional(Schema.Literal(true)),
  /** Flow control holds everybody back for it, while others are let in: waiting for it says nothing of this model. */
  imposed: Schema.optional(Schema.Literal(true))
}) {}

/** The server or its provider failed for now: 408, 5xx, also inside an HTTP 200. `permanent`: asking again is no use. */
export class ServerFailed extends tagged<ServerFailed>()("ServerFailed", {
  status: Schema.Number,
  message: Schema.String,
  /** Why it says so itself. */
  because: Schema.optional(Schema.Literal("crowded", "loading")),
  permanent: Schema.optional(Schema.Literal(true))
}) {}

/** The request will never succeed for this model: bad parameters, no such model, filtered, too long. */
export class Rejected extends tagged<Rejected>()("Rejected", {
  status: Schema.Number,
  message: Schema.String,
  errorType: Schema.optional(Schema.String),
  /** The parameter of the request that the server refused by name. */
  parameter: Schema.optional(Schema.String),
  /** The most completion tokens that the server says it would accept. */
  fits: Schema.optional(Schema.Number),
  /** Models that the server names instead. */
  fallbackModels: Schema.Array(Schema.String)
}) {}

/** The key was refused (401) or the credit is used up (402, or `unpaid`): most likely nothing else in this run can succeed either. */
export class AccountRefused extends tagged<AccountRefused>()("AccountRefused", {
  status: Schema.Number,
  /** The server's words, which mean little by themselves: "User not found." */
  detail: Schema.String,
  /** The words name neither the key nor the account: it may be this model alone, until a second model is refused so. */
  unproven: Schema.optional(Schema.Literal(true)),
  unpaid: Schema.optional(Schema.Literal(true))
}) {
  get message(): string {
    const { detail, status, unproven } = this
    const what = unproven === true ? "the API refused the request" : "the API refused the account or the key"
    return `${what} (HTTP ${status})${detail === `HTTP ${status}` ? "" : `: ${detail}`}`
  }
}

export class TimedOut extends tagged<TimedOut>()("TimedOut", {
  clock: TimeoutClock,
  /** The limit that was reached, in milliseconds. */
  limitMs: Schema.Number
}) {
  get message(): string {
    const limit = span(this.limitMs)
    return {
      connect: `no connection within ${limit}`,
      "first-token": `no first token within ${limit}`,
      silence: `no further token for ${limit}`,
      attempt: `no complete answer within ${limit}`
    }[this.clock]
  }
}

/** The network failed: refused, reset, unknown host, or an answer that broke off before its end. */
export class ConnectionFailed extends tagged<ConnectionFailed>()("ConnectionFailed", {
  message: Schema.String,
  /** Asking again is no use: the certificate is not trusted, or the proxy refuses. */
  permanent: Schema.optional(Schema.Literal(true)),
  /** There was no connection: nothing was sent. */
  unsent: Schema.optional(Schema.Literal(true))
}) {}

/** A good status, but the body is not the JSON that the API promises. */
export class MalformedAnswer extends tagged<MalformedAnswer>()("MalformedAnswer", {
  message: Schema.String
}) {}

/** The answer ended before it was finished, or nothing shows that it was finished. */
export class CutOff extends tagged<CutOff>()("CutOff", {
  maxCompletionTokens: Schema.optional(Schema.Number),
  /** It hit its token limit (also if this is absent), or its finish reason is not known to mean a whole answer. */
  because: Schema.optional(Schema.Literal("token-limit", "unknown")),
  finishReason: Schema.optional(Schema.String),
  /** Reasoning used up the tokens, so that there is no text, or hardly any. */
  reasoning: Schema.optional(Schema.Literal(true))
}) {
  get message(): string {
    const { because, finishReason, maxCompletionTokens, reasoning } = this
    if (because === "unknown") {
      const what = finishReason === undefined ? "nothing shows" : `the finish reason "${finishReason}" does not show`
      return `${what} that the answer is complete`
    }
    const ceiling = maxCompletionTokens === undefined ? "its token limit" : `${maxCompletionTokens} tokens`
    return `the answer was cut off at ${ceiling}${reasoning === true ? ", which reasoning used up" : ""}`
  }
}

/** The exchange ended well, with nothing in it: null, blank, reasoning only, no choices. */
export class EmptyAnswer extends tagged<EmptyAnswer>()("EmptyAnswer", { message: Schema.String }) {}

/** The model, or a filter in front of it, declined to answer. */
export class Refused extends tagged<Refused>()("Refused", { message: Schema.String }) {}

export class AnswerTooLarge extends tagged<AnswerTooLarge>()("AnswerTooLarge", {
  limitBytes: Schema.Number
}) {
  get message(): string {
    return `the answer is larger than the limit of ${this.limitBytes} bytes`
  }
}

/** The answer holds no acceptable module. */
export class BadCode extends tagged<BadCode>()("BadCode", {
  failure: CodeFailure
}) {
  get message(): string {
    return `${this.failure.stage}: ${describe(this.failure)}`
  }
}

/** The server has no such model: its list says so, and where the list may be wrong, the server itself. The slot is skipped. */
export class ModelUnavailable extends tagged<ModelUnavailable>()("ModelUnavailable", {
  message: Schema.String,
  /** The status under which the server said it; absent where it was not asked. */
  status: Schema.optional(Schema.Number)
}) {}

/** The time of the whole run was over before this model had finished. */
export class DeadlineExceeded extends tagged<DeadlineExceeded>()("DeadlineExceeded", {
  deadlineMs: Schema.Number
}) {
  get message(): string {
    return `the run's deadline of ${span(this.deadlineMs)} has passed`
  }
}

/** Not sent, or not sent again, because an earlier answer, or an option, showed that it could not succeed. */
export class NotAsked extends tagged<NotAsked>()("NotAsked", {
  message: Schema.String,
  status: Schema.optional(Schema.Number)
}) {}

/** Its worst price does not fit what is left of the budget, or the catalogue names no price (`unpriced`): nothing was sent. */
export class OverBudget extends tagged<OverBudget>()("OverBudget", {
  message: Schema.String,
  unpriced: Schema.optional(Schema.Literal(true))
}) {}

/** Not sent, because the model, or the server for several models, keeps failing. `retryAt` says when it is tried again. */
export class CircuitOpen extends tagged<CircuitOpen>()("CircuitOpen", {
  circuit: Schema.Literal("model", "server")
}) {
  get message(): string {
    return this.circuit === "model"
      ? "not sent because the model keeps failing: try again later, or choose another model"
      : "not sent because the server keeps failing for several models: check that it is up, and try again later"
  }
}

/** Not tried again, because too many retries of the run came to nothing. */
export class RetryBudgetExhausted extends tagged<RetryBudgetExhausted>()("RetryBudgetExhausted", {
  /** Why the last attempt failed. */
  failure: Schema.String
}) {
  get message(): string {
    return `${this.failure}; not retried because several models of this run keep failing: try again later`
  }
}

/** The run was interrupted before this model had finished. */
export class Interrupted extends tagged<Interrupted>()("Interrupted", {}) {
  get message(): string {
    return "the run was interrupted"
  }
}

export const Reason = Schema.Union(
  RateLimited,
  ServerFailed,
  Rejected,
  AccountRefused,
  TimedOut,
  ConnectionFailed,
  MalformedAnswer,
  CutOff,
  EmptyAnswer,
  Refused,
  AnswerTooLarge,
  BadCode,
  ModelUnavailable,
  DeadlineExceeded,
  NotAsked,
  OverBudget,
  CircuitOpen,
  RetryBudgetExhausted,
  Interrupted
)
export type Reason = typeof Reason.Type

/** A budget left it out because nobody knows its price. */
export const isUnpriced = (reason: { readonly _tag: string }): boolean =>
  reason._tag === "OverBudget" && "unpriced" in reason && reason.unpriced === true

/** The request failed before there was a connection: no server has seen it. */
export const isUnsent = (reason: Reason): boolean =>
  reason._tag === "ConnectionFailed" ? reason.unsent === true : reason._tag === "TimedOut" && reason.clock === "connect"

export class GenerationError extends Schema.TaggedError<GenerationError>("algogen.GenerationError")("GenerationError", {
  model: Schema.String,
  reason: Reason,
  /** When asking again makes sense, in milliseconds since the epoch: the server's word, or when the next try was due. */
  retryAt: Schema.optional(Schema.Number),
  /** What the failed request is known to have cost. */
  usage: Schema.optional(Usage),
  generationId: Schema.optional(Schema.String),
  /** The text that had arrived when the exchange failed. */
  partial: Schema.optional(Answer)
}) {
  override get message(): string {
    return `${this.model}: ${this.reason.message}`
  }
}
