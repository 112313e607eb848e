/**
 * What a name stands for as far as imports tell: `np` is `numpy`, and `np.random` is `numpy.random`. A name that several imports
 * bind stands for each of them.
 */
import { BOUND, enclosingBinding, GLOBAL, isMangled, LOCAL, NONLOCAL, PARAMETER, type Table } from "../scopes/Table.js"
import type { ExprNode, Of } from "../Tree.js"

export interface Origins {
  readonly names: ReadonlyMap<Of<"Name">, ReadonlyArray<string>>
  /** Names that something else than an import binds, in any scope. */
  readonly assigned: ReadonlySet<string>
  /** Those and the imported ones: none of them is sure to be the builtin of that name. */
  readonly bound: ReadonlySet<string>
  /** What is imported where attributes of a class come from it. */
  readonly inClasses: ReadonlyArray<string>
  /** What is known of attributes: in a chain of them each is asked for once more by the next. */
  readonly attributes: Map<Of<"Attribute">, ReadonlyArray<string>>
}

const NONE: ReadonlyArray<string> = []

/** The scopes in which a name may be found that is read in this one. */
const ownersOf = (name: string, table: Table, root: Table): ReadonlyArray<Table> => {
  const flags = table.names.get(name) ?? 0
  if ((flags & GLOBAL) !== 0) return [root]
  const own = (flags & BOUND) !== 0 && (flags & NONLOCAL) === 0
  if (own && table.kind !== "class") return [table]
  const outer = enclosingBinding(name, table.parent) ?? root
  // A class body that has not bound a name yet reads the one outside.
  return own ? [table, outer, root] : [outer]
}

export const build = (scopes: ReadonlyArray<Table>): Origins => {
  const names = new Map<Of<"Name">, ReadonlyArray<string>>()
  const assigned = new Set<string>()
  const bound = new Set<string>()
  const inClasses: Array<string> = []
  const origins: Origins = { names, assigned, bound, inClasses, attributes: new Map() }
  const [root] = scopes
  if (root === undefined) return origins
  const imports = new Map<Table, Map<string, ReadonlyArray<string>>>()
  const importedNames = new Set<string>()
  for (const table of scopes) {
    for (const [name, flags] of table.names) {
      if ((flags & BOUND) !== 0) bound.add(name)
      if ((flags & (LOCAL | PARAMETER)) !== 0) assigned.add(name)
    }
    for (const [name, paths] of table.imported) {
      importedNames.add(name)
      const flags = table.names.get(name) ?? 0
      const outer = (flags & NONLOCAL) === 0 ? undefined : enclosingBinding(name, table.parent)
      const owner = (flags & GLOBAL) === 0 ? (outer ?? table) : root
      if (owner.kind === "class") inClasses.push(...paths)
      const known = imports.get(owner) ?? new Map<string, ReadonlyArray<string>>()
      imports.set(owner, known.set(name, [...(known.get(name) ?? NONE), ...paths]))
    }
  }
  for (const table of imports.size === 0 ? [] : scopes) {
    for (const { name, node } of table.reads) {
      if (!importedNames.has(name)) continue
      const paths = ownersOf(name, table, root).flatMap((owner) => imports.get(owner)?.get(name) ?? NONE)
      if (paths.length > 0) names.set(node, paths)
    }
  }
  return origins
}

/** Has the name no other meaning than an import gives it, anywhere in the module. */
export const isSure = (name: string, { assigned }: Origins): boolean => !assigned.has(name) && !isMangled(name)

/** What imports say of a node. */
export type PathsOf = (node: ExprNode) => ReadonlyArray<string>

/** The dotted paths of a name or an attribute of a name; none if no import has to do with it. */
export const of = (node: ExprNode, origins: Origins): ReadonlyArray<string> => {
  if (node.nodeType === "Name") return origins.names.get(node) ?? NONE
  if (node.nodeType !== "Attribute" || origins.names.size === 0) return NONE
  const known = origins.attributes.get(node)
  if (known !== undefined) return known
  const outer = of(node.value, origins)
  const paths = outer.length === 0 ? NONE : outer.map((path) => `${path}.${node.attr}`)
  origins.attributes.set(node, paths)
  return paths
}

export const isRead = (module: string, { inClasses, names }: Origins): boolean =>
  inClasses.includes(module) || [...names.values()].some((paths) => paths.includes(module))
