/** Names in quotes: of an attribute, or of the members of what a call makes. */
import { nfkc } from "../Identifier.js"
import type { ExprNode } from "../Tree.js"

export const constantName = (node: ExprNode | undefined): string | undefined =>
  node?.nodeType === "Constant" && typeof node.value === "string" ? nfkc(node.value) : undefined

/** The names of an enum's members: in one text, in a list of texts or of pairs, or as the keys of a dictionary. */
export const namesMembers = (node: ExprNode | undefined): boolean => {
  switch (node?.nodeType) {
    case "List":
    case "Tuple":
      return node.elts.every(
        (one) =>
          constantName(one) !== undefined || (one.nodeType === "Tuple" && constantName(one.elts[0]) !== undefined)
      )
    case "Dict":
      return node.keys.every((key) => constantName(key ?? undefined) !== undefined)
    default:
      return constantName(node) !== undefined
  }
}

/** All words of such names; none that are made when the module runs. */
export const memberNames = (node: ExprNode | null | undefined): ReadonlyArray<string> => {
  switch (node?.nodeType) {
    case "List":
    case "Tuple":
      return node.elts.flatMap(memberNames)
    case "Dict":
      return node.keys.flatMap(memberNames)
    default:
      return constantName(node ?? undefined)?.split(/[\s,]+/) ?? []
  }
}

/** What makes a class from the names in its second argument. */
export const NAMED = /\.(?:namedtuple|NamedTuple|\w*Enum|\w*Flag)$/

/** A dictionary whose keys are texts in quotes. */
export const isWrittenOut = (node: ExprNode): boolean =>
  node.nodeType === "Dict" && node.keys.every((key) => key?.nodeType === "Constant")
