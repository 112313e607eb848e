/**
 * What to change in a request after an answer that is of no use, so that asking again makes sense: more room, the same
 * once more, or the model's own answer with what is wrong in it. Pure; failures that pass by themselves are not its
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
  readonly emptyAnswers: number
  readonly repairs: number
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

/** `answer` is the text that holds the bad code; `ceiling` the most the model can answer, in tokens. */
export const recover = (
  reason: Reason,
  request: Request,
  allowance: Allowance,
  { answer, ceiling }: { readonly answer: string | undefined; readonly ceiling: number }
): Option.Option<Recovery> => {
  const { emptyAnswers, extensions, repairs } = allowance
  const wider = { ...request, maxCompletionTokens: Math.min(request.maxCompletionTokens * 2, ceiling) }
  const isWider = wider.maxCompletionTokens > request.maxCompletionTokens
  switch (reason._tag) {
    case "CutOff":
      return extensions > 0 && isWider
        ? Option.some({ request: wider, allowance: { ...allowance, extensions: extensions - 1 }, cause: "cut-off" })
        : Option.none()
    case "EmptyAnswer":
      return emptyAnswers > 0
        ? Option.some({ request, allowance: { ...allowance, emptyAnswers: emptyAnswers - 1 }, cause: "empty" })
        : Option.none()
    case "BadCode": {
      if (repairs === 0 || answer === undefined) return Option.none()
      const left = { ...allowance, repairs: repairs - 1 }
      // Code that stops in the middle is no fault of the model's: it needs room, not a complaint.
      if (reason.failure.truncated && isWider) return Option.some({ request: wider, allowance: left, cause: "cut-off" })
      const messages = [...request.messages, { role: "assistant" as const, content: answer }, complaint(reason.failure)]
      return Option.some({ request: { ...request, messages }, allowance: left, cause: "repair" })
    }
    default:
      return Option.none()
  }
}

const complaint = (failure: CodeFailure.CodeFailure): Message => ({
  role: "user",
  content: `This module cannot be used: ${CodeFailure.describe(failure)}.
Write the whole module again with that mended, everything it needs included. Answer with the Python source only.`
})
