/**
 * The names that may be bound at the current place of a scope, and what expressions there read and bind. A read of anything
 * else can only fail.
 */
import { mangled, type Table } from "../scopes/Table.js"
import { type Comprehension, defaultsOf, type ExprNode, type Of, operandsOf } from "../Tree.js"
import * as State from "./State.js"

export interface Unbound {
  readonly name: string
  readonly line: number
}

/**
 * Statements and expressions visited, and words of bits copied, in one scope: nested loops repeat theirs, and no program is
 * worth a long wait. This takes a few milliseconds, and of Python's own library no function needs a tenth of it.
 */
const MAX_STEPS = 100_000

export abstract class Bound {
  protected state: State.State
  private readonly failed = new Map<ExprNode, Unbound>()
  private readonly succeeded = new Set<ExprNode>()
  /** For each open `try` and `with`: everything that may be bound when an exception leaves it. */
  private readonly escapes: Array<Uint32Array> = []
  protected steps = 0
  protected expected = 0
  private readonly tracked: ReadonlyMap<string, number>

  constructor(
    protected readonly table: Table,
    tracked: ReadonlySet<string>
  ) {
    this.tracked = new Map([...tracked].map((name, index) => [name, index]))
    this.state = State.none(tracked.size)
  }

  /** What can only fail, of the whole scope; nothing where it took too long to tell. */
  protected unbound(): ReadonlyArray<Unbound> {
    if (this.isTooLong) return []
    return [...this.failed].filter(([node]) => !this.succeeded.has(node)).map(([, found]) => found)
  }

  protected get isTooLong(): boolean {
    return this.steps > MAX_STEPS
  }

  protected bind(name: string): void {
    const index = this.indexOf(name)
    if (this.state === undefined || index === undefined) return
    State.add(this.state, index)
    for (const escape of this.escapes) State.add(escape, index)
  }

  protected unbind(name: string): void {
    const index = this.indexOf(name)
    if (this.state !== undefined && index !== undefined) State.remove(this.state, index)
  }

  private indexOf(name: string): number | undefined {
    return this.tracked.get(mangled(name, this.table.className))
  }

  /** `certain`: the read happens whenever the statement is run, so that the run ends here if it fails. */
  protected read(node: Of<"Name">, certain: boolean): void {
    const index = this.indexOf(node.id)
    if (this.state === undefined || index === undefined) return
    if (State.has(this.state, index)) this.succeeded.add(node)
    else if (this.expected === 0) {
      this.failed.set(node, { name: mangled(node.id, this.table.className), line: node.lineno })
      if (certain) this.state = undefined
    }
  }

  protected remove(target: ExprNode): void {
    if (target.nodeType === "Name") {
      this.read(target, true)
      this.unbind(target.id)
    } else if (target.nodeType === "Tuple" || target.nodeType === "List") {
      for (const element of target.elts) this.remove(element)
    } else this.expression(target)
  }

  /** Runs a part from a state of its own and returns where it ends. */
  protected from(state: State.State, part: () => void): State.State {
    this.steps += state?.length ?? 0
    this.state = state?.slice()
    part()
    return this.state
  }

  /** Runs a part that an exception may leave at any point, and returns what may be bound then. */
  protected guarded(part: () => void): State.State {
    if (this.state === undefined) return undefined
    this.steps += this.state.length
    const escape = this.state.slice()
    this.escapes.push(escape)
    part()
    this.escapes.pop()
    return escape
  }

  protected each(nodes: ReadonlyArray<ExprNode>, certain: boolean): void {
    for (const node of nodes) this.expression(node, certain)
  }

  protected expression(node: ExprNode, certain = true): void {
    this.steps++
    if (this.isTooLong) return
    switch (node.nodeType) {
      case "Name":
        if (node.ctx.nodeType === "Load") this.read(node, certain)
        else this.bind(node.id)
        break
      case "NamedExpr":
        this.each([node.value, node.target], certain)
        break
      case "BoolOp":
        this.each(node.values.slice(0, 1), certain)
        this.each(node.values.slice(1), false)
        break
      case "IfExp":
        this.expression(node.test, certain)
        this.each([node.body, node.orelse], false)
        break
      case "Lambda":
        this.each(defaultsOf(node.args), certain)
        break
      case "ListComp":
      case "SetComp":
      case "DictComp":
      case "GeneratorExp":
        this.comprehension(node, certain)
        break
      // The usual ones need no list of their operands.
      case "Constant":
        break
      case "Attribute":
        this.expression(node.value, certain)
        break
      case "BinOp":
        this.expression(node.left, certain)
        this.expression(node.right, certain)
        break
      default:
        this.each(operandsOf(node), certain)
    }
  }

  /** Only the first iterable is sure to be read here and now; the rest has variables of its own. */
  private comprehension(node: Comprehension, certain: boolean): void {
    const [first] = node.generators
    if (first !== undefined) this.expression(first.iter, certain)
  }
}
