/**
 * Whether the module has the entry point that its users call: the last `execute_trade` at the top of the module, be it a
 * function or a value that can be called, callable by position, that returns something, and is still bound to its name when the
 * module has been read.
 */
import * as Either from "effect/Either"
import { type CodeFailure, of } from "../../domain/CodeFailure.js"
import type { Arity } from "../../domain/PythonModule.js"
import { ENTRY_POINT, FIVE, THREE } from "../Contract.js"
import type { Steps } from "../Steps.js"
import * as Bindings from "./structure/Bindings.js"
import * as Callable from "./structure/Callable.js"
import { type Module, type StmtNode, visit, visitOwn } from "./Tree.js"

/** The code of the failure that says so when nothing of that name is there at all. */
export const NO_FUNCTION = "no-function"

const failure = (code: string, message: string, line?: number): CodeFailure => of("structure", code, message, { line })

/** Why there is no entry point, as closely as it can be said. */
const missing = (module: Module): CodeFailure => {
  let line: number | undefined
  visit(module, (node) => {
    if (node.nodeType === "FunctionDef" && node.name === ENTRY_POINT) line ??= node.lineno
    return true
  })
  return line === undefined
    ? failure(NO_FUNCTION, `the module defines no function ${ENTRY_POINT}${FIVE}`)
    : failure("not-at-top-level", `define ${ENTRY_POINT} at the top level of the module, not inside a block`, line)
}

/** How it can be called by position: with five values, with three, or with neither. */
const arityOf = ({ args, filled, named }: Extract<Callable.Callable, { _tag: "Known" }>): Arity | undefined => {
  const all = [...args.posonlyargs, ...args.args].map(({ arg }) => arg)
  const least = all.length - args.defaults.length - filled
  const end = all.findIndex((name) => named.includes(name))
  const names = all.slice(filled, end === -1 ? all.length : end)
  const most = args.vararg === undefined || end !== -1 ? names.length : Infinity
  const needsKeyword = args.kw_defaults.some(
    (value, index) => value === null && !named.includes(args.kwonlyargs[index]?.arg ?? "")
  )
  const unfilled = end === -1 ? least : Math.min(least, names.length)
  const takes = (count: number): boolean => !needsKeyword && unfilled <= count && count <= most
  // With both possible, the names say which call was meant.
  if (takes(3) && takes(5)) return names[1] === "cash_balance" ? 3 : 5
  return takes(5) ? 5 : takes(3) ? 3 : undefined
}

/** The statements of the last function of that name at the top of the module. */
export const bodyOf = ({ body }: Module): ReadonlyArray<StmtNode> => {
  const last = body.findLast((statement) => statement.nodeType === "FunctionDef" && statement.name === ENTRY_POINT)
  return last?.nodeType === "FunctionDef" ? last.body : []
}

/** What the function itself does, apart from the functions and classes in it. */
const behaviour = (body: ReadonlyArray<StmtNode>): { readonly returns: boolean; readonly yields: boolean } => {
  let returns = false
  let yields = false
  visitOwn(body, (node) => {
    if (node.nodeType === "Yield" || node.nodeType === "YieldFrom") yields = true
    if (node.nodeType !== "Return" || node.value === undefined) return
    returns ||= node.value.nodeType !== "Constant" || node.value.value !== null
  })
  return { returns, yields }
}

/** Five, unless something is known of the function. */
const judge = (callable: Callable.Callable, line: number): Either.Either<Arity, CodeFailure> => {
  const wrong = (code: string, message: string): Either.Either<Arity, CodeFailure> =>
    Either.left(failure(code, message, line))
  if (callable._tag === "Unknown") return Either.right(5)
  if (callable._tag === "NotCallable")
    return wrong("not-callable", `${ENTRY_POINT} is not a function: define it with def`)
  if (callable.node?.nodeType === "AsyncFunctionDef") {
    return wrong("async-function", `${ENTRY_POINT} must not be async: use a plain def`)
  }
  const arity = arityOf(callable)
  if (arity === undefined) {
    const message = `${ENTRY_POINT} must be callable by position as ${ENTRY_POINT}${FIVE} or ${ENTRY_POINT}${THREE}`
    return wrong("wrong-parameters", message)
  }
  if (callable.node === undefined) return Either.right(arity)
  const { returns, yields } = behaviour(callable.node.body)
  if (yields) return wrong("generator", `${ENTRY_POINT} is a generator: return the action instead of yielding it`)
  if (!returns) return wrong("no-return", `${ENTRY_POINT} never returns a value: return "BUY", "SELL" or "HOLD"`)
  return Either.right(arity)
}

/**
 * Every definition in the last statement that has one is judged: the branches of an `if` or a `try`, of which one will run.
 * What comes after a definition may wrap the function, not take its name away.
 */
export function* check(module: Module): Steps<Either.Either<Arity, CodeFailure>> {
  const bindings = yield* Bindings.of(module.body)
  const last = bindings.findLast(({ name }) => name === ENTRY_POINT)
  if (last === undefined) return Either.left(missing(module))
  let result: Either.Either<Arity, CodeFailure> = Either.right(5)
  let defined = false
  for (const [index, { line, meaning, name, statement }] of bindings.entries()) {
    if (name !== ENTRY_POINT) continue
    const callable = meaning._tag === "Other" ? Callable.NOT_CALLABLE : Callable.resolve(bindings, index)
    if (callable._tag === "NotCallable" && defined && statement === last.statement) {
      const message = `${ENTRY_POINT} is deleted or redefined after its definition`
      return Either.left(failure("rebound", message, line))
    }
    defined = callable._tag !== "NotCallable"
    if (statement !== last.statement) continue
    result = judge(callable, line)
    if (Either.isLeft(result) && callable._tag !== "NotCallable") return result
  }
  return result
}
