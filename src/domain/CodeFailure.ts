/**
 * Why an answer is not a program that can be used: the stage that refused it, a name for programs and a sentence for
 * people and models. It is plain data (it encodes to JSON) and knows nothing of how the verdict was reached.
 */
import * as Schema from "effect/Schema"
import { UNCHECKED } from "./Instance.js"
import { neutral } from "./Neutral.js"

/** The stages in the order in which an answer passes them. */
export const Stage = Schema.Literal("extract", "guard", "syntax", "structure", "names", "policy", "trial")
export type Stage = typeof Stage.Type

export class CodeFailure extends Schema.TaggedError<CodeFailure>("algogen.CodeFailure")("CodeFailure", {
  stage: Stage,
  /** A stable kebab-case name of what is wrong. */
  code: Schema.String,
  /** One sentence that a model or a person can act on. */
  message: Schema.String,
  /** 1-based, in the extracted module. */
  line: Schema.optionalWith(Schema.Int, { exact: true }),
  /** The module stops in the middle: a higher token limit helps, asking again for the same does not. */
  truncated: Schema.Boolean
}) {}

export const of = (
  stage: Stage,
  code: string,
  message: string,
  where: { readonly line?: number | undefined; readonly truncated?: boolean } = {}
): CodeFailure =>
  new CodeFailure(
    {
      stage,
      code,
      message: neutral(message),
      truncated: where.truncated ?? false,
      ...(where.line === undefined ? {} : { line: where.line })
    },
    UNCHECKED
  )

/** The same, on another line where it has one. */
export const moved = (failure: CodeFailure, lineOf: (line: number) => number): CodeFailure => {
  const { code, line, message, stage, truncated } = failure
  return line === undefined || lineOf(line) === line
    ? failure
    : of(stage, code, message, { line: lineOf(line), truncated })
}

/** How far the answer came: a later stage is a larger number. */
export const progress = ({ stage }: CodeFailure): number => Stage.literals.indexOf(stage)

/** What an answer has that is nothing but thoughts. */
export const ONLY_THOUGHTS = "reasoning-only"

/** What an answer has that is too long to be read. */
export const TOO_LONG = "too-long"

/** What is said of an answer whose check died: nothing. */
export const CHECK_DIED = "check-died"

/** An answer that is too long would only be paid for once more, as a part of the request; a check that dies would die again. */
const NOTHING_TO_CORRECT: ReadonlySet<string> = new Set([TOO_LONG, CHECK_DIED])

/** Is there code that the model can correct. */
export const isRepairable = ({ code }: Pick<CodeFailure, "code">): boolean => !NOTHING_TO_CORRECT.has(code)

/** `line 12: name '_sma' is not defined`, or the sentence alone where there is no line. */
export const describe = ({ line, message }: { readonly line?: number | undefined; readonly message: string }): string =>
  line === undefined ? message : `line ${line}: ${message}`

/** What programs go by: the stage, the rule, and the line where there is one. */
export const facts = ({ code, line, stage }: CodeFailure): Partial<Pick<CodeFailure, "stage" | "code" | "line">> => ({
  stage,
  code,
  ...(line === undefined ? {} : { line })
})
