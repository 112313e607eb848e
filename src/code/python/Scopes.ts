/**
 * The scopes of a module, found by walking it in the order in which CPython builds its symbol table: each with the names
 * that it binds and reads.
 */
import * as Steps from "../Steps.js"
import type { Report } from "./compile/Report.js"
import { Binder } from "./scopes/Binder.js"
import { ESTABLISHED, PARAMETER, type Table } from "./scopes/Table.js"
import {
  type Arguments,
  captureOf,
  type Comprehension,
  defaultsOf,
  type ExprNode,
  expectsNameError,
  type FunctionNode,
  type Module,
  type Of,
  operandsOf,
  parametersOf,
  partsOf,
  type PatternNode,
  type StmtNode
} from "./Tree.js"

/** The table of the module; those of its functions, classes and comprehensions hang below it. */
export function* build(module: Module, report: Report): Steps.Steps<Table> {
  const binder = new Binder(module.body, report)
  const walk = new Walk(binder, module.body.some(isLazyAnnotations))
  yield* Steps.each(module.body, (node) => walk.statement(node))
  binder.finish()
  return binder.root
}

const isLazyAnnotations = (node: StmtNode): boolean =>
  node.nodeType === "ImportFrom" &&
  node.module === "__future__" &&
  node.names.some(({ name }) => name === "annotations")

class Walk {
  constructor(
    private readonly binder: Binder,
    private readonly lazyAnnotations: boolean
  ) {}

  private block(nodes: ReadonlyArray<StmtNode>): void {
    for (const node of nodes) this.statement(node)
  }

  private each(nodes: ReadonlyArray<ExprNode | null | undefined>): void {
    for (const node of nodes) if (node !== undefined && node !== null) this.expression(node)
  }

  private expression(node: ExprNode, evaluated = true): void {
    switch (node.nodeType) {
      case "Name":
        if (node.ctx.nodeType === "Load") this.binder.read(node, evaluated)
        else this.binder.bind(node.id, node)
        break
      case "NamedExpr":
        this.expression(node.value, evaluated)
        if (node.target.nodeType === "Name") this.binder.bindNamed(node.target.id, node)
        break
      case "Lambda":
        this.each(defaultsOf(node.args))
        this.binder.within("function", [], () => {
          this.parameters(node.args)
          this.expression(node.body)
        })
        break
      case "ListComp":
      case "SetComp":
      case "DictComp":
      case "GeneratorExp":
        this.comprehension(node)
        break
      default:
        for (const child of operandsOf(node)) this.expression(child, evaluated)
    }
  }

  /** The first iterable is read outside, everything else inside. */
  private comprehension(node: Comprehension): void {
    const [first] = node.generators
    if (first !== undefined) this.binder.inside("iterable", () => this.expression(first.iter))
    this.binder.within("comprehension", [], () => {
      for (const generator of node.generators) {
        this.binder.inside("target", () => this.expression(generator.target))
        if (generator !== first) this.binder.inside("iterable", () => this.expression(generator.iter))
        this.each(generator.ifs)
      }
      this.each(node.nodeType === "DictComp" ? [node.key, node.value] : [node.elt])
    })
  }

  private parameters(args: Arguments): void {
    for (const { arg } of parametersOf(args)) this.binder.define(arg, PARAMETER | ESTABLISHED)
  }

  private annotation(node: ExprNode | undefined, evaluated: boolean): void {
    if (node !== undefined) this.expression(node, evaluated && !this.lazyAnnotations)
  }

  private functionDef({ args, body, decorator_list, name, returns, type_params, ...node }: FunctionNode): void {
    this.each(decorator_list)
    this.each(defaultsOf(args))
    // Type parameters are known to the annotations, and to nothing else out here.
    const evaluated = type_params.length === 0
    for (const { annotation } of parametersOf(args)) this.annotation(annotation, evaluated)
    this.annotation(returns, evaluated)
    this.binder.bind(name, node)
    this.binder.within("function", body, () => {
      for (const parameter of type_params) this.binder.define(parameter.name, PARAMETER)
      this.parameters(args)
      this.block(body)
    })
  }

  private classDef({ bases, body, decorator_list, keywords, name, type_params, ...node }: Of<"ClassDef">): void {
    this.each(decorator_list)
    const parents = [...bases, ...keywords.map(({ value }) => value)]
    if (type_params.length === 0) this.each(parents)
    this.binder.bind(name, node)
    const walk = (): void => this.binder.within("class", body, () => this.block(body), name)
    if (type_params.length === 0) return walk()
    // Type parameters live in a scope between the class and what is around it; its bases are in there as well.
    this.binder.within("function", [], () => {
      for (const parameter of type_params) this.binder.define(parameter.name, PARAMETER)
      this.each(parents)
      walk()
    })
  }

  private pattern(node: PatternNode): void {
    if (node.nodeType === "MatchValue") this.expression(node.value)
    if (node.nodeType === "MatchMapping") this.each(node.keys)
    if (node.nodeType === "MatchClass") this.expression(node.cls)
    for (const part of partsOf(node)) this.pattern(part)
    const name = captureOf(node)
    if (name !== undefined) this.binder.bind(name, node)
  }

  private tries(node: Of<"Try"> | Of<"TryStar">): void {
    if (expectsNameError(node)) this.binder.inside("expecting", () => this.block(node.body))
    else this.block(node.body)
    this.block(node.orelse)
    for (const handler of node.handlers) {
      this.each([handler.type])
      if (handler.name !== undefined) this.binder.bind(handler.name, handler)
      this.block(handler.body)
    }
    this.block(node.finalbody)
  }

  private annotated(node: Of<"AnnAssign">): void {
    const { annotation, target, value } = node
    if (target.nodeType === "Name") {
      const simple = node.col_offset === target.col_offset
      this.binder.annotate(target.id, simple, value !== undefined, node)
    } else this.expression(target)
    this.annotation(annotation, this.binder.kind !== "function")
    this.each([value])
  }

  statement(node: StmtNode): void {
    switch (node.nodeType) {
      case "FunctionDef":
      case "AsyncFunctionDef":
        return this.functionDef(node)
      case "ClassDef":
        return this.classDef(node)
      case "Return":
      case "Expr":
        return this.each([node.value])
      case "Delete":
        return this.each(node.targets)
      case "Assign":
        return this.each([node.value, ...node.targets])
      case "AugAssign":
        if (node.target.nodeType === "Name") {
          this.binder.read(node.target, true)
          this.binder.bind(node.target.id, node, false)
        } else this.expression(node.target)
        return this.expression(node.value)
      case "AnnAssign":
        return this.annotated(node)
      case "TypeAlias":
        return node.name.nodeType === "Name" ? this.binder.bind(node.name.id, node) : undefined
      case "For":
      case "AsyncFor":
        this.each([node.iter, node.target])
        this.block(node.body)
        return this.block(node.orelse)
      case "While":
      case "If":
        this.expression(node.test)
        this.block(node.body)
        return this.block(node.orelse)
      case "With":
      case "AsyncWith":
        for (const { context_expr, optional_vars } of node.items) this.each([context_expr, optional_vars])
        return this.block(node.body)
      case "Match":
        this.expression(node.subject)
        for (const { body, guard, pattern } of node.cases) {
          this.pattern(pattern)
          this.each([guard])
          this.block(body)
        }
        return
      case "Raise":
        return this.each([node.exc, node.cause])
      case "Try":
      case "TryStar":
        return this.tries(node)
      case "Assert":
        return this.each([node.test, node.msg])
      case "Import":
        for (const { asname, name } of node.names) {
          const [root = name] = name.split(".")
          this.binder.import(asname ?? root, asname === undefined ? root : name)
        }
        return
      case "ImportFrom":
        for (const { asname, name } of node.names) {
          if (name === "*") this.binder.bindAll()
          else this.binder.import(asname ?? name, `${node.module ?? ""}.${name}`)
        }
        return
      case "Global":
        return node.names.forEach((name) => this.binder.declare(name, "global", node))
      case "Nonlocal":
        return node.names.forEach((name) => this.binder.declare(name, "nonlocal", node))
      default:
        return
    }
  }
}
