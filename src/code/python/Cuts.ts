/**
 * Where a module can be cut: before each of its statements, and of those in their blocks. A size is how many tokens the parser
 * could read in the same time.
 */
import type { Token } from "./Token.js"

export interface Statement {
  /** The first line. */
  readonly line: number
  readonly size: number
  readonly blocks: ReadonlyArray<Block>
}

export interface Block {
  /** The first line. */
  readonly line: number
  readonly statements: ReadonlyArray<Statement>
  readonly size: number
  /** The first line behind it. */
  readonly end: number
  /** Of a `match`: what stands in it are no statements. */
  readonly hasCases: boolean
}

/** These go on with the statement before, and what follows a decorator does, too. */
const GOES_ON = new Set(["else", "elif", "except", "finally"])

/** Characters of a string that take as long as another token. */
const LONG = 16

/** With the expressions in an f-string. */
export const sizeOf = ({ fields, text }: Token): number =>
  fields === undefined
    ? 1 + Math.floor(text.length / LONG)
    : fields.reduce((size, { tokens }) => size + tokens.reduce((sum, token) => sum + sizeOf(token), 0), 1)

/** A block that is being read, and its last statement. */
class Open {
  readonly statements: Array<Statement> = []
  size = 0
  private line: number
  private before = 0
  private blocks: Array<Block> = []
  private isDecorated = false

  constructor(
    private readonly first: number,
    private readonly hasCases = false
  ) {
    this.line = first
  }

  begin({ kind, line, text }: Token): void {
    if (kind === "end" || GOES_ON.has(text)) return
    if (!this.isDecorated && this.size > this.before) {
      this.end()
      this.line = line
    }
    this.isDecorated = text === "@"
  }

  end(): void {
    this.statements.push({ line: this.line, size: this.size - this.before, blocks: this.blocks })
    this.before = this.size
    this.blocks = []
  }

  closed(end: number): Block {
    this.end()
    const { first, hasCases, size, statements } = this
    return { line: first, statements, size, end, hasCases }
  }

  take(block: Block): void {
    this.blocks.push(block)
    this.size += block.size
  }
}

export const statements = (tokens: ReadonlyArray<Token>): ReadonlyArray<Statement> => {
  let open = new Open(1)
  const around: Array<Open> = []
  let begins = true
  let last = 1
  for (const token of tokens) {
    if (token.kind === "indent") {
      around.push(open)
      // The token behind it, which begins the block, is at the same place.
      open = new Open(token.line)
      begins = true
      continue
    }
    if (token.kind === "dedent") {
      const outer = around.pop()
      if (outer === undefined) continue
      outer.take(open.closed(last + 1))
      open = outer
      begins = true
      continue
    }
    if (begins) {
      if (token.text === "case" && open.size === 0 && around.length > 0) open = new Open(token.line, true)
      open.begin(token)
    }
    open.size += sizeOf(token)
    last = token.endLine
    begins = token.kind === "newline"
  }
  open.end()
  return open.statements
}

/** What is parsed without a rest: a millisecond or two. What has fewer is not cut. */
export const PART = 1000
/** Blocks of fewer are not worth a cut, unless there are very many of them. */
const LEAST = [50, 5]

/** The statements from one on that are parsed together. */
export const firstOf = (statements: ReadonlyArray<Statement>, from: number): ReadonlyArray<Statement> => {
  let end = from
  for (let size = 0; end < statements.length; end++) {
    size += statements[end]?.size ?? 0
    if (size > PART && end > from) break
  }
  return statements.slice(from, end)
}

/** What is cut out of a large statement: its blocks, and those of the cases of a `match`. */
export const cutsOf = (statement: Statement): ReadonlyArray<Block> => {
  let cuts: ReadonlyArray<Block> = []
  for (const least of LEAST) {
    if (restOf(statement, cuts) <= PART) break
    cuts = statement.blocks.flatMap((block) => within(block, least))
  }
  return cuts
}

const within = (block: Block, least: number): ReadonlyArray<Block> =>
  block.hasCases
    ? block.statements.flatMap(({ blocks }) => blocks.flatMap((inner) => within(inner, least)))
    : block.size > least
      ? [block]
      : []

/** The size of what is left of it. */
export const restOf = ({ size }: Statement, cuts: ReadonlyArray<Block>): number =>
  cuts.reduce((rest, block) => rest - block.size, size)
