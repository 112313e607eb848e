/**
 * The places in which something may stand that is refused everywhere else: a module before a dot, `getattr` with a constant
 * name, `type` with one argument. The parent says so of its child, on the way down.
 */
import type { ASTNodeUnion } from "py-ast"
import { words } from "../../Words.js"
import { mangled } from "../scopes/Table.js"
import { type ExprNode, type Of, parametersOf, type StmtNode } from "../Tree.js"
import * as Annotations from "./Annotations.js"
import * as Fields from "./Fields.js"
import { constantName, memberNames, NAMED, namesMembers } from "./Members.js"
import type { PathsOf } from "./Origins.js"
import type { Use } from "./Use.js"

const TYPE_NAMES = new Set(["__name__", "__qualname__"])
const OUTPUTS = new Set(["write", "flush"])
/** Functions that read or set the attribute that their second argument names. */
const BY_NAME = new Set(["getattr", "hasattr", "setattr", "delattr"])
const SETTERS = new Set(["setattr"])
const NAMESPACES = new Set(["globals", "locals", "vars", "dir"])
const TYPE = new Set(["type"])
/** They look at a class and hand on nothing of it. */
const CLASS_TESTS = new Set(["isinstance", "issubclass"])
const PRINTERS = new Set(["str", "repr", "print"])
/** Classes whose comparison calls no code of the module. */
const CLASSES = words("bool bytes complex dict float frozenset int list set str tuple")
/** What a log may be told without naming a file or a stream. */
const LOG_SETTINGS = new Set(["level", "format", "datefmt", "force"])
/** Where `type(x)` is looked at, or called without arguments, but not handed on: `type(type(1))` makes classes. */
const CLASS_PLACES: ReadonlySet<Use | undefined> = new Set<Use>(["base", "named", "question", "call"])

export class Places {
  private readonly known = new Map<ASTNodeUnion, Use>()
  /** The name that stands for an annotation of which this is a part. */
  readonly aliases = new Map<ASTNodeUnion, string>()
  /** The names of the fields of data classes, by the statements of each class. */
  readonly fields = new Map<ReadonlyArray<StmtNode>, ReadonlySet<string>>()

  /**
   * `bound`: names that are not sure to be the builtins that they are called after. `pathsOf`: what imports say of a node;
   * `maybe`: the same where it could be something else.
   */
  constructor(
    private readonly bound: ReadonlySet<string>,
    private readonly pathsOf: PathsOf,
    private readonly maybe: PathsOf
  ) {}

  of(node: ASTNodeUnion): Use | undefined {
    return this.known.get(node)
  }

  private isBuiltin(node: ExprNode, names: ReadonlySet<string>): node is Of<"Name"> {
    return node.nodeType === "Name" && names.has(node.id) && !this.bound.has(node.id)
  }

  private isCallOf(node: ExprNode, names: ReadonlySet<string>): node is Of<"Call"> {
    return node.nodeType === "Call" && this.isBuiltin(node.func, names)
  }

  /** `getattr(x, "name")` and its kin: whose attribute, and which. */
  byName({ args, func, keywords }: Of<"Call">): readonly [object: ExprNode, name: string] | undefined {
    const [object, second] = args
    const name = constantName(second)
    if (!this.isBuiltin(func, BY_NAME) || object === undefined || name === undefined) return undefined
    return keywords.length > 0 || object.nodeType === "Starred" ? undefined : [object, name]
  }

  /** The attribute that `setattr(x, "name", ..)` or `object.__setattr__(x, "name", ..)` sets. */
  setBy({ args, func }: Of<"Call">): string | undefined {
    return this.isBuiltin(func, SETTERS) || (func.nodeType === "Attribute" && func.attr === "__setattr__")
      ? constantName(args.at(-2))
      : undefined
  }

  /** The names in quotes of what a named tuple or an enum is made from. */
  members({ args, func }: Of<"Call">): ReadonlyArray<string> {
    return args.length === 2 && this.maybe(func).some((path) => NAMED.test(path)) ? memberNames(args[1]) : []
  }

  /** Is it a call that sets or deletes what a name in quotes says. */
  changes({ func }: Of<"Call">): boolean {
    return func.nodeType === "Name" && func.id !== "getattr" && func.id !== "hasattr"
  }

  /** A statement at the top of the module: what it gives a name to may be an annotation. */
  top(node: StmtNode): void {
    if (node.nodeType !== "Assign" && node.nodeType !== "AnnAssign") return
    const [target, another] = node.nodeType === "Assign" ? node.targets : [node.target]
    if (target?.nodeType !== "Name" || another !== undefined || node.value === undefined || node.value === null) return
    for (const part of Annotations.parts(node.value, this.isForeignClass)) {
      this.known.set(part, "alias")
      this.aliases.set(part, target.id)
    }
  }

  note(node: ASTNodeUnion): void {
    switch (node.nodeType) {
      case "Attribute":
        this.known.set(node.value, TYPE_NAMES.has(node.attr) ? "named" : OUTPUTS.has(node.attr) ? "output" : "base")
        break
      case "Compare":
        this.compared(node)
        break
      case "Call":
        this.called(node)
        break
      case "FormattedValue":
        if (this.isCallOf(node.value, TYPE)) this.known.set(node.value, "question")
        break
      case "If":
      case "While":
      case "IfExp":
      case "Assert":
        this.tested(node.test)
        break
      case "With":
        for (const { context_expr: context, optional_vars: target } of node.items) {
          if (context.nodeType === "Call" && target === undefined) this.known.set(context.func, "with")
        }
        break
      case "FunctionDef":
        this.annotated(node)
        this.decorated(node)
        break
      case "ClassDef":
        for (const decorator of node.decorator_list) {
          this.known.set(decorator.nodeType === "Call" ? decorator.func : decorator, "decorator")
        }
        for (const base of node.bases) this.known.set(base.nodeType === "Subscript" ? base.value : base, "parent")
        this.fieldsOf(node)
        for (const { arg, value } of node.keywords) if (arg === "metaclass") this.known.set(value, "metaclass")
        break
      case "AnnAssign":
        this.annotation(node.annotation)
        break
      default:
    }
  }

  private tested(node: ExprNode): void {
    this.known.set(node, "question")
    if (node.nodeType === "UnaryOp" && node.op.nodeType === "Not") this.tested(node.operand)
    if (node.nodeType === "BoolOp") for (const value of node.values) this.tested(value)
  }

  /** An `==` or `in` may call a method of the module with what is compared; `is` calls nothing. */
  private compared({ comparators, left, ops }: Of<"Compare">): void {
    const operands = [left, ...comparators]
    const isPlain = (node: ExprNode): boolean =>
      node.nodeType === "Tuple" || node.nodeType === "List" || node.nodeType === "Set"
        ? node.elts.every(isPlain)
        : this.isBuiltin(node, CLASSES) || this.isCallOf(node, TYPE)
    if (ops.every(({ nodeType }) => nodeType === "Is" || nodeType === "IsNot")) {
      for (const operand of operands) this.known.set(operand, "question")
    } else if (operands.every(isPlain)) {
      for (const operand of operands) if (operand.nodeType === "Call") this.known.set(operand, "question")
    }
    const [op] = ops
    const [space] = comparators
    if (ops.length !== 1 || space === undefined || (op?.nodeType !== "In" && op?.nodeType !== "NotIn")) return
    if (this.isCallOf(space, NAMESPACES) && space.args.length === 0) this.known.set(space.func, "question")
  }

  private called(node: Of<"Call">): void {
    const { args, func, keywords } = node
    const [first] = args
    if (this.byName(node) !== undefined && first !== undefined) {
      this.known.set(func, "call")
      if (first.nodeType === "Name") this.known.set(first, "base")
    } else if (
      func.nodeType === "Attribute" &&
      func.attr === "__setattr__" &&
      constantName(args.at(-2)) !== undefined
    ) {
      this.known.set(func, "call")
    } else if (args.length === 0 && keywords.every(({ arg }) => arg !== undefined && LOG_SETTINGS.has(arg))) {
      if (!this.known.has(func)) this.known.set(func, "call")
    }
    if (func.nodeType === "Attribute" && func.attr === "addHandler" && this.isSilent(first))
      this.known.set(func, "silent")
    if (!this.known.has(func) && keywords.length === 0 && args.length === 1 && first?.nodeType !== "Starred") {
      this.known.set(func, "alone")
    }
    if (
      !this.known.has(func) &&
      args.length === 2 &&
      namesMembers(args[1]) &&
      keywords.every(({ arg }) => arg !== undefined)
    ) {
      this.known.set(func, "constants")
    }
    if (this.isCallOf(node, TYPE) && args.length === 1 && keywords.length === 0 && first?.nodeType !== "Starred") {
      if (CLASS_PLACES.has(this.of(node))) this.known.set(func, "question")
    }
    if (this.isBuiltin(func, PRINTERS)) {
      for (const argument of args) if (this.isCallOf(argument, TYPE)) this.known.set(argument, "question")
      for (const { arg, value } of keywords) if (arg === "file" && func.id === "print") this.known.set(value, "output")
    }
    if (this.isBuiltin(func, CLASS_TESTS)) {
      for (const argument of args.flatMap((one) => (one.nodeType === "Tuple" ? one.elts : [one]))) {
        this.known.set(argument, "question")
      }
    }
  }

  private decorated({ decorator_list }: Of<"FunctionDef">): void {
    for (const decorator of decorator_list.toReversed()) {
      this.known.set(decorator, "method")
      if (!this.pathsOf(decorator).includes("abc.abstractmethod")) return
    }
  }

  private fieldsOf(node: Of<"ClassDef">): void {
    const fields = Fields.of(node, this.pathsOf, this.maybe)
    for (const { func } of fields) if (!this.known.has(func)) this.known.set(func, "field")
    const made = fields.filter(({ func }) => this.maybe(func).includes("dataclasses.field"))
    if (made.length > 0) this.fields.set(node.body, new Set(made.map(({ name }) => mangled(name, node.name))))
  }

  private isSilent(node: ExprNode | undefined): boolean {
    return node?.nodeType === "Call" && this.pathsOf(node.func).includes("logging.NullHandler")
  }

  private annotated({ args, returns }: Of<"FunctionDef">): void {
    for (const { annotation } of parametersOf(args)) if (annotation !== undefined) this.annotation(annotation)
    if (returns !== undefined) this.annotation(returns)
  }

  private annotation(node: ExprNode): void {
    for (const part of Annotations.parts(node, this.isForeignClass)) this.known.set(part, "annotation")
  }

  private readonly isForeignClass = (node: ExprNode): boolean => {
    if (this.isBuiltin(node, CLASSES)) return true
    const paths = this.pathsOf(node)
    return paths.length > 0 && paths.every((path) => Annotations.GENERIC.test(path))
  }
}
