/**
 * Classes that are made in another way than their statement shows: by a function in place of a metaclass, or from an enum
 * without members, which makes a class of any names when it is called.
 */
import type { ASTNodeUnion } from "py-ast"
import { words } from "../../Words.js"
import { type ExprNode, type Of, visitOwn } from "../Tree.js"
import * as Fields from "./Fields.js"
import type { PathsOf } from "./Origins.js"
import * as Special from "./Special.js"

/** The variables of a class, and what else it gives a name to. */
const namesIn = (body: Of<"ClassDef">["body"]): readonly [variables: Array<string>, members: Array<string>] => {
  const variables: Array<string> = []
  const members: Array<string> = []
  visitOwn(body, (node) => (node.nodeType.endsWith("Def") ? members : variables).push(...Special.bound(node)))
  return [variables, members]
}

export const ENUMS: ReadonlyArray<string> = "Enum IntEnum StrEnum ReprEnum Flag IntFlag"
  .split(" ")
  .map((name) => `enum.${name}`)

const MEMBERS = words("Constant Tuple List Dict Set UnaryOp BinOp JoinedStr")

const isMember = (value: ExprNode | null | undefined, pathsOf: PathsOf): boolean =>
  value?.nodeType === "Call" ? pathsOf(value.func).includes("enum.auto") : MEMBERS.has(value?.nodeType ?? "")

const targetsOf = (node: ASTNodeUnion): ReadonlyArray<ExprNode> =>
  node.nodeType === "Assign" ? node.targets : node.nodeType === "AnnAssign" ? [node.target] : []

/** What speaks against a class, if anything does. `sure`: what a node is; `maybe`: what it could be. */
export const complaint = (node: Of<"ClassDef">, sure: PathsOf, maybe: PathsOf): string | undefined => {
  const { bases, body, keywords } = node
  for (const { arg, value } of keywords) {
    if (arg === undefined) return "keywords of a class that are not written out are not allowed"
    if (arg === "metaclass" && !sure(value).includes("abc.ABCMeta")) return "of metaclasses only ABCMeta is allowed"
  }
  const [names, members] = namesIn(body)
  const away =
    names.find((name) => Special.leadsAway(name, undefined)) ?? members.find((name) => Special.OF_INTERPRETER.has(name))
  if (away !== undefined) return `'${away}' is not allowed as a name in a class`
  const parents = bases.flatMap((base) => maybe(base.nodeType === "Subscript" ? base.value : base))
  if (parents.some((path) => path.endsWith(".Protocol")) && Fields.isDataClass(node, maybe)) {
    return "a protocol cannot be a dataclass"
  }
  if (!parents.some((path) => ENUMS.includes(path))) return undefined
  const hasMember = body.some(
    (node) =>
      (node.nodeType === "Assign" || node.nodeType === "AnnAssign") &&
      targetsOf(node).some((target) => target.nodeType === "Name" && !target.id.startsWith("_")) &&
      isMember(node.value, sure)
  )
  if (names.includes("_ignore_") || body.some(({ nodeType }) => nodeType === "Delete"))
    return "an enum may not take members away"
  return hasMember ? undefined : "an enum needs a member: without one it makes classes"
}
