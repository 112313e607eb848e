/**
 * One file of `src` as the tests run it: TypeScript without its types. Its mutants are changes of that text; what is said about
 * them names the line of the original.
 */
import { SourceMap } from "node:module"
import { transformSync } from "esbuild"
import { type Edit, isTopLevel, OPERATORS } from "./Operators.js"
import { childrenOf, isParsable, type Node, nodeAt, parse } from "./Tree.js"

/** Where it shows that something was run: a statement, or what an arrow function returns. */
export interface Site extends Pick<Node, "start" | "end"> {
  readonly kind: "statement" | "branch" | "value"
}

export interface Mutant {
  readonly operator: string
  readonly edit: Edit
  /** Counted from 1, in the original. */
  readonly line: number
  /** What was there, and what is there now. */
  readonly change: string
  /** The number of the site in its file; none for what is run when the module is loaded. */
  readonly site?: number | undefined
}

export interface Source {
  readonly text: string
  readonly sites: ReadonlyArray<Site>
  readonly mutants: ReadonlyArray<Mutant>
}

const BLOCKS = new Set(["BlockStatement", "StaticBlock", "SwitchCase"])

const siteAt = (node: Node, around: ReadonlyArray<Node>): Site | undefined => {
  const [parent] = around
  const { end, start } = node
  if (parent === undefined || isTopLevel(around)) return undefined
  if (BLOCKS.has(parent.type) && node !== nodeAt(parent, "test")) return { start, end, kind: "statement" }
  if (node.type === "BlockStatement") return undefined
  const isBody = node === nodeAt(parent, "body")
  if (isBody && parent.type === "ArrowFunctionExpression") return { start, end, kind: "value" }
  const isBranch = parent.type === "IfStatement" && node !== nodeAt(parent, "test")
  return isBranch || (isBody && parent.type.endsWith("Statement")) ? { start, end, kind: "branch" } : undefined
}

/** What names modules, and nothing else. */
const NAMES = /^(?:Import|ExportAll)Declaration$/

const applied = (text: string, { end, start, text: other }: Edit): string =>
  text.slice(0, start) + other + text.slice(end)

export const mutated = (source: Source, mutant: Mutant): string => applied(source.text, mutant.edit)

const SHOWN = 70
const oneLine = (text: string): string => {
  const line = text.replaceAll(/\s+/g, " ").trim()
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}..` : line
}

/** What a change of a single character is shown with. */
const MARGIN = 24

const describe = (text: string, { end, start, text: other }: Edit): string => {
  const margin = end - start < MARGIN ? MARGIN : 0
  const [before, after] = [text.slice(Math.max(0, start - margin), start), text.slice(end, end + margin)]
  const [head = ""] = before.split("\n").slice(-1)
  const [tail = ""] = after.split("\n")
  return `${oneLine(`${head}${text.slice(start, end)}${tail}`)}  =>  ${oneLine(`${head}${other}${tail}`)}`
}

/** Rows and columns are counted from 0. */
type Original = (row: number, column: number) => number

/** From JavaScript; `original` finds the row that it was made of. */
export const of = (text: string, original: Original = (row) => row): Source => {
  const starts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)]
  const lineOf = (offset: number): number => {
    const row = starts.findLastIndex((start) => start <= offset)
    return original(row, offset - (starts[row] ?? 0)) + 1
  }

  const sites: Array<Site> = []
  const mutants: Array<Mutant> = []
  const visit = (node: Node, around: ReadonlyArray<Node>, outer: number | undefined): void => {
    const own = siteAt(node, around)
    const site = own === undefined ? outer : sites.push(own) - 1
    for (const [operator, edits] of Object.entries(OPERATORS)) {
      for (const edit of edits({ node, around, source: text })) {
        mutants.push({ operator, edit, line: lineOf(edit.start), change: describe(text, edit), site })
      }
    }
    if (!NAMES.test(node.type)) for (const child of childrenOf(node)) visit(child, [node, ...around], site)
  }
  visit(parse(text), [], undefined)
  return { text, sites, mutants }
}

/** From TypeScript. */
export const read = (typed: string): Source => {
  const { code, map } = transformSync(typed, {
    loader: "ts",
    target: "esnext",
    sourcemap: true,
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } }
  })
  const places = new SourceMap(JSON.parse(map))
  return of(code, (row, column) => {
    const entry = places.findEntry(row, column)
    return "originalLine" in entry ? entry.originalLine : row
  })
}

/** Whether there is a program to be tried: what is none is no mutant. */
export const isProgram = (source: Source, mutant: Mutant): boolean => isParsable(mutated(source, mutant))

const WRAPPED: Readonly<Record<Site["kind"], readonly [(mark: string) => string, string]>> = {
  statement: [(mark) => `${mark};`, ""],
  branch: [(mark) => `{${mark};`, "}"],
  value: [(mark) => `(${mark},`, ")"]
}

/** The same program, noting in the global `__sites` which of its sites it comes to. `first` is the number of its first one. */
export const marked = ({ sites, text }: Source, first: number): string => {
  const inserted = sites.flatMap(({ end, kind, start }, index) => {
    const [open, close] = WRAPPED[kind]
    return [
      { at: start, text: open(`__sites[${first + index}]=1`) },
      { at: end, text: close }
    ]
  })
  const inOrder = inserted.toSorted((a, b) => a.at - b.at)
  let [from, result] = [0, ""]
  for (const { at, text: mark } of inOrder) {
    result += text.slice(from, at) + mark
    from = at
  }
  return result + text.slice(from)
}
