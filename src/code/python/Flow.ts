/**
 * Reads of a variable that no assignment can have reached, for the scopes whose variables all have a life of their own:
 * functions and the module itself.
 */
import { BUILTINS } from "./Builtins.js"
import { Analysis } from "./flow/Analysis.js"
import type { Unbound } from "./flow/Bound.js"
import { BOUND, GLOBAL, NONLOCAL, PARAMETER, type Table } from "./scopes/Table.js"

/** The variables of a scope whose bindings all lie in its own statements. */
const trackedIn = (table: Table): ReadonlySet<string> => {
  const tracked = new Set<string>()
  for (const [name, flags] of table.names) {
    if ((flags & BOUND) !== 0 && (flags & (PARAMETER | GLOBAL | NONLOCAL)) === 0) tracked.add(name)
  }
  const outside = table.kind === "module" ? GLOBAL : NONLOCAL
  const visit = (inner: Table): void => {
    for (const [name, flags] of inner.names) if ((flags & outside) !== 0) tracked.delete(name)
    inner.children.forEach(visit)
  }
  table.children.forEach(visit)
  // A module reads the builtin of the same name as long as it has none of its own.
  if (table.kind === "module") for (const name of tracked) if (BUILTINS.has(name)) tracked.delete(name)
  return tracked
}

export const unbound = (table: Table): ReadonlyArray<Unbound> => {
  if ((table.kind !== "function" && table.kind !== "module") || table.star || table.body.length === 0) return []
  const tracked = trackedIn(table)
  return tracked.size === 0 ? [] : new Analysis(table, tracked).run()
}
