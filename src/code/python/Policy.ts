/**
 * What a trading algorithm has no business doing: importing beyond a list, and the ways from an ordinary object to the
 * interpreter around it. The list says what is allowed, never what is not. This lowers the risk of running the code of a
 * stranger; it is no sandbox.
 */
import * as Either from "effect/Either"
import { type CodeFailure, of } from "../../domain/CodeFailure.js"
import { IMPORTS } from "../Contract.js"
import { BUILTINS } from "./Builtins.js"
import { isLocal } from "./Names.js"
import type { Table } from "./scopes/Table.js"
import { type ExprNode, type Module, type Of, visit } from "./Tree.js"

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
type Importing = Of<"Import"> | Of<"ImportFrom">

const rootOf = (name: string): string => name.split(".")[0] ?? name

/** What the policy looks at, found in one walk. */
interface Survey {
  readonly imports: Array<Importing>
  readonly attributes: Array<Of<"Attribute">>
  readonly texts: Array<Of<"Constant">>
  /** The names by which the module knows what it imported, aliases of aliases included. */
  readonly imported: Set<string>
}

const surveyOf = (module: Module): Survey => {
  const survey: Survey = { imports: [], attributes: [], texts: [], imported: new Set() }
  visit(module, (node) => {
    switch (node.nodeType) {
      case "Import":
      case "ImportFrom":
        survey.imports.push(node)
        for (const { asname, name } of node.names) survey.imported.add(asname ?? rootOf(name))
        break
      case "Assign":
        if (!isImported(node.value, survey.imported)) break
        for (const target of node.targets) if (target.nodeType === "Name") survey.imported.add(target.id)
        break
      case "Attribute":
        survey.attributes.push(node)
        break
      case "Constant":
        survey.texts.push(node)
        break
      default:
    }
    return true
  })
  return survey
}

const isImported = (node: ExprNode, names: ReadonlySet<string>): boolean =>
  node.nodeType === "Name" ? names.has(node.id) : node.nodeType === "Attribute" && isImported(node.value, names)

/** The modules of a statement, with all their dots. */
const modulesOf = (node: Importing): ReadonlyArray<string> =>
  node.nodeType === "Import" ? node.names.map(({ name }) => name) : [node.module ?? ""]

const isForbiddenOfModule = (name: string): boolean =>
  name !== "*" &&
  ((name.startsWith("_") && !SPECIAL_ATTRIBUTES.has(name)) ||
    MODULE_ATTRIBUTES.has(name) ||
    INTERPRETER_ATTRIBUTES.has(name))

const importing = (node: Importing, { imports: allowed }: Policy): Complaint | undefined => {
  const forbidden = (name: string, hint = ""): Complaint => [
    "forbidden-import",
    `importing '${name}' is not allowed${hint}`,
    node.lineno
  ]
  if (node.nodeType === "ImportFrom" && (node.level ?? 0) > 0) {
    return ["relative-import", "relative imports are not allowed: the module stands alone", node.lineno]
  }
  const modules = modulesOf(node)
  const unknown = modules.map(rootOf).find((root) => !allowed.has(root))
  if (unknown !== undefined) return forbidden(unknown, `: use only ${[...allowed].join(", ")}`)
  const parts = modules.flatMap((name) => name.split(".").slice(1))
  if (node.nodeType === "ImportFrom") parts.push(...node.names.map(({ name }) => name))
  const part = parts.find(isForbiddenOfModule)
  return part === undefined ? undefined : forbidden(part)
}

const attribute = (node: Of<"Attribute">, imported: ReadonlySet<string>): Complaint | undefined => {
  const name = node.attr.normalize("NFKC")
  const allowed = SPECIAL.test(name)
    ? SPECIAL_ATTRIBUTES.has(name)
    : !INTERPRETER_ATTRIBUTES.has(name) && !(isForbiddenOfModule(name) && isImported(node.value, imported))
  return allowed ? undefined : ["forbidden-attribute", `the attribute '${name}' is not allowed`, node.lineno]
}

const text = ({ lineno, value }: Of<"Constant">): Complaint | undefined => {
  if (typeof value !== "string" || !value.includes("__")) return undefined
  const name = value.match(SPECIAL_IN_TEXT)?.find((found) => !SPECIAL_ATTRIBUTES.has(found))
  return name === undefined ? undefined : ["forbidden-text", `the text '${name}' in a string is not allowed`, lineno]
}

const isForbiddenName = (name: string): boolean =>
  FORBIDDEN_NAMES.has(name) || (SPECIAL.test(name) && BUILTINS.has(name) && !MODULE_NAMES.has(name))

/** Reads of a builtin, not of a variable of the same name: a parameter `open` is a price. */
const names = (scopes: ReadonlyArray<Table>): ReadonlyArray<Complaint> =>
  scopes.flatMap((table) =>
    table.reads
      .filter(({ name }) => isForbiddenName(name) && !isLocal(name, table))
      .map(({ line, name }): Complaint => ["forbidden-name", `'${name}' is not allowed`, line])
  )

/** The top-level names of all imports, when nothing is forbidden. */
export const check = (
  module: Module,
  scopes: ReadonlyArray<Table>,
  policy: Policy
): Either.Either<ReadonlyArray<string>, CodeFailure> => {
  const { attributes, imported, imports, texts } = surveyOf(module)
  const [first] = [
    ...names(scopes),
    ...imports.map((node) => importing(node, policy)),
    ...attributes.map((node) => attribute(node, imported)),
    ...texts.map(text)
  ]
    .filter((complaint) => complaint !== undefined)
    .sort(([, , left], [, , right]) => left - right)
  return first === undefined
    ? Either.right([...new Set(imports.flatMap(modulesOf).map(rootOf))])
    : Either.left(of("policy", first[0], first[1], { line: first[2] }))
}
