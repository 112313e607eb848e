/**
 * Where a name may stand: each of the names that are refused in some places, in each kind of place. `test/golden/python/places.txt`
 * has the places in which it is accepted, and what is said of it in the others. Where that is meant to change, run this file with `-u`.
 */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { expect } from "vitest"
import { make } from "../../../src/code/CodeCheck.js"
import { RESTRICTED } from "../../../src/code/python/policy/Rules.js"
import { snippets } from "./snippets.js"
import { ENTRY } from "./structures.js"

const { check } = make({ target: "3.11" })

const told = (source: string): string =>
  Either.match(check(`#\n${source}${ENTRY}`), {
    onLeft: ({ code, line, message, stage }) => `${stage} ${code}, line ${line}: ${message}`,
    onRight: ({ imports }) => `ok ${imports.join(" ")}`.trim()
  })

/** The name is where `@` is; `x` is whatever somebody hands in. */
const PLACES = snippets("places").map((place) => place.trimEnd())

/** What has to stand before the place, and how the name is written there. */
const NAMES: ReadonlyArray<readonly [name: string, before: string, written: string]> = [
  ...["eval", "getattr", "setattr", "globals", "dir"].map((name) => [name, "", name] as const),
  ...["type(x)", "type", "x.handlers", "x.addHandler", "x.__class__", "x.__setattr__", "int", "x"].map(
    (name) => [`${name} `, "", name] as const
  ),
  ...[...RESTRICTED.keys()]
    .filter((path) => !/^enum[.](?!Enum)|^typing_/.test(path))
    .map((path) => [path, `import ${path.slice(0, path.indexOf("."))}\n`, path] as const),
  ["Enum alone", "from enum import Enum\n", "Enum"],
  ["math", "import math\n", "math"],
  ["numpy.random", "import numpy as np\n", "np.random"],
  ["os", "import os\n", "os"]
]

describe("a name that is refused in some places", () => {
  it("is accepted in the same places", async () => {
    const lines = NAMES.map(([name, before, written]) => {
      const verdicts = new Map<string, Array<string>>()
      for (const [index, place] of PLACES.entries()) {
        const verdict = told(`${before}${place.replaceAll("@", written)}\n`)
        verdicts.set(verdict, [...(verdicts.get(verdict) ?? []), String(index)])
      }
      return [name, ...[...verdicts].map(([verdict, places]) => `${verdict} (${places.join(" ")})`)].join("\n  ")
    })
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../../golden/python/places.txt")
  })

  it("and other statements are, or not, as they were", async () => {
    const lines = snippets("policy").map((source) => `${source.trimEnd().replaceAll(/^/gm, "    ")}\n${told(source)}`)
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../../golden/python/policy.txt")
  })
})

/** By CPython: `dir(builtins)`, what its `site` adds, and the attributes of a module. */
const BUILTINS = `
  ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError
  BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError
  ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError Exception
  ExceptionGroup False FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError
  ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError
  KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError None NotADirectoryError NotImplemented
  NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError
  RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration
  SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError True TypeError UnboundLocalError
  UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError
  Warning ZeroDivisionError __annotations__ __build_class__ __builtins__ __cached__ __debug__ __doc__ __file__
  __import__ __loader__ __name__ __package__ __path__ __spec__ abs aiter all anext any ascii bin bool breakpoint
  bytearray bytes callable chr classmethod compile complex copyright credits delattr dict dir divmod enumerate
  eval exec exit filter float format frozenset getattr globals hasattr hash help hex id input int isinstance
  issubclass iter len license list locals map max memoryview min next object oct open ord pow print property
  quit range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip
`

describe("a name that Python has of its own", () => {
  it.each(BUILTINS.trim().split(/\s+/))("is known: %s", (name) => {
    assert.notInclude(told(`got = ${name}\n`), "undefined-name")
  })

  it("is none where it is written in another way", () => {
    for (const name of ["Print", "prints", "true", "none", "xrange", "unicode", "_", "__all__", "long"])
      assert.include(told(`got = ${name}\n`), "undefined-name")
  })
})
