/** Nodes that get the rest of their elements when these have been parsed by themselves. */
import type { Gap, Kind } from "./Elements.js"
import { type ExprNode, type Module, type Of, visit } from "./Tree.js"

export type Display = Of<"Call"> | Of<"Dict"> | Of<"List"> | Of<"Set"> | Of<"Subscript"> | Of<"Tuple">

const TYPES: Readonly<Record<Kind, Display["nodeType"]>> = {
  call: "Call",
  dict: "Dict",
  list: "List",
  set: "Set",
  subscript: "Subscript",
  tuple: "Tuple"
}

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
    switch (node.nodeType) {
      case "Call":
      case "Dict":
      case "List":
      case "Set":
      case "Subscript":
      case "Tuple":
        found.set(keyOf(node.nodeType, node.end_lineno, node.end_col_offset), node)
    }
    return true
  })
  const nodes = new Map<Gap, Display>()
  for (const { end, gap, open } of places) {
    const node = found.get(keyOf(TYPES[gap.kind], end.line, end.column))
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

/** What makes the parser read elements as it reads them behind others. */
export const opening = (kind: Kind, { named, unpacked }: Before): string =>
  kind === "call" ? `${FIRST.call}${named ? "_=_," : ""}${unpacked ? "**_," : ""}` : FIRST[kind]

/** What stands before the arguments behind those of a call. */
export const before = ({ named, unpacked }: Before, more: ExprNode): Before => {
  const keywords = more.nodeType === "Call" ? more.keywords : []
  return {
    named: named || keywords.some(({ arg }) => arg !== undefined),
    unpacked: unpacked || keywords.some(({ arg }) => arg === undefined)
  }
}

const FIRST: Readonly<Record<Kind, string>> = {
  call: "_(_,",
  dict: "{_:_,",
  list: "[_,",
  set: "{_,",
  subscript: "_[_,",
  tuple: "(_,"
}

export const CLOSING: Readonly<Record<Kind, string>> = {
  call: ")",
  dict: "}",
  list: "]",
  set: "}",
  subscript: "]",
  tuple: ")"
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
