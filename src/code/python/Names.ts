/**
 * Names that no run of the module can find: read somewhere and bound nowhere, or read in a place that no binding can have
 * reached. A program that may be right is left alone. `except Exception` hides both faults from a trial.
 */
import { type CodeFailure, of } from "../../domain/CodeFailure.js"
import type { Steps } from "../Steps.js"
import { BUILTINS } from "./Builtins.js"
import * as Flow from "./Flow.js"
import type { Unbound } from "./flow/Bound.js"
import { BOUND, enclosingBinding, ESTABLISHED, GLOBAL, NONLOCAL, type Read, type Table } from "./scopes/Table.js"

/** What a class body and its methods can read besides. */
const CLASS_NAMES = new Set(["__class__", "__module__", "__qualname__"])

/** What the module binds for all its functions: at the top, and through `global`. */
const globalsOf = (all: ReadonlyArray<Table>): ReadonlySet<string> => {
  const found = new Set<string>()
  for (const { kind, names } of all) {
    for (const [name, flags] of names) {
      if ((flags & ESTABLISHED) !== 0 && (kind === "module" || (flags & GLOBAL) !== 0)) found.add(name)
    }
  }
  return found
}

/** The name belongs to this scope or to a function around it: neither a global nor a builtin. */
export const isLocal = (name: string, table: Table): boolean => {
  const flags = table.names.get(name) ?? 0
  if ((flags & GLOBAL) !== 0) return false
  if ((flags & NONLOCAL) !== 0) return true
  if ((flags & BOUND) !== 0 && table.kind !== "module") return true
  return enclosingBinding(name, table.parent) !== undefined
}

const undefinedName = ({ line, name }: Read): CodeFailure =>
  of("names", "undefined-name", `name '${name}' is not defined: define it, import it, or correct its spelling`, {
    line
  })

const unbound = ({ line, name }: Unbound, table: Table, globals: ReadonlySet<string>): CodeFailure => {
  if (table.kind === "module") {
    return of("names", "used-before-definition", `name '${name}' is used before it is defined`, { line })
  }
  const remedy = globals.has(name) ? `add 'global ${name}' at the top of the function` : "assign it first"
  return of("names", "unbound-local", `local variable '${name}' is read before it is assigned: ${remedy}`, { line })
}

/** Found, and not yet put into words: a module of another kind would have thousands of them. */
interface Found {
  readonly line: number
  readonly failure: () => CodeFailure
}

export function* check(all: ReadonlyArray<Table>): Steps<CodeFailure | undefined> {
  const globals = globalsOf(all)
  const star = all[0]?.star === true
  let first: Found | undefined
  for (const table of all) {
    for (const found of foundIn(table, globals, star)) if (first === undefined || found.line < first.line) first = found
    yield
  }
  return first?.failure()
}

const foundIn = (table: Table, globals: ReadonlySet<string>, star: boolean): ReadonlyArray<Found> => {
  const all: Array<Found> = []
  for (const read of star ? [] : table.reads) {
    if (read.expected || globals.has(read.name) || BUILTINS.has(read.name) || isLocal(read.name, table)) continue
    if (table.className !== undefined && CLASS_NAMES.has(read.name)) continue
    all.push({ line: read.line, failure: () => undefinedName(read) })
  }
  for (const found of Flow.unbound(table)) {
    all.push({ line: found.line, failure: () => unbound(found, table, globals) })
  }
  return all
}
