/**
 * Whether the module has the entry point that its users call: the last `def execute_trade` at the top of the module,
 * callable by position, that returns something, and is still bound to its name when the module has been read.
 */
import * as Either from "effect/Either"
import { type CodeFailure, of } from "../../domain/CodeFailure.js"
import type { Arity } from "../../domain/PythonModule.js"
import { blocksOf, type ExprNode, type Module, type Of, type StmtNode, visit } from "./Tree.js"

export const ENTRY_POINT = "execute_trade"

/** The code of the failure that says so when nothing of that name is there at all. */
export const NO_FUNCTION = "no-function"

const FIVE = "(ticker, price, tick, cash_balance, shares_held)"
const THREE = "(ticker, cash_balance, shares_held)"

const failure = (code: string, message: string, line?: number): CodeFailure =>
  of("structure", code, message, line === undefined ? {} : { line })

const isEntry = (name: string): boolean => name.normalize("NFKC") === ENTRY_POINT

/** `if __name__ == "__main__":` does not run where the module is imported. */
const isMainGuard = (node: StmtNode): boolean =>
  node.nodeType === "If" &&
  node.test.nodeType === "Compare" &&
  node.test.left.nodeType === "Name" &&
  node.test.left.id === "__name__"

const targetsBind = (node: ExprNode): boolean => {
  switch (node.nodeType) {
    case "Name":
      return isEntry(node.id)
    case "List":
    case "Tuple":
      return node.elts.some(targetsBind)
    case "Starred":
      return targetsBind(node.value)
    default:
      return false
  }
}

/** The statement itself, without the blocks in it, gives the name another meaning. */
const rebinds = (node: StmtNode): boolean => {
  switch (node.nodeType) {
    case "FunctionDef":
    case "AsyncFunctionDef":
    case "ClassDef":
      return isEntry(node.name)
    case "Assign":
    case "Delete":
      return node.targets.some(targetsBind)
    case "AugAssign":
    case "For":
    case "AsyncFor":
      return targetsBind(node.target)
    case "AnnAssign":
      return node.value !== undefined && targetsBind(node.target)
    case "With":
    case "AsyncWith":
      return node.items.some(({ optional_vars }) => optional_vars !== undefined && targetsBind(optional_vars))
    case "Try":
    case "TryStar":
      return node.handlers.some(({ name }) => name !== undefined && isEntry(name))
    case "Import":
    case "ImportFrom":
      return node.names.some(({ asname, name }) => isEntry(asname ?? name))
    default:
      return false
  }
}

const rebinding = (body: ReadonlyArray<StmtNode>): StmtNode | undefined => {
  for (const node of body) {
    if (isMainGuard(node)) continue
    if (rebinds(node)) return node
    for (const block of blocksOf(node)) {
      const found = rebinding(block)
      if (found !== undefined) return found
    }
  }
  return undefined
}

/** Why there is no entry point, as closely as it can be said. */
const missing = (module: Module): CodeFailure => {
  let line: number | undefined
  visit(module, (node) => {
    if (node.nodeType === "FunctionDef" && isEntry(node.name)) line ??= node.lineno
    return true
  })
  return line === undefined
    ? failure(NO_FUNCTION, `the module defines no function ${ENTRY_POINT}${FIVE}`)
    : failure("not-at-top-level", `define ${ENTRY_POINT} at the top level of the module, not inside a block`, line)
}

/** How the function can be called by position: with five values, with three, or with neither. */
const arityOf = ({ args }: Of<"FunctionDef">): Arity | undefined => {
  const names = [...args.posonlyargs, ...args.args].map(({ arg }) => arg)
  const least = names.length - args.defaults.length
  const most = args.vararg === undefined ? names.length : Infinity
  const needsKeyword = args.kw_defaults.some((value) => value === null)
  const takes = (count: number): boolean => !needsKeyword && least <= count && count <= most
  // With both possible, the names say which call was meant.
  if (takes(3) && takes(5)) return names[1] === "cash_balance" ? 3 : 5
  return takes(5) ? 5 : takes(3) ? 3 : undefined
}

/** What the function itself does, apart from the functions and classes in it. */
const behaviour = (body: ReadonlyArray<StmtNode>): { readonly returns: boolean; readonly yields: boolean } => {
  let returns = false
  let yields = false
  for (const statement of body) {
    visit(statement, (node) => {
      switch (node.nodeType) {
        case "FunctionDef":
        case "AsyncFunctionDef":
        case "ClassDef":
        case "Lambda":
          return false
        case "Return":
          returns ||= node.value !== undefined && (node.value.nodeType !== "Constant" || node.value.value !== null)
          return true
        case "Yield":
        case "YieldFrom":
          yields = true
          return true
        default:
          return true
      }
    })
  }
  return { returns, yields }
}

const judge = (node: StmtNode, rest: ReadonlyArray<StmtNode>): Either.Either<Arity, CodeFailure> => {
  if (node.nodeType !== "FunctionDef") {
    return Either.left(failure("async-function", `${ENTRY_POINT} must not be async: use a plain def`, node.lineno))
  }
  const arity = arityOf(node)
  if (arity === undefined) {
    const message = `${ENTRY_POINT} must be callable by position as ${ENTRY_POINT}${FIVE} or ${ENTRY_POINT}${THREE}`
    return Either.left(failure("wrong-parameters", message, node.lineno))
  }
  const { returns, yields } = behaviour(node.body)
  if (yields) {
    const message = `${ENTRY_POINT} is a generator: return the action instead of yielding it`
    return Either.left(failure("generator", message, node.lineno))
  }
  if (!returns) {
    return Either.left(
      failure("no-return", `${ENTRY_POINT} never returns a value: return "BUY", "SELL" or "HOLD"`, node.lineno)
    )
  }
  const again = rebinding(rest)
  if (again !== undefined) {
    const message = `${ENTRY_POINT} is deleted or given another meaning after its definition`
    return Either.left(failure("rebound", message, again.lineno))
  }
  return Either.right(arity)
}

export const check = (module: Module): Either.Either<Arity, CodeFailure> => {
  const index = module.body.findLastIndex(
    (node) => (node.nodeType === "FunctionDef" || node.nodeType === "AsyncFunctionDef") && isEntry(node.name)
  )
  const node = module.body[index]
  return node === undefined ? Either.left(missing(module)) : judge(node, module.body.slice(index + 1))
}
