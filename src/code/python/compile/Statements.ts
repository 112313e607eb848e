/**
 * Rules for statements that a compiler adds to the grammar: what needs a function or a loop around it, how clauses of a
 * `try` and cases of a `match` follow each other, how deep blocks may nest, and which version of Python knows them.
 */
import * as Steps from "../../Steps.js"
import { knows } from "../Target.js"
import type { ExprNode, FunctionNode, Of, StmtNode } from "../Tree.js"
import * as Expressions from "./Expressions.js"
import { NAMED, NOTHING, STAR, YIELD } from "./Expressions.js"
import * as Imports from "./Imports.js"
import * as Patterns from "./Patterns.js"
import type { Report } from "./Report.js"
import * as Scope from "./Scope.js"
import * as Targets from "./Targets.js"

/** CPython's CO_MAXBLOCKS: loops, `with` and `try` inside each other in one function. */
const MAX_BLOCKS = 20

interface Context {
  readonly scope: Scope.Scope
  /** The position from which on `from __future__` comes too late. */
  readonly afterFutures: number
  readonly blocks: number
  readonly loop: boolean
  /** Inside `except*`, which `return` may not leave, and neither `break` nor `continue` unless their loop is inside too. */
  readonly group: boolean
  readonly groupInLoop: boolean
}

const fresh = (kind: Scope.Kind, afterFutures: number): Context => ({
  scope: Scope.make(kind),
  afterFutures,
  blocks: 0,
  loop: false,
  group: false,
  groupInLoop: false
})

export const checkModule = (body: ReadonlyArray<StmtNode>, report: Report): Steps.Steps<void> => {
  const context = fresh("module", Imports.endOfFutures(body))
  return Steps.each(body, (node) => statement(node, context, report))
}

const block = (body: ReadonlyArray<StmtNode>, context: Context, report: Report): void => {
  for (const node of body) statement(node, context, report)
}

/** A block that occupies one of the slots for nested blocks, or several. */
const nested = (
  body: ReadonlyArray<StmtNode>,
  context: Context,
  report: Report,
  at: { readonly lineno: number },
  slots = 1
): void => {
  const blocks = context.blocks + slots
  if (blocks > MAX_BLOCKS) report.add("too-deep", "too many statically nested blocks", at)
  block(body, { ...context, blocks }, report)
}

const needsAsync = (node: { readonly lineno: number }, what: string, { scope }: Context, report: Report): void => {
  if (scope.kind !== "async") report.add("await-outside", `'${what}' outside async function`, node)
}

const functionDef = (node: FunctionNode, context: Context, report: Report): void => {
  const { scope } = context
  definition(node, scope, report)
  Expressions.checkArguments(node.args, scope, report)
  if (node.returns !== undefined) Expressions.check(node.returns, NOTHING, scope, report)
  const inner = fresh(node.nodeType === "AsyncFunctionDef" ? "async" : "function", context.afterFutures)
  block(node.body, inner, report)
  if (inner.scope.kind === "async" && inner.scope.generator && inner.scope.returns !== undefined) {
    report.add("return-outside", "'return' with value in async generator", inner.scope.returns)
  }
}

const classDef = (node: Of<"ClassDef">, context: Context, report: Report): void => {
  definition(node, context.scope, report)
  Expressions.checkCall(node.bases, node.keywords, context.scope, report)
  block(node.body, fresh("class", context.afterFutures), report)
}

const definition = (node: FunctionNode | Of<"ClassDef">, scope: Scope.Scope, report: Report): void => {
  for (const decorator of node.decorator_list) Expressions.check(decorator, NAMED, scope, report)
  if (node.type_params.length > 0 && !knows(report.target, "typeParameters")) {
    report.add("newer-syntax", "type parameters need Python 3.12", node)
  }
  Targets.checkName(node.name, node, report)
}

const assigned = (target: ExprNode, scope: Scope.Scope, report: Report): void => {
  Targets.check(target, report)
  Expressions.check(target, STAR, scope, report)
}

const loop = (node: Of<"For"> | Of<"AsyncFor">, context: Context, report: Report): void => {
  if (node.nodeType === "AsyncFor") needsAsync(node, "async for", context, report)
  assigned(node.target, context.scope, report)
  Expressions.check(node.iter, NOTHING, context.scope, report)
  nested(node.body, { ...context, loop: true, groupInLoop: false }, report, node)
  block(node.orelse, context, report)
}

const withItems = (node: Of<"With"> | Of<"AsyncWith">, context: Context, report: Report): void => {
  if (node.nodeType === "AsyncWith") needsAsync(node, "async with", context, report)
  // `with (a := b, c):` is a tuple after all; as soon as one item has a name of its own it is a list of items.
  const isTuple = node.items.length > 1 && node.items.every(({ optional_vars }) => optional_vars === undefined)
  for (const { context_expr, optional_vars } of node.items) {
    Expressions.check(context_expr, isTuple ? NAMED : NOTHING, context.scope, report)
    if (optional_vars !== undefined) assigned(optional_vars, context.scope, report)
  }
  nested(node.body, context, report, node, node.items.length)
}

const tries = (node: Of<"Try"> | Of<"TryStar">, context: Context, report: Report): void => {
  const { finalbody, handlers, orelse } = node
  const star = node.nodeType === "TryStar"
  if (star && !knows(report.target, "exceptStar")) report.add("newer-syntax", "'except*' needs Python 3.11", node)
  if (handlers.length === 0 && finalbody.length === 0) {
    report.add("invalid-syntax", "expected 'except' or 'finally' block", node)
  }
  if (handlers.length === 0 && orelse.length > 0) {
    report.add("invalid-syntax", "'else' of a try needs an 'except' before it", node)
  }
  const guarded = { ...context, blocks: context.blocks + (finalbody.length > 0 ? 1 : 0) }
  nested(node.body, guarded, report, node, handlers.length > 0 ? 1 : 0)
  for (const [index, handler] of handlers.entries()) {
    if (handler.type !== undefined) Expressions.check(handler.type, NOTHING, context.scope, report)
    else if (star) report.add("invalid-syntax", "expected one or more exception types", handler)
    else if (index < handlers.length - 1) report.add("bare-except", "default 'except:' must be last", handler)
    Targets.checkName(handler.name, handler, report)
    nested(handler.body, star ? { ...guarded, group: true, groupInLoop: true } : guarded, report, handler, 2)
  }
  block(orelse, guarded, report)
  nested(finalbody, context, report, node, finalbody.length > 0 ? 1 : 0)
}

const matches = (node: Of<"Match">, context: Context, report: Report): void => {
  if (!knows(report.target, "match")) report.add("newer-syntax", "'match' needs Python 3.10", node)
  Expressions.check(node.subject, NAMED, context.scope, report)
  for (const [index, { body, guard, pattern }] of node.cases.entries()) {
    Patterns.check(pattern, report)
    if (index < node.cases.length - 1 && guard === undefined && Patterns.catchesAll(pattern)) {
      report.add("bad-pattern", "this case matches everything and makes the remaining ones unreachable", pattern)
    }
    if (guard !== undefined) Expressions.check(guard, NAMED, context.scope, report)
    block(body, context, report)
  }
}

const leaves = (node: Of<"Break"> | Of<"Continue">, { groupInLoop, loop }: Context, report: Report): void => {
  const word = node.nodeType.toLowerCase()
  if (!loop) report.add(`${word}-outside`, `'${word}' outside loop`, node)
  else if (groupInLoop) report.add("leaves-group", `'${word}' cannot appear in an except* block`, node)
}

const returns = (node: Of<"Return">, { group, scope }: Context, report: Report): void => {
  if (scope.kind !== "function" && scope.kind !== "async") {
    report.add("return-outside", "'return' outside function", node)
  }
  if (group) report.add("leaves-group", "'return' cannot appear in an except* block", node)
  if (node.value === undefined) return
  scope.returns ??= node
  Expressions.check(node.value, NOTHING, scope, report)
}

const statement = (node: StmtNode, context: Context, report: Report): void => {
  const { scope } = context
  const value = (child: ExprNode, allowed = NOTHING): void => Expressions.check(child, allowed, scope, report)
  switch (node.nodeType) {
    case "FunctionDef":
    case "AsyncFunctionDef":
      return functionDef(node, context, report)
    case "ClassDef":
      return classDef(node, context, report)
    case "Return":
      return returns(node, context, report)
    case "Delete":
      for (const target of node.targets) {
        Targets.checkDeleted(target, report)
        value(target)
      }
      return
    case "Assign":
      for (const target of node.targets) assigned(target, scope, report)
      return value(node.value, YIELD)
    case "AugAssign":
      assigned(node.target, scope, report)
      return value(node.value, YIELD)
    case "AnnAssign":
      if (node.target.nodeType === "Tuple" || node.target.nodeType === "List" || node.target.nodeType === "Starred") {
        report.add("bad-target", "only single target can be annotated", node)
      }
      assigned(node.target, scope, report)
      value(node.annotation)
      return node.value === undefined ? undefined : value(node.value, YIELD)
    case "TypeAlias":
      if (!knows(report.target, "typeParameters"))
        report.add("newer-syntax", "'type' statements need Python 3.12", node)
      Targets.check(node.name, report)
      return value(node.value)
    case "For":
    case "AsyncFor":
      return loop(node, context, report)
    case "While":
      value(node.test, NAMED)
      nested(node.body, { ...context, loop: true, groupInLoop: false }, report, node)
      return block(node.orelse, context, report)
    case "If":
      value(node.test, NAMED)
      block(node.body, context, report)
      return block(node.orelse, context, report)
    case "With":
    case "AsyncWith":
      return withItems(node, context, report)
    case "Match":
      return matches(node, context, report)
    case "Raise":
      if (node.exc !== undefined) value(node.exc)
      return node.cause === undefined ? undefined : value(node.cause)
    case "Try":
    case "TryStar":
      return tries(node, context, report)
    case "Assert":
      value(node.test)
      return node.msg === undefined ? undefined : value(node.msg)
    case "Import":
    case "ImportFrom":
      return Imports.check(node, scope, context.afterFutures, report)
    case "Expr":
      return value(node.value, YIELD)
    case "Break":
    case "Continue":
      return leaves(node, context, report)
    default:
      return
  }
}
