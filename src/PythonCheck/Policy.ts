/**
 * What a trading algorithm has no business doing: importing beyond a list, and the ways from an ordinary object to the
 * interpreter around it. The list says what is allowed, never what is not. This lowers the risk of running the code of a
 * stranger; it is no sandbox.
 */
import { type CodeFailure, of } from "../CodeFailure.js"
import { BUILTINS } from "./Builtins.js"
import { isLocal } from "./Names.js"
import type { Table } from "./Scopes.js"
import { type ExprNode, type Module, type Of, visit } from "./Tree.js"

/** Modules that compute and neither read files nor reach the network by themselves. */
export const IMPORTS: ReadonlyArray<string> = [
  "__future__",
  "abc",
  "array",
  "bisect",
  "cmath",
  "collections",
  "copy",
  "dataclasses",
  "datetime",
  "decimal",
  "enum",
  "fractions",
  "functools",
  "heapq",
  "itertools",
  "json",
  "math",
  "numbers",
  "numpy",
  "operator",
  "random",
  "re",
  "statistics",
  "string",
  "time",
  "typing",
  "typing_extensions"
]

export interface Policy {
  readonly imports: ReadonlySet<string>
}

export const make = (more: ReadonlyArray<string> = []): Policy => ({ imports: new Set([...IMPORTS, ...more]) })

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "))

const FORBIDDEN_NAMES = words(
  "eval exec compile open __import__ input globals locals vars getattr setattr delattr dir breakpoint"
)
/** The special names among the builtins that say nothing but what they are called. */
const MODULE_NAMES = words("__name__ __doc__ __debug__ __file__")
/** Special methods and attributes that lead to nothing but the object they belong to. */
const SPECIAL_ATTRIBUTES = words(
  "__init__ __post_init__ __name__ __doc__ __len__ __str__ __repr__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __hash__ " +
    "__contains__ __getitem__ __setitem__ __iter__ __next__ __call__ __enter__ __exit__ __add__ __sub__ __mul__ " +
    "__version__ __main__"
)
/** Frames, tracebacks, code objects, and what walks the class hierarchy or an object by name. */
const INTERPRETER_ATTRIBUTES = words(
  "tb_frame tb_next tb_lasti f_back f_builtins f_code f_globals f_locals f_trace gi_frame gi_code gi_yieldfrom cr_frame " +
    "cr_code ag_frame ag_code func_globals func_code co_code co_consts mro attrgetter methodcaller"
)
/** What the allowed modules have imported for themselves, and how numpy reaches files and machine code. */
const MODULE_ATTRIBUTES = words(
  "os sys builtins subprocess importlib inspect types io codecs socket ctypes ctypeslib distutils f2py testing pickle " +
    "load save savez savez_compressed savetxt loadtxt genfromtxt fromfile fromregex memmap DataSource"
)
const SPECIAL = /^__\w+__$/
const SPECIAL_IN_TEXT = /__[A-Za-z]\w*?__/g

type Complaint = readonly [code: string, message: string, line: number]

const rootOf = (name: string): string => name.split(".")[0] ?? name

/** The names by which the module knows what it imported, aliases of aliases included. */
const importedNames = (module: Module): ReadonlySet<string> => {
  const names = new Set<string>()
  visit(module, (node) => {
    if (node.nodeType === "Import" || node.nodeType === "ImportFrom") {
      for (const { asname, name } of node.names) names.add(asname ?? rootOf(name))
    } else if (node.nodeType === "Assign" && isImported(node.value, names)) {
      for (const target of node.targets) if (target.nodeType === "Name") names.add(target.id)
    }
  })
  return names
}

const isImported = (node: ExprNode, names: ReadonlySet<string>): boolean =>
  node.nodeType === "Name" ? names.has(node.id) : node.nodeType === "Attribute" && isImported(node.value, names)

export const importsOf = (module: Module): ReadonlyArray<string> => {
  const roots = new Set<string>()
  visit(module, (node) => {
    if (node.nodeType === "Import") for (const { name } of node.names) roots.add(rootOf(name))
    if (node.nodeType === "ImportFrom") roots.add(rootOf(node.module ?? ""))
  })
  return [...roots]
}

const imports = (node: Of<"Import"> | Of<"ImportFrom">, { imports: allowed }: Policy): Complaint | undefined => {
  const line = node.lineno
  if (node.nodeType === "ImportFrom" && (node.level ?? 0) > 0) {
    return ["relative-import", "relative imports are not allowed: the module stands alone", line]
  }
  const names = node.nodeType === "Import" ? node.names.map(({ name }) => name) : [node.module ?? ""]
  for (const name of names) {
    if (!allowed.has(rootOf(name))) {
      return [
        "forbidden-import",
        `importing '${rootOf(name)}' is not allowed: use only ${[...allowed].join(", ")}`,
        line
      ]
    }
  }
  const parts = names.flatMap((name) => name.split(".").slice(1))
  if (node.nodeType === "ImportFrom") parts.push(...node.names.map(({ name }) => name))
  const wrong = parts.find(isForbiddenOfModule)
  return wrong === undefined ? undefined : ["forbidden-import", `importing '${wrong}' is not allowed`, line]
}

const isForbiddenOfModule = (name: string): boolean =>
  name !== "*" &&
  ((name.startsWith("_") && !SPECIAL_ATTRIBUTES.has(name)) ||
    MODULE_ATTRIBUTES.has(name) ||
    INTERPRETER_ATTRIBUTES.has(name))

const attribute = (node: Of<"Attribute">, imported: ReadonlySet<string>): Complaint | undefined => {
  const name = node.attr.normalize("NFKC")
  const complaint: Complaint = ["forbidden-attribute", `the attribute '${name}' is not allowed`, node.lineno]
  if (SPECIAL.test(name)) return SPECIAL_ATTRIBUTES.has(name) ? undefined : complaint
  if (INTERPRETER_ATTRIBUTES.has(name)) return complaint
  return isForbiddenOfModule(name) && isImported(node.value, imported) ? complaint : undefined
}

const text = (value: unknown, line: number): Complaint | undefined => {
  if (typeof value !== "string") return undefined
  const name = value.match(SPECIAL_IN_TEXT)?.find((found) => !SPECIAL_ATTRIBUTES.has(found))
  return name === undefined ? undefined : ["forbidden-text", `the text '${name}' in a string is not allowed`, line]
}

const names = function* (scopes: ReadonlyArray<Table>): Generator<Complaint> {
  for (const table of scopes) {
    for (const { line, name } of table.reads) {
      if (isLocal(name, table)) continue
      const special = SPECIAL.test(name) && BUILTINS.has(name) && !MODULE_NAMES.has(name)
      if (FORBIDDEN_NAMES.has(name) || special) yield ["forbidden-name", `'${name}' is not allowed`, line]
    }
  }
}

export const check = (module: Module, scopes: ReadonlyArray<Table>, policy: Policy): CodeFailure | undefined => {
  const complaints: Array<Complaint> = [...names(scopes)]
  const imported = importedNames(module)
  visit(module, (node) => {
    const complaint =
      node.nodeType === "Import" || node.nodeType === "ImportFrom"
        ? imports(node, policy)
        : node.nodeType === "Attribute"
          ? attribute(node, imported)
          : node.nodeType === "Constant"
            ? text(node.value, node.lineno)
            : undefined
    if (complaint !== undefined) complaints.push(complaint)
  })
  const [first] = complaints.sort(([, , left], [, , right]) => left - right)
  return first === undefined ? undefined : of("policy", first[0], first[1], { line: first[2] })
}
