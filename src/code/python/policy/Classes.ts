/**
 * Classes that are made in another way than their statement shows: by a function in place of a metaclass, or from an enum
 * without members, which makes a class of any names when it is called.
 */
import type { ASTNodeUnion } from "py-ast"
import type { ExprNode, Of } from "../Tree.js"
import * as Special from "./Special.js"
import { words } from "./Words.js"

type PathsOf = (node: ExprNode) => ReadonlyArray<string>

export const ENUMS: ReadonlyArray<string> = "Enum IntEnum StrEnum ReprEnum Flag IntFlag"
  .split(" ")
  .map((name) => `enum.${name}`)

const MEMBERS = words("Constant Tuple List Dict Set UnaryOp BinOp JoinedStr")

const isMember = (value: ExprNode | null | undefined, pathsOf: PathsOf): boolean =>
  value?.nodeType === "Call" ? pathsOf(value.func).includes("enum.auto") : MEMBERS.has(value?.nodeType ?? "")

const targetsOf = (node: ASTNodeUnion): ReadonlyArray<ExprNode> =>
  node.nodeType === "Assign" ? node.targets : node.nodeType === "AnnAssign" ? [node.target] : []

/** What speaks against a class, if anything does. */
export const complaint = ({ bases, body, keywords }: Of<"ClassDef">, pathsOf: PathsOf): string | undefined => {
  for (const { arg, value } of keywords) {
    if (arg === undefined) return "keywords of a class that are not written out are not allowed"
    if (arg === "metaclass" && !pathsOf(value).includes("abc.ABCMeta")) return "of metaclasses only ABCMeta is allowed"
  }
  const names = body.flatMap((node) =>
    targetsOf(node).flatMap((target) => (target.nodeType === "Name" ? [target.id] : []))
  )
  const away = names.find((name) => Special.leadsAway(name, undefined))
  if (away !== undefined) return `'${away}' is not allowed as a name in a class`
  if (!bases.some((base) => pathsOf(base).some((path) => ENUMS.includes(path)))) return undefined
  const hasMember = body.some(
    (node) =>
      (node.nodeType === "Assign" || node.nodeType === "AnnAssign") &&
      targetsOf(node).some((target) => target.nodeType === "Name" && !target.id.startsWith("_")) &&
      isMember(node.value, pathsOf)
  )
  if (names.includes("_ignore_") || body.some(({ nodeType }) => nodeType === "Delete"))
    return "an enum may not take members away"
  return hasMember ? undefined : "an enum needs a member: without one it makes classes"
}
