/**
 * The fields of data classes. `dataclass` writes a program that names them, and a field whose name was changed writes along. So a
 * field stands where it is made, and nothing may get hold of it before `dataclass` has put its value in its place.
 */
import { words } from "../../Words.js"
import type { ExprNode, Of } from "../Tree.js"
import type { PathsOf } from "./Origins.js"

const calledAs = (node: ExprNode): ExprNode => (node.nodeType === "Call" ? node.func : node)

export const isDataClass = ({ decorator_list }: Of<"ClassDef">, pathsOf: PathsOf): boolean =>
  decorator_list.some((node) => pathsOf(calledAs(node)).includes("dataclasses.dataclass"))

/** What is handed the class by Python itself, and could take its fields. */
export const TAKERS = words("__init_subclass__ __set_name__ __get__")

/** The fields of a class that nothing sees before `dataclass` does: below it are no decorators but imported ones. */
export const of = ({ bases, body, decorator_list }: Of<"ClassDef">, sure: PathsOf, maybe: PathsOf) => {
  const first = decorator_list.findLastIndex((node) => sure(calledAs(node)).includes("dataclasses.dataclass"))
  const isFirst = first !== -1 && decorator_list.slice(first + 1).every((node) => sure(node).length > 0)
  if (!isFirst || bases.some((base) => maybe(base).some((path) => path.endsWith(".NamedTuple")))) return []
  return body.flatMap((node) =>
    node.nodeType === "AnnAssign" && node.target.nodeType === "Name" && node.value?.nodeType === "Call"
      ? [{ name: node.target.id, func: node.value.func }]
      : []
  )
}
