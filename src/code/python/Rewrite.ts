/**
 * Valid Python that the parser cannot read or reads wrongly, put in other words for it. `match a, b:` and `case a, b:` get
 * the brackets that Python does not ask for, `del a,` loses its comma, f-strings become calls that hold the same
 * expressions, characters in texts that go by a name get their number, names that are not ASCII are written with numbers, a comprehension that is asynchronous says so in a clause of
 * its own, indentation becomes spaces, and a backslash on a line of its own goes. No line moves, and nobody but the parser sees the result.
 */
import * as Steps from "../Steps.js"
import { isCloser, isOpener } from "./Brackets.js"
import * as Escapes from "./Escapes.js"
import { MARK, written } from "./Identifier.js"
import { measure } from "./Indentation.js"
import type { Token } from "./Token.js"

interface Edit {
  readonly at: number
  readonly remove: number
  readonly insert: string
}

const put = (at: number, insert: string): Edit => ({ at, remove: 0, insert })
const replaced = ({ offset, text }: Token, insert: string): Edit => ({ at: offset, remove: text.length, insert })

interface Head {
  readonly comma: boolean
  /** The index of the first `if` or colon outside of brackets. */
  readonly stop: number
}

/** What stands outside of brackets between a soft keyword and its colon. */
const head = (tokens: ReadonlyArray<Token>, from: number): Head | undefined => {
  let depth = 0
  let comma = false
  for (let at = from; at < tokens.length; at++) {
    const { kind, text } = tokens[at] ?? { kind: "end", text: "" }
    if (kind === "newline" || kind === "end") return undefined
    if (kind === "string") continue
    if (isOpener(text)) depth++
    else if (isCloser(text)) depth--
    else if (depth > 0) continue
    else if (text === ":" || text === "if") return { comma, stop: at }
    else if (text === "=" || text === ";") return undefined
    else if (text === ",") comma = true
  }
  return undefined
}

/** `case a, b if c:` becomes `case (a, b) if c:`. */
const enclosed = (tokens: ReadonlyArray<Token>, index: number, found: Head | undefined): ReadonlyArray<Edit> => {
  const first = tokens[index + 1]
  const stop = tokens[found?.stop ?? -1]
  if (found?.comma !== true || first === undefined || stop === undefined) return []
  return [put(first.offset, "("), put(stop.offset, ")")]
}

/** String literals side by side, of which one is an f-string, become `""((a), (b))` over the same lines. */
const interpolated = (literals: ReadonlyArray<Token>): ReadonlyArray<Edit> => {
  const first = literals[0]
  const last = literals[literals.length - 1]
  if (first === undefined || last === undefined || literals.every(({ fields }) => fields === undefined)) return []
  let insert = '""('
  let line = first.line
  const reach = (wanted: number): void => {
    insert += "\n".repeat(Math.max(0, wanted - line))
    line = Math.max(line, wanted)
  }
  for (const field of literals.flatMap(({ fields = [] }) => fields)) {
    reach(field.line)
    insert += `${forParser(field.text, field.tokens)},`
    line += field.text.split("\n").length - 1
  }
  reach(last.endLine)
  return [{ at: first.offset, remove: last.offset + last.text.length - first.offset, insert: `${insert})` }]
}

/** What the parser stumbles over wherever it stands, given the tokens around. */
const stumbles = (before: Token | undefined, token: Token, next: Token | undefined): Edit | undefined => {
  const { kind, offset, text } = token
  if (text === ";") return before?.text === "yield" ? put(offset, " None") : undefined
  if (kind !== "name") return undefined
  // `.5else` is a number and a keyword, which the parser takes for an exponent.
  if (before?.kind === "number" && before.endColumn === token.column) return put(offset, " ")
  if (text === "async" && next?.text === "for" && before !== undefined && !begins(before)) {
    return replaced(token, ASYNC)
  }
  const name = written(text)
  return name === text ? undefined : replaced(token, name)
}

/** The parser takes `async for` in some of the brackets where it may stand, and one clause more in all. */
const ASYNC = `for ${MARK} in 0`

const LONE = /^[ \t\f]*\\$/

/** Between two statements: what a line has before a lone backslash is the indentation of the next. */
const withoutBackslashes = (gap: string): string => {
  const lines = gap.split("\n")
  const last = lines.length - 1
  let first = last
  while (first > 0 && LONE.test(lines[first - 1] ?? "")) first--
  const widths = lines.slice(first).map((line) => measure(line, 0).column)
  const width = widths.find((column) => column > 0) ?? 0
  const end = lines.pop() ?? ""
  const indentation = end.trim() === "" ? " ".repeat(width) : end
  return [...lines.map((line) => (LONE.test(line) ? "" : line)), indentation].join("\n")
}

const begins = ({ kind, text }: Token): boolean =>
  text === ";" || kind === "newline" || kind === "indent" || kind === "dedent"

class Edits {
  private readonly all: Array<Edit> = []
  private literals: Array<Token> = []
  /** `case` stands before the brackets of a pattern, `del` before a list: until the end of the line. */
  private statement = ""
  /** The index of the token behind the pattern that was begun last. */
  private stop = -1
  private index = 0
  /** Where the statement before ends, and on which line, until the next one begins. */
  private end: Pick<Token, "offset" | "line"> | undefined = { offset: 0, line: 0 }

  constructor(
    private readonly text: string,
    private readonly tokens: ReadonlyArray<Token>
  ) {}

  /** Reads so many tokens: false at the end. */
  read(count: number): boolean {
    const end = Math.min(this.tokens.length, this.index + count)
    for (; this.index < end; this.index++) {
      const token = this.tokens[this.index]
      if (token !== undefined) this.take(token, this.index)
    }
    return end < this.tokens.length
  }

  sorted(): ReadonlyArray<Edit> {
    return this.all.sort((left, right) => left.at - right.at)
  }

  private take(token: Token, index: number): void {
    const { all, tokens } = this
    const before = tokens[index - 1]
    this.between(token)
    if (token.kind === "string") this.literals.push(token)
    else if (this.literals.length > 0) {
      const inPattern = this.isInPattern(token, index) ? concatenated(this.literals) : []
      const edits = [...interpolated(this.literals), ...inPattern]
      all.push(...(edits.length > 0 ? edits : escaped(this.literals)))
      this.literals = []
    }
    if (before === undefined || begins(before)) {
      this.statement = token.text
      if (token.text === "match" || token.text === "case") {
        const found = head(tokens, index + 1)
        all.push(...enclosed(tokens, index, found))
        if (token.text === "case") this.stop = found?.stop ?? -1
      }
    } else if (token.text === "del") this.statement = "del"
    const { statement } = this
    const next = tokens[index + 1]
    // A tuple may end in a comma where the parser expects one more element.
    const isTuple =
      next?.text === ";" || (statement === "for" && next?.text === ":" && tokens[index + 2]?.kind === "newline")
    const trailing = token.text === "," && (statement === "del" ? isEnd(next) : isRest(tokens, index))
    if (trailing) all.push(replaced(token, " "))
    else if (token.text === "," && isTuple) all.push(put(token.offset + 1, "()"))
    else {
      const edit = stumbles(before, token, next)
      if (edit !== undefined) all.push(edit)
    }
  }

  /** Does a literal before this token stand in a pattern. The keys of a mapping are expressions to the parser. */
  private isInPattern({ text }: Token, index: number): boolean {
    return index === this.stop || (index < this.stop && text !== ":")
  }

  private between({ kind, line, offset }: Token): void {
    const { end, text } = this
    if (kind === "newline") this.end = { offset, line }
    if (end === undefined || kind === "newline" || kind === "indent" || kind === "dedent") return
    this.end = undefined
    if (line - end.line < 2) return
    const gap = text.slice(end.offset, offset)
    if (/^[ \t\f]*\\$/m.test(gap)) {
      this.all.push({ at: end.offset, remove: gap.length, insert: withoutBackslashes(gap) })
    }
  }
}

const isEnd = (token: Token | undefined): boolean =>
  token === undefined || token.kind === "newline" || token.text === ";"

/** The comma of `{"a": 1, **rest,}`. */
const isRest = (tokens: ReadonlyArray<Token>, index: number): boolean =>
  tokens[index + 1]?.text === "}" && tokens[index - 2]?.text === "**"

const escaped = (literals: ReadonlyArray<Token>): ReadonlyArray<Edit> =>
  literals.flatMap((literal) => {
    const readable = Escapes.readable(literal.text)
    return readable === literal.text ? [] : [replaced(literal, readable)]
  })

/** A pattern holds one string literal: the others of a row leave nothing but their lines. */
const concatenated = ([first, ...rest]: ReadonlyArray<Token>): ReadonlyArray<Edit> =>
  first === undefined || [first, ...rest].some(({ fields }) => fields !== undefined)
    ? []
    : rest.map((literal) => replaced(literal, " \\\n".repeat(literal.text.split("\n").length - 1)))

const plainSpaces = (text: string): string =>
  /[\t\f]/.test(text)
    ? text.replace(/^[ \t\f]+/gm, (indentation) => " ".repeat(measure(indentation, 0).column)).replaceAll("\f", " ")
    : text

/** Tokens, or edits, between two rests. */
const STRETCH = 1024

/** The text for the parser, or the same text where nothing is to be done. */
export function* rewriting(text: string, tokens: ReadonlyArray<Token>): Steps.Steps<string> {
  const edits = new Edits(text, tokens)
  while (edits.read(STRETCH)) yield
  yield
  const parts: Array<string> = []
  let result = ""
  let at = 0
  for (const edit of edits.sorted()) {
    parts.push(text.slice(at, edit.at), edit.insert)
    at = edit.at + edit.remove
    if (parts.length < STRETCH) continue
    result += parts.join("")
    parts.length = 0
    yield
  }
  parts.push(text.slice(at))
  result += parts.join("")
  yield
  return plainSpaces(result)
}

/** The same in one go. */
export const forParser = (text: string, tokens: ReadonlyArray<Token>): string => Steps.run(rewriting(text, tokens))
