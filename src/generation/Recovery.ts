/**
 * What to change in a request after an answer that is of no use, so that asking again makes sense: more room, less, the
 * same once more, the same without a parameter, or the model's own answer with what is wrong in it. Pure; failures that pass by themselves are not its
 * concern but `RetryPolicy`'s.
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

/** How often each of these may still happen to one model. */
export interface Allowance {
  readonly extensions: number
  readonly unclearEnds: number
  readonly emptyAnswers: number
  readonly repairs: number
  readonly parameters: number
  readonly fits: number
}

export interface Recovery {
  readonly request: Request
  readonly allowance: Allowance
  readonly cause: Cause
}

/** An answer that is cut off gets twice the room, this often: 4096, 8192, 16384 tokens. */
export const MAX_EXTENSIONS = 2

/** An empty answer is mostly an accident of the provider; a second one is not. */
export const MAX_EMPTY_ANSWERS = 1

/** Whether an answer that ends in an unknown way is whole shows in a second one; a third would be paid for as well. */
export const MAX_UNCLEAR_ENDS = 1

/** As many as a request has parameters that a server may not know: temperature, seed, effort, usage and the ceiling. */
export const MAX_PARAMETERS = 5

/** A server that names what fits has named it. */
export const MAX_FITS = 1

/** What a model may still ask for; `repairs` is the caller's. */
export const allowance = (repairs: number): Allowance => ({
  extensions: MAX_EXTENSIONS,
  unclearEnds: MAX_UNCLEAR_ENDS,
  emptyAnswers: MAX_EMPTY_ANSWERS,
  repairs,
  parameters: MAX_PARAMETERS,
  fits: MAX_FITS
})

/** One less of it, with what changes in the request; nothing where it is used up. */
const spend = (allowance: Allowance, what: keyof Allowance, cause: Cause, request: Request): Option.Option<Recovery> =>
  allowance[what] > 0
    ? Option.some({ request, allowance: { ...allowance, [what]: allowance[what] - 1 }, cause })
    : Option.none()

/** Twice the room, or all that the model can answer where its thoughts have used up what it had. */
const widened = (request: Request, ceiling: number, reasoning: boolean): Request => {
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
      const wider = widened(request, ceiling, reason.reasoning === true)
      return isWider(wider, request) ? spend(allowance, "extensions", "cut-off", wider) : Option.none()
    }
    case "EmptyAnswer":
      return spend(allowance, "emptyAnswers", "empty", request)
    case "Rejected": {
      if (reason.parameter !== undefined) return spend(allowance, "parameters", "parameter", request)
      const { fits = request.maxCompletionTokens } = reason
      const narrower = { ...request, maxCompletionTokens: fits }
      return fits >= 1 && isWider(request, narrower) ? spend(allowance, "fits", "fits", narrower) : Option.none()
    }
    case "BadCode": {
      if (answer === undefined) return Option.none()
      const wider = widened(request, ceiling, false)
      // Code that stops in the middle is no fault of the model's: it needs room, not a complaint.
      if (reason.failure.truncated && isWider(wider, request)) return spend(allowance, "repairs", "cut-off", wider)
      const messages = [...request.messages, { role: "assistant" as const, content: answer }, complaint(reason.failure)]
      return spend(allowance, "repairs", "repair", { ...request, messages })
    }
    default:
      return Option.none()
  }
}

const isWider = (a: Request, b: Request): boolean => a.maxCompletionTokens > b.maxCompletionTokens

const complaint = (failure: CodeFailure.CodeFailure): Message => ({
  role: "user",
  content: `This module cannot be used: ${CodeFailure.describe(failure)}.
Correct this and write the whole module again, with everything it needs. Answer with the Python source only.`
})
