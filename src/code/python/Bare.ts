/**
 * A module without what is between its tokens: comments, blank lines, backslashes, wide indentation. The parser would read all of
 * it for nothing, and in one go where nothing divides it. Columns move, and lines are counted anew: `lineOf` says which they were.
 */
import { identity } from "effect/Function"
import * as Steps from "../Steps.js"
import { Brackets } from "./Brackets.js"
import type { Field, Token, Tokens } from "./Token.js"

export interface Bare {
  readonly text: string
  readonly tokens: Tokens
  /** The line of the module, for one of the text. */
  readonly lineOf: (line: number) => number
}

/** Lines without a token, and 32 other characters as one more: the parser reads so many in a fraction of a millisecond. */
const FEW = 1000

/** How much there is between the tokens. */
const between = (text: string, { all }: Tokens): number => {
  let line = 0
  let lines = 0
  let characters = text.length
  for (const token of all) {
    if (token.line > line) lines++
    line = token.endLine
    if (token.fields !== undefined) continue
    lines += token.endLine - token.line
    characters -= token.text.length
  }
  return line - lines + characters / 32
}

/** The module as it is, where there is little between its tokens. */
export function* of(text: string, tokens: Tokens, few = FEW): Steps.Steps<Bare> {
  if (between(text, tokens) < few) return { text, tokens, lineOf: identity }
  yield
  const lines = new Lines()
  const printer = new Printer(lines, 0)
  yield* printer.all(tokens.all)
  yield
  return { ...printer.ended(tokens), lineOf: lines.of }
}

/** The lines of the text so far, and what is read between two rests. */
class Lines {
  /** By the line of the text, which counts from 1: the line of the module. */
  private readonly all = [0, 1]
  left = Steps.STRETCH

  get last(): number {
    return this.all.length - 1
  }

  /** A line of the module is the last of the text from now on. */
  reach(line: number): void {
    if (line > (this.all[this.last] ?? 0)) this.all.push(line)
  }

  readonly of = (line: number): number => this.all[Math.min(line, this.last)] ?? 1
}

/** Puts a module together again, or an expression of an f-string. */
class Printer {
  readonly tokens: Array<Token> = []
  private readonly parts: Array<string> = []
  private offset = 0
  private lineStart = 0
  private depth = 0
  private readonly brackets = new Brackets()
  /** A statement begins with the next token. */
  private isBeginning: boolean
  /** Those without a character of their own, at the place of the next token. */
  private readonly waiting: Array<Token> = []

  constructor(
    private readonly lines: Lines,
    /** The line of the module on which the token before ends, or an expression begins, and where in its text that is. */
    private line: number,
    private behind = 0
  ) {
    this.isBeginning = line === 0
  }

  *all(tokens: ReadonlyArray<Token>): Steps.Steps<void> {
    for (const token of tokens) {
      if (token.fields === undefined) this.take(token)
      else yield* this.interpolated(token, token.fields)
      if (this.lines.left-- > 0) continue
      this.lines.left = Steps.STRETCH
      yield
    }
  }

  get text(): string {
    return this.parts.join("")
  }

  /** The end of a module. */
  ended({ endsInComment }: Tokens): Pick<Bare, "text" | "tokens"> {
    const { brackets, isBeginning, tokens } = this
    if (endsInComment) this.print("#")
    if (isBeginning) this.break()
    return { text: this.text, tokens: { all: tokens, unclosed: brackets.innermost, endsInComment } }
  }

  private take(token: Token): void {
    switch (token.kind) {
      case "newline":
        if (token.line > this.line) this.continue(token.line)
        this.line = token.line
        this.isBeginning = true
        this.tokens.push(this.placed(token, ""))
        return
      case "indent":
      case "dedent":
        this.waiting.push(token)
        return
      case "end":
        this.settle()
        this.tokens.push(this.placed(token, ""))
        return
      default:
        this.begin(token)
        this.plain(token)
    }
  }

  /** What has to stand between a token and the one before. */
  private begin({ endLine, line, offset, text }: Token): void {
    if (this.isBeginning) this.indented(line)
    else if (line > this.line) this.continue(line)
    else if (offset > this.behind) this.print(" ")
    this.line = endLine
    this.behind = offset + text.length
    this.isBeginning = false
  }

  private indented(line: number): void {
    if (this.line > 0) this.break()
    if (line > this.line + 1) {
      // Of all lines between two statements one is left.
      if (this.line > 0) this.lines.reach(line - 1)
      this.break()
    }
    this.lines.reach(line)
    this.settle()
    this.print(" ".repeat(this.depth))
  }

  private settle(): void {
    for (const token of this.waiting) {
      this.depth += token.kind === "indent" ? 1 : -1
      this.tokens.push(this.placed(token, ""))
    }
    this.waiting.length = 0
  }

  private continue(line: number): void {
    this.print(this.brackets.isInside ? "" : " \\")
    this.break()
    this.lines.reach(line)
  }

  private plain(token: Token): void {
    const { endColumn, endLine, line, text } = token
    const placed = this.placed(token, text)
    this.print(text)
    for (let next = line + 1; next <= endLine; next++) this.lines.reach(next)
    if (endLine > line) this.lineStart = this.offset - endColumn
    const read = { ...placed, endLine: this.lines.last, endColumn: this.column }
    this.tokens.push(read)
    if (token.kind === "operator") this.brackets.take(read)
  }

  /** Of an f-string nothing but its expressions comes to the parser. */
  private *interpolated(token: Token, fields: ReadonlyArray<Field>): Steps.Steps<void> {
    const { lines } = this
    this.begin(token)
    const placed = this.placed(token, `${/^\w*/.exec(token.text)?.[0]}""`)
    const read: Array<Field> = []
    for (const field of fields) {
      lines.reach(field.line)
      const line = lines.last
      const printer = new Printer(lines, field.line)
      yield* printer.all(field.tokens)
      read.push({ text: printer.text, line, tokens: printer.tokens })
    }
    lines.reach(token.endLine)
    this.print(placed.text)
    this.tokens.push({ ...placed, endLine: lines.last, fields: read })
  }

  private get column(): number {
    return this.offset - this.lineStart
  }

  private placed(token: Token, text: string): Token {
    const { column, lines, offset } = this
    const line = lines.last
    return { ...token, text, offset, line, column, endLine: line, endColumn: column + text.length }
  }

  private print(text: string): void {
    this.parts.push(text)
    this.offset += text.length
  }

  private break(): void {
    this.print("\n")
    this.lineStart = this.offset
  }
}
