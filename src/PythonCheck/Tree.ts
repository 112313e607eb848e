/**
 * The types of py-ast's tree under the names that the other rooms use, and the one walk that needs no context.
 */
import type { ASTNodeUnion, Arguments, ExprNode, Module, StmtNode } from "py-ast"

export type { Arguments, ExprNode, Module, StmtNode }
export type Of<Type extends ASTNodeUnion["nodeType"]> = Extract<ASTNodeUnion, { readonly nodeType: Type }>
export type PatternNode = Of<"MatchCase">["pattern"]
export type FunctionNode = Of<"FunctionDef"> | Of<"AsyncFunctionDef">
export type Comprehension = Of<"ListComp"> | Of<"SetComp"> | Of<"DictComp"> | Of<"GeneratorExp">

/** The statements directly inside a statement, block after block: what runs in the same scope. */
export const blocksOf = (node: StmtNode): ReadonlyArray<ReadonlyArray<StmtNode>> => {
  switch (node.nodeType) {
    case "If":
    case "For":
    case "AsyncFor":
    case "While":
      return [node.body, node.orelse]
    case "With":
    case "AsyncWith":
      return [node.body]
    case "Try":
    case "TryStar":
      return [node.body, ...node.handlers.map(({ body }) => body), node.orelse, node.finalbody]
    case "Match":
      return node.cases.map(({ body }) => body)
    default:
      return []
  }
}

const isNode = (value: unknown): value is ASTNodeUnion =>
  typeof value === "object" && value !== null && "nodeType" in value

/** Every node of a tree in the order of the source. */
export const visit = (node: ASTNodeUnion, each: (node: ASTNodeUnion) => void): void => {
  each(node)
  const values: ReadonlyArray<unknown> = Object.values(node)
  for (const value of values) {
    if (Array.isArray(value)) {
      for (const child of value) if (isNode(child)) visit(child, each)
    } else if (isNode(value)) visit(value, each)
  }
}
