import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { make } from "../../../src/code/CodeCheck.js"
import { ENTRY, VALUES } from "./structures.js"

const { check } = make()
const codeOf = (source: string, service = { check }): string =>
  Either.match(service.check(source), { onLeft: ({ code }) => code, onRight: () => "ok" })

/** Where the statements of the entry point go. */
const inside = (...lines: ReadonlyArray<string>): string =>
  `def execute_trade(ticker, price, tick, cash_balance, shares_held):\n${lines.map((line) => `    ${line}\n`).join("")}    return "HOLD"\n`

describe("the entry point", () => {
  const arities: ReadonlyArray<readonly [parameters: string, arity: number | undefined]> = [
    ["ticker, price, tick, cash_balance, shares_held", 5],
    ["ticker, cash_balance, shares_held", 3],
    ["a, b, c, /", 3],
    ["*args, **kwargs", 5],
    ["ticker, *rest", 5],
    ["ticker, price, tick=0, cash_balance=0, shares_held=0", 5],
    ["ticker, cash_balance, shares_held, note=None, limit=None", 3],
    ["a, b, c, d, e, f=1", 5],
    ["a, b, c, *, d=1", 3],
    ["a, b", undefined],
    ["a, b, c, d", undefined],
    ["a, b, c, d, e, f", undefined],
    ["a, b, c, *, d", undefined],
    ["*, ticker, cash_balance, shares_held", undefined],
    ["", undefined]
  ]
  it.each(arities)("(%s) is called with %s values", (parameters, arity) => {
    const result = check(`def execute_trade(${parameters}):\n    return "HOLD"\n`)
    assert.strictEqual(Either.isRight(result) ? result.right.arity : undefined, arity)
    if (Either.isLeft(result)) assert.strictEqual(result.left.code, "wrong-parameters")
  })

  const structures: ReadonlyArray<readonly [code: string, source: string]> = [
    ["no-function", "x = 1\n"],
    ["no-function", `# ${ENTRY.replace("\n", "\n# ")}`],
    ["no-function", `text = """\n${ENTRY}"""\n`],
    ["not-at-top-level", "class A:\n    def execute_trade(a, b, c):\n        return 1\n"],
    ["async-function", "async def execute_trade(a, b, c):\n    return 1\n"],
    ["generator", "def execute_trade(a, b, c):\n    x = yield 1\n    return 1\n"],
    ["generator", "def execute_trade(a, b, c):\n    for x in (yield):\n        return 1\n"],
    ["ok", "def execute_trade(a, b, c):\n    def g():\n        yield 1\n    return list(g())\n"],
    ["no-return", "def execute_trade(a, b, c):\n    return\n"],
    ["no-return", "def execute_trade(a, b, c):\n    return None\n"],
    ["no-return", "def execute_trade(a, b, c):\n    f = lambda: 1\n    def g():\n        return 1\n"],
    ["ok", "def execute_trade(a, b, c):\n    while True:\n        with a as d:\n            return 1\n"],
    ["rebound", `${ENTRY}del execute_trade\n`],
    ["rebound", `${ENTRY}if True:\n    execute_trade = 1\n`],
    ["rebound", `${ENTRY}for execute_trade in []:\n    pass\n`],
    ["rebound", `${ENTRY}import math as execute_trade\n`],
    ["rebound", `${ENTRY}class execute_trade: pass\n`],
    ["rebound", `${ENTRY}x, (y, *execute_trade) = 1, (2, 3)\n`],
    ["ok", `execute_trade = None\n${ENTRY}`],
    ["ok", `${ENTRY}if __name__ == "__main__":\n    execute_trade = print\n`],
    ["ok", `${ENTRY}print(execute_trade("A", 1, 2, 3, 4))\n`],
    // The last definition counts.
    ["ok", `def execute_trade(a):\n    pass\n${ENTRY}`],
    ["wrong-parameters", `${ENTRY}def execute_trade(a):\n    return 1\n`]
  ]
  it.each(structures)("%s: %j", (code, source) => assert.strictEqual(codeOf(source), code))

  it.each(VALUES)("%s: %j", (verdict, source) => {
    const result = check(`${source}\n`)
    assert.strictEqual(Either.isRight(result) ? result.right.arity : result.left.code, verdict)
  })
})

describe("names", () => {
  const undefinedNames: ReadonlyArray<readonly [code: string, source: string]> = [
    ["undefined-name", inside("_history.append(price)")],
    ["undefined-name", inside("return math.sqrt(price)")],
    ["undefined-name", inside("try:", "    x = np.mean([price])", "except Exception:", '    return "HOLD"')],
    ["undefined-name", inside("global _n", "_n += 1")],
    ["undefined-name", `def f(x: List[int]): return x\n${ENTRY}`],
    ["undefined-name", `class A:\n    limit = 1\n    def f(self): return limit\n${ENTRY}`],
    ["undefined-name", inside("return f'{pric:.2f}'")],
    ["undefined-name", inside("[y for x in [1]]")],
    ["undefined-name", inside("x: int", "y = 1") + "a: int\nb = a\n"],
    ["ok", `from __future__ import annotations\ndef f(x: List[int]): return x\n${ENTRY}`],
    ["ok", inside("x: List[int] = []")],
    ["ok", `from math import *\n${inside("return sqrt(price)")}`],
    ["ok", inside("try:", "    _seen", "except NameError:", "    pass")],
    ["ok", inside("global _n", "_n = 1", "_n += 1")],
    ["ok", `${inside("return helper(price)")}def helper(p): return p\n`],
    ["ok", `class A:\n    n = 1\n    m = n\n    def f(self): return __class__\n${ENTRY}`],
    ["ok", inside("def f():", "    return g()", "def g():", "    return ticker", "f()")],
    ["ok", inside("return sorted([1], key=lambda v: -v), BaseExceptionGroup, __name__")],
    ["ok", inside("if (m := price) > 1:", "    return m", "[last := v for v in [1]]", "return last")],
    ["ok", `class A:\n    __k = 1\n    def f(self): return self.__k\n${ENTRY}`]
  ]
  it.each(undefinedNames)("%s: %j", (code, source) => assert.strictEqual(codeOf(source), code))

  it.each([
    "class A[T]:\n    x: T\n    def f(self) -> T: return T",
    "def f[T](a: T) -> T: return T",
    "class A[T](list[T]): pass",
    "class A[*T, **P]:\n    x = T, P"
  ])("of parameters for types are defined: %j", (source) => {
    assert.strictEqual(codeOf(`${source}\n${ENTRY}`, make({ target: "3.12" })), "ok")
    const other = `${source.replace(/\bT\b(?=[^T]*$)/, "U")}\n${ENTRY}`
    assert.strictEqual(codeOf(other, make({ target: "3.12" })), "undefined-name")
  })

  const unboundLocals: ReadonlyArray<readonly [code: string, source: string]> = [
    ["unbound-local", `_n = 0\n${inside("_n += 1")}`],
    ["unbound-local", `_n = 0\n${inside("if _n > 3:", "    return 1", "_n = _n + 1")}`],
    ["unbound-local", `_n = 0\n${inside("try:", "    _n += 1", "except Exception:", "    pass")}`],
    ["unbound-local", `_n = 0\n${inside("for x in [1]:", "    _n += x")}`],
    ["unbound-local", inside("max = max(1, 2)")],
    ["unbound-local", inside("y = x", "x = 1")],
    ["unbound-local", inside("x = 1", "del x", "return x")],
    ["unbound-local", inside("try:", "    1 / 0", "except ZeroDivisionError as e:", "    pass", "return e")],
    ["unbound-local", inside("import math", "print(nothing)", "nothing = math.pi")],
    ["used-before-definition", `x = y\ny = 1\n${ENTRY}`],
    ["used-before-definition", `print(execute_trade("A", 1, 2, 3, 4))\n${ENTRY}`],
    ["used-before-definition", `def f(n=LIMIT): return n\nLIMIT = 1\n${ENTRY}`],
    ["used-before-definition", `def f(*, n=LIMIT): return n\nLIMIT = 1\n${ENTRY}`],
    ["used-before-definition", `f = lambda n=LIMIT: n\nLIMIT = 1\n${ENTRY}`],
    ["used-before-definition", `f = lambda *, n=LIMIT: n\nLIMIT = 1\n${ENTRY}`],
    ["used-before-definition", `@traced\ndef f(): return 1\ndef traced(f): return f\n${ENTRY}`],
    ["used-before-definition", `class A(B): pass\nclass B: pass\n${ENTRY}`],
    ["used-before-definition", `f = [n for n in LIMITS]\nLIMITS = [1]\n${ENTRY}`],
    ["ok", `_n = 0\n${inside("global _n", "_n += 1")}`],
    ["ok", inside("if tick:", "    x = 1", "return x")],
    ["ok", inside("for i in [1]:", "    if i:", "        print(last)", "    last = i")],
    ["ok", inside("for i in [1]:", "    pass", "return i")],
    [
      "ok",
      inside(
        "while True:",
        "    try:",
        "        x = 1",
        "        break",
        "    except ValueError:",
        "        continue",
        "return x"
      )
    ],
    ["ok", inside("try:", "    x = 1", "except ValueError:", "    x = 2", "finally:", "    print(x)", "return x")],
    ["ok", inside("try:", "    _n += 1", "except UnboundLocalError:", "    _n = 1")],
    ["ok", inside("def bump():", "    nonlocal n", "    n = 1", "bump()", "return n", "n = 0")],
    ["ok", inside("def later():", "    return x", "x = 1", "return later()")],
    [
      "ok",
      inside(
        "match tick:",
        "    case [x, *_] if x:",
        "        return x",
        "    case {'a': y, **z}:",
        "        return y, z"
      )
    ],
    ["ok", inside("with ticker as f:", "    x = f", "return x")],
    ["ok", `max = max(1, 2)\n${ENTRY}`],
    ["ok", `def f(): return LIMIT\nLIMIT = 1\n${ENTRY}`]
  ]
  it.each(unboundLocals)("%s: %j", (code, source) => assert.strictEqual(codeOf(source), code))

  it("says what to do about it", () => {
    const failure = Either.getOrThrow(Either.flip(check(`_n = 0\n${inside("_n += 1")}`)))
    assert.strictEqual(failure.line, 3)
    assert.include(failure.message, "add 'global _n'")
  })
})

describe("policy", () => {
  const policies: ReadonlyArray<readonly [code: string, source: string]> = [
    ["forbidden-import", `import os\n${inside("os.getcwd()")}`],
    ["ok", `import os\n${ENTRY}`],
    ["forbidden-import", `import math, os.path as p\n${ENTRY}`],
    ["forbidden-import", `from subprocess import run\n${ENTRY}`],
    ["forbidden-import", inside("import socket")],
    ["forbidden-import", `from random import _os\n${ENTRY}`],
    ["forbidden-import", `from dataclasses import sys\n${ENTRY}`],
    ["forbidden-import", `import numpy.ctypeslib\n${ENTRY}`],
    ["forbidden-import", `from operator import attrgetter\n${ENTRY}`],
    ["relative-import", `from . import a\n${ENTRY}`],
    ["forbidden-name", inside("eval('1')")],
    ["forbidden-name", inside("e = exec")],
    ["forbidden-name", inside("open('x')")],
    ["forbidden-name", inside("ｅｖａｌ('1')")],
    ["forbidden-name", inside("print(__builtins__)")],
    ["forbidden-name", inside("f'{globals()}'")],
    ["forbidden-attribute", inside("().__class__")],
    ["forbidden-attribute", inside("execute_trade.__globals__")],
    ["forbidden-attribute", inside("(lambda: 1).ｆ_globals")],
    ["forbidden-attribute", inside("ticker.tb_frame")],
    ["module-as-value", `import random as r\nq = r\n${inside("q._os")}`],
    ["forbidden-attribute", `import random as r\n${inside("r._os")}`],
    ["forbidden-attribute", `import enum\n${inside("enum.sys")}`],
    ["forbidden-attribute", `import numpy as np\n${inside("np.load('x')")}`],
    ["forbidden-text", inside("'{0.__class__}'.format(1)")],
    ["forbidden-text", inside("x = '__lo' 'ader__'")],
    [
      "ok",
      `import numpy as np\nfrom collections import deque\nimport collections.abc\n${inside("np.mean([1]), deque()")}`
    ],
    ["ok", `import json\n${inside("json.loads('1')")}`],
    ["ok", "def execute_trade(open, high, low):\n    return open + high + low\n"],
    ["ok", inside("input = price", "return input")],
    [
      "ok",
      `class A:\n    def __init__(self):\n        super().__init__()\n        self._os = 1\n    def f(self): return self._os\n${ENTRY}`
    ],
    ["ok", `__all__ = ["execute_trade"]\n${ENTRY}if __name__ == "__main__":\n    print(1)\n`]
  ]
  it.each(policies)("%s: %j", (code, source) => assert.strictEqual(codeOf(source), code))

  it("lets the user allow more", () => {
    const source = `import pandas as pd\n${ENTRY}`
    assert.strictEqual(codeOf(source), "forbidden-import")
    assert.strictEqual(codeOf(source, make({ imports: ["pandas"] })), "ok")
  })

  it("tells which modules an accepted module imports", () => {
    const module = Either.getOrThrow(check(`import math\nimport numpy.random\nfrom math import pi\n${ENTRY}`))
    assert.deepStrictEqual(module.imports, ["math", "numpy"])
  })
})
