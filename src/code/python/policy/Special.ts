/**
 * Names with a meaning for the interpreter, and attributes that lead from an ordinary object to it, to files or to what a
 * module keeps for itself.
 */
import type { ASTNodeUnion } from "py-ast"
import { words } from "../../Words.js"
import type { Use } from "./Use.js"

/** Special methods and attributes that lead to nothing but the object they belong to. */
const ATTRIBUTES = words(
  "__init__ __new__ __post_init__ __name__ __qualname__ __doc__ __len__ __str__ __repr__ __eq__ __ne__ __lt__ __le__ __gt__ " +
    "__ge__ __hash__ __contains__ __getitem__ __setitem__ __iter__ __next__ __call__ __enter__ __exit__ __add__ __sub__ " +
    "__mul__ __bool__ __int__ __float__ __format__ __missing__ __init_subclass__ __members__ __version__ __main__"
)
/** What a class may define besides, and a module say of itself. */
const DEFINITIONS = words(
  "__slots__ __complex__ __index__ __neg__ __pos__ __abs__ __invert__ __round__ __trunc__ " +
    "__floor__ __ceil__ __delitem__ __reversed__ __length_hint__ __setattr__ " +
    "__delattr__ __get__ __set__ __set_name__ __class_getitem__ __del__ __bytes__ __sizeof__ " +
    "__aenter__ __aexit__ __aiter__ __anext__ __await__ __all__ __author__ __email__ __license__ __copyright__ " +
    "__credits__ __date__ __status__ __maintainer__ __title__ __docformat__ __debug__"
)
const OPERATOR = /^__[ri]?(?:add|sub|mul|matmul|truediv|floordiv|mod|divmod|pow|lshift|rshift|and|xor|or)__$/

/** Frames, tracebacks and code objects, and what walks the class hierarchy. */
const OF_FRAMES =
  "tb_frame tb_next tb_lasti f_back f_builtins f_code f_globals f_locals f_trace gi_frame gi_code gi_yieldfrom cr_frame " +
  "cr_code cr_await cr_origin ag_frame ag_code ag_await func_globals func_code co_code co_consts mro "
const LEADING_AWAY = words(
  OF_FRAMES +
    // What reads an object by name.
    "attrgetter methodcaller fget fset fdel " +
    // Arrays into files and machine code, and memory that is given back while it is in use.
    "tofile dump ctypes cffi resize " +
    // What objects of the allowed modules keep: modules, evaluation of text, members of any module, streams.
    "_module _evaluate _convert_ _old_targets setStream obj loggerDict loggerMap loggerClass " +
    // What sets attributes, makes classes or claims to be one by names that are only known when it runs.
    "attrname register _create_ _add_member_ makeRecord _log addFilter filters " +
    // Where a generator of random numbers reads next, in whatever memory that is.
    "set_state bit_generator _bit_generator capsule " +
    // A class of arrays.
    "makemat"
)
const SPECIAL = /^__\w+__$/
const SPECIAL_IN_TEXT = /__[A-Za-z]\w*?__/g

export const isSpecial = (name: string): boolean => name.startsWith("__") && SPECIAL.test(name)

export const isAllowed = (name: string, place: Use | undefined): boolean =>
  ATTRIBUTES.has(name) ||
  OPERATOR.test(name) ||
  (name === "__class__" && place === "named") ||
  (name === "__setattr__" && place === "call")

/** `handlers` of a logger hold streams; asking whether there are any is common, as is adding one that does nothing. */
export const leadsAway = (name: string, place: Use | undefined): boolean =>
  LEADING_AWAY.has(name) ||
  (name === "handlers" && place !== "question") ||
  (name === "addHandler" && place !== "silent")

/** What a logger hands its records to, whose attributes may have any names. */
export const LOGGING_HOOKS = words("handle filter callHandlers parent")
/** Names that no class may give to anything: an object that has them is taken for a frame or a traceback. */
export const OF_INTERPRETER = words(`${OF_FRAMES} obj`)

/** The first special name in a text that is not allowed there. */
export const foundIn = (text: string): string | undefined =>
  text.includes("__") ? text.match(SPECIAL_IN_TEXT)?.find((found) => !ATTRIBUTES.has(found)) : undefined

const NONE: ReadonlyArray<string> = []

const one = (name: string | undefined): ReadonlyArray<string> => (name === undefined ? NONE : [name])

/** The names that a node itself binds. */
export const bound = (node: ASTNodeUnion): ReadonlyArray<string> => {
  switch (node.nodeType) {
    case "FunctionDef":
    case "AsyncFunctionDef":
    case "ClassDef":
    case "ExceptHandler":
    case "MatchAs":
    case "MatchStar":
      return one(node.name)
    case "MatchMapping":
      return one(node.rest)
    case "Import":
    case "ImportFrom":
      return node.names.flatMap(({ asname }) => one(asname))
    case "Global":
    case "Nonlocal":
      return node.names
    case "Name":
      return node.ctx.nodeType === "Load" ? NONE : [node.id]
    default:
      return NONE
  }
}

/** A special name that nothing may bind: `__reduce__` lets `copy` call and set what it likes. */
export const isForbidden = (name: string): boolean =>
  isSpecial(name) && !ATTRIBUTES.has(name) && !DEFINITIONS.has(name) && !OPERATOR.test(name)
