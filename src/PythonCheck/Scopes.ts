/**
 * Which names each scope binds and reads, found as CPython's symbol table finds them, with the refusals that only it can
 * know: late `global`, `nonlocal` without a binding, assignment expressions that would escape a comprehension wrongly.
 */
import type { Report } from "./Compile/Report.js"
import type { Arguments, Comprehension, ExprNode, FunctionNode, Module, Of, PatternNode, StmtNode } from "./Tree.js"

export type Kind = "module" | "class" | "function" | "comprehension"

/** What is known of a name in one scope, as flags. */
export const PARAMETER = 1
export const LOCAL = 2
export const IMPORTED = 4
export const USED = 8
export const ANNOTATED = 16
export const GLOBAL = 32
export const NONLOCAL = 64
const ITERATION = 128
/** Bound by something other than `x += 1`, which needs an earlier binding itself. */
export const ESTABLISHED = 256
export const BOUND = PARAMETER | LOCAL | IMPORTED

export interface Read {
  readonly name: string
  readonly line: number
  /** Inside a `try` that expects a NameError. */
  readonly expected: boolean
}

export interface Table {
  readonly kind: Kind
  readonly parent: Table | undefined
  /** The class around it, for names that begin with two underscores. */
  readonly className: string | undefined
  /** The statements that run in it, where it has any. */
  readonly body: ReadonlyArray<StmtNode>
  readonly names: Map<string, number>
  readonly reads: Array<Read>
  readonly children: Array<Table>
  /** `from x import *` may bind anything. */
  star: boolean
}

/** Every scope of the module, the outer ones first. */
export function* all(table: Table): Generator<Table> {
  yield table
  for (const child of table.children) yield* all(child)
}

interface At {
  readonly lineno: number
}

/** Names are compared as NFKC has them, and those that a class keeps for itself get its name. */
export const mangled = (name: string, className: string | undefined): string => {
  const plain = name.normalize("NFKC")
  const owner = className?.replace(/^_+/, "") ?? ""
  return owner !== "" && plain.startsWith("__") && !plain.endsWith("__") ? `_${owner}${plain}` : plain
}

const functionAround = (table: Table | undefined): Table | undefined => {
  for (let at = table; at !== undefined; at = at.parent)
    if (at.kind === "function" || at.kind === "comprehension") return at
  return undefined
}

/** Where a nonlocal name would be bound: the nearest function around that binds it. */
export const enclosingBinding = (name: string, from: Table | undefined): Table | undefined => {
  for (let at = functionAround(from); at !== undefined; at = functionAround(at.parent)) {
    const flags = at.names.get(name) ?? 0
    if ((flags & GLOBAL) !== 0) return undefined
    if ((flags & BOUND) !== 0 && (flags & NONLOCAL) === 0) return at
  }
  return undefined
}

export const build = (module: Module, report: Report): Table => {
  const lazyAnnotations = module.body.some(
    (node) =>
      node.nodeType === "ImportFrom" &&
      node.module === "__future__" &&
      node.names.some(({ name }) => name === "annotations")
  )
  const open = (
    kind: Kind,
    parent: Table | undefined,
    body: ReadonlyArray<StmtNode> = [],
    className = parent?.className
  ): Table => {
    const table = { kind, parent, className, body, names: new Map(), reads: [], children: [], star: false }
    parent?.children.push(table)
    return table
  }
  const root = open("module", undefined, module.body)
  const nonlocals: Array<{ readonly name: string; readonly table: Table; readonly at: At }> = []
  let current = root
  /** How many comprehension iterables, and how many `try` that expect a NameError, are around this place. */
  let iterables = 0
  let expected = 0

  const within = (table: Table, run: () => void): void => {
    const outer = current
    current = table
    run()
    current = outer
  }

  const define = (name: string, flags: number, table = current): void => {
    const key = mangled(name, current.className)
    table.names.set(key, (table.names.get(key) ?? 0) | flags)
  }

  const read = (name: string, line: number, evaluated: boolean): void => {
    define(name, USED)
    if (evaluated) current.reads.push({ name: mangled(name, current.className), line, expected: expected > 0 })
  }

  const declare = (names: ReadonlyArray<string>, flag: number, at: At): void => {
    const word = flag === GLOBAL ? "global" : "nonlocal"
    for (const name of names) {
      const flags = current.names.get(mangled(name, current.className)) ?? 0
      if ((flags & PARAMETER) !== 0) report.add("late-global", `name '${name}' is parameter and ${word}`, at)
      else if ((flags & USED) !== 0) {
        report.add("late-global", `name '${name}' is used prior to ${word} declaration`, at)
      } else if ((flags & ANNOTATED) !== 0) report.add("late-global", `annotated name '${name}' can't be ${word}`, at)
      else if ((flags & LOCAL) !== 0) {
        report.add("late-global", `name '${name}' is assigned to before ${word} declaration`, at)
      }
      if ((flags & (GLOBAL | NONLOCAL) & ~flag) !== 0) {
        report.add("late-global", `name '${name}' is nonlocal and global`, at)
      }
      if (flag === NONLOCAL) {
        if (current.kind === "module") {
          report.add("bad-nonlocal", "nonlocal declaration not allowed at module level", at)
        }
        nonlocals.push({ name: mangled(name, current.className), table: current, at })
      }
      define(name, flag)
    }
  }

  const bind = (name: string, at: At, established = true): void => {
    define(name, established ? LOCAL | ESTABLISHED : LOCAL)
    const flags = current.names.get(mangled(name, current.className)) ?? 0
    if (targets > 0) {
      if ((flags & (GLOBAL | NONLOCAL)) !== 0) {
        report.add("bad-target", `comprehension inner loop cannot rebind assignment expression target '${name}'`, at)
      }
      define(name, ITERATION)
    }
  }
  /** Inside the target of a comprehension. */
  let targets = 0

  /** `:=` in a comprehension binds in the function or module around it. */
  const bindNamed = (name: string, at: At): void => {
    if (iterables > 0) {
      report.add("bad-named", "assignment expression cannot be used in a comprehension iterable expression", at)
    }
    if (current.kind !== "comprehension") return bind(name, at)
    let table: Table | undefined = current
    for (; table?.kind === "comprehension"; table = table.parent) {
      if (((table.names.get(mangled(name, current.className)) ?? 0) & ITERATION) !== 0) {
        report.add("bad-named", `assignment expression cannot rebind comprehension iteration variable '${name}'`, at)
      }
    }
    if (table === undefined) return
    if (table.kind === "class") {
      report.add("bad-named", "assignment expression within a comprehension cannot be used in a class body", at)
    }
    const outer = table.names.get(mangled(name, current.className)) ?? 0
    const isGlobal = table.kind === "module" || (outer & GLOBAL) !== 0
    define(name, isGlobal ? GLOBAL : NONLOCAL)
    define(name, LOCAL | ESTABLISHED, table)
  }

  const each = (nodes: ReadonlyArray<ExprNode>): void => {
    for (const node of nodes) expression(node)
  }

  const comprehension = (node: Comprehension): void => {
    const table = open("comprehension", current)
    for (const [index, { ifs, iter, target }] of node.generators.entries()) {
      iterables++
      if (index === 0) expression(iter)
      iterables--
      within(table, () => {
        targets++
        expression(target)
        targets--
        if (index > 0) {
          iterables++
          expression(iter)
          iterables--
        }
        each(ifs)
      })
    }
    within(table, () => each(node.nodeType === "DictComp" ? [node.key, node.value] : [node.elt]))
  }

  const parameters = ({ args, kwarg, kwonlyargs, posonlyargs, vararg }: Arguments): void => {
    for (const { arg } of [...posonlyargs, ...args, ...kwonlyargs]) define(arg, PARAMETER | ESTABLISHED)
    for (const extra of [vararg, kwarg]) if (extra !== undefined) define(extra.arg, PARAMETER | ESTABLISHED)
  }

  const defaults = (args: Arguments): void => {
    each(args.defaults)
    each(args.kw_defaults.filter((value) => value !== null))
  }

  const annotation = (node: ExprNode | undefined, evaluated: boolean): void => {
    if (node !== undefined) expression(node, evaluated && !lazyAnnotations)
  }

  const functionDef = (node: FunctionNode): void => {
    each(node.decorator_list)
    defaults(node.args)
    const { args, kwarg, kwonlyargs, posonlyargs, vararg } = node.args
    const generic = node.type_params.length > 0
    for (const parameter of [...posonlyargs, ...args, vararg, ...kwonlyargs, kwarg]) {
      annotation(parameter?.annotation, !generic)
    }
    annotation(node.returns, !generic)
    bind(node.name, node)
    within(open("function", current, node.body), () => {
      for (const { name } of node.type_params) define(name, PARAMETER)
      parameters(node.args)
      block(node.body)
    })
  }

  const classBody = (node: Of<"ClassDef">): void => {
    const body = (): void => within(open("class", current, node.body, node.name), () => block(node.body))
    if (node.type_params.length === 0) return body()
    // Type parameters live in a scope between the class and what is around it.
    within(open("function", current), () => {
      for (const { name } of node.type_params) define(name, PARAMETER)
      body()
    })
  }

  const expression = (node: ExprNode, evaluated = true): void => {
    switch (node.nodeType) {
      case "Name":
        if (node.ctx.nodeType === "Load") read(node.id, node.lineno, evaluated)
        else bind(node.id, node)
        break
      case "NamedExpr":
        expression(node.value, evaluated)
        if (node.target.nodeType === "Name") bindNamed(node.target.id, node)
        break
      case "Lambda":
        defaults(node.args)
        within(open("function", current), () => {
          parameters(node.args)
          expression(node.body)
        })
        break
      case "ListComp":
      case "SetComp":
      case "DictComp":
      case "GeneratorExp":
        comprehension(node)
        break
      default:
        for (const child of operandsOf(node)) expression(child, evaluated)
    }
  }

  const pattern = (node: PatternNode): void => {
    switch (node.nodeType) {
      case "MatchValue":
        return expression(node.value)
      case "MatchSequence":
      case "MatchOr":
        return node.patterns.forEach(pattern)
      case "MatchMapping":
        each(node.keys)
        node.patterns.forEach(pattern)
        return node.rest === undefined ? undefined : bind(node.rest, node)
      case "MatchClass":
        expression(node.cls)
        node.patterns.forEach(pattern)
        return node.kwd_patterns.forEach(pattern)
      case "MatchStar":
        return node.name === undefined ? undefined : bind(node.name, node)
      case "MatchAs":
        if (node.pattern !== undefined) pattern(node.pattern)
        return node.name === undefined ? undefined : bind(node.name, node)
      case "MatchSingleton":
        return
    }
  }

  const block = (nodes: ReadonlyArray<StmtNode>): void => {
    for (const node of nodes) statement(node)
  }

  const tries = (node: Of<"Try"> | Of<"TryStar">): void => {
    const guard = node.handlers.some(({ type }) => type !== undefined && expectsNameError(type)) ? 1 : 0
    expected += guard
    block(node.body)
    expected -= guard
    block(node.orelse)
    for (const handler of node.handlers) {
      if (handler.type !== undefined) expression(handler.type)
      if (handler.name !== undefined) bind(handler.name, handler)
      block(handler.body)
    }
    block(node.finalbody)
  }

  const annotated = (node: Of<"AnnAssign">): void => {
    if (node.target.nodeType !== "Name") {
      expression(node.target)
    } else {
      const { id } = node.target
      const flags = current.names.get(mangled(id, current.className)) ?? 0
      const simple = node.col_offset === node.target.col_offset
      if (simple && (flags & (GLOBAL | NONLOCAL)) !== 0 && current.kind !== "module") {
        report.add("late-global", `annotated name '${id}' can't be global or nonlocal`, node)
      }
      define(id, node.value === undefined ? ANNOTATED | LOCAL : ANNOTATED | LOCAL | ESTABLISHED)
    }
    annotation(node.annotation, current.kind !== "function")
    if (node.value !== undefined) expression(node.value)
  }

  const statement = (node: StmtNode): void => {
    switch (node.nodeType) {
      case "FunctionDef":
      case "AsyncFunctionDef":
        return functionDef(node)
      case "ClassDef":
        each(node.decorator_list)
        each(node.bases)
        each(node.keywords.map(({ value }) => value))
        bind(node.name, node)
        return classBody(node)
      case "Return":
      case "Expr":
        return node.value === undefined ? undefined : expression(node.value)
      case "Delete":
        return each(node.targets)
      case "Assign":
        expression(node.value)
        return each(node.targets)
      case "AugAssign":
        if (node.target.nodeType === "Name") {
          read(node.target.id, node.lineno, true)
          bind(node.target.id, node, false)
        } else expression(node.target)
        return expression(node.value)
      case "AnnAssign":
        return annotated(node)
      case "TypeAlias":
        return node.name.nodeType === "Name" ? bind(node.name.id, node) : undefined
      case "For":
      case "AsyncFor":
        expression(node.iter)
        expression(node.target)
        block(node.body)
        return block(node.orelse)
      case "While":
      case "If":
        expression(node.test)
        block(node.body)
        return block(node.orelse)
      case "With":
      case "AsyncWith":
        for (const { context_expr, optional_vars } of node.items) {
          expression(context_expr)
          if (optional_vars !== undefined) expression(optional_vars)
        }
        return block(node.body)
      case "Match":
        expression(node.subject)
        for (const { body, guard, pattern: head } of node.cases) {
          pattern(head)
          if (guard !== undefined) expression(guard)
          block(body)
        }
        return
      case "Raise":
        return each([node.exc, node.cause].filter((child) => child !== undefined))
      case "Try":
      case "TryStar":
        return tries(node)
      case "Assert":
        return each([node.test, node.msg].filter((child) => child !== undefined))
      case "Import":
        for (const { asname, name } of node.names) define(asname ?? name.split(".")[0] ?? name, IMPORTED | ESTABLISHED)
        return
      case "ImportFrom":
        for (const { asname, name } of node.names) {
          if (name === "*") current.star = true
          else define(asname ?? name, IMPORTED | ESTABLISHED)
        }
        return
      case "Global":
        return declare(node.names, GLOBAL, node)
      case "Nonlocal":
        return declare(node.names, NONLOCAL, node)
      default:
        return
    }
  }

  block(module.body)
  for (const { at, name, table } of nonlocals) {
    if (table.kind === "module" || enclosingBinding(name, table.parent) !== undefined) continue
    const owner = table.kind === "class" ? table.parent : table
    if (name === "__class__" && owner?.className !== undefined) continue
    report.add("bad-nonlocal", `no binding for nonlocal '${name}' found`, at)
  }
  return root
}

export const expectsNameError = (type: ExprNode): boolean =>
  type.nodeType === "Tuple"
    ? type.elts.some(expectsNameError)
    : type.nodeType === "Name" && (type.id === "NameError" || type.id === "UnboundLocalError")

const some = (...nodes: ReadonlyArray<ExprNode | null | undefined>): ReadonlyArray<ExprNode> =>
  nodes.filter((child) => child !== undefined && child !== null)

/** The operands of an expression that opens no scope of its own and binds nothing. */
export const operandsOf = (node: ExprNode): ReadonlyArray<ExprNode> => {
  switch (node.nodeType) {
    case "BoolOp":
    case "JoinedStr":
    case "TemplateStr":
      return node.values
    case "NamedExpr":
      return [node.value, node.target]
    case "BinOp":
      return [node.left, node.right]
    case "UnaryOp":
      return [node.operand]
    case "IfExp":
      return [node.test, node.body, node.orelse]
    case "Dict":
      return some(...node.keys, ...node.values)
    case "Set":
    case "List":
    case "Tuple":
      return node.elts
    case "Await":
    case "YieldFrom":
    case "Attribute":
    case "Starred":
      return [node.value]
    case "Yield":
      return some(node.value)
    case "Compare":
      return [node.left, ...node.comparators]
    case "Call":
      return [node.func, ...node.args, ...node.keywords.map(({ value }) => value)]
    case "FormattedValue":
    case "Interpolation":
      return some(node.value, node.format_spec)
    case "Subscript":
      return [node.value, node.slice]
    case "Slice":
      return some(node.lower, node.upper, node.step)
    default:
      return []
  }
}
