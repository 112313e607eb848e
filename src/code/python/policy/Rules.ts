/** Which names may stand where, and what is said of the others. */
import { words } from "../../Words.js"
import { ENUMS } from "./Classes.js"
import type { Use } from "./Use.js"

/** Where a builtin may stand that is refused elsewhere, in words where there is such a place. */
interface Rule {
  readonly places: ReadonlyArray<Use | undefined>
  readonly hint?: string
}

const rules = (names: string, rule: Rule) => [...words(names)].map((name) => [name, rule] as const)

export const FORBIDDEN_NAMES: ReadonlyMap<string, Rule> = new Map([
  ...rules("eval exec compile open __import__ input breakpoint help license copyright credits", { places: [] }),
  ...rules("getattr setattr delattr", { places: ["call"], hint: "with a constant name" }),
  ...rules("globals locals vars dir", { places: ["question"], hint: "after 'in'" }),
  ...rules("type", { places: ["question", "annotation"], hint: "as type(x) in a comparison or before a dot" })
])
/** The special names among the builtins that say nothing but what they are called. */
export const MODULE_NAMES = words("__name__ __doc__ __debug__ __file__")
/** A use that a message may have to name. */
type Told = Exclude<Use, "named" | "silent" | "method">
/** What a class is made from. `Type[int]` is `type` where it is called or derived from. */
const TYPING: ReadonlyArray<readonly [name: string, places: ReadonlyArray<Told>]> = [
  ["NamedTuple", ["annotation", "constants", "parent", "question"]],
  ["Protocol", ["annotation", "parent", "question"]],
  ["Type", ["alias", "annotation", "question"]],
  ["TypedDict", ["parent"]]
]
/** Where a public name may stand whose object leads further. */
export const RESTRICTED: ReadonlyMap<string, ReadonlyArray<Told>> = new Map<string, ReadonlyArray<Told>>([
  ["abc.ABCMeta", ["metaclass"]],
  ["collections.namedtuple", ["constants"]],
  ["dataclasses.dataclass", ["decorator"]],
  ["dataclasses.field", ["field"]],
  ["functools.wraps", ["alone"]],
  ["logging.basicConfig", ["call"]],
  ["logging.Logger", ["annotation", "base", "question"]],
  ["logging.NullHandler", ["call"]],
  // Called with a buffer, it takes the numbers in it for objects.
  ["numpy.ndarray", ["alias", "annotation", "base", "question"]],
  ["numpy.typing.NDArray", ["alias", "annotation"]],
  ["sys.stderr", ["output"]],
  ["sys.stdout", ["output"]],
  ...["typing", "typing_extensions"].flatMap((module) =>
    TYPING.map(([name, places]) => [`${module}.${name}`, places] as const)
  ),
  ["warnings.catch_warnings", ["with"]],
  ...ENUMS.map((path) => [path, ["parent", "base", "annotation", "question", "constants"]] as const)
])
/** Imported out of habit, and harmless as long as nothing is done with them. */
export const UNUSED = words("os io pathlib traceback argparse")

export const MODULE_PLACES: ReadonlySet<Use | undefined> = new Set<Use>(["base", "named", "output", "question"])
export const WHERE: Readonly<Record<Told, string>> = {
  alias: "at the top of the module in a name for annotations",
  alone: "with one argument",
  annotation: "as an annotation",
  base: "before a dot",
  call: "as a call that names no file",
  constants: "with the names of its members written out",
  decorator: "as the decorator of a class",
  field: "as the value of an annotated name in a class whose first decorator is dataclass",
  metaclass: "as the metaclass of a class",
  output: "as the file of a print",
  parent: "as the base of a class",
  question: "in a comparison",
  with: "in a with statement without 'as'"
}
