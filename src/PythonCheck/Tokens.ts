/**
 * Python's tokenizer with its own refusals: characters, numbers, strings, brackets, and indentation to the column. The
 * parser behind it is lenient in all of these; and which tokens stand around a node tells what a tree has forgotten.
 */
import * as Either from "effect/Either"
import { type CodeFailure, of } from "../CodeFailure.js"
import * as FString from "./FString.js"
import * as Literals from "./Literals.js"
import type { Target } from "./Target.js"

export type Kind = "name" | "number" | "string" | "operator" | "newline" | "indent" | "dedent" | "end"

/** Lines count from 1, columns from 0 in UTF-16 units. */
export interface Token {
  readonly kind: Kind
  readonly text: string
  /** Where it begins in the text. */
  readonly offset: number
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  /** The expressions of an f-string. */
  readonly fields?: ReadonlyArray<Field>
}

/** An expression inside an f-string, in brackets as CPython compiles it. */
export interface Field {
  readonly text: string
  readonly line: number
  readonly tokens: ReadonlyArray<Token>
}

export interface Tokens {
  readonly all: ReadonlyArray<Token>
  /** The innermost bracket that the end of the text leaves open. */
  readonly unclosed: Token | undefined
  readonly endsInComment: boolean
}

/** CPython's own limits (MAXLEVEL and MAXINDENT in its tokenizer). */
const MAX_BRACKETS = 200
const MAX_INDENTS = 99

const SPACE = /[ \t\f]+/y
const NAME = /[\p{ID_Start}_][\p{ID_Continue}]*/uy
const NUMBER =
  /0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*\.?(?:(?<=\.)\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?[jJ]?/y
const OPERATOR = /\*\*=?|\/\/=?|>>=?|<<=?|!=|->|:=|\.\.\.|[+\-*/%@&|^=<>]=?|[~()[\]{},:;.]/y
const PREFIX = /^(?:[rRuUbBfF]|[bBfF][rR]|[rR][bBfF])$/
/** Keywords may follow a number without a space; anything else that could belong to a name may not. */
const AFTER_NUMBER = /(?!and|else|for|i[fns]|or|not)[\p{ID_Continue}\u0080-\u{10ffff}]/uy
const DECIMAL_WITH_ZEROS = /^0[\d_]*[1-9][\d_]*$/
const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" }

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

const syntax = (code: string, message: string, line: number, truncated = false): CodeFailure =>
  of("syntax", code, message, { line, truncated })

export const tokenize = (text: string, target: Target, firstLine = 1): Either.Either<Tokens, CodeFailure> => {
  const all: Array<Token> = []
  const brackets: Array<Token> = []
  const indents = [{ column: 0, characters: 0 }]
  const end = text.length
  let at = 0
  let line = firstLine
  let lineStart = 0
  let atLineStart = true
  let endsInComment = false

  const push = (kind: Kind, length: number): Token => {
    const column = at - lineStart
    const token = {
      kind,
      text: text.slice(at, at + length),
      offset: at,
      line,
      column,
      endLine: line,
      endColumn: column + length
    }
    all.push(token)
    at += length
    endsInComment = false
    return token
  }

  /** Columns as CPython counts them: a tab reaches the next multiple of 8, and once more as one character. */
  const indentation = (): CodeFailure | undefined => {
    let column = 0
    let characters = 0
    for (; at < end; at++) {
      const char = text[at]
      if (char === " ") {
        column++
        characters++
      } else if (char === "\t") {
        column = (Math.floor(column / 8) + 1) * 8
        characters++
      } else if (char === "\f") {
        column = 0
        characters = 0
      } else break
    }
    const next = text[at]
    if (next === undefined || next === "\n" || next === "#") return undefined
    let top = indents[indents.length - 1] ?? { column: 0, characters: 0 }
    if (column > top.column) {
      if (characters <= top.characters) return tabs()
      if (indents.length > MAX_INDENTS) {
        return syntax("too-deep", "too many levels of indentation", line)
      }
      indents.push({ column, characters })
      push("indent", 0)
      return undefined
    }
    while (column < top.column) {
      indents.pop()
      push("dedent", 0)
      top = indents[indents.length - 1] ?? { column: 0, characters: 0 }
    }
    if (column !== top.column) {
      return syntax("bad-indentation", "this line's indentation matches no enclosing block", line)
    }
    return characters === top.characters ? undefined : tabs()
  }

  const tabs = (): CodeFailure =>
    syntax("mixed-tabs", "tabs and spaces are mixed in the indentation: use 4 spaces per level", line)

  const number = (literal: string): CodeFailure | undefined => {
    const after = matchAt(AFTER_NUMBER, text, at + literal.length)
    if (after !== undefined) return syntax("bad-number", `invalid number literal '${literal}${after}'`, line)
    if (DECIMAL_WITH_ZEROS.test(literal)) {
      return syntax("bad-number", `leading zeros are not permitted in the integer '${literal}'`, line)
    }
    if (Literals.isTooLong(literal)) {
      return syntax("bad-number", "an integer literal has more digits than Python allows (4300)", line)
    }
    push("number", literal.length)
    return undefined
  }

  const string = (prefix: string): CodeFailure | undefined => {
    const open = at + prefix.length
    const quote = text.startsWith(text.slice(open, open + 1).repeat(3), open)
      ? text.slice(open, open + 3)
      : text.slice(open, open + 1)
    const interpolated = /f/i.test(prefix)
    const close =
      interpolated && target.nestedQuotes
        ? FString.closeOf(text, open + quote.length, quote)
        : Literals.closeOf(text, open + quote.length, quote)
    if (close === undefined) {
      const stopsHere = quote.length === 3 || !text.includes("\n", at)
      return syntax(
        "unterminated-string",
        quote.length === 3 ? "this triple-quoted string is never closed" : "this string is not closed on its line",
        line,
        stopsHere
      )
    }
    const first = line
    const column = at - lineStart
    const body = text.slice(open + quote.length, close)
    const token = push("string", close + quote.length - at)
    for (let i = body.indexOf("\n"); i !== -1; i = body.indexOf("\n", i + 1)) {
      line++
      lineStart = open + quote.length + i + 1
    }
    const literal = { ...token, line: first, column, endLine: line, endColumn: at - lineStart }
    all[all.length - 1] = literal
    if (!interpolated) {
      const wrong = Literals.wrongWith(prefix, body)
      return wrong === undefined ? undefined : syntax("bad-string", wrong, first)
    }
    if (target.nestedQuotes) return undefined
    const found = fieldsOf(body, /r/i.test(prefix), first)
    if (Either.isLeft(found)) return found.left
    all[all.length - 1] = { ...literal, fields: found.right }
    return undefined
  }

  const fieldsOf = (body: string, raw: boolean, first: number): Either.Either<ReadonlyArray<Field>, CodeFailure> =>
    Either.flatMap(
      Either.mapLeft(FString.fieldsOf(body, raw), (wrong) => syntax("bad-f-string", `f-string: ${wrong}`, first)),
      (expressions) =>
        Either.all(
          expressions.map((expression) => {
            const text = `(${expression.text})`
            const line = first + expression.breaks
            return Either.map(tokenize(text, target, line), ({ all: tokens }) => ({ text, line, tokens }))
          })
        )
    )

  const operator = (symbol: string): CodeFailure | undefined => {
    if (symbol in closers) {
      if (brackets.length >= MAX_BRACKETS) return syntax("too-deep", "too many nested brackets", line)
      brackets.push(push("operator", 1))
      return undefined
    }
    if (symbol === ")" || symbol === "]" || symbol === "}") {
      const open = brackets.pop()
      if (open === undefined) return syntax("unmatched-bracket", `unmatched '${symbol}'`, line)
      if (closers[open.text] !== symbol) {
        const from = open.line === line ? "" : ` on line ${open.line}`
        return syntax("unmatched-bracket", `closing '${symbol}' does not match opening '${open.text}'${from}`, line)
      }
    }
    push("operator", symbol.length)
    return undefined
  }

  const one = (): CodeFailure | undefined => {
    const char = text[at]
    if (char === "\n") {
      const last = all[all.length - 1]
      if (brackets.length === 0 && last !== undefined && last.kind !== "newline" && last.kind !== "dedent") {
        const comment = endsInComment
        push("newline", 0)
        endsInComment = comment
      }
      at++
      line++
      lineStart = at
      atLineStart = brackets.length === 0
      return undefined
    }
    const space = matchAt(SPACE, text, at)
    if (space !== undefined) {
      at += space.length
      return undefined
    }
    if (char === "#") {
      const stop = text.indexOf("\n", at)
      at = stop === -1 ? end : stop
      endsInComment = true
      return undefined
    }
    if (char === "\\") {
      if (text[at + 1] !== "\n") {
        return syntax("bad-continuation", "only the end of the line may follow a backslash", line, at + 1 >= end)
      }
      at += 2
      line++
      lineStart = at
      return at >= end ? syntax("unexpected-end", "the file ends after a line continuation", line - 1, true) : undefined
    }
    if (char === '"' || char === "'") return string("")
    const name = matchAt(NAME, text, at)
    if (name !== undefined) {
      const next = text[at + name.length]
      if ((next === '"' || next === "'") && PREFIX.test(name)) return string(name)
      push("name", name.length)
      return undefined
    }
    const literal = matchAt(NUMBER, text, at)
    if (literal !== undefined) return number(literal)
    const symbol = matchAt(OPERATOR, text, at)
    if (symbol !== undefined) return operator(symbol)
    const code = text.codePointAt(at) ?? 0
    return syntax(
      "bad-character",
      `invalid character ${JSON.stringify(String.fromCodePoint(code))} (U+${code.toString(16).toUpperCase().padStart(4, "0")})`,
      line
    )
  }

  const step = (): CodeFailure | undefined => {
    if (!atLineStart) return one()
    atLineStart = false
    return indentation()
  }
  const done = (): boolean => at >= end

  while (!done()) {
    const failure = step()
    if (failure !== undefined) return Either.left(failure)
  }
  const comment = endsInComment
  const last = all[all.length - 1]
  if (brackets.length === 0 && last !== undefined && last.kind !== "newline") push("newline", 0)
  for (; indents.length > 1; indents.pop()) push("dedent", 0)
  push("end", 0)
  return Either.right({ all, unclosed: brackets[brackets.length - 1], endsInComment: comment })
}
