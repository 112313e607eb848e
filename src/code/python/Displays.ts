/** Nodes that get the rest of their elements when these have been parsed by themselves. */
import type { ASTNodeUnion } from "py-ast"
import type { Gap, Kind } from "./Elements.js"
import { type ExprNode, type Module, type Of, visit } from "./Tree.js"

export type Display = Of<"Call"> | Of<"Dict"> | Of<"List"> | Of<"Set"> | Of<"Subscript"> | Of<"Tuple">

interface Form {
  readonly nodeType: Display["nodeType"]
  /** Before the elements: a first one, behind which the parser reads them as it reads them behind others. */
  readonly opening: string
  readonly closing: string
}

const FORMS: Readonly<Record<Kind, Form>> = {
  call: { nodeType: "Call", opening: "_(_,", closing: ")" },
  dict: { nodeType: "Dict", opening: "{_:_,", closing: "}" },
  list: { nodeType: "List", opening: "[_,", closing: "]" },
  set: { nodeType: "Set", opening: "{_,", closing: "}" },
  subscript: { nodeType: "Subscript", opening: "_[_,", closing: "]" },
  tuple: { nodeType: "Tuple", opening: "(_,", closing: ")" }
}

const NODE_TYPES: ReadonlySet<string> = new Set(Object.values(FORMS).map(({ nodeType }) => nodeType))

const isDisplay = (node: ASTNodeUnion): node is Display => NODE_TYPES.has(node.nodeType)

export interface Spot {
  readonly line: number
  readonly column: number
}

/** From the opening bracket to behind the closing one. */
export interface Place {
  readonly gap: Gap
  readonly open: Spot
  readonly end: Spot
}

const keyOf = (nodeType: string, line = 0, column = 0): string => `${nodeType} ${line}:${column}`

/** The node of each gap, or undefined where one has another meaning: a target, a pattern, what `yield` gives. */
export const at = (module: Module, places: ReadonlyArray<Place>): ReadonlyMap<Gap, Display> | undefined => {
  const found = new Map<string, Display>()
  // Of two that end at the same place the inner one counts.
  visit(module, (node) => {
    if (isDisplay(node)) found.set(keyOf(node.nodeType, node.end_lineno, node.end_col_offset), node)
    return true
  })
  const nodes = new Map<Gap, Display>()
  for (const { end, gap, open } of places) {
    const node = found.get(keyOf(FORMS[gap.kind].nodeType, end.line, end.column))
    if (node === undefined || !belongs(node, open)) return undefined
    nodes.set(gap, node)
  }
  return nodes
}

const belongs = (node: Display, { column, line }: Spot): boolean => {
  switch (node.nodeType) {
    case "Call":
      return true
    case "Subscript":
      return node.slice.nodeType === "Tuple"
    case "List":
    case "Tuple":
      // The elements of a target would have to be targets, too.
      if (node.ctx.nodeType !== "Load") return false
  }
  return node.lineno === line && node.col_offset === column
}

/** The keywords before some of the arguments of a call: `a=1`, `**a`. Behind them the parser takes fewer than before. */
export interface Before {
  readonly named: boolean
  readonly unpacked: boolean
}

/** What stands before elements that are parsed by themselves. */
export const opening = (kind: Kind, { named, unpacked }: Before): string =>
  FORMS[kind].opening + (kind === "call" ? `${named ? "_=_," : ""}${unpacked ? "**_," : ""}` : "")

/** And what behind them. */
export const closing = (kind: Kind): string => FORMS[kind].closing

/** What stands before the arguments behind those of a call. */
export const before = ({ named, unpacked }: Before, more: ExprNode): Before => {
  const keywords = more.nodeType === "Call" ? more.keywords : []
  return {
    named: named || keywords.some(({ arg }) => arg !== undefined),
    unpacked: unpacked || keywords.some(({ arg }) => arg === undefined)
  }
}

/** Adds the elements of another, without those of its opening. */
export const add = (node: Display, more: ExprNode, { named, unpacked }: Before): void => {
  if (node.nodeType === "Call" && more.nodeType === "Call") {
    node.args.push(...more.args.slice(1))
    node.keywords.push(...more.keywords.slice(Number(named) + Number(unpacked)))
  } else if (node.nodeType === "Dict" && more.nodeType === "Dict") {
    node.keys.push(...more.keys.slice(1))
    node.values.push(...more.values.slice(1))
  } else if (node.nodeType === "Subscript" && more.nodeType === "Subscript") {
    if (node.slice.nodeType !== "Tuple" || more.slice.nodeType !== "Tuple") return
    node.slice.elts.push(...more.slice.elts.slice(1))
    const { end_col_offset = 0, end_lineno = 0 } = more.slice
    Object.assign(node.slice, { end_col_offset, end_lineno })
  } else if ("elts" in node && "elts" in more) node.elts.push(...more.elts.slice(1))
}
