/**
 * The one place that calls py-ast: text in, tree out, and its plain errors translated into failures.
 */
import * as Either from "effect/Either"
import { parse } from "py-ast"
import { type CodeFailure, of } from "../../domain/CodeFailure.js"
import type { Steps } from "../Steps.js"
import type { Statement } from "./Cuts.js"
import * as Guard from "./Guard.js"
import type { Tokens } from "./Token.js"
import { type Module, type StmtNode, visit } from "./Tree.js"

/** The place is part of the sentence: `Expected ':' after else at line 3, column 4`. */
const WHERE = /^(.*?) at line (\d+)(?:, column (\d+))?$/s

/** `lines` stand before the part that was parsed; `tokens` are those of the whole text: whether it stops too early is a matter of columns. */
const translate = (error: unknown, lines: number, tokens: Tokens): CodeFailure => {
  // The engine's own "Maximum call stack size exceeded": the input nests deeper than the parser can follow.
  if (error instanceof RangeError) return Guard.tooComplex()
  const [, sentence, line, column] = WHERE.exec(error instanceof Error ? error.message : String(error)) ?? []
  const last = tokens.all.findLast(({ kind }) => kind !== "newline" && kind !== "dedent" && kind !== "end")
  const at = Number(line) + lines
  // Only what the parser misses can be missing because of the end: a target that cannot be assigned to is complete.
  const misses = sentence !== undefined && /^(?:Expected|Unexpected)/.test(sentence)
  const atEnd =
    misses &&
    (last === undefined || at > last.endLine || (at === last.endLine && Number(column ?? 0) >= last.endColumn))
  const open = tokens.unclosed
  if (open !== undefined) {
    return of("syntax", "unclosed-bracket", `'${open.text}' was never closed`, { line: open.line, truncated: atEnd })
  }
  const plain = sentence === undefined || sentence.startsWith("Unexpected token") ? "invalid syntax" : sentence
  const message =
    plain === "invalid syntax" ? plain : `invalid syntax: ${plain.charAt(0).toLowerCase()}${plain.slice(1)}`
  return atEnd
    ? of("syntax", "unexpected-end", `the module ends too early (${message})`, {
        line: last?.endLine ?? 1,
        truncated: !tokens.endsInComment
      })
    : of("syntax", "invalid-syntax", message, { line: Number.isNaN(at) ? 1 : at })
}

/** Characters of a module that is parsed without a rest, as most are, and tokens of the parts of a longer one. */
export const AT_ONCE = 8 * 1024
const PART = 2000

/** Lines that are parsed at once: statements that are no longer together, or a single one. */
const parts = (statements: ReadonlyArray<Statement>): ReadonlyArray<number> => {
  const starts: Array<number> = []
  let length = Infinity
  for (const { line, size } of statements) {
    length += size
    if (length > PART) {
      starts.push(line)
      length = size
    }
  }
  return starts
}

/** The tree as if so many lines stood before it. */
const moved = (module: Module, lines: number): Module => {
  visit(module, (node) => {
    if ("lineno" in node && node.lineno !== undefined) node.lineno += lines
    if ("end_lineno" in node && node.end_lineno !== undefined) node.end_lineno += lines
    return true
  })
  return module
}

/** `statements` may be those of another text, where they are on the same lines. */
export function* tree(
  text: string,
  statements: ReadonlyArray<Statement>,
  tokens: () => Tokens
): Steps<Either.Either<Module, CodeFailure>> {
  const [, ...starts] = parts(statements)
  if (starts.length === 0) return parsed(text, 0, tokens)
  const lines = text.split("\n")
  const body: Array<StmtNode> = []
  let from = 0
  let last = parsed("", 0, tokens)
  for (const to of [...starts.map((line) => line - 1), lines.length]) {
    last = parsed(lines.slice(from, to).join("\n"), from, tokens)
    if (Either.isLeft(last)) return last
    body.push(...(from === 0 ? last.right : moved(last.right, from)).body)
    from = to
    yield
  }
  return Either.map(last, (module) => ({ ...module, body }))
}

const parsed = (part: string, lines: number, tokens: () => Tokens): Either.Either<Module, CodeFailure> =>
  Either.try({ try: () => parse(part), catch: (error) => translate(error, lines, tokens()) })
