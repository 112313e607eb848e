/**
 * Whether a module that nothing follows may be the first part of a longer one: its last function returns values, and can
 * also be left at its end without one. The other half of the module would have the last `return`.
 */
import { type Of, type StmtNode, visitOwn } from "../Tree.js"

export const mayGoOn = ({ body }: Pick<Of<"ClassDef">, "body">): boolean => {
  const last = body.at(-1)
  switch (last?.nodeType) {
    case "FunctionDef":
    case "AsyncFunctionDef":
      return returnsValues(last.body) && !ends(last.body)
    case "ClassDef":
      return mayGoOn(last)
    default:
      return false
  }
}

const returnsValues = (body: ReadonlyArray<StmtNode>): boolean => {
  let found = false
  visitOwn(body, (node) => {
    if (node.nodeType === "Return" && node.value !== undefined) found = true
  })
  return found
}

/** Does the last statement keep the function from being left at its end. */
const ends = (body: ReadonlyArray<StmtNode>): boolean => {
  const last = body.at(-1)
  switch (last?.nodeType) {
    case "Return":
    case "Raise":
      return true
    case "If":
      return ends(last.body) && ends(last.orelse)
    case "With":
    case "AsyncWith":
      return ends(last.body)
    case "Try":
    case "TryStar": {
      const { body, finalbody, handlers, orelse } = last
      return ends(finalbody) || ((ends(orelse) || ends(body)) && handlers.every((handler) => ends(handler.body)))
    }
    case "Match":
      return last.cases.every((one) => ends(one.body))
    case "While":
      return last.test.nodeType === "Constant" && last.test.value === true
    default:
      return false
  }
}
