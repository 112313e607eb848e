/** Names at the top of a module that stand for an annotation, such as `Prices = NDArray[float64]`. */
import type { Read, Table } from "../scopes/Table.js"
import type { Places } from "./Places.js"
import type { Use } from "./Use.js"

const PLACES: ReadonlySet<Use | undefined> = new Set<Use>(["alias", "annotation", "question"])

/** Where such a name is read in another place than an annotation. One that is made from it is such a name as well. */
export const misread = (
  aliases: ReadonlySet<string>,
  scopes: ReadonlyArray<Table>,
  places: Places
): ReadonlyArray<Read> => {
  if (aliases.size === 0) return []
  const reads = scopes.flatMap(({ reads }) => reads)
  const madeFrom = new Map<string, Array<string>>()
  for (const { name, node } of reads) {
    const other = places.of(node) === "alias" ? places.aliases.get(node) : undefined
    if (other === undefined) continue
    const known = madeFrom.get(name)
    if (known === undefined) madeFrom.set(name, [other])
    else known.push(other)
  }
  // A set is walked with what is added to it on the way.
  const all = new Set(aliases)
  for (const name of all) for (const other of madeFrom.get(name) ?? []) all.add(other)
  return reads.filter(({ name, node }) => all.has(name) && !PLACES.has(places.of(node)))
}
