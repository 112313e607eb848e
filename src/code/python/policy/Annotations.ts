/** The parts of an annotation that no code of the module gets to see. A class of its own could take them, and so could a table that has no such key. */
import type { ExprNode } from "../Tree.js"

/** Classes and forms of them that take any types in brackets and show them to nobody. */
export const GENERIC =
  /^(?:(?:typing|typing_extensions|collections|collections\.abc|numpy\.typing)\.\w+|numpy\.(?:ndarray|dtype)|dataclasses\.InitVar)$/

/** `isForeign`: a name, or a name behind a dot, that is none of the module's own. */
export const parts = (node: ExprNode, isForeign: (node: ExprNode) => boolean): ReadonlyArray<ExprNode> => {
  const isClass = (node: ExprNode): boolean => {
    switch (node.nodeType) {
      case "Constant":
        return node.value === null
      case "Name":
      case "Attribute":
        return isForeign(node)
      case "Subscript":
        return isClass(node.value)
      case "BinOp":
        return isClass(node.left) && isClass(node.right)
      default:
        return false
    }
  }
  const found: Array<ExprNode> = []
  const visit = (node: ExprNode): void => {
    found.push(node)
    switch (node.nodeType) {
      case "Subscript":
        found.push(node.value)
        if (isClass(node.value)) visit(node.slice)
        break
      case "Tuple":
      case "List":
        node.elts.forEach(visit)
        break
      case "BinOp":
        if (isClass(node)) [node.left, node.right].forEach(visit)
        break
      default:
    }
  }
  visit(node)
  return found
}
