/**
 * What the statements of a module bind to its names, in their order: those at the top, and those in an `if`, a `try` or another
 * block there, which run when the module is loaded.
 */
import * as Steps from "../../Steps.js"
import { blocksOf, type ExprNode, type FunctionNode, type Of, type StmtNode } from "../Tree.js"

/** A function, a class, a value, or something else that the name is used for: a deletion, a loop, an import. */
export type Meaning =
  | { readonly _tag: "Function"; readonly node: FunctionNode }
  | { readonly _tag: "Class"; readonly node: Of<"ClassDef"> }
  | { readonly _tag: "Value"; readonly node: ExprNode }
  | { readonly _tag: "Other" }

export interface Binding {
  readonly name: string
  readonly meaning: Meaning
  readonly line: number
  /** The index of the statement of the module in which it stands. */
  readonly statement: number
}

const OTHER: Meaning = { _tag: "Other" }

/** `if __name__ == "__main__":` does not run where the module is imported. */
const isMainGuard = ({ test }: Of<"If">): boolean =>
  test.nodeType === "Compare" && test.left.nodeType === "Name" && test.left.id === "__name__"

const isTypeChecking = ({ test }: Of<"If">): boolean =>
  (test.nodeType === "Name" && test.id === "TYPE_CHECKING") ||
  (test.nodeType === "Attribute" && test.attr === "TYPE_CHECKING")

/** Those that may run when the module is imported. */
const liveBlocksOf = (node: StmtNode): ReadonlyArray<ReadonlyArray<StmtNode>> => {
  if (node.nodeType !== "If") return blocksOf(node)
  if (isMainGuard(node) || isTypeChecking(node)) return [node.orelse]
  if (node.test.nodeType !== "Constant") return blocksOf(node)
  return [node.test.value === false || node.test.value === 0 || node.test.value === null ? node.orelse : node.body]
}

const namesIn = (node: ExprNode): ReadonlyArray<string> => {
  switch (node.nodeType) {
    case "Name":
      return [node.id]
    case "List":
    case "Tuple":
      return node.elts.flatMap(namesIn)
    case "Starred":
      return namesIn(node.value)
    default:
      return []
  }
}

type Bound = readonly [name: string, meaning: Meaning]

const others = (names: ReadonlyArray<string>): ReadonlyArray<Bound> => names.map((name) => [name, OTHER])

const assigned = (target: ExprNode, value: ExprNode): ReadonlyArray<Bound> =>
  target.nodeType === "Name" ? [[target.id, { _tag: "Value", node: value }]] : others(namesIn(target))

/** What the statement itself binds, without the blocks in it. */
const boundIn = (node: StmtNode): ReadonlyArray<Bound> => {
  switch (node.nodeType) {
    case "FunctionDef":
    case "AsyncFunctionDef":
      return [[node.name, { _tag: "Function", node }]]
    case "ClassDef":
      return [[node.name, { _tag: "Class", node }]]
    case "Assign":
      return node.targets.flatMap((target) => assigned(target, node.value))
    case "AnnAssign":
      return node.value === undefined ? [] : assigned(node.target, node.value)
    case "Delete":
      return others(node.targets.flatMap(namesIn))
    case "AugAssign":
    case "For":
    case "AsyncFor":
      return others(namesIn(node.target))
    case "With":
    case "AsyncWith":
      return others(node.items.flatMap(({ optional_vars: target }) => (target === undefined ? [] : namesIn(target))))
    case "Try":
    case "TryStar":
      return others(node.handlers.flatMap(({ name }) => name ?? []))
    case "Import":
    case "ImportFrom":
      return others(node.names.map(({ asname, name }) => asname ?? name))
    default:
      return []
  }
}

export function* of(body: ReadonlyArray<StmtNode>): Steps.Steps<ReadonlyArray<Binding>> {
  const found: Array<Binding> = []
  const note = (node: StmtNode, statement: number): void => {
    for (const [name, meaning] of boundIn(node)) {
      found.push({ name, meaning, line: node.lineno, statement })
    }
    for (const block of liveBlocksOf(node)) for (const inner of block) note(inner, statement)
  }
  for (const [statement, node] of body.entries()) {
    note(node, statement)
    if ((statement + 1) % (8 * Steps.STRETCH) === 0) yield
  }
  return found
}
