/**
 * Rules for imports: what `from __future__` may name and where it may stand, and where `import *` may.
 */
import { words } from "../../Words.js"
import { type Of, position, type StmtNode } from "../Tree.js"
import type { Report } from "./Report.js"
import type { Scope } from "./Scope.js"
import * as Targets from "./Targets.js"

const FEATURES = words(
  "nested_scopes generators division absolute_import with_statement print_function unicode_literals barry_as_FLUFL " +
    "generator_stop annotations"
)

const isFuture = (node: StmtNode): node is Of<"ImportFrom"> =>
  node.nodeType === "ImportFrom" && node.module === "__future__" && (node.level ?? 0) === 0

const isDocstring = (node: StmtNode): boolean =>
  node.nodeType === "Expr" &&
  node.value.nodeType === "Constant" &&
  typeof node.value.value === "string" &&
  // An ellipsis is a text without quotes to the parser.
  node.value.quote_style !== undefined &&
  !/b/i.test(node.value.quote_style ?? "")

/** The position of the first statement behind which `from __future__` comes too late: a docstring may stand before it. */
export const endOfFutures = (body: ReadonlyArray<StmtNode>): number => {
  const first = body.find((node, index) => !isFuture(node) && !(index === 0 && isDocstring(node)))
  return first === undefined ? Infinity : position(first)
}

export const check = (
  node: Of<"Import"> | Of<"ImportFrom">,
  scope: Scope,
  endOfFutures: number,
  report: Report
): void => {
  if (node.is_lazy === 1) report.add("newer-syntax", "'lazy' imports need Python 3.15", node)
  for (const alias of node.names) Targets.checkName((alias.asname ?? alias.name).split(".")[0], alias, report)
  if (node.nodeType === "Import") return
  if (node.module === undefined && (node.level ?? 0) === 0) {
    report.add("invalid-syntax", "expected a module name after 'from'", node)
  }
  if (node.names.some((alias) => alias.name === "*") && scope.kind !== "module") {
    report.add("import-star", "import * only allowed at module level", node)
  }
  if (!isFuture(node)) return
  if (position(node) >= endOfFutures) {
    report.add("late-future", "from __future__ imports must occur at the beginning of the file", node)
  }
  for (const alias of node.names) {
    if (!FEATURES.has(alias.name)) report.add("unknown-future", `future feature ${alias.name} is not defined`, node)
  }
}
