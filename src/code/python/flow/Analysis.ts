/**
 * One scope followed through all its paths. The state at a place is the set of names that may be bound there; a read
 * outside of it can only fail, so nothing behind it counts as reached. Loops run until their state no longer grows,
 * branches are united, an exception may leave a block at any point.
 */
import { boundBy, defaultsOf, expectsNameError, type FunctionNode, type Of, type StmtNode } from "../Tree.js"
import { Bound, type Unbound } from "./Bound.js"
import { areSame, type State, union } from "./State.js"

interface Loop {
  readonly breaks: Array<State>
  readonly continues: Array<State>
}

export class Analysis extends Bound {
  private readonly loops: Array<Loop> = []

  run(): ReadonlyArray<Unbound> {
    this.block(this.table.body)
    return this.unbound()
  }

  private block(nodes: ReadonlyArray<StmtNode>): void {
    for (const node of nodes) {
      if (this.state === undefined || this.isTooLong) return
      this.steps++
      this.statement(node)
    }
  }

  private loop(node: Of<"For"> | Of<"AsyncFor"> | Of<"While">, head: () => void): void {
    const endless = node.nodeType === "While" && node.test.nodeType === "Constant" && Boolean(node.test.value)
    let entry = this.state
    let breaks: ReadonlyArray<State> = []
    let after: State
    let before: State
    while (entry !== undefined && !areSame(entry, before) && !this.isTooLong) {
      before = entry
      const loop: Loop = { breaks: [], continues: [] }
      this.loops.push(loop)
      const end = this.from(entry, () => {
        head()
        after = this.state?.slice()
        this.block(node.body)
      })
      this.loops.pop()
      breaks = loop.breaks
      entry = union(entry, end, ...loop.continues)
    }
    // A `for` ends without running its head again, a `while` after its test.
    const done = endless ? undefined : node.nodeType === "While" ? after : entry
    const orelse = this.from(done, () => this.block(node.orelse))
    this.state = union(orelse, ...breaks)
  }

  private tries(node: Of<"Try"> | Of<"TryStar">): void {
    const expects = expectsNameError(node) ? 1 : 0
    let handled: State
    const escaped = this.guarded(() => {
      this.expected += expects
      const thrown = this.guarded(() => this.block(node.body))
      this.expected -= expects
      const body = this.state
      const ends = node.handlers.map((handler) => this.from(thrown, () => this.handler(handler)))
      ends.push(this.from(body, () => this.block(node.orelse)))
      handled = union(...ends)
    })
    if (node.finalbody.length === 0) {
      this.state = handled
      return
    }
    const last = this.from(union(escaped, handled), () => this.block(node.finalbody))
    this.state = handled === undefined ? undefined : last
  }

  private handler({ body, name, type }: Of<"ExceptHandler">): void {
    if (type !== undefined) this.expression(type)
    if (name !== undefined) this.bind(name)
    this.block(body)
    if (name !== undefined) this.unbind(name)
  }

  private match(node: Of<"Match">): void {
    this.expression(node.subject)
    const ends: Array<State> = []
    for (const { body, guard, pattern } of node.cases) {
      for (const name of boundBy(pattern)) this.bind(name)
      if (guard !== undefined) this.expression(guard, false)
      const before = this.state
      ends.push(this.from(before, () => this.block(body)))
      this.state = before
    }
    this.state = union(this.state, ...ends)
  }

  private definition({ args, decorator_list, name }: FunctionNode): void {
    this.each(decorator_list, true)
    this.each(defaultsOf(args), true)
    this.bind(name)
  }

  private statement(node: StmtNode): void {
    switch (node.nodeType) {
      case "FunctionDef":
      case "AsyncFunctionDef":
        return this.definition(node)
      case "ClassDef":
        this.each([...node.decorator_list, ...node.bases, ...node.keywords.map(({ value }) => value)], true)
        return this.bind(node.name)
      case "Return":
        if (node.value !== undefined) this.expression(node.value)
        this.state = undefined
        return
      case "Raise":
        if (node.exc !== undefined) this.expression(node.exc)
        this.state = undefined
        return
      case "Break":
        this.loops[this.loops.length - 1]?.breaks.push(this.state)
        this.state = undefined
        return
      case "Continue":
        this.loops[this.loops.length - 1]?.continues.push(this.state)
        this.state = undefined
        return
      case "Delete":
        for (const target of node.targets) this.remove(target)
        return
      case "Assign":
        this.expression(node.value)
        return this.each(node.targets, true)
      case "AugAssign":
        if (node.target.nodeType === "Name") this.read(node.target, true)
        this.expression(node.value)
        return this.expression(node.target)
      case "AnnAssign":
        if (node.value === undefined) return
        this.expression(node.value)
        return this.expression(node.target)
      case "TypeAlias":
        return this.expression(node.name)
      case "For":
      case "AsyncFor":
        this.expression(node.iter)
        return this.loop(node, () => this.expression(node.target))
      case "While":
        return this.loop(node, () => this.expression(node.test))
      case "If": {
        this.expression(node.test)
        const before = this.state
        const then = this.from(before, () => this.block(node.body))
        const otherwise = this.from(before, () => this.block(node.orelse))
        this.state = union(then, otherwise)
        return
      }
      case "With":
      case "AsyncWith": {
        for (const { context_expr, optional_vars } of node.items) {
          this.expression(context_expr)
          if (optional_vars !== undefined) this.expression(optional_vars)
        }
        // A context manager may swallow what its block raises.
        const escaped = this.guarded(() => this.block(node.body))
        this.state = union(this.state, escaped)
        return
      }
      case "Match":
        return this.match(node)
      case "Try":
      case "TryStar":
        return this.tries(node)
      case "Assert":
        this.expression(node.test)
        return node.msg === undefined ? undefined : this.expression(node.msg, false)
      case "Import":
        return node.names.forEach(({ asname, name }) => this.bind(asname ?? name.split(".")[0] ?? name))
      case "ImportFrom":
        return node.names.forEach(({ asname, name }) => this.bind(asname ?? name))
      case "Expr":
        return this.expression(node.value)
      default:
        return
    }
  }
}
