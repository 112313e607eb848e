/**
 * Rules for expressions that the parser does not hold or the tree does not show: where `:=`, `yield`, `*` and `await` may
 * stand, how arguments are ordered, and what the code around them must be.
 */
import { knows } from "../Target.js"
import {
  type Arguments,
  type Comprehension,
  defaultsOf,
  type ExprNode,
  type Of,
  operandsOf,
  parametersOf,
  position
} from "../Tree.js"
import type { Report } from "./Report.js"
import * as Scope from "./Scope.js"
import * as Targets from "./Targets.js"

/** What may stand at a place without brackets of its own. */
export const NOTHING = 0
export const NAMED = 1
export const STAR = 2
export const YIELD = 4

/** Parameters and defaults. */
export const checkArguments = (args: Arguments, scope: Scope.Scope, report: Report): void => {
  const seen = new Set<string>()
  for (const parameter of parametersOf(args)) {
    const name = parameter.arg
    if (seen.has(name)) {
      report.add("duplicate-argument", `duplicate argument '${name}' in function definition`, parameter)
    }
    Targets.checkName(name, parameter, report)
    seen.add(name)
    if (parameter.annotation !== undefined) {
      const star = parameter === args.vararg && knows(report.target, "starredSubscript") ? STAR : NOTHING
      check(parameter.annotation, star, scope, report)
    }
  }
  for (const value of defaultsOf(args)) check(value, NOTHING, scope, report)
}

/** The arguments of a call or the bases of a class. */
export const checkCall = (
  args: ReadonlyArray<ExprNode>,
  keywords: ReadonlyArray<Of<"Keyword">>,
  scope: Scope.Scope,
  report: Report
): void => {
  const names = new Set<string>()
  for (const keyword of keywords) {
    const name = keyword.arg
    if (name !== undefined) {
      if (names.has(name)) report.add("repeated-keyword", `keyword argument repeated: ${name}`, keyword)
      Targets.checkName(name, keyword, report)
      names.add(name)
    }
    check(keyword.value, NOTHING, scope, report)
  }
  const firstKeyword = keywords[0]
  const firstUnpacking = keywords.find(({ arg }) => arg === undefined)
  for (const arg of args) {
    const starred = arg.nodeType === "Starred"
    const before = starred ? firstUnpacking : firstKeyword
    if (before !== undefined && position(before) < position(arg)) {
      report.add("argument-order", "positional argument follows keyword argument", arg)
    }
    check(arg, NAMED | STAR, scope, report)
  }
}

const comprehension = (node: Comprehension, outer: Scope.Scope, report: Report): void => {
  const scope = Scope.make("comprehension")
  for (const [index, { ifs, is_async, iter, target }] of node.generators.entries()) {
    if (is_async === 1) scope.awaits = true
    Targets.check(target, report)
    check(target, STAR, scope, report)
    plain(iter, index === 0 ? outer : scope, report)
    for (const test of ifs) plain(test, scope, report)
  }
  if (node.nodeType === "DictComp") {
    check(node.key, NOTHING, scope, report)
    check(node.value, NOTHING, scope, report)
  } else {
    check(node.elt, NAMED, scope, report)
  }
  if (node.generators.length === 0) report.add("invalid-syntax", "a comprehension needs 'for'", node)
  if (!scope.awaits) for (const inner of scope.inner) asynchronous(inner, report)
  if (!scope.awaits || node.nodeType === "GeneratorExp") return
  if (!Scope.mayAwait(outer)) asynchronous(node, report)
  else if (outer.kind === "comprehension" && !knows(report.target, "nestedAsyncComprehension")) outer.inner.push(node)
  else outer.awaits = true
}

const asynchronous = (node: { readonly lineno: number }, report: Report): void =>
  report.add("await-outside", "asynchronous comprehension outside of an asynchronous function", node)

/** A place that takes no lambda without brackets, although the parser does. */
const plain = (node: ExprNode, scope: Scope.Scope, report: Report): void => {
  if (node.nodeType === "Lambda" && !report.layout().isGrouped(node)) {
    report.add("invalid-syntax", "a lambda needs parentheses here", node)
  }
  check(node, NOTHING, scope, report)
}

const yields = (node: Of<"Yield"> | Of<"YieldFrom">, allowed: number, scope: Scope.Scope, report: Report): void => {
  if ((allowed & YIELD) === 0 && !report.layout().isGrouped(node)) {
    report.add("invalid-syntax", "a yield expression needs parentheses here", node)
  }
  if (scope.kind === "module" || scope.kind === "class") report.add("yield-outside", "'yield' outside function", node)
  if (scope.kind === "comprehension") report.add("yield-outside", "'yield' inside a comprehension", node)
  if (scope.kind === "async" && node.nodeType === "YieldFrom") {
    report.add("yield-outside", "'yield from' inside async function", node)
  }
  scope.generator = true
  if (node.value !== undefined) check(node.value, NOTHING, scope, report)
}

const named = (node: Of<"NamedExpr">, allowed: number, scope: Scope.Scope, report: Report): void => {
  if ((allowed & NAMED) === 0 && !report.layout().isGrouped(node)) {
    report.add("invalid-syntax", "an assignment expression (:=) needs parentheses here", node)
  }
  const { target } = node
  if (target.nodeType !== "Name" || position(target) !== position(node)) {
    report.add("bad-target", "only a name can be assigned with :=", node)
  } else Targets.check(target, report)
  check(node.value, NOTHING, scope, report)
}

const awaits = (node: Of<"Await">, scope: Scope.Scope, report: Report): void => {
  if (!Scope.mayAwait(scope)) report.add("await-outside", "'await' outside async function", node)
  scope.awaits = true
  const { value } = node
  if ((value.nodeType === "UnaryOp" || value.nodeType === "Await") && !report.layout().isGrouped(value)) {
    report.add("invalid-syntax", "an await expression needs parentheses around its operand here", node)
  }
  check(value, NOTHING, scope, report)
}

const tuple = (node: Of<"Tuple">, allowed: number, scope: Scope.Scope, report: Report): void => {
  const bare = node.elts.some(({ nodeType }) => nodeType === "NamedExpr")
  const enclosed = bare && ((allowed & NAMED) !== 0 || report.layout().isEnclosed(node))
  for (const element of node.elts) check(element, enclosed ? STAR | NAMED : STAR, scope, report)
}

const subscript = (slice: ExprNode, scope: Scope.Scope, report: Report): void => {
  switch (slice.nodeType) {
    case "Slice":
      for (const part of [slice.lower, slice.upper, slice.step]) {
        if (part !== undefined) check(part, NOTHING, scope, report)
      }
      break
    case "Tuple":
      for (const element of slice.elts) subscript(element, scope, report)
      break
    case "Starred":
      if (!knows(report.target, "starredSubscript")) {
        report.add("newer-syntax", "a star in a subscript needs Python 3.11", slice)
      }
      check(slice, STAR, scope, report)
      break
    default:
      check(slice, knows(report.target, "namedSubscript") ? NAMED : NOTHING, scope, report)
  }
}

export const check = (node: ExprNode, allowed: number, scope: Scope.Scope, report: Report): void => {
  switch (node.nodeType) {
    case "NamedExpr":
      named(node, allowed, scope, report)
      break
    case "Lambda":
      checkArguments(node.args, scope, report)
      check(node.body, NOTHING, Scope.make("lambda"), report)
      break
    case "IfExp":
      plain(node.test, scope, report)
      check(node.body, NOTHING, scope, report)
      check(node.orelse, NOTHING, scope, report)
      break
    case "Set":
    case "List":
      for (const element of node.elts) check(element, NAMED | STAR, scope, report)
      break
    case "Tuple":
      tuple(node, allowed, scope, report)
      break
    case "ListComp":
    case "SetComp":
    case "DictComp":
    case "GeneratorExp":
      comprehension(node, scope, report)
      break
    case "Await":
      awaits(node, scope, report)
      break
    case "Yield":
    case "YieldFrom":
      yields(node, allowed, scope, report)
      break
    case "Call":
      check(node.func, NOTHING, scope, report)
      checkCall(node.args, node.keywords, scope, report)
      break
    case "TemplateStr":
    case "Interpolation":
      report.add("newer-syntax", "template strings need Python 3.14", node)
      break
    case "Subscript":
      check(node.value, NOTHING, scope, report)
      subscript(node.slice, scope, report)
      break
    case "Starred":
      if ((allowed & STAR) === 0 || report.layout().isGrouped(node)) {
        report.add("bad-star", "can't use starred expression here", node)
      }
      check(node.value, NOTHING, scope, report)
      break
    default:
      for (const operand of operandsOf(node)) check(operand, NOTHING, scope, report)
  }
}
