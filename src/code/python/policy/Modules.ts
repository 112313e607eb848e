/** Which dotted paths are modules, and what a checked module may use of them. */
import { words } from "../../Words.js"
import { PUBLIC_NAMES, STARRED } from "./PublicNames.js"

/** What the allowed modules have imported for themselves, and how some reach files and machine code. */
const PRIVATE_NAMES = words(
  "os sys builtins subprocess importlib inspect types io codecs socket ctypes ctypeslib distutils f2py testing pickle"
)

const tables: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({ ...PUBLIC_NAMES, typing_extensions: PUBLIC_NAMES["typing"] ?? "" }).map(([module, names]) => [
    module,
    words(names)
  ])
)

/** With the packages between: `numpy.lib` holds nothing but `numpy.lib.stride_tricks`. */
const known: ReadonlySet<string> = new Set(
  [...tables.keys()].flatMap((path) => path.split(".").map((_, index, parts) => parts.slice(0, index + 1).join(".")))
)

export const rootOf = (path: string): string => {
  const end = path.indexOf(".")
  return end === -1 ? path : path.slice(0, end)
}

/** Modules that the user allows have no table. */
export const isListed = (path: string): boolean => known.has(rootOf(path))

/** Of a module without a table only the imported name itself is known to be one. */
export const isModule = (path: string): boolean => (isListed(path) ? known.has(path) : !path.includes("."))

/** May `name` be taken from the module. */
export const offers = (module: string, name: string): boolean =>
  isListed(module)
    ? known.has(`${module}.${name}`) || (tables.get(module)?.has(name) ?? false)
    : !name.startsWith("_") && !PRIVATE_NAMES.has(name)

export const offersAll = (module: string): boolean => !isListed(module) || STARRED.has(module)
