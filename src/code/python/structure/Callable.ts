/**
 * What is called when a name of the module is called: a function, with some of its parameters filled in already. Followed
 * through lambdas, aliases, `partial`, methods, instances with `__call__` and functions that return functions, as far as the
 * module itself says.
 */
import { type Arguments, type ExprNode, type FunctionNode, type Of, type StmtNode, visitOwn } from "../Tree.js"
import type { Binding, Meaning } from "./Bindings.js"

export type Callable =
  | {
      readonly _tag: "Known"
      readonly args: Arguments
      /** How many of the first parameters have their value. */
      readonly filled: number
      /** Parameters that got a value by name: they and those behind them cannot be passed by position. */
      readonly named: ReadonlyArray<string>
      /** `undefined` for a lambda, which always returns something. */
      readonly node: FunctionNode | undefined
    }
  /** It may be callable, and the module does not say how. */
  | { readonly _tag: "Unknown" }
  | { readonly _tag: "NotCallable" }

const UNKNOWN: Callable = { _tag: "Unknown" }
export const NOT_CALLABLE: Callable = { _tag: "NotCallable" }

/** Aliases of aliases end sooner; a circle would not. */
const MAX_STEPS = 20

const known = (args: Arguments, node?: FunctionNode, filled = 0): Callable => ({
  _tag: "Known",
  args,
  filled,
  named: [],
  node
})

const hasDecorator = (node: FunctionNode, name: string): boolean =>
  node.decorator_list.some((decorator) => decorator.nodeType === "Name" && decorator.id === name)

const takesAnything = (callable: Callable): boolean =>
  callable._tag === "Known" && callable.args.vararg !== undefined && callable.args.args.length === 0

const isPartial = (node: ExprNode): boolean =>
  (node.nodeType === "Name" && node.id === "partial") || (node.nodeType === "Attribute" && node.attr === "partial")

/** `at`: the meaning itself is the binding with that index, and a name in it has the meaning that it had before. */
export const resolve = (bindings: ReadonlyArray<Binding>, at: number): Callable => {
  const own = bindings[at]
  if (own === undefined) return UNKNOWN
  let steps = 0

  const lookUp = (name: string): Meaning | undefined => {
    const end = name === own.name ? at : bindings.length
    return bindings.findLast((binding, index) => index < end && binding.name === name)?.meaning
  }

  const classOf = (node: ExprNode): Of<"ClassDef"> | undefined => {
    if (++steps > MAX_STEPS) return undefined
    if (node.nodeType === "Call" && node.func.nodeType === "Name") {
      const meaning = lookUp(node.func.id)
      return meaning?._tag === "Class" ? meaning.node : undefined
    }
    const meaning = node.nodeType === "Name" ? lookUp(node.id) : undefined
    return meaning?._tag === "Value" ? classOf(meaning.node) : undefined
  }

  const method = (owner: Of<"ClassDef">, name: string, ofInstance: boolean): Callable | undefined => {
    if (++steps > MAX_STEPS) return UNKNOWN
    const isMethod = (node: StmtNode): node is FunctionNode =>
      (node.nodeType === "FunctionDef" || node.nodeType === "AsyncFunctionDef") && node.name === name
    const node = owner.body.findLast(isMethod)
    if (node !== undefined) {
      const takesOwner = ofInstance ? !hasDecorator(node, "staticmethod") : hasDecorator(node, "classmethod")
      return known(node.args, node, takesOwner ? 1 : 0)
    }
    for (const base of owner.bases) {
      const meaning = base.nodeType === "Name" ? lookUp(base.id) : undefined
      if (meaning?._tag !== "Class") return UNKNOWN
      const inherited = method(meaning.node, name, ofInstance)
      if (inherited !== undefined) return inherited
    }
    return undefined
  }

  const attribute = ({ attr, value }: Of<"Attribute">): Callable => {
    const ofInstance = classOf(value)
    if (ofInstance !== undefined) return method(ofInstance, attr, true) ?? UNKNOWN
    const meaning = value.nodeType === "Name" ? lookUp(value.id) : undefined
    return meaning?._tag === "Class" ? (method(meaning.node, attr, false) ?? UNKNOWN) : UNKNOWN
  }

  const partial = (node: Of<"Call">): Callable => {
    const [first, ...rest] = node.args
    const inner = first === undefined ? NOT_CALLABLE : value(first)
    if (inner._tag !== "Known" || rest.some(({ nodeType }) => nodeType === "Starred")) return inner
    const named = node.keywords.flatMap(({ arg }) => arg ?? [])
    return { ...inner, filled: inner.filled + rest.length, named: [...inner.named, ...named] }
  }

  /** What a function of the module returns, where that is a function of its own. */
  const returned = (factory: FunctionNode): Callable => {
    const inner = new Map<string, FunctionNode>()
    let result: Callable = NOT_CALLABLE
    visitOwn(factory.body, (node) => {
      if (node.nodeType === "FunctionDef" || node.nodeType === "AsyncFunctionDef") inner.set(node.name, node)
      if (node.nodeType !== "Return" || node.value === undefined) return
      const found = node.value.nodeType === "Name" ? inner.get(node.value.id) : undefined
      if (found !== undefined) result = known(found.args, found)
      else if (node.value.nodeType === "Lambda") result = known(node.value.args)
      else if (isCallable(node.value)) result = UNKNOWN
    })
    return result
  }

  const call = (node: Of<"Call">): Callable => {
    if (isPartial(node.func)) return partial(node)
    const meaning = node.func.nodeType === "Name" ? lookUp(node.func.id) : undefined
    if (meaning?._tag === "Class") {
      return method(meaning.node, "__call__", true) ?? NOT_CALLABLE
    }
    const made = meaning?._tag === "Function" ? returned(meaning.node) : UNKNOWN
    if (made._tag === "NotCallable" || (made._tag === "Known" && !takesAnything(made))) return made
    // A wrapper is called as what it wraps.
    const wrapped = node.args.map(value).find((found) => found._tag === "Known")
    return wrapped ?? made
  }

  const of = (meaning: Meaning | undefined): Callable => {
    switch (meaning?._tag) {
      case "Function":
        return known(meaning.node.args, meaning.node)
      case "Value":
        return value(meaning.node)
      case "Class":
        return NOT_CALLABLE
      default:
        return UNKNOWN
    }
  }

  const value = (node: ExprNode): Callable => {
    if (++steps > MAX_STEPS) return UNKNOWN
    switch (node.nodeType) {
      case "Lambda":
        return known(node.args)
      case "Name":
        return of(lookUp(node.id))
      case "Attribute":
        return attribute(node)
      case "Call":
        return call(node)
      case "NamedExpr":
        return value(node.value)
      case "IfExp": {
        const [first, second] = [value(node.body), value(node.orelse)]
        return first._tag === "Known" ? first : second
      }
      default:
        return isCallable(node) ? UNKNOWN : NOT_CALLABLE
    }
  }

  return of(own.meaning)
}

/** Whether a value of this shape can be a function at all. */
const isCallable = (node: ExprNode): boolean =>
  ["Name", "Attribute", "Call", "Subscript", "IfExp", "BoolOp", "NamedExpr", "Await", "Lambda"].includes(node.nodeType)
