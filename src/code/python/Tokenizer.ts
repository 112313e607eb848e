/**
 * Python's tokenizer with its own refusals: characters, numbers, strings, brackets, and indentation to the column. The
 * parser behind it is lenient in all of these; and which tokens stand around a node tells what a tree has forgotten.
 */
import * as Either from "effect/Either"
import { type CodeFailure, of } from "../../domain/CodeFailure.js"
import * as Steps from "../Steps.js"
import { Brackets } from "./Brackets.js"
import type * as FString from "./FString.js"
import * as Guard from "./Guard.js"
import * as Indentation from "./Indentation.js"
import * as Lexemes from "./Lexemes.js"
import * as Literals from "./Literals.js"
import * as Quoted from "./Quoted.js"
import type { Target } from "./Target.js"
import type { Field, Kind, Token, Tokens } from "./Token.js"

type Found = Either.Either<Tokens, CodeFailure>

/** With rests, and with at most so many tokens: any number of them where the module was small enough before it was rewritten. */
export const tokenizing = (text: string, target: Target, most = Guard.MAX_TOKENS): Steps.Steps<Found> =>
  new Scanner(text, target, 1, most).run()

/** The same without rests. */
export const tokenize = (text: string, target: Target, most?: number): Found =>
  Steps.run(tokenizing(text, target, most))

/** Characters between two rests: a millisecond or less. */
const STRETCH = 8 * 1024
/** To begin with an expression of an f-string takes as long as so many characters. */
const FIELD = 32

/** Each method reads one thing at the current place and says what is wrong with it, if anything is. */
class Scanner {
  private readonly all: Array<Token> = []
  private readonly brackets = new Brackets()
  private readonly levels = new Indentation.Levels()
  private at = 0
  private lineStart = 0
  private atLineStart = true
  /** How many tokens, without what may be in a row of numbers. */
  private size = 0
  /** Of the f-string that was read last, if it has any fields. */
  private reading: FString.Reading | undefined
  private endsInComment = false

  constructor(
    private readonly text: string,
    private readonly target: Target,
    private line: number,
    private readonly most: number,
    /** How many characters are left until the next rest, here and in the expressions of f-strings. */
    private readonly pace = { left: STRETCH }
  ) {}

  *run(): Steps.Steps<Found> {
    const { pace } = this
    while (this.at < this.text.length) {
      const wrong = this.read() ?? (this.reading === undefined ? undefined : yield* this.fields(this.reading))
      if (wrong !== undefined) return Either.left(wrong)
      if (this.size > this.most) return Either.left(Guard.tooMany())
      if (pace.left > 0) continue
      pace.left = STRETCH
      yield
    }
    const { endsInComment } = this
    if (!this.brackets.isInside && this.isInStatement()) this.push("newline", 0)
    for (let open = this.levels.depth; open > 0; open--) this.push("dedent", 0)
    this.push("end", 0)
    return Either.right({ all: this.all, unclosed: this.brackets.innermost, endsInComment })
  }

  /** Up to the end of a stretch, or of an f-string, whose expressions come next. */
  private read(): CodeFailure | undefined {
    const from = this.at
    const end = Math.min(this.text.length, from + this.pace.left)
    while (this.at < end && this.reading === undefined) {
      const failure = this.atLineStart ? this.indentation() : this.next()
      if (failure !== undefined) return failure
    }
    this.pace.left -= this.at - from
    return undefined
  }

  private wrong(code: string, message: string, truncated = false): CodeFailure {
    return of("syntax", code, message, { line: this.line, truncated })
  }

  private push(kind: Kind, length: number): Token {
    const { at, line, lineStart } = this
    this.at += length
    return this.add(kind, at, line, at - lineStart)
  }

  /** What was read from `offset` on. All tokens are made here, so that they are alike to the engine. */
  private add(kind: Kind, offset: number, line: number, column: number, fields?: ReadonlyArray<Field>): Token {
    const text = this.text.slice(offset, this.at)
    const endColumn = this.at - this.lineStart
    const token = { kind, text, offset, line, column, endLine: this.line, endColumn, fields }
    this.all.push(token)
    if (kind !== "number" && text !== ",") this.size++
    this.endsInComment = false
    return token
  }

  private isInStatement(): boolean {
    const last = this.all.at(-1)
    return last !== undefined && last.kind !== "newline" && last.kind !== "dedent"
  }

  private breakLine(): void {
    this.line++
    this.lineStart = this.at
  }

  private indentation(): CodeFailure | undefined {
    const width = Indentation.measure(this.text, this.at)
    this.at = width.end
    if (this.text.startsWith("\\\n", this.at) && this.at + 2 < this.text.length) {
      this.levels.continued(width)
      return this.continuation()
    }
    this.atLineStart = false
    const next = this.text[this.at]
    if (next === undefined || next === "\n" || next === "#") return this.levels.blank()
    const change = this.levels.next(width)
    if (change._tag === "Wrong") return this.wrong(change.code, change.message)
    if (change._tag === "Opened") this.push("indent", 0)
    else for (let level = 0; level < change.levels; level++) this.push("dedent", 0)
    return undefined
  }

  private next(): CodeFailure | undefined {
    const { at, text } = this
    const char = text[at]
    if (char === "\n") return this.newline()
    if (char === " " || char === "\t" || char === "\f") {
      this.at++
      return undefined
    }
    if (char === "#") return this.comment()
    if (char === "\\") return this.continuation()
    if (char === '"' || char === "'") return this.string("")
    const name = Lexemes.name(text, at)
    if (name > 0) {
      const next = text[at + name]
      const prefix = next === '"' || next === "'" ? text.slice(at, at + name) : ""
      if (prefix !== "" && Lexemes.isPrefix(prefix)) return this.string(prefix)
      this.push("name", name)
      return undefined
    }
    const number = Lexemes.number(text, at)
    if (number > 0) return this.number(text.slice(at, at + number))
    const operator = Lexemes.operator(text, at)
    if (operator > 0) return this.operator(text.slice(at, at + operator))
    return this.wrong("bad-character", `invalid character ${Lexemes.describe(text, at)}`)
  }

  private newline(): undefined {
    if (!this.brackets.isInside && this.isInStatement()) {
      const { endsInComment } = this
      this.push("newline", 0)
      this.endsInComment = endsInComment
    }
    this.at++
    this.breakLine()
    this.atLineStart = !this.brackets.isInside
  }

  private comment(): undefined {
    this.at = Lexemes.endOfLine(this.text, this.at)
    this.endsInComment = true
  }

  private continuation(): CodeFailure | undefined {
    const isLast = this.at + 2 >= this.text.length
    if (this.text[this.at + 1] !== "\n") {
      return this.wrong("bad-continuation", "only the end of the line may follow a backslash", isLast)
    }
    if (isLast) return this.wrong("unexpected-end", "the module ends after a line continuation", true)
    this.at += 2
    this.breakLine()
    return undefined
  }

  private number(literal: string): CodeFailure | undefined {
    const end = this.at + literal.length
    const after = Lexemes.afterNumber(this.text, end)
    if (after > 0) {
      return this.wrong("bad-number", `invalid number literal '${literal}${this.text.slice(end, end + after)}'`)
    }
    const wrong = Literals.wrongWithNumber(literal)
    if (wrong !== undefined) return this.wrong("bad-number", wrong)
    this.push("number", literal.length)
    return undefined
  }

  private operator(symbol: string): CodeFailure | undefined {
    const wrong = this.brackets.wrongWith(symbol, this.line)
    if (wrong !== undefined) return this.wrong(...wrong)
    this.brackets.take(this.push("operator", symbol.length))
    return undefined
  }

  private string(prefix: string): CodeFailure | undefined {
    const { at, text } = this
    const found = Quoted.read(text, at, prefix, this.target, STRETCH)
    if (Quoted.isWrong(found)) return this.wrong(...found)
    const { close, quote, reading, start } = found
    if (reading !== undefined && (reading.fields.length > 0 || !reading.isDone)) this.reading = reading
    const { line, lineStart } = this
    this.at = close + quote.length
    for (let index = text.indexOf("\n", start); index !== -1 && index < close; index = text.indexOf("\n", index + 1)) {
      this.line++
      this.lineStart = index + 1
    }
    this.add("string", at, line, at - lineStart, reading && [])
    return undefined
  }

  private *fields(reading: FString.Reading): Steps.Steps<CodeFailure | undefined> {
    this.reading = undefined
    const token = this.all.pop()
    if (token === undefined) return undefined
    while (!reading.isDone) {
      yield
      const wrong = reading.read(STRETCH)
      if (wrong !== undefined) return of("syntax", ...Quoted.wrongField(wrong), { line: token.line })
    }
    const { pace } = this
    const fields: Array<Field> = []
    for (const expression of reading.fields) {
      const text = `(${expression.text})`
      const line = token.line + expression.breaks
      pace.left -= FIELD
      const tokens = yield* new Scanner(text, this.target, line, Guard.MAX_TOKENS, pace).run()
      if (Either.isLeft(tokens)) return tokens.left
      fields.push({ text, line, tokens: tokens.right.all })
      this.size += tokens.right.all.length
      if (this.size > this.most) return Guard.tooMany()
    }
    this.add(token.kind, token.offset, token.line, token.column, fields)
    return undefined
  }
}
