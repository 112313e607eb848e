/**
 * How to change a request after a useless answer: a higher or lower token limit, the same once more, without a parameter,
 * or with the model's own answer and what is wrong with it. Pure; failures that may pass by themselves are `RetryPolicy`'s.
 */
import * as Option from "effect/Option"
import type { Cause } from "../domain/Attempt.js"
import * as CodeFailure from "../domain/CodeFailure.js"
import type { Reason } from "../domain/GenerationError.js"
import type { Message } from "../domain/Message.js"

export interface Request {
  readonly messages: ReadonlyArray<Message>
  readonly maxCompletionTokens: number
}

/** How often each of these may happen to one model, beside repairs. */
const ALLOWED = {
  /** An answer that was cut off gets twice the tokens: 4096, 8192, 16384. */
  extensions: 2,
  /** A second answer shows whether the unknown finish reason means a whole one; a third would only cost more. */
  unclearEnds: 1,
  /** One empty answer is usually an accident of the provider; two are not. */
  emptyAnswers: 1,
  /** What a server may not know: temperature, seed, effort, usage, the token limit, and the role of the system. */
  parameters: 6,
  /** A server that has named how many tokens fit is believed once. */
  fits: 1
}

/** What is left of that. */
export type Allowance = Readonly<Record<keyof typeof ALLOWED | "repairs", number>>

/** The allowance of a model before its first request. */
export const allowance = (repairs: number): Allowance => ({ ...ALLOWED, repairs })

export interface Recovery {
  readonly request: Request
  readonly allowance: Allowance
  readonly cause: Cause
}

/** The changed request and one less of the allowance; nothing if the allowance is used up. */
const spend = (allowance: Allowance, what: keyof Allowance, cause: Cause, request: Request): Option.Option<Recovery> =>
  allowance[what] > 0
    ? Option.some({ request, allowance: { ...allowance, [what]: allowance[what] - 1 }, cause })
    : Option.none()

/** Twice the tokens, or as many as the model can answer if reasoning used them up. */
const raise = (request: Request, ceiling: number, reasoning: boolean): Request => {
  const whole = reasoning && Number.isFinite(ceiling)
  return { ...request, maxCompletionTokens: whole ? ceiling : Math.min(request.maxCompletionTokens * 2, ceiling) }
}

/** `answer` is the text that holds the bad code; `ceiling` the most the model can answer, in tokens. */
export const recover = (
  reason: Reason,
  request: Request,
  allowance: Allowance,
  { answer, ceiling }: { readonly answer: string | undefined; readonly ceiling: number }
): Option.Option<Recovery> => {
  switch (reason._tag) {
    case "CutOff": {
      if (reason.because === "unknown") return spend(allowance, "unclearEnds", "unclear-end", request)
      const raised = raise(request, ceiling, reason.reasoning === true)
      return isHigher(raised, request) ? spend(allowance, "extensions", "cut-off", raised) : Option.none()
    }
    case "EmptyAnswer":
      return spend(allowance, "emptyAnswers", "empty", request)
    case "Rejected": {
      if (reason.parameter !== undefined) return spend(allowance, "parameters", "parameter", request)
      const { fits = request.maxCompletionTokens } = reason
      const lowered = { ...request, maxCompletionTokens: fits }
      return fits >= 1 && isHigher(request, lowered) ? spend(allowance, "fits", "fits", lowered) : Option.none()
    }
    case "BadCode": {
      if (answer === undefined || !CodeFailure.isRepairable(reason.failure)) return Option.none()
      const raised = raise(request, ceiling, false)
      // Code that stops in the middle needs more tokens, not a complaint.
      if (reason.failure.truncated && isHigher(raised, request)) return spend(allowance, "repairs", "cut-off", raised)
      const messages = [...request.messages, { role: "assistant" as const, content: answer }, complaint(reason.failure)]
      return spend(allowance, "repairs", "repair", { ...request, messages })
    }
    default:
      return Option.none()
  }
}

const isHigher = (a: Request, b: Request): boolean => a.maxCompletionTokens > b.maxCompletionTokens

const complaint = (failure: CodeFailure.CodeFailure): Message => ({
  role: "user",
  content: `This module cannot be used: ${CodeFailure.describe(failure)}.
Correct this and write the whole module again, with everything it needs. Answer with the Python source only.`
})
