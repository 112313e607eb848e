/**
 * The one place that calls py-ast: text in, tree out, and its plain errors translated into failures.
 */
import * as Either from "effect/Either"
import { parse } from "py-ast"
import { type CodeFailure, of } from "../../domain/CodeFailure.js"
import * as Guard from "./Guard.js"
import type { Tokens } from "./Token.js"
import type { Module } from "./Tree.js"

/** The place is part of the sentence: `Expected ':' after else at line 3, column 4`. */
const WHERE = /^(.*?) at line (\d+)(?:, column (\d+))?$/s

/** `tokens` are those of the very text that was parsed: whether it stops too early is a matter of columns. */
const translate = (error: unknown, tokens: Tokens): CodeFailure => {
  // The engine's own "Maximum call stack size exceeded": the input nests deeper than the parser can follow.
  if (error instanceof RangeError) return Guard.tooComplex()
  const [, sentence, line, column] = WHERE.exec(error instanceof Error ? error.message : String(error)) ?? []
  const last = tokens.all.findLast(({ kind }) => kind !== "newline" && kind !== "dedent" && kind !== "end")
  const at = Number(line)
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

export const tree = (text: string, tokens: () => Tokens): Either.Either<Module, CodeFailure> =>
  Either.try({ try: () => parse(text), catch: (error) => translate(error, tokens()) })
