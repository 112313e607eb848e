/**
 * The one place that calls py-ast: text in, tree out, and its plain errors translated into failures.
 */
import * as Either from "effect/Either"
import { parse } from "py-ast"
import { type CodeFailure, of } from "../../domain/CodeFailure.js"
import type { Steps } from "../Steps.js"
import * as Cuts from "./Cuts.js"
import * as Guard from "./Guard.js"
import type { Tokens } from "./Token.js"
import { blocksOf, type Module, type StmtNode, visit } from "./Tree.js"

/** The place is part of the sentence: `Expected ':' after else at line 3, column 4`. */
const WHERE = /^(.*?) at line (\d+)(?:, column (\d+))?$/s

/** `lines` stand before the part that was parsed; `tokens` are those of the whole text: whether it stops too early is a matter of columns. */
const translate = (error: unknown, lines: number, tokens: Tokens): CodeFailure => {
  // The engine's own "Maximum call stack size exceeded": the input nests deeper than the parser can follow.
  if (error instanceof RangeError) return Guard.tooComplex()
  const [, sentence, line, column] = WHERE.exec(error instanceof Error ? error.message : String(error)) ?? []
  const last = tokens.all.findLast(({ kind }) => kind !== "newline" && kind !== "dedent" && kind !== "end")
  const at = Number(line) + lines
  // Only what the parser misses can be missing because of the end: a target that cannot be assigned to is complete.
  const misses = sentence !== undefined && /^(?:Expected|Unexpected)/.test(sentence)
  const atEnd =
    misses &&
    (last === undefined || at > last.endLine || (at === last.endLine && Number(column ?? 0) >= last.endColumn))
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

/** Characters of a module that is parsed without a rest, as most are. */
export const AT_ONCE = 8 * 1024

/** `statements` may be those of another text, where they are on the same lines. */
export function* tree(
  text: string,
  statements: ReadonlyArray<Cuts.Statement>,
  tokens: () => Tokens
): Steps<Either.Either<Module, CodeFailure>> {
  if (statements.length === 0) return parsed(text, 0, tokens)
  const lines = text.split("\n")
  const body = yield* new Parts(lines, tokens).all(statements, { from: 1, end: lines.length + 1, head: "" })
  return Either.flatMap(body, (body) => Either.map(parsed("", 0, tokens), (module) => ({ ...module, body: [...body] })))
}

const parsed = (part: string, lines: number, tokens: () => Tokens): Either.Either<Module, CodeFailure> =>
  Either.try({ try: () => parse(part), catch: (error) => translate(error, lines, tokens()) })

type Body = Either.Either<ReadonlyArray<StmtNode>, CodeFailure>

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
      const part = yield* this.part(some.flatMap(Cuts.cutsOf), { from: start, end: next, head })
      if (Either.isLeft(part)) return part
      for (const node of part.right) body.push(node)
      start = next
    }
    return Either.right(body)
  }

  /** What is wrong in a block goes before what is wrong around it further down. */
  private *part(cuts: ReadonlyArray<Cuts.Block>, stretch: Stretch): Steps<Body> {
    const around = this.around(cuts, stretch)
    yield
    const blocks = new Map<number, ReadonlyArray<StmtNode>>()
    for (const { end, line, statements } of cuts) {
      if (Either.isLeft(around) && line > (around.left.line ?? 0)) return around
      const inner = yield* this.all(statements, { from: line, end, head: HEAD })
      if (Either.isLeft(inner)) return inner
      blocks.set(line, inner.right)
    }
    if (Either.isRight(around) && cuts.length > 0) for (const node of around.right) fill(node, blocks)
    return around
  }

  /** With `pass` in the place of each block that is cut out. */
  private around(cuts: ReadonlyArray<Cuts.Block>, { end, from, head }: Stretch): Body {
    const lines = this.lines.slice(from - 1, end - 1)
    for (const block of cuts) {
      const [indentation = ""] = /^[ \t\f]*/.exec(lines[block.line - from] ?? "") ?? []
      lines.fill("", block.line - from, block.end - from)
      lines[block.line - from] = `${indentation}pass`
    }
    const before = head === "" ? from - 1 : from - 2
    return Either.map(parsed(head + lines.join("\n"), before, this.tokens), (module) => {
      const { body } = before === 0 ? module : moved(module, before)
      const [first] = body
      return head === "" ? body : first?.nodeType === "If" ? first.body : []
    })
  }
}

/** The tree as if so many lines stood before it. */
const moved = (module: Module, lines: number): Module => {
  visit(module, (node) => {
    if ("lineno" in node && node.lineno !== undefined) node.lineno += lines
    if ("end_lineno" in node && node.end_lineno !== undefined) node.end_lineno += lines
    return true
  })
  return module
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
