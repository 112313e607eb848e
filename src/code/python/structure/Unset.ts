/**
 * A name that the entry point declares `global`, that nothing but the entry point binds, and that it reads before it does: its
 * first call ends in a NameError. Where it depends on a condition which comes first nothing is said.
 */
import { type CodeFailure, of } from "../../../domain/CodeFailure.js"
import { ESTABLISHED, GLOBAL, type Table } from "../scopes/Table.js"
import { type ExprNode, isNode, type StmtNode, visit } from "../Tree.js"

/** What a statement evaluates first and in any case. */
const evaluated = (statement: StmtNode): ExprNode | undefined => {
  switch (statement.nodeType) {
    case "Assign":
    case "AnnAssign":
    case "Expr":
    case "Return":
      return statement.value
    case "If":
    case "While":
    case "Assert":
      return statement.test
    case "For":
      return statement.iter
    case "AugAssign":
      return statement.target
    default:
      return undefined
  }
}

/** Nodes of which a part is evaluated later, or not always. */
const LATER = new Set(["BoolOp", "IfExp", "Lambda", "ListComp", "SetComp", "DictComp", "GeneratorExp", "NamedExpr"])

const names = (node: ExprNode | StmtNode, name: string, isAlways: boolean): boolean => {
  let found = false
  visit(node, (inner) => {
    if (inner.nodeType === "Name" && inner.id === name) found = true
    if (isAlways && inner.nodeType === "BoolOp")
      found ||= inner.values.slice(0, 1).some((one) => names(one, name, true))
    if (isAlways && inner.nodeType === "IfExp") found ||= names(inner.test, name, true)
    const isChain = inner.nodeType === "Compare" && inner.comparators.length > 1
    return !found && !(isAlways && (isChain || LATER.has(inner.nodeType)))
  })
  return found
}

const readFirst = (body: ReadonlyArray<StmtNode>, name: string): number | undefined => {
  for (const statement of body) {
    if (statement.nodeType === "Global") continue
    const first = evaluated(statement)
    if (isNode(first) && names(first, name, true)) return statement.lineno
    if (names(statement, name, false)) return undefined
  }
  return undefined
}

/** What can bind a name without naming it. */
const REACHES = new Set(["globals", "vars", "setattr", "exec"])

/** `all`: every scope, that of the module first; `body`: the statements of the function. */
export const check = (all: ReadonlyArray<Table>, body: ReadonlyArray<StmtNode>): CodeFailure | undefined => {
  const own = all.find((table) => table.body === body)
  if (own === undefined || all[0]?.star === true) return undefined
  for (const [name, flags] of own.names) {
    if ((flags & GLOBAL) === 0 || (flags & ESTABLISHED) === 0) continue
    const isElsewhere = all.some((table) => {
      const there = table.names.get(name) ?? 0
      return table !== own && (there & ESTABLISHED) !== 0 && (table.kind === "module" || (there & GLOBAL) !== 0)
    })
    const line = isElsewhere ? undefined : readFirst(body, name)
    if (line === undefined || all.some(({ reads }) => reads.some(({ name }) => REACHES.has(name)))) continue
    const message = `name '${name}' is not defined when execute_trade is called first: assign it at the top of the module`
    return of("names", "undefined-name", message, { line })
  }
  return undefined
}
