/**
 * One scope: what is known of its names, and where a name is looked for that is not its own.
 */
import type { Of, StmtNode } from "../Tree.js"

export type Kind = "module" | "class" | "function" | "comprehension"

/** What is known of a name in one scope, as flags. */
export const PARAMETER = 1
export const LOCAL = 2
export const IMPORTED = 4
export const USED = 8
export const ANNOTATED = 16
export const GLOBAL = 32
export const NONLOCAL = 64
/** The variable of a comprehension. */
export const ITERATION = 128
/** Bound by something other than `x += 1`, which needs an earlier binding itself. */
export const ESTABLISHED = 256
export const BOUND = PARAMETER | LOCAL | IMPORTED

export interface Read {
  readonly name: string
  readonly line: number
  /** Inside a `try` that expects a NameError. */
  readonly expected: boolean
  readonly node: Of<"Name">
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
  /** What imports bind to its names, with all the dots: `np` to `numpy`, `pi` to `math.pi`. */
  readonly imported: Map<string, Array<string>>
  readonly children: Array<Table>
  /** `from x import *` may bind anything. */
  star: boolean
}

/** Every scope of the module, the outer ones first. */
export function* all(table: Table): Generator<Table> {
  yield table
  for (const child of table.children) yield* all(child)
}

/** Means something else inside of a class: the name with that of the class before it. */
export const isMangled = (name: string): boolean => name.startsWith("__") && !name.endsWith("__")

/** Names that a class keeps for itself get its name. */
export const mangled = (name: string, className: string | undefined): string => {
  if (className === undefined || !isMangled(name)) return name
  const owner = className.replace(/^_+/, "")
  return owner === "" ? name : `_${owner}${name}`
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

export const make = (
  kind: Kind,
  parent: Table | undefined,
  body: ReadonlyArray<StmtNode>,
  className: string | undefined
): Table => ({
  kind,
  parent,
  body,
  className,
  names: new Map(),
  reads: [],
  imported: new Map(),
  children: [],
  star: false
})
