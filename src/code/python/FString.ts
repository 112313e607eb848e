/**
 * The replacement fields of an f-string. Before Python 3.12 they are cut out of a finished string literal, with rules of
 * their own (no backslash, no comment, not the quotes of the string); from 3.12 on the tokenizer reads through them.
 */
import * as Either from "effect/Either"
import { isCloser, isOpener, isPair } from "./Brackets.js"
import * as Literals from "./Literals.js"

/** The text of an expression between braces, and how many line breaks are before it in the body of the string. */
export interface Field {
  readonly text: string
  readonly breaks: number
}

/** `f"{x:{y:{z}}}"` is one level too many before 3.12; later the limit is far above what anybody writes. */
const MAX_NESTING = 2
const MAX_FREE_NESTING = 100

/** Where a string that begins inside of an expression ends. */
const endOfString = (body: string, at: number, free: boolean): number | undefined => {
  const quote = Literals.quoteAt(body, at)
  const from = at + quote.length
  if (!free) {
    const close = body.indexOf(quote, from)
    return close === -1 ? undefined : close + quote.length
  }
  const interpolated = /[fF][rR]?$/.test(body.slice(Math.max(0, at - 2), at))
  const close = interpolated ? closeOf(body, from, quote) : Literals.closeOf(body, from, quote)
  return close === undefined ? undefined : close + quote.length
}

/** What neither ends an expression nor begins anything in it. */
const PLAIN = /[^'"\\#()[\]{}!:=<>]*/y

/** Where the expression that begins at `from` ends: at `!`, `:`, `=` or `}` outside of brackets and strings. */
const endOfExpression = (body: string, from: number, free: boolean): Either.Either<number, string> => {
  const open: Array<string> = []
  let at = from
  while (at < body.length) {
    PLAIN.lastIndex = at
    PLAIN.test(body)
    at = PLAIN.lastIndex
    if (at === body.length) break
    const char = body[at] ?? ""
    if (char === "'" || char === '"') {
      const end = endOfString(body, at, free)
      if (end === undefined) return Either.left(UNCLOSED_STRING)
      if (!free && body.slice(at, end).includes("\\")) return Either.left(BACKSLASH)
      at = end
    } else if (char === "\\" && !free) {
      return Either.left(BACKSLASH)
    } else if (char === "#") {
      const end = free ? body.indexOf("\n", at) : -1
      if (end === -1) return Either.left(COMMENT)
      at = end
    } else if (isOpener(char)) {
      open.push(char)
      at++
    } else if (open.length === 0 && "!:}=<>".includes(char)) {
      const isComparison = body[at + 1] === "=" && "!=<>".includes(char)
      if (!isComparison && char !== "<" && char !== ">") return Either.right(at)
      at += isComparison ? 2 : 1
    } else {
      if (isCloser(char) && !isPair(open.pop() ?? "", char)) {
        return Either.left(`unmatched '${char}' in an expression`)
      }
      at++
    }
  }
  const unclosed = open.pop()
  return Either.left(unclosed === undefined ? MISSING : `'${unclosed}' was never closed`)
}

const UNCLOSED_STRING = "a string inside an expression is not closed (before Python 3.12 it needs other quotes)"
const BACKSLASH = "an expression may not contain a backslash before Python 3.12"
const COMMENT = "an expression may not contain '#' before Python 3.12"

/** Reads the fields of an f-string's body, some characters at a time. `free`: under the rules of Python 3.12. */
export class Reading {
  readonly fields: Array<Field> = []
  private at = 0
  /** Of the format specification that is being read. */
  private depth = 0
  /** Where the text before the next field begins. */
  private literal = 0
  private counted = 0
  private breaks = 0

  constructor(
    private readonly body: string,
    private readonly raw: boolean,
    private readonly free: boolean
  ) {}

  get isDone(): boolean {
    return this.at >= this.body.length
  }

  /** So many characters, and the field that begins in them. What is wrong, if anything is. */
  read(characters: number): string | undefined {
    const { body, raw } = this
    const end = Math.min(body.length, this.at + characters)
    while (this.at < end) {
      const { at, depth } = this
      const char = body[at]
      if (!raw && char === "\\") {
        const name = /\\N\{[^{}]*\}/y
        name.lastIndex = at
        this.at += name.exec(body)?.[0].length ?? (body[at + 1] === "{" || body[at + 1] === "}" ? 1 : 2)
      } else if (char === "{" || char === "}") {
        if (depth === 0 && body[at + 1] === char) {
          this.at += 2
          continue
        }
        const wrong = this.wrongLiteral() ?? (char === "{" ? this.field() : this.close())
        if (wrong !== undefined) return wrong
        this.literal = this.at
      } else this.at++
    }
    return this.isDone ? (this.wrongLiteral() ?? (this.depth > 0 ? MISSING : undefined)) : undefined
  }

  private wrongLiteral(): string | undefined {
    return this.raw ? undefined : Literals.wrongEscape(this.body.slice(this.literal, this.at))
  }

  private add(text: string, start: number): void {
    for (; this.counted < start; this.counted++) if (this.body[this.counted] === "\n") this.breaks++
    this.fields.push({ text, breaks: this.breaks })
  }

  /** The end of a format specification, and with it of its field. */
  private close(): string | undefined {
    if (this.depth === 0) return "single '}' is not allowed"
    this.depth--
    this.at++
    return undefined
  }

  private field(): string | undefined {
    const { body, free } = this
    if (this.depth >= (free ? MAX_FREE_NESTING : MAX_NESTING)) return "expressions are nested too deeply"
    const start = this.at + 1
    const end = endOfExpression(body, start, free)
    if (Either.isLeft(end)) return end.left
    const text = body.slice(start, end.right)
    if (text.trim() === "") return "an empty expression is not allowed"
    this.add(text, start)
    this.at = end.right
    if (body[this.at] === "=") {
      this.at++
      while (/\s/.test(body[this.at] ?? "")) this.at++
    }
    if (body[this.at] === "!") {
      if (!/[sra]/.test(body[this.at + 1] ?? "")) return "the conversion after '!' must be s, r or a"
      this.at += 2
    }
    const isSpecified = body[this.at] === ":"
    if (isSpecified) this.depth++
    else if (body[this.at] !== "}") return MISSING
    this.at++
    return undefined
  }
}

const MISSING = "expecting '}'"

/** Where the closing quotes of an f-string stand from Python 3.12 on, where its expressions may hold the same quotes. */
export const closeOf = (text: string, from: number, quote: string): number | undefined => {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const char = text[at] ?? ""
    if (depth === 0 && text.startsWith(quote, at)) return at
    if (char === "\n" && depth === 0 && quote.length === 1) return undefined
    if (char === "\\") at++
    else if (char === "{" && (depth > 0 || text[at + 1] !== "{")) depth++
    else if (char === "{") at++
    else if (char === "}") depth = Math.max(0, depth - 1)
    else if (depth > 0 && (char === "'" || char === '"')) {
      const end = endOfString(text, at, true)
      if (end === undefined) return undefined
      at = end - 1
    }
  }
  return undefined
}
