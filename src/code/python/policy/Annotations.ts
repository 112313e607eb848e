/** The parts of an annotation that no code of the module gets to see. A class of its own could take them. */
import type { ExprNode } from "../Tree.js"

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
