/** A syntax tree of JavaScript, as far as the operators look at it: nodes with a type, a place, and whatever else they hold. */
import { parseAst } from "vitest/node"

export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

export const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && "start" in value && "end" in value

/** Fails where the source is not JavaScript. */
export const parse = (source: string): Node => {
  const program: unknown = parseAst(source)
  if (!isNode(program)) throw new Error("the parser returned no tree")
  return program
}

export const isParsable = (source: string): boolean => {
  try {
    parse(source)
    return true
  } catch {
    return false
  }
}

export const childrenOf = (node: Node): ReadonlyArray<Node> => Object.values(node).flat().filter(isNode)

export const nodeAt = (node: Node | undefined, field: string): Node | undefined => {
  const child = node?.[field]
  return isNode(child) ? child : undefined
}

export const nodesAt = (node: Node, field: string): ReadonlyArray<Node> => {
  const children = node[field]
  return Array.isArray(children) ? children.filter(isNode) : []
}

/** The names that a callee such as `Effect.tap` or `Set` is made of. */
export const dotted = (node: Node | undefined): string => {
  if (node?.type === "Identifier") return String(node["name"])
  if (node?.type !== "MemberExpression" || node["computed"] === true) return ""
  return `${dotted(nodeAt(node, "object"))}.${dotted(nodeAt(node, "property"))}`
}
