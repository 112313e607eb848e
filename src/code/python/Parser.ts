/**
 * Text in, tree out: short modules at once, others in parts.
 */
import * as Either from "effect/Either"
import type { Steps } from "../Steps.js"
import * as Cuts from "./Cuts.js"
import * as PyAst from "./PyAst.js"
import * as Statement from "./Statement.js"
import type { Tokens } from "./Token.js"
import { blocksOf, type Module, type StmtNode } from "./Tree.js"

/** Characters of a module that is parsed without a rest, as most are. */
export const AT_ONCE = 8 * 1024

/** `statements` may be those of another text, where they are on the same lines. */
export function* tree(
  text: string,
  statements: ReadonlyArray<Cuts.Statement>,
  tokens: () => Tokens
): Steps<PyAst.Parsed> {
  if (statements.length === 0) return PyAst.parsed(text, PyAst.TOP, tokens)
  const lines = text.split("\n")
  const body = yield* new Parts(lines, tokens).all(statements, { from: 1, end: lines.length + 1, head: "" })
  return Either.map(body, (body): Module => ({ nodeType: "Module", body: [...body], lineno: 1, col_offset: 0 }))
}

type Body = Either.Either<ReadonlyArray<StmtNode>, PyAst.Wrong>

/** The lines from one to another, and what is put before them. */
interface Stretch {
  readonly from: number
  readonly end: number
  readonly head: "" | typeof HEAD
}

/** Before statements that are indented. */
const HEAD = "if True:\n"

/**
 * A module that is parsed in parts: a few statements at once, or a large one without the blocks in it, which are parsed by
 * themselves. Of the tree as it is when parsed as a whole only the ends of statements with blocks differ, which nobody reads.
 */
class Parts {
  constructor(
    private readonly lines: ReadonlyArray<string>,
    private readonly tokens: () => Tokens
  ) {}

  *all(statements: ReadonlyArray<Cuts.Statement>, { end, from, head }: Stretch): Steps<Body> {
    const body: Array<StmtNode> = []
    let start = from
    for (let at = 0; at < statements.length;) {
      const some = Cuts.firstOf(statements, at)
      at += some.length
      const next = statements[at]?.line ?? end
      const part = yield* this.part(some, { from: start, end: next, head })
      if (Either.isLeft(part)) return part
      for (const node of part.right) body.push(node)
      start = next
    }
    return Either.right(body)
  }

  /** What is wrong in a block goes before what is wrong around it further down. */
  private *part(some: ReadonlyArray<Cuts.Statement>, stretch: Stretch): Steps<Body> {
    const cuts = some.flatMap(Cuts.cutsOf)
    const around = yield* this.around(cuts, stretch, some)
    yield
    const blocks = new Map<number, ReadonlyArray<StmtNode>>()
    for (const { end, line, statements } of cuts) {
      if (Either.isLeft(around) && line > around.left.line) return around
      const inner = yield* this.all(statements, { from: line, end, head: HEAD })
      if (Either.isLeft(inner)) return inner
      blocks.set(line, inner.right)
    }
    if (Either.isRight(around) && cuts.length > 0) for (const node of around.right) fill(node, blocks)
    return around
  }

  /** With `pass` in the place of each block that is cut out. */
  private *around(
    cuts: ReadonlyArray<Cuts.Block>,
    { end, from, head }: Stretch,
    some: ReadonlyArray<Cuts.Statement>
  ): Steps<Body> {
    const lines = this.lines.slice(from - 1, end - 1)
    for (const block of cuts) {
      const [indentation = ""] = /^[ \t\f]*/.exec(lines[block.line - from] ?? "") ?? []
      lines.fill("", block.line - from, block.end - from)
      lines[block.line - from] = `${indentation}pass`
    }
    // A backslash may be the last thing in it, before an empty line.
    if (lines.at(-1) === "" && /^[^#]*\\$/.test(lines.at(-2) ?? "")) lines.push("")
    const text = head + lines.join("\n")
    const before = head === "" ? from - 1 : from - 2
    const [first] = some
    const module =
      first !== undefined && some.length === 1 && Cuts.restOf(first, cuts) > Cuts.PART
        ? yield* Statement.parsed({ text, lines: before, line: first.line }, this.tokens)
        : PyAst.parsed(text, { ...PyAst.TOP, lines: before }, this.tokens)
    return Either.map(module, ({ body }) => {
      const [first] = body
      return head === "" ? body : first?.nodeType === "If" ? first.body : []
    })
  }
}

/** Puts the blocks in the place of each `pass` that stands for one, by its line. */
const fill = (node: StmtNode, blocks: ReadonlyMap<number, ReadonlyArray<StmtNode>>): void => {
  for (const body of bodiesOf(node)) {
    const [first] = body
    const block = first?.nodeType === "Pass" ? blocks.get(first.lineno) : undefined
    if (block === undefined) for (const inner of body) fill(inner, blocks)
    else body.splice(0, 1, ...block)
  }
}

const bodiesOf = (node: StmtNode): ReadonlyArray<Array<StmtNode>> => {
  switch (node.nodeType) {
    case "FunctionDef":
    case "AsyncFunctionDef":
    case "ClassDef":
      return [node.body]
    default:
      return blocksOf(node)
  }
}
