/**
 * The one place that calls py-ast: text in, tree out, and its plain errors translated into failures.
 */
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import { parse } from "py-ast"
import { type CodeFailure, of } from "../../domain/CodeFailure.js"
import * as Guard from "./Guard.js"
import { MARK, read } from "./Identifier.js"
import type { Tokens } from "./Token.js"
import { type Comprehension, hasFields, type Module, visit } from "./Tree.js"

/** Where a text stands in the module: so many lines before it, and so many columns before its line `first`. */
export interface Place {
  readonly lines: number
  readonly first: number
  readonly columns: number
}

export const TOP: Place = { lines: 0, first: 0, columns: 0 }

/** What is wrong, put into words when it is read, and where the parser stopped. */
export interface Wrong {
  readonly failure: CodeFailure
  readonly line: number
  readonly column: number
}

export type Parsed = Either.Either<Module, Wrong>

/** `tokens` are those of the module. */
export const parsed = (text: string, place: Place, tokens: () => Tokens): Parsed =>
  Either.map(Either.try({ try: () => parse(text), catch: (error) => translate(error, place, tokens) }), (module) =>
    moved(text.includes(MARK) ? restored(module) : module, place)
  )

/** The place is part of the sentence: `Expected ':' after else at line 3, column 4`. */
const WHERE = /^(.*?) at line (\d+)(?:, column (\d+))?$/s

const translate = (error: unknown, { columns, first, lines }: Place, tokens: () => Tokens): Wrong => {
  // There is no parser, which no module is to blame for.
  if (Predicate.hasProperty(error, "code") && error.code === "MODULE_NOT_FOUND") throw error
  // The engine's own "Maximum call stack size exceeded": the input nests deeper than the parser can follow.
  if (error instanceof RangeError) return { failure: Guard.tooComplex(), line: 0, column: 0 }
  const [, sentence, line, found] = WHERE.exec(error instanceof Error ? error.message : String(error)) ?? []
  const at = Number(line) + lines
  const column = Number(found ?? 0) + (Number(line) === first ? columns : 0)
  // Without a place it counts as the first mistake.
  return {
    get failure() {
      return failureOf(sentence, at, column, tokens())
    },
    line: Number.isNaN(at) ? 0 : at,
    column
  }
}

/** Whether the text stops too early is a matter of columns. */
const failureOf = (sentence: string | undefined, at: number, column: number, tokens: Tokens): CodeFailure => {
  const last = tokens.all.findLast(({ kind }) => kind !== "newline" && kind !== "dedent" && kind !== "end")
  // Only what the parser misses can be missing because of the end: a target that cannot be assigned to is complete.
  const misses = sentence !== undefined && /^(?:Expected|Unexpected)/.test(sentence)
  const atEnd = misses && (last === undefined || at > last.endLine || (at === last.endLine && column >= last.endColumn))
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

/** The tree as it is at its place. */
const moved = (module: Module, { columns, first, lines }: Place): Module => {
  if (lines === 0 && columns === 0) return module
  visit(module, (node) => {
    if ("lineno" in node && node.lineno !== undefined) {
      if (node.lineno === first && node.col_offset !== undefined) node.col_offset += columns
      node.lineno += lines
    }
    if ("end_lineno" in node && node.end_lineno !== undefined) {
      if (node.end_lineno === first && node.end_col_offset !== undefined) node.end_col_offset += columns
      node.end_lineno += lines
    }
    return true
  })
  return module
}

/** What was written for the parser in other words, as it was: names, and that a comprehension is asynchronous. */
const restored = (module: Module): Module => {
  visit(module, (node) => {
    if (node.nodeType === "Constant") return false
    if ("generators" in node) node.generators = marked(node.generators)
    if (hasFields(node)) for (const field in node) restore(node, field)
    return true
  })
  return module
}

const restore = (owner: Readonly<Record<string, unknown>>, field: string): void => {
  const value = owner[field]
  if (typeof value === "string") Reflect.set(owner, field, read(value))
  else if (Array.isArray(value) && typeof value[0] === "string") Reflect.set(owner, field, value.map(read))
}

type Generators = Comprehension["generators"]

/** The clause that is nothing but a mark goes, and the next one is asynchronous. */
const marked = (generators: Generators): Generators => {
  let is_async = 0
  return generators.flatMap((generator) => {
    const before = is_async
    is_async = generator.target.nodeType === "Name" && generator.target.id === MARK ? 1 : 0
    return is_async === 1 ? [] : [{ ...generator, is_async: before }]
  })
}
