/**
 * What is remembered of a text that passed its checks, as a line beside the journal, so that a run that resumes need not check
 * it again. The text itself is not in it: its hash has to be that of the answer, and all that is said here goes into the seal,
 * so a line that is damaged, or of other checks, is none. Whoever can write the line can make one up, as they could the answer.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { sha256 } from "../../domain/Hash.js"
import { Arity } from "../../domain/PythonModule.js"

const Line = Schema.Struct({
  /** SHA-256 of the text of the answer. */
  text: Schema.String,
  /** The module is this part of the text, in UTF-16 units. */
  start: Schema.Int,
  end: Schema.Int,
  arity: Arity,
  imports: Schema.Array(Schema.String),
  seal: Schema.String
})
type Line = typeof Line.Type

/** The module in a text, as `PythonModule` has it. */
export interface Approval {
  readonly source: string
  readonly arity: Arity
  readonly imports: ReadonlyArray<string>
}

const decode = Schema.decodeOption(Schema.parseJson(Line))

const sealOf = (checks: string, { arity, end, imports, start, text }: Omit<Line, "seal">): string =>
  sha256(JSON.stringify([checks, text, start, end, arity, imports]))

/** `checks` is the fingerprint of those that the answer passed. Nothing where the module is no part of it as it stands. */
export const print = (checks: string, answer: string, { arity, imports, source }: Approval): Option.Option<string> => {
  const start = source === "" ? -1 : answer.indexOf(source)
  if (start === -1) return Option.none()
  const line = { text: sha256(answer), start, end: start + source.length, arity, imports }
  return Option.some(JSON.stringify({ ...line, seal: sealOf(checks, line) }))
}

const TEXT = /^\{"text":"([0-9a-f]{64})",/

/** The hash of the answer that a line is about; the rest of the line is not looked at. */
export const subjectOf = (line: string): string | undefined => TEXT.exec(line)?.[1]

/** What the line of this answer says, if it is one of these checks. */
export const parse = (checks: string, answer: string, line: string): Option.Option<Approval> =>
  decode(line).pipe(
    Option.filter((said) => said.seal === sealOf(checks, said)),
    Option.map(({ arity, end, imports, start }) => ({ source: answer.slice(start, end), arity, imports }))
  )
