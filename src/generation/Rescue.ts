/** The text that had arrived when a request failed, and whether it is an answer all the same. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Ending from "../api/wire/Ending.js"
import { Answer } from "../domain/Answer.js"
import { ConnectionFailed, GenerationError, type Reason } from "../domain/GenerationError.js"
import * as CameTo from "./CameTo.js"
import * as Checking from "./Checking.js"

/** Nothing stands behind the last fence. */
const ENDS_CLOSED = /(?:^|\n)[ \t>]*(?:`{3,}|~{3,})\s*$/

export type Exchanged = Exit.Exit<Answer, GenerationError>

/** They say nothing of the answer: it broke off, or the server did. */
const BREAKS: ReadonlySet<Reason["_tag"]> = new Set(["ConnectionFailed", "ServerFailed", "TimedOut"])

/** What may hold a module: text that ends with a closed block, as words behind it may call it wrong, and no thoughts, which have drafts. */
const partialOf = (exit: Exchanged): Answer | undefined => {
  const failure = CameTo.failureOf(exit)
  const partial = failure?.partial
  if (failure === undefined || partial === undefined || !BREAKS.has(failure.reason._tag)) return undefined
  return partial.thoughts !== true && Ending.isClosed(partial.text) && ENDS_CLOSED.test(partial.text)
    ? partial
    : undefined
}

/** A failure that may pass, behind a block that is closed and holds a module: that is paid for, and kept. */
export const make = Effect.map(
  Checking.make,
  (check) =>
    (exit: Exchanged, ticker: string): Effect.Effect<Exchanged> => {
      const partial = partialOf(exit)
      if (partial === undefined) return Effect.succeed(exit)
      return Effect.map(
        check(partial.text, { endingImplied: true, ticker }, { kept: false, resumed: false }),
        (checked) => (Either.isRight(checked) ? Exit.succeed(partial) : exit)
      )
    }
)

/** What had come of an answer when it was cut short; nobody said that it is whole. */
export const partOf = (model: string, text: string): Answer | undefined =>
  text.trim() === "" ? undefined : new Answer({ text, model, ending: "implied" })

/** A client that throws instead of failing, or is interrupted from inside, would be so again. What had come by then is paid for. */
export const died = (
  model: string,
  why: string,
  outcome: Either.Either<Answer, GenerationError> | undefined,
  soFar: string
): Either.Either<Answer, GenerationError> => {
  if (outcome !== undefined && Either.isRight(outcome)) return outcome
  const reason = new ConnectionFailed({ message: `the client itself failed: ${why}`, permanent: true })
  return Either.left(new GenerationError({ model, reason, partial: outcome?.left.partial ?? partOf(model, soFar) }))
}

/** Without the text that had arrived: it is in the journal, and too long for a report. */
export const withoutPartial = (error: GenerationError): GenerationError =>
  error.partial === undefined ? error : new GenerationError({ ...error, partial: undefined })
