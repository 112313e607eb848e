/**
 * What may be assigned to or deleted: names, attributes, subscripts, and lists of them with at most one star.
 */
import type { ExprNode } from "../Tree.js"
import type { Report } from "./Report.js"

const described: Readonly<Record<string, string>> = {
  Constant: "a literal",
  Call: "a function call",
  Compare: "a comparison",
  NamedExpr: "an assignment expression",
  Lambda: "a lambda",
  IfExp: "a conditional expression",
  Yield: "a yield expression",
  Await: "an await expression"
}

export const forbidden = (name: string): boolean => name === "__debug__"

/** A name that is bound, with or without an expression for it. */
export const checkName = (name: string | undefined, at: { readonly lineno: number }, report: Report): void => {
  if (name !== undefined && forbidden(name)) report.add("bad-target", "cannot assign to __debug__", at)
}

/** `starred` says whether a star is possible here: only inside a list or tuple. */
export const check = (node: ExprNode, report: Report, starred = false): void => {
  switch (node.nodeType) {
    case "Name":
      checkName(node.id, node, report)
      break
    case "Attribute":
      checkName(node.attr, node, report)
      break
    case "Subscript":
      break
    case "List":
    case "Tuple":
      if (node.elts.filter(({ nodeType }) => nodeType === "Starred").length > 1) {
        report.add("bad-target", "multiple starred expressions in assignment", node)
      }
      for (const element of node.elts) check(element, report, true)
      break
    case "Starred":
      if (!starred) report.add("bad-target", "starred assignment target must be in a list or tuple", node)
      check(node.value, report)
      break
    default:
      report.add("bad-target", `cannot assign to ${described[node.nodeType] ?? "an expression"}`, node)
  }
}

export const checkDeleted = (node: ExprNode, report: Report): void => {
  switch (node.nodeType) {
    case "Name":
      if (forbidden(node.id)) report.add("bad-target", "cannot delete __debug__", node)
      break
    case "Attribute":
    case "Subscript":
      break
    case "List":
    case "Tuple":
      for (const element of node.elts) checkDeleted(element, report)
      break
    default:
      report.add("bad-target", `cannot delete ${described[node.nodeType] ?? "an expression"}`, node)
  }
}
