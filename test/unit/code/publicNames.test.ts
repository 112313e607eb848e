/** The names that a checked module may use of others: a list by CPython and numpy, less what reads files or evaluates text. */
import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { make } from "../../../src/code/CodeCheck.js"
import { PUBLIC_NAMES, STARRED } from "../../../src/code/python/policy/PublicNames.js"
import { ENTRY } from "./structures.js"

/**
 * How many names of each module, and what they hash to: kept here a second time, so that none gets lost or comes in unseen. Where
 * `scripts/public-names.py` has found others, read the difference and copy what the failing test found.
 */
const KEPT: Readonly<Record<string, string>> = {
  "*": "22 1dccc9d3",
  __future__: "11 0ba60bf2",
  abc: "5 3270b6f5",
  array: "3 f82de0ac",
  bisect: "6 f6c7f49a",
  calendar: "31 6d1e35a2",
  cmath: "30 011b18fa",
  collections: "9 8ca55c96",
  "collections.abc": "25 1b98531c",
  contextlib: "11 93bfe16a",
  copy: "4 b69647e4",
  dataclasses: "10 c5c466ad",
  datetime: "9 9e27b6ff",
  decimal: "37 db719aab",
  enum: "20 f4ffc572",
  fractions: "1 1b335057",
  functools: "9 7640b31f",
  hashlib: "18 e0473666",
  heapq: "8 a372df3c",
  itertools: "20 2b134940",
  json: "5 03309c35",
  "json.decoder": "2 b2a65d4d",
  "json.encoder": "5 ff22139c",
  logging: "27 26833a2b",
  math: "62 6257ed97",
  numbers: "5 403ad5a7",
  numpy: "484 44c5ce0d",
  "numpy.fft": "18 bb177d7a",
  "numpy.lib.stride_tricks": "1 ade5d0c4",
  "numpy.linalg": "32 d612584a",
  "numpy.polynomial": "7 2fadc3d8",
  "numpy.random": "57 b3f0cd25",
  "numpy.typing": "4 eaa2a471",
  operator: "53 fea83a5d",
  random: "26 13283fa8",
  re: "32 aaf47059",
  statistics: "22 c23b1f8d",
  string: "11 046cfd34",
  sys: "11 73ab2a8c",
  time: "34 9a711a97",
  typing: "92 b83e10ff",
  warnings: "6 c3a6ccfe"
}

/** These have a place of their own, such as a call or a base class, and are no values. */
const PLACED: Readonly<Record<string, ReadonlyArray<string>>> = {
  abc: ["ABCMeta"],
  collections: ["namedtuple"],
  dataclasses: ["dataclass", "field"],
  functools: ["wraps"],
  logging: ["NullHandler", "basicConfig"],
  "numpy.typing": ["NDArray"],
  sys: ["stderr", "stdout"],
  typing: ["TypedDict"],
  warnings: ["catch_warnings"]
}

const wordsOf = (names: string): ReadonlyArray<string> => names.trim().split(/\s+/)

const told = (names: Iterable<string>): string => {
  const all = [...names]
  return `${all.length} ${createHash("sha256").update(all.join(" ")).digest("hex").slice(0, 8)}`
}

describe("the public names", () => {
  it("are those that were read and found harmless", () => {
    const found = Object.fromEntries(
      Object.entries(PUBLIC_NAMES).map(([module, names]) => [module, told(wordsOf(names))])
    )
    assert.deepStrictEqual({ ...found, "*": told(STARRED) }, KEPT)
  })

  const { check } = make({ target: "3.11" })
  const isAccepted = (source: string): boolean => Either.isRight(check(`${source}\n${ENTRY}`))

  it.each(Object.entries(PUBLIC_NAMES))("of %s may be used, and no others", (module, names) => {
    const refused = wordsOf(names).filter((name) => !isAccepted(`import ${module}\n${module}.${name} is None`))
    assert.deepStrictEqual(refused, [...(PLACED[module] ?? [])])
    assert.isFalse(isAccepted(`import ${module}\n${module}.not_a_name`), module)
    assert.isFalse(isAccepted(`from ${module} import not_a_name`), module)
  })
})

describe("an attribute that leads away", () => {
  const { check } = make({ target: "3.11" })
  const isAccepted = (source: string): boolean => Either.isRight(check(`${source}\n${ENTRY}`))

  /** From an object to frames, code, modules, files or memory. */
  const LEADING_AWAY = wordsOf(`
    tb_frame tb_next tb_lasti f_back f_builtins f_code f_globals f_locals f_trace gi_frame gi_code gi_yieldfrom cr_frame
    cr_code cr_await cr_origin ag_frame ag_code ag_await func_globals func_code co_code co_consts mro attrgetter
    methodcaller fget fset fdel tofile dump ctypes cffi resize _module _evaluate _convert_ _old_targets setStream obj
    attrname register _create_ _add_member_ makeRecord _log addFilter filters set_state bit_generator
    _bit_generator capsule makemat loggerDict loggerMap loggerClass
    __dict__ __globals__ __closure__ __code__ __subclasses__ __bases__ __mro__ __base__ __reduce__ __reduce_ex__
    __getattribute__ __builtins__ __import__ __loader__ __spec__ __self__ __func__ __wrapped__ __module__ __annotations__
  `)

  it.each(LEADING_AWAY.map((name) => [name]))("is refused: %s", (name) => {
    assert.isFalse(isAccepted(`def f(x):\n    return x.${name}`))
    assert.isFalse(isAccepted(`def f(x):\n    return getattr(x, "${name}")`))
  })

  /** To nothing but the object itself. */
  const STAYING = wordsOf(`
    __init__ __new__ __post_init__ __name__ __qualname__ __doc__ __len__ __str__ __repr__ __eq__ __ne__ __lt__ __le__
    __gt__ __ge__ __hash__ __contains__ __getitem__ __setitem__ __iter__ __next__ __call__ __enter__ __exit__ __add__
    __sub__ __mul__ __members__ __version__ __radd__ __itruediv__ __pow__ price _price
  `)

  it.each(STAYING.map((name) => [name]))("is accepted where it does not: %s", (name) => {
    assert.isTrue(isAccepted(`def f(x):\n    return x.${name}`))
  })

  /** Methods that a class may have. */
  const DEFINED = wordsOf(`
    __bool__ __int__ __float__ __complex__ __index__ __neg__ __pos__ __abs__ __invert__ __round__ __trunc__ __floor__
    __ceil__ __format__ __missing__ __delitem__ __reversed__ __length_hint__ __setattr__ __delattr__ __get__ __set__
    __set_name__ __class_getitem__ __init_subclass__ __del__ __bytes__ __sizeof__ __aenter__ __aexit__ __aiter__
    __anext__ __await__
  `)

  it.each(DEFINED.map((name) => [name]))("may be defined by a class: %s", (name) => {
    assert.isTrue(isAccepted(`class A:\n    def ${name}(self, *rest):\n        return None`))
  })

  it.each(
    wordsOf(
      "__all__ __author__ __email__ __license__ __copyright__ __credits__ __date__ __status__ __maintainer__ __title__ __docformat__"
    ).map((name) => [name])
  )("may be said of a module: %s", (name) => {
    assert.isTrue(isAccepted(`${name} = ["a"]`))
  })
})
