/**
 * The types of py-ast's tree under the names that the other rooms use, and the one walk that needs no context.
 */
import type { ASTNodeUnion, Arguments, ExprNode, Module, StmtNode } from "py-ast"

export type { Arguments, ExprNode, Module, StmtNode }
export type Of<Type extends ASTNodeUnion["nodeType"]> = Extract<ASTNodeUnion, { readonly nodeType: Type }>
export type PatternNode = Of<"MatchCase">["pattern"]
export type FunctionNode = Of<"FunctionDef"> | Of<"AsyncFunctionDef">
export type Comprehension = Of<"ListComp"> | Of<"SetComp"> | Of<"DictComp"> | Of<"GeneratorExp">

/** A place as one number, to compare: larger than any column that the guard lets through, times the line. */
export const position = (node: { readonly lineno: number; readonly col_offset: number }): number =>
  node.lineno * 2 ** 20 + node.col_offset

/** The statements directly inside a statement, block after block: what runs in the same scope. */
export const blocksOf = (node: StmtNode): ReadonlyArray<Array<StmtNode>> => {
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

const isNameError = (type: ExprNode): boolean =>
  type.nodeType === "Tuple"
    ? type.elts.some(isNameError)
    : type.nodeType === "Name" && (type.id === "NameError" || type.id === "UnboundLocalError")

/** May the body of a `try` meet a name that is not there. */
export const expectsNameError = ({ handlers }: Of<"Try"> | Of<"TryStar">): boolean =>
  handlers.some(({ type }) => type !== undefined && isNameError(type))

const some = (...nodes: ReadonlyArray<ExprNode | null | undefined>): ReadonlyArray<ExprNode> =>
  nodes.filter((child) => child !== undefined && child !== null)

/** In the order in which CPython looks at their annotations. */
export const parametersOf = ({ args, kwarg, kwonlyargs, posonlyargs, vararg }: Arguments): ReadonlyArray<Of<"Arg">> =>
  [...posonlyargs, ...args, vararg, ...kwonlyargs, kwarg].filter((parameter) => parameter !== undefined)

/** They run in the scope around the function. */
export const defaultsOf = ({ defaults, kw_defaults }: Arguments): ReadonlyArray<ExprNode> =>
  some(...defaults, ...kw_defaults)

/** The operands of an expression that opens no scope of its own and binds nothing. */
export const operandsOf = (node: ExprNode): ReadonlyArray<ExprNode> => {
  switch (node.nodeType) {
    case "BoolOp":
      return node.values
    case "NamedExpr":
      return [node.value, node.target]
    case "BinOp":
      return [node.left, node.right]
    case "UnaryOp":
      return [node.operand]
    case "IfExp":
      return [node.test, node.body, node.orelse]
    case "Dict":
      return some(...node.keys, ...node.values)
    case "Set":
    case "List":
    case "Tuple":
      return node.elts
    case "Await":
    case "YieldFrom":
    case "Attribute":
    case "Starred":
      return [node.value]
    case "Yield":
      return some(node.value)
    case "Compare":
      return [node.left, ...node.comparators]
    case "Call":
      return [node.func, ...node.args, ...node.keywords.map(({ value }) => value)]
    case "Subscript":
      return [node.value, node.slice]
    case "Slice":
      return some(node.lower, node.upper, node.step)
    default:
      return []
  }
}

export const partsOf = (pattern: PatternNode): ReadonlyArray<PatternNode> => {
  switch (pattern.nodeType) {
    case "MatchSequence":
    case "MatchOr":
    case "MatchMapping":
      return pattern.patterns
    case "MatchClass":
      return [...pattern.patterns, ...pattern.kwd_patterns]
    case "MatchAs":
      return pattern.pattern === undefined ? [] : [pattern.pattern]
    default:
      return []
  }
}

/** The name that a pattern binds by itself. */
export const captureOf = (pattern: ASTNodeUnion): string | undefined => {
  switch (pattern.nodeType) {
    case "MatchMapping":
      return pattern.rest
    case "MatchStar":
    case "MatchAs":
      return pattern.name
    default:
      return undefined
  }
}

export const boundBy = (pattern: PatternNode): ReadonlyArray<string> => {
  const name = captureOf(pattern)
  return [...partsOf(pattern).flatMap(boundBy), ...(name === undefined ? [] : [name])]
}

export const isNode = (value: unknown): value is ASTNodeUnion =>
  typeof value === "object" && value !== null && "nodeType" in value

/** What an operator or the use of a name is, which says nothing of its own: `Add`, `Load`. */
const KINDS = new Set(["ctx", "op", "ops"])

export const hasFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

type Each = (node: ASTNodeUnion) => boolean

const visitAll = (nodes: ReadonlyArray<ASTNodeUnion>, each: Each): void => {
  for (const node of nodes) visit(node, each)
}

/** A node and those below it in the order of the source; `each` says whether to go below a node. */
export const visit = (node: ASTNodeUnion, each: Each): void => {
  if (!each(node)) return
  // Every check of every answer comes through here: most nodes are of these kinds, and need not be asked for their fields.
  switch (node.nodeType) {
    case "Name":
    case "Constant":
      return
    case "Attribute":
    case "Expr":
    case "Keyword":
      return visit(node.value, each)
    case "Return":
      return node.value === undefined ? undefined : visit(node.value, each)
    case "Call":
      visit(node.func, each)
      visitAll(node.args, each)
      return visitAll(node.keywords, each)
    case "Compare":
      visit(node.left, each)
      return visitAll(node.comparators, each)
    case "BinOp":
      visit(node.left, each)
      return visit(node.right, each)
    case "BoolOp":
      return visitAll(node.values, each)
    case "UnaryOp":
      return visit(node.operand, each)
    case "Subscript":
      visit(node.value, each)
      return visit(node.slice, each)
    case "Assign":
      visitAll(node.targets, each)
      return visit(node.value, each)
    case "If":
      visit(node.test, each)
      visitAll(node.body, each)
      return visitAll(node.orelse, each)
    case "List":
    case "Tuple":
      return visitAll(node.elts, each)
    default:
      return visitFields(node, each)
  }
}

const visitFields = (node: ASTNodeUnion, each: Each): void => {
  if (!hasFields(node)) return
  for (const field in node) {
    const value = node[field]
    if (typeof value !== "object" || value === null || KINDS.has(field)) continue
    if (Array.isArray(value)) {
      for (const child of value) if (isNode(child)) visit(child, each)
    } else if (isNode(value)) visit(value, each)
  }
}

const SCOPES: ReadonlySet<string> = new Set(["FunctionDef", "AsyncFunctionDef", "ClassDef", "Lambda"])

/** The nodes of a block, with its functions and classes but not what is in them. */
export const visitOwn = (body: ReadonlyArray<StmtNode>, each: (node: ASTNodeUnion) => void): void => {
  for (const statement of body) {
    visit(statement, (node) => {
      each(node)
      return !SCOPES.has(node.nodeType)
    })
  }
}
