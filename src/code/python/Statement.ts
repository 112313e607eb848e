/** Statements that are parsed at once, or a large one without most of what is between its brackets, which is parsed by itself. */
import * as Either from "effect/Either"
import type { Steps } from "../Steps.js"
import * as Columns from "./Columns.js"
import * as Cuts from "./Cuts.js"
import * as Displays from "./Displays.js"
import * as Elements from "./Elements.js"
import * as Guard from "./Guard.js"
import * as PyAst from "./PyAst.js"
import * as Target from "./Target.js"
import type { Token, Tokens } from "./Token.js"
import * as Tokenizer from "./Tokenizer.js"
import type { ExprNode, Module } from "./Tree.js"

/** A bracket of fewer tokens is not worth a cut. */
const LEAST = 50

/** Of which text, how many lines are before it, and on which line of the module the statement begins. */
export interface Source {
  readonly text: string
  readonly lines: number
  readonly line: number
}

/** The tree of a large statement, and of what else stands in the text. `tokens` are those of the module. */
export function* parsed(
  source: Source,
  tokens: () => Tokens,
  { least = LEAST, part = Cuts.PART } = {}
): Steps<PyAst.Parsed> {
  const { lines, text } = source
  // The module was small enough before it was rewritten.
  const found = yield* Tokenizer.tokenizing(text, Target.of("3.11"), Infinity)
  if (Either.isLeft(found)) return Either.left({ failure: found.left, line: source.line, column: 0 })
  const { all } = found.right
  yield
  const columns = Columns.of(text, all)
  yield
  const reading = new Reading(source, all, columns, tokens, { least, part })
  const inParts = yield* reading.all()
  if (inParts !== undefined) return inParts
  return reading.size > Guard.MAX_PIECE ? reading.begun() : PyAst.parsed(text, { ...PyAst.TOP, lines }, tokens)
}

/** Undefined: what stands there cannot be put together from its parts. */
type Result = PyAst.Parsed | undefined

class Reading {
  /** The size of the tokens before each. */
  private readonly before: ReadonlyArray<number>

  constructor(
    private readonly source: Source,
    private readonly tokens: ReadonlyArray<Token>,
    private readonly columns: ReadonlyArray<number>,
    private readonly whole: () => Tokens,
    private readonly sizes: { readonly least: number; readonly part: number }
  ) {
    let size = 0
    this.before = [0, ...tokens.map((token) => (size += Cuts.sizeOf(token)))]
  }

  get size(): number {
    return this.before.at(-1) ?? 0
  }

  *all(): Steps<Result> {
    yield
    const brackets = Elements.brackets(this.tokens)
    yield
    const gaps = Elements.gapsIn(brackets, this.sizes.least)
    yield
    if (gaps.length === 0) return undefined
    const { lines, text } = this.source
    if (this.sizeWithout(gaps, { from: 0, to: this.tokens.length }) > Guard.MAX_PIECE) return this.begun()
    const around = this.without(gaps, 0, text.length)
    return yield* this.filled(PyAst.parsed(around, { ...PyAst.TOP, lines }, this.whole), gaps)
  }

  /** Gives the nodes of gaps their elements. What is wrong in an element goes before what is wrong around it further down. */
  private *filled(around: PyAst.Parsed, gaps: ReadonlyArray<Elements.Gap>): Steps<Result> {
    if (gaps.length === 0) return around
    const nodes = Either.isLeft(around) ? undefined : Displays.at(around.right, gaps.map(this.placeOf))
    if (Either.isRight(around) && nodes === undefined) return undefined
    yield
    for (const gap of gaps) {
      const { column, line } = this.spot(gap.comma)
      if (Either.isLeft(around) && isBefore(around.left, line, column)) return around
      const node = nodes?.get(gap)
      let before = this.beforeSecond(gap)
      for (const range of Elements.chunksOf(gap, this.sizes.part, this.sizeOf)) {
        const part = yield* this.elements(gap, range, before)
        if (part === undefined || Either.isLeft(part)) return part
        const more = expressionOf(part.right)
        if (more === undefined) return undefined
        if (node !== undefined) Displays.add(node, more, before)
        before = Displays.before(before, more)
      }
    }
    return around
  }

  private *elements(
    { close, inner, kind }: Elements.Gap,
    range: Elements.Range,
    before: Displays.Before
  ): Steps<Result> {
    const { from, to } = range
    const within = inner.filter(({ open }) => from <= open && open < to)
    const gaps = this.sizeOf(range) > this.sizes.part ? Elements.gapsIn(within, this.sizes.least) : []
    const { column, line } = this.spot(from)
    const place = { lines: line - 2, first: 2, columns: column }
    const opening = `${Displays.opening(kind, before)}\n`
    if (this.sizeWithout(gaps, range) > Guard.MAX_PIECE) return this.begun({ from, line, opening, place })
    const end = to < close ? this.endOf(to - 1) : (this.tokens[close]?.offset ?? 0)
    const text = this.without(gaps, this.tokens[from]?.offset ?? 0, end)
    // Where the module ends before the bracket does, so does the last part.
    const closer = to < close || this.tokens[close]?.kind === "operator" ? Displays.closing(kind) : "\n"
    const module = PyAst.parsed(opening + text + closer, place, this.whole)
    yield
    return yield* this.filled(module, gaps)
  }

  /** What is wrong in the beginning of what is too large to be parsed, or that it is too large. */
  begun({
    from = 0,
    line = this.source.line,
    opening = "",
    place = { ...PyAst.TOP, lines: this.source.lines }
  } = {}): PyAst.Parsed {
    let last = from
    while (this.sizeOf({ from, to: last + 1 }) < Guard.MAX_PIECE) last++
    const text = this.source.text.slice(this.tokens[from]?.offset, this.tokens[last]?.offset)
    const parsed = PyAst.parsed(opening + text, place, this.whole)
    const end = this.spot(last - 1)
    // What is missing at the end may follow.
    const isWrong = Either.isLeft(parsed) && isBefore(parsed.left, end.line, end.column - 1)
    return isWrong ? parsed : Either.left({ failure: Guard.unbroken(line), line, column: 0 })
  }

  private readonly sizeOf = ({ from, to }: Elements.Range): number => (this.before[to] ?? 0) - (this.before[from] ?? 0)

  private sizeWithout(gaps: ReadonlyArray<Elements.Gap>, range: Elements.Range): number {
    return gaps.reduce(
      (size, { close, comma }) => size - this.sizeOf({ from: comma + 1, to: close }),
      this.sizeOf(range)
    )
  }

  private beforeSecond({ open }: Elements.Gap): Displays.Before {
    const [first, second] = [this.tokens[open + 1], this.tokens[open + 2]]
    return { named: first?.kind === "name" && second?.text === "=", unpacked: first?.text === "**" }
  }

  private endOf(index: number): number {
    const token = this.tokens[index]
    return token === undefined ? this.source.text.length : token.offset + token.text.length
  }

  private spot(index: number): Displays.Spot {
    return { line: (this.tokens[index]?.line ?? 0) + this.source.lines, column: this.columns[index] ?? 0 }
  }

  private readonly placeOf = (gap: Elements.Gap): Displays.Place => {
    const { column, line } = this.spot(gap.close)
    return { gap, open: this.spot(gap.open), end: { line, column: column + 1 } }
  }

  /** The text with blanks in the place of each gap, so that all else stays where it is. */
  private without(gaps: ReadonlyArray<Elements.Gap>, from: number, to: number): string {
    let text = ""
    let at = from
    for (const { close, comma } of gaps) {
      const [first, last] = [this.tokens[comma], this.tokens[close]]
      const end = last?.offset ?? to
      const begin = this.endOf(comma)
      const breaks = (last?.line ?? 0) - (first?.line ?? 0)
      const columns = (this.columns[close] ?? 0) - (breaks > 0 ? 0 : (this.columns[comma] ?? 0) + 1)
      text += this.source.text.slice(at, begin) + "\n".repeat(Math.max(0, breaks)) + " ".repeat(Math.max(0, columns))
      at = end
    }
    return text + this.source.text.slice(at, to)
  }
}

const isBefore = ({ column, line }: PyAst.Wrong, atLine: number, atColumn: number): boolean =>
  line < atLine || (line === atLine && column <= atColumn)

const expressionOf = ({ body: [first] }: Module): ExprNode | undefined =>
  first?.nodeType === "Expr" ? first.value : undefined
