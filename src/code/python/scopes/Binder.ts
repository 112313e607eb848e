/**
 * The rules of CPython's symbol table: what happens to a name when it is read, bound or declared in the scope that is
 * being walked, and which of it is refused.
 */
import type { Report } from "../compile/Report.js"
import type { Of, StmtNode } from "../Tree.js"
import * as Table from "./Table.js"

interface At {
  readonly lineno: number
}

interface Pending {
  readonly name: string
  readonly table: Table.Table
  readonly at: At
}

export class Binder {
  readonly root: Table.Table
  private current: Table.Table
  private readonly nonlocals: Array<Pending> = []
  /** How many iterables and targets of comprehensions, and how many `try` that expect a NameError, are around. */
  private readonly around = { iterable: 0, target: 0, expecting: 0 }

  constructor(
    body: ReadonlyArray<StmtNode>,
    private readonly report: Report
  ) {
    this.root = Table.make("module", undefined, body, undefined)
    this.current = this.root
  }

  get kind(): Table.Kind {
    return this.current.kind
  }

  /** Walks a scope of its own inside the present one. */
  within(kind: Table.Kind, body: ReadonlyArray<StmtNode>, walk: () => void, className = this.current.className): void {
    const outer = this.current
    this.current = Table.make(kind, outer, body, className)
    outer.children.push(this.current)
    walk()
    this.current = outer
  }

  inside(what: keyof Binder["around"], walk: () => void): void {
    this.around[what]++
    walk()
    this.around[what]--
  }

  flagsOf(name: string, table = this.current): number {
    return table.names.get(this.keyOf(name)) ?? 0
  }

  define(name: string, flags: number, table = this.current): void {
    Binder.mark(table, this.keyOf(name), flags)
  }

  private static mark({ names }: Table.Table, key: string, flags: number): void {
    names.set(key, (names.get(key) ?? 0) | flags)
  }

  /** `evaluated`: the name is looked up when the module runs, which annotations not always are. */
  read(node: Of<"Name">, evaluated: boolean): void {
    const name = this.keyOf(node.id)
    Binder.mark(this.current, name, Table.USED)
    if (!evaluated) return
    this.current.reads.push({ name, line: node.lineno, expected: this.around.expecting > 0, node })
  }

  /** `path`: the module, or what is taken from it, with all its dots. */
  import(name: string, path: string): void {
    this.define(name, Table.IMPORTED | Table.ESTABLISHED)
    const key = this.keyOf(name)
    const paths = this.current.imported.get(key)
    if (paths === undefined) this.current.imported.set(key, [path])
    else if (!paths.includes(path)) paths.push(path)
  }

  bind(name: string, at: At, established = true): void {
    this.define(name, established ? Table.LOCAL | Table.ESTABLISHED : Table.LOCAL)
    if (this.around.target === 0) return
    if ((this.flagsOf(name) & (Table.GLOBAL | Table.NONLOCAL)) !== 0) {
      const message = `comprehension inner loop cannot rebind assignment expression target '${name}'`
      this.report.add("bad-target", message, at)
    }
    this.define(name, Table.ITERATION)
  }

  /** `from x import *` may bind anything. */
  bindAll(): void {
    this.current.star = true
  }

  /** `:=` in a comprehension binds in the function or module around it. */
  bindNamed(name: string, at: At): void {
    if (this.around.iterable > 0) {
      this.report.add("bad-named", "assignment expression cannot be used in a comprehension iterable expression", at)
    }
    let table: Table.Table | undefined = this.current
    if (table.kind !== "comprehension") return this.bind(name, at)
    for (; table?.kind === "comprehension"; table = table.parent) {
      if ((this.flagsOf(name, table) & Table.ITERATION) !== 0) {
        const message = `assignment expression cannot rebind comprehension iteration variable '${name}'`
        this.report.add("bad-named", message, at)
      }
    }
    if (table === undefined) return
    if (table.kind === "class") {
      const message = "assignment expression within a comprehension cannot be used in a class body"
      this.report.add("bad-named", message, at)
    }
    const isGlobal = table.kind === "module" || (this.flagsOf(name, table) & Table.GLOBAL) !== 0
    this.define(name, isGlobal ? Table.GLOBAL : Table.NONLOCAL)
    this.define(name, Table.LOCAL | Table.ESTABLISHED, table)
  }

  /** `simple`: the annotated name stands without brackets, as a declaration of a local variable. */
  annotate(name: string, simple: boolean, hasValue: boolean, at: At): void {
    if (simple && this.kind !== "module" && (this.flagsOf(name) & (Table.GLOBAL | Table.NONLOCAL)) !== 0) {
      this.report.add("late-global", `annotated name '${name}' can't be global or nonlocal`, at)
    }
    this.define(name, Table.ANNOTATED | Table.LOCAL | (hasValue ? Table.ESTABLISHED : 0))
  }

  declare(name: string, word: "global" | "nonlocal", at: At): void {
    const flags = this.flagsOf(name)
    const refuse = (message: string): void => this.report.add("late-global", message, at)
    if ((flags & Table.PARAMETER) !== 0) refuse(`name '${name}' is parameter and ${word}`)
    else if ((flags & Table.USED) !== 0) refuse(`name '${name}' is used prior to ${word} declaration`)
    else if ((flags & Table.ANNOTATED) !== 0) refuse(`annotated name '${name}' can't be ${word}`)
    else if ((flags & Table.LOCAL) !== 0) refuse(`name '${name}' is assigned to before ${word} declaration`)
    if ((flags & (word === "global" ? Table.NONLOCAL : Table.GLOBAL)) !== 0) {
      refuse(`name '${name}' is nonlocal and global`)
    }
    if (word === "nonlocal") {
      if (this.kind === "module") {
        this.report.add("bad-nonlocal", "nonlocal declaration not allowed at module level", at)
      }
      this.nonlocals.push({ name: this.keyOf(name), table: this.current, at })
    }
    this.define(name, word === "global" ? Table.GLOBAL : Table.NONLOCAL)
  }

  /** What is only known when the functions around have been walked to their ends. */
  finish(): void {
    for (const { at, name, table } of this.nonlocals) {
      if (table.kind === "module" || Table.enclosingBinding(name, table.parent) !== undefined) continue
      // Every function inside of a class may refer to that class.
      const owner = table.kind === "class" ? table.parent : table
      if (name === "__class__" && owner?.className !== undefined) continue
      this.report.add("bad-nonlocal", `no binding for nonlocal '${name}' found`, at)
    }
  }

  private keyOf(name: string): string {
    return Table.mangled(name, this.current.className)
  }
}
