/** What a module may import: of the allowed packages, their public names. */
import type { Table } from "../scopes/Table.js"
import type { ExprNode, Of } from "../Tree.js"
import * as Modules from "./Modules.js"
import * as Origins from "./Origins.js"
import * as Rules from "./Rules.js"

export type Importing = Of<"Import"> | Of<"ImportFrom">
type Complaint = readonly [code: string, message: string]

/** The modules of a statement, with all their dots. */
export const modulesOf = (node: Importing): ReadonlyArray<string> =>
  node.nodeType === "Import" ? node.names.map(({ name }) => name) : [node.module ?? ""]

const forbidden = (name: string, hint = ""): Complaint => [
  "forbidden-import",
  `importing '${name}' is not allowed${hint}`
]

/** `allowed`: the packages. */
export const wrongWith = (
  node: Importing,
  allowed: ReadonlySet<string>,
  origins: Origins.Origins
): Complaint | undefined => {
  if (node.nodeType === "ImportFrom" && (node.level ?? 0) > 0) {
    return ["relative-import", "relative imports are not allowed: the module stands alone"]
  }
  for (const module of modulesOf(node)) {
    const root = Modules.rootOf(module)
    if (!allowed.has(root)) {
      if (node.nodeType === "Import" && Rules.UNUSED.has(module) && !Origins.isRead(module, origins)) continue
      return forbidden(root, `: use only ${[...allowed].join(", ")}`)
    }
    const parts = module.split(".")
    for (const [index, part] of parts.entries()) {
      if (index > 0 && !Modules.offers(parts.slice(0, index).join("."), part)) return forbidden(part)
    }
    if (Modules.isListed(module) && !Modules.isModule(module)) return forbidden(module)
    if (node.nodeType === "Import") continue
    for (const { name } of node.names) {
      if (name === "*" ? !Modules.offersAll(module) : !Modules.offers(module, name)) {
        return forbidden(name === "*" ? `* from ${module}` : name)
      }
    }
  }
  for (const { asname, name } of node.names) {
    const imported = asname === undefined ? Modules.rootOf(name) : name
    const path = node.nodeType === "Import" ? imported : `${node.module ?? ""}.${name}`
    if (origins.inClasses.includes(path) && (Modules.isModule(path) || Rules.RESTRICTED.has(path))) {
      return ["module-as-value", `import '${path}' outside of the class`]
    }
  }
  return undefined
}

/** `if TYPE_CHECKING:` never runs, unless the module itself gives the name another value. */
export const isForTypes = (test: ExprNode, origins: Origins.Origins, scopes: ReadonlyArray<Table>): boolean => {
  const base = test.nodeType === "Attribute" ? test.value : test
  if (base.nodeType !== "Name" || !Origins.isSure(base.id, origins)) return false
  const paths = Origins.of(test, origins)
  return paths.length > 0 && paths.every((path) => path === "typing.TYPE_CHECKING") && !scopes.some(({ star }) => star)
}
