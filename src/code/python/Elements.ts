/** Where a large statement can be cut: at the commas between its brackets, as those of a table or of a long call. */
import { isCloser, isOpener } from "./Brackets.js"
import * as Layout from "./Layout.js"
import type { Token } from "./Token.js"

export interface Bracket {
  readonly kind: Kind | undefined
  /** The indices of its tokens; `close` is that of the last of all where nothing closes it. */
  readonly open: number
  readonly close: number
  readonly commas: ReadonlyArray<number>
  readonly inner: ReadonlyArray<Bracket>
}

export type Kind = "call" | "dict" | "list" | "set" | "subscript" | "tuple"

/** A bracket whose inside is being read. */
class Open {
  readonly commas: Array<number> = []
  readonly inner: Array<Bracket> = []
  private lambdas = 0
  private isDict: boolean
  private isWhole = false

  constructor(
    private readonly tokens: ReadonlyArray<Token>,
    private readonly index: number
  ) {
    this.isDict = tokens[index + 1]?.text === "**"
  }

  take(index: number, text: string): void {
    if (text === "lambda") this.lambdas++
    // What stands behind these has commas of its own.
    else if (text === "for" || text === "yield") this.isWhole = true
    else if (text === ":" && this.lambdas > 0) this.lambdas--
    else if (text === ":") this.isDict ||= this.commas.length === 0
    // The comma between two parameters of a lambda separates no elements.
    else if (text === "," && this.lambdas === 0) this.commas.push(index)
  }

  closed(close: number): Bracket {
    const { commas, index, inner, isWhole } = this
    return { kind: isWhole ? undefined : this.kind(), open: index, close, commas, inner }
  }

  /** None for what is no expression: parameters, the names of an import. */
  private kind(): Kind | undefined {
    const { index, tokens } = this
    const before = tokens[index - 1]
    const isTrailer = Layout.isOperand(before) || before?.text === "..."
    if (isTrailer && DEFINES.has(tokens[index - 2]?.text ?? "")) return undefined
    switch (tokens[index]?.text) {
      case "[":
        return isTrailer ? "subscript" : "list"
      case "{":
        return this.isDict ? "dict" : "set"
      default:
        return isTrailer ? "call" : before?.text === "import" ? undefined : "tuple"
    }
  }
}

/** These stand before a name and its parameters. */
const DEFINES = new Set(["def", "class", "type"])

/** The outermost brackets, without those that the parser may read more than once to find out what they are. */
export const brackets = (tokens: ReadonlyArray<Token>): ReadonlyArray<Bracket> => {
  const found: Array<Bracket> = []
  const open: Array<Open> = []
  let isPattern = false
  const close = (at: number): void => {
    const bracket = open.pop()?.closed(at)
    if (bracket === undefined) return
    const outer = open.at(-1)
    if (outer !== undefined) outer.inner.push(bracket)
    else if (!isPattern && tokens[bracket.open - 1]?.text !== "with") found.push(bracket)
  }
  let begins = true
  for (let index = 0; index < tokens.length; index++) {
    const { kind, text } = tokens[index] ?? { kind: "end", text: "" }
    if (begins && open.length === 0) isPattern = text === "match" || text === "case"
    begins = kind === "newline" || kind === "indent" || kind === "dedent"
    if (kind !== "operator" && kind !== "name") continue
    if (isOpener(text)) open.push(new Open(tokens, index))
    else if (isCloser(text)) close(index)
    else open.at(-1)?.take(index, text)
  }
  while (open.length > 0) close(tokens.length - 1)
  return found
}

/** A bracket of which all elements but the first are parsed by themselves. */
export interface Gap extends Bracket {
  readonly kind: Kind
  /** The comma behind the first element. */
  readonly comma: number
}

/** Those in brackets of at least so many tokens. */
export const gapsIn = (brackets: ReadonlyArray<Bracket>, least: number): ReadonlyArray<Gap> =>
  brackets.flatMap((bracket) => {
    const { close, commas, inner, kind, open } = bracket
    const [comma] = commas
    if (close - open < least) return []
    if (kind === undefined || comma === undefined || comma + 1 === close) return gapsIn(inner, least)
    const inFirst = inner.filter(({ open }) => open < comma)
    return [...gapsIn(inFirst, least), { ...bracket, kind, comma }]
  })

/** The tokens from one to another. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** The elements behind the first, so many at once as are not larger than `most`. */
export const chunksOf = (
  { close, comma, commas }: Gap,
  most: number,
  sizeOf: (range: Range) => number
): ReadonlyArray<Range> => {
  const chunks: Array<Range> = []
  let from = comma + 1
  let to = from
  for (const at of [...commas.slice(1), close - 1]) {
    const next = at + 1
    if (to > from && sizeOf({ from, to: next }) > most) {
      chunks.push({ from, to })
      from = to
    }
    to = next
  }
  if (to > from) chunks.push({ from, to })
  return chunks
}
