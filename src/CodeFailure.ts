/**
 * Why a piece of Python is refused: the stage that found it, a stable code, and a message that a model can act on. It is
 * made by the checks and by the trial run, and decides nothing about asking again.
 */
import * as Schema from "effect/Schema"

export const Stage = Schema.Literal("extract", "guard", "syntax", "structure", "names", "policy", "trial")
export type Stage = typeof Stage.Type

export class CodeFailure extends Schema.TaggedError<CodeFailure>()("CodeFailure", {
  stage: Stage,
  /** Kebab-case and stable: programs may depend on it. */
  code: Schema.String,
  message: Schema.String,
  /** Counted from 1, within the module. */
  line: Schema.optionalWith(Schema.Number, { exact: true }),
  /** The answer ends in the middle of the program: more tokens help, not another try. */
  truncated: Schema.optionalWith(Schema.Boolean, { exact: true })
}) {}
