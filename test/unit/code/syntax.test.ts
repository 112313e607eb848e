import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { expect } from "vitest"
import { tree as compiles } from "../../../src/code/python/PythonCheck.js"
import * as Target from "../../../src/code/python/Target.js"

const codeOf = (source: string, version: Target.Version = "3.11"): string =>
  Either.match(compiles(source, Target.of(version)), { onLeft: ({ code }) => code, onRight: () => "ok" })

/** Each rule with a program that breaks it and a neighbour that does not. */
const rules: ReadonlyArray<
  readonly [rule: string, code: string, wrong: ReadonlyArray<string>, right: ReadonlyArray<string>]
> = [
  ["null bytes", "null-byte", ["x = 'a\0b'"], ["x = 'a\\0b'"]],
  [
    "characters",
    "bad-character",
    ["x = “a”", "x = a – b", "x\u00a0= 1", "\ud800"],
    ["x = '“–€\u00a0'", "π = 3.14", "é = 1"]
  ],
  [
    "characters of names",
    "bad-character",
    ["😀 = 1", "a😀 = 1", "𝟘a = 1", "x.𝟘", "゛ = 1", "aͺ = 1", "ำ = 1", "a\u200d = 1", "a・ = 1", "f'{a😀}'"],
    [
      "𝒳 = 1",
      "a𝟘 = 1",
      "aำ = 1",
      "℘ = ℮ = a· = 1",
      "𠀀.𐐀 = 1",
      "def 𝑔(𝑥, /, 𝑦=1, *𝑧, 𝓀, **𝓌): pass",
      "f(𝒳=1, x=2)",
      "import 𝒶.𝒷 as 𝒸, 𝒹",
      "from 𝒶.𝒷 import 𝒸 as 𝒹",
      "f'{𝒳:{𝒴}}' '𝒳'",
      "match 𝒳, y:\n    case [𝒶, *𝒷]: pass\n    case {1: 𝒶, **𝒷}: pass\n    case 𝒶(𝒷, 𝒸=𝒹) as 𝑒: pass",
      `a${"\u0301\u0316".repeat(3000)} = 1`
    ]
  ],
  [
    "words in other letters",
    "invalid-syntax",
    ["𝐢𝐟 x: pass", "𝐦atch x:\n    case 1: pass", "match x:\n    𝐜ase 1: pass", "𝐟'a'", "x = 𝐧ot y", "𝐩ass x"],
    ["𝐢𝐟 = x.𝐢𝐟 = 1", "𝐓rue = f(𝐢𝐟=1)", "𝐦atch = 1", "import 𝐢𝐟.𝐚𝐬", "def 𝐝ef(): pass"]
  ],
  ["tabs", "mixed-tabs", ["if x:\n\ty\n        z", "if x:\n        y\n\tz"], ["if x:\n\ty\n\tz", "if x:\n \ty\n \tz"]],
  ["unindent", "bad-indentation", ["if x:\n    y\n  z"], ["if x:\n    y\nz"]],
  [
    "nesting",
    "too-deep",
    [`x = ${"(".repeat(201)}1${")".repeat(201)}`, blocks("for a in b:", 21)],
    [`x = ${"(".repeat(200)}1${")".repeat(200)}`, blocks("for a in b:", 20), blocks("if a:", 98)]
  ],
  [
    "chains",
    "too-complex",
    [`x = ${"-".repeat(5000)}1`, `x = a${".a".repeat(3000)}`, `if a:\n b\n${"elif a:\n b\n".repeat(1100)}`],
    [`x = ${"-".repeat(900)}1`, `x = [${"a.b, ".repeat(3000)}]`, `x = ${"a or ".repeat(2000)}b`]
  ],
  [
    "numbers",
    "bad-number",
    ["x = 012", "x = 1__0", "x = 1_", "x = 0x", "x = 0b2", "x = 0o8", "x = 1e", "x = 1a", `x = ${"9".repeat(4301)}`],
    ["x = 0_0 + 1_0.0_1e1_0 + 0x_f + 0o17 + 0b1 + 1.5j + 00", "x = 1if y else 2", `x = ${"9".repeat(4300)}`]
  ],
  ["numbers before keywords", "ok", [], ["x = 1 if y > .5else 2", "x = 1or 2"]],
  ["brackets", "unmatched-bracket", ["x = (a]", "x = a)"], ["x = (a)"]],
  ["open brackets", "unclosed-bracket", ["x = (a", "x = [a\ny = 1"], ["x = (\na\n)"]],
  ["strings", "unterminated-string", ["x = 'a", "x = '''a", "x = 'a\n'"], ["x = '''a\n'''", "x = 'a\\\nb'"]],
  [
    "escapes",
    "bad-string",
    ["x = '\\x4'", "x = '\\u12'", "x = '\\U00110000'", "x = '\\N'", "x = b'\\x4'", "x = b'é'", "x = 'a' b'b'"],
    ["x = '\\d \\x41 \\N{DASH}'", "x = r'\\x'", "x = b'\\u'", "x = 'a' 'b'"]
  ],
  ["continuations", "bad-continuation", ["x = 1 \\ \n+ 2"], ["x = 1 \\\n+ 2"]],
  [
    "f-strings",
    "bad-f-string",
    ["f'{'", "f'}'", "f'{}'", "f'{a!z}'", "f'{a:{b:{c}}}'", "f'{a\\n}'", 'f"""{a # c\n}"""', "f'{\"a}'", "f'{(}'"],
    [
      "f'{{}}'",
      "f'{a!r:>{b}}'",
      "f'{a=}'",
      "f'{a==b}'",
      "f\"{a['#']}\"",
      "f'''{\na\n}'''",
      "f'{x for x in y}'",
      "f'{(x := 1)}'"
    ]
  ],
  [
    "expressions in f-strings",
    "invalid-syntax",
    ["f'{a b}'", "f'{lambda x: 1}'", "f'{a if b}'"],
    ["f'{(lambda x: 1)}'", "f'{a, b}'", "f'{*a, b}'"]
  ],
  [
    "assignment targets",
    "bad-target",
    [
      "*a = 1",
      "*a, *b = 1",
      "for f() in x: pass",
      "[x for *a in b]",

      "a, b: int = 1",
      "__debug__ = 1",
      "__𝐝ebug__ = 1",
      "x.__ｄebug__ = 1",
      "def f(__𝐝ebug__): pass",
      "import __𝐝ebug__",

      "(x.y := 1)",
      "[j for i in x if (j := i) for j in y]"
    ],
    ["*a, b = 1", "[a, *b] = 1", "for a.b in x: pass", "(a): int = 1", "del (a, b), c[0]"]
  ],
  ["f-strings in patterns", "invalid-syntax", ["match x:\n    case f'a': pass"], []],
  [
    "other targets",
    "invalid-syntax",
    ["f() = 1", "a + 1 = 2", "with a as f(): pass", "del f()", "f() += 1"],
    ["f().a = 1"]
  ],
  [
    "assignment expressions",
    "invalid-syntax",
    [
      "x := 1",
      "x = y := 1",
      "f(a=b := 1)",
      "lambda: x := 1",
      "[x for x in y if z := 1]",
      "a[b := 1:2]",
      "assert x := 1",
      "with (a := b as c): pass"
    ],
    [
      "(x := 1)",
      "if x := 1: pass",
      "f(a := 1)",
      "[a := 1, 2]",
      "{a := 1}",
      "a[b := 1]",
      "with (a := b, c): pass",
      "x = (y := 1, 2)"
    ]
  ],
  [
    "assignment expressions in comprehensions",
    "bad-named",
    ["[i := 0 for i in x]", "[i for i in (k := y)]", "class A:\n    [(k := i) for i in x]"],
    ["[(k := i) for i in x]"]
  ],
  [
    "stars",
    "bad-star",
    ["*a", "x = *a", "(*a)", "(*a for a in b)", "def f(a: *b): pass", "return_ = [*(*a)]"],
    ["*a, b", "x = *a,", "f(*a)", "[*a, *b]"]
  ],
  ["comprehension stars", "invalid-syntax", ["[*a for a in b]", "{**a for a in b}"], ["[a for a in b]"]],
  [
    "semicolons",
    "invalid-syntax",
    ["x; if y: pass", "x; def f(): pass", "x;; y", "if a: if b: pass"],
    ["x; y;", "if a: b; c"]
  ],
  [
    "decorators",
    "invalid-syntax",
    ["@f def g(): pass", "@f\nx = 1"],
    ["@f\n@g.h[0](1)\ndef i(): pass", "@x := y\ndef f(): pass"]
  ],
  [
    "imports",
    "invalid-syntax",
    ["from a import b,", "if x: from a import b,", "from a import (*)", "from import a", "import a.b as c.d"],
    ["from a import (b,)", "from . import a", "from ... import a", "import a.b as c"]
  ],
  ["import *", "import-star", ["def f():\n    from a import *"], ["from a import *"]],
  [
    "__future__",
    "late-future",
    [
      "x = 1\nfrom __future__ import annotations",
      "...\nfrom __future__ import annotations",
      "if x:\n    from __future__ import annotations"
    ],
    ["'doc'\nfrom __future__ import annotations; import a"]
  ],
  [
    "__future__ features",
    "unknown-future",
    ["from __future__ import braces", "from __𝐟uture__ import 𝐛races"],
    ["from __future__ import division"]
  ],
  [
    "return",
    "return-outside",
    ["return", "class A:\n    return 1", "async def f():\n    yield 1\n    return 2"],
    ["def f(): return", "async def f():\n    yield 1\n    return"]
  ],
  [
    "yield",
    "yield-outside",
    ["yield 1", "class A:\n    x = (yield)", "def f():\n    [(yield) for x in y]", "async def f():\n    yield from x"],
    ["def f(): x = yield 1", "lambda: (yield)", "def f(): [x for x in (yield)]"]
  ],
  [
    "yield in expressions",
    "invalid-syntax",
    ["def f(): g(yield)", "def f(): [yield]", "def f(): return yield", "def f(): (yield, 1)", "def f(): x = 1 + yield"],
    ["def f(): g((yield))", "def f(): x = yield", "def f(): x += yield 1, 2", "def f(): return (yield)"]
  ],
  [
    "await",
    "await-outside",
    [
      "await x",
      "def f(): await x",
      "async def f():\n    lambda: await x",
      "def f(): [await x for x in y]",
      "def f():\n    async for x in y: pass",
      "def f(): {x: 1 async for x in y}",
      "{x async for x in y}",
      "async def f():\n    class A:\n        {x: 1 for z in w async for x in z}",
      "async def f():\n    lambda: [x async for x in y]"
    ],
    [
      "async def f(): [await x for x in y]",
      "(await x for x in y)",
      "async def f():\n    async with x as y: pass",
      "async def f(): return {x: await z async for x in y if x}, {x for z in y async for x in z}, g(x async for x in y)",
      "async def f(): return {x: {x: 1 async\\\n for x in z} for z in y}, f'{[x async for x in y]}'",
      "([x async for x in y] for z in w), (x async for x in y)"
    ]
  ],
  [
    "break",
    "break-outside",
    ["break", "def f(): break", "for x in y:\n    def f(): break", "for x in y: pass\nelse: break"],
    ["for x in y:\n    if x: break", "while x:\n    try: pass\n    finally: break"]
  ],
  ["continue", "continue-outside", ["continue"], ["while x: continue"]],
  ["except", "bare-except", ["try: a\nexcept: b\nexcept C: d"], ["try: a\nexcept C: d\nexcept: b"]],
  [
    "try",
    "invalid-syntax",
    ["try: a\nelse: b\nfinally: c"],
    ["try: a\nfinally: c", "try: a\nexcept: b\nelse: c\nfinally: d"]
  ],
  [
    "except*",
    "leaves-group",
    ["def f():\n    try: a\n    except* E: return", "for x in y:\n    try: a\n    except* E: break"],
    ["try: a\nexcept* E:\n    for x in y: break"]
  ],
  [
    "parameters",
    "duplicate-argument",
    ["def f(a, a): pass", "lambda a, *a: 1", "def f(ａ, a): pass", "def f(X, 𝐗): pass"],
    ["def f(a, b): pass"]
  ],
  [
    "parameter order",
    "invalid-syntax",
    ["def f(a=1, b): pass", "def f(/, a): pass", "def f(*): pass", "def f(**a, b): pass", "def f(a, /, b, /): pass"],
    ["def f(a, /, b=1, *, c, **d): pass", "def f(*a: *b): pass"]
  ],
  [
    "arguments",
    "repeated-keyword",
    ["f(a=1, a=2)", "class A(m=1, m=2): pass", "f(ﬁ=1, fi=2)", "f(a=1, 𝐚=2)"],
    ["f(a=1, b=2)"]
  ],
  [
    "argument order",
    "invalid-syntax",
    ["f(a=1, b)", "f(**a, *b)", "f(a, b for b in c)", "f(a for a in b,)"],
    ["f(a=1, *b)", "f(a for a in b)", "f(lambda: (a, b), c)", "f(x for x, y in z)"]
  ],
  ["class argument order", "argument-order", ["class A(m=1, B): pass"], ["class A(B, m=1): pass"]],
  [
    "global",
    "late-global",
    [
      "def f():\n    x = 1\n    global x",
      "def f(x):\n    global x",
      "x = 1\nglobal x",
      "def f():\n    global x\n    x: int = 1",
      "def f():\n    global x\n    nonlocal x",
      "def f():\n    x = 1\n    global 𝐱"
    ],
    ["def f():\n    global x\n    x = 1", "global x\nx = 1"]
  ],
  [
    "nonlocal",
    "bad-nonlocal",
    ["nonlocal x", "def f():\n    nonlocal x", "def f():\n    global x\n    def g():\n        nonlocal x"],
    ["def f():\n    x = 1\n    def g():\n        nonlocal x"]
  ],
  [
    "patterns",
    "bad-pattern",
    [
      "match x:\n    case y: pass\n    case 1: pass",
      "match x:\n    case y | 1: pass",
      "match x:\n    case [a, a]: pass",
      "match x:\n    case [a, 𝐚]: pass",
      "match x:\n    case 𝐓rue: pass\n    case 1: pass",
      "match x:\n    case A(a=1, 𝐚=2): pass",
      "match x:\n    case A(a, _=b): pass",
      "match x:\n    case [*a, *b]: pass",
      "match x:\n    case {1: a, 1: b}: pass",
      ...keys("0 -0", "0 -0.0", "0j 0", "1+2j 1+2j", "-1j 0-1j", "True 1.0", "0x10 16", "1_0 0b1010", ".5 5e-1"),
      ...keys("1e21 1000000000000000000000", "-1e22 -10000000000000000000000", "1e400 1e500", "1e3+0j 1_000"),
      ...keys(
        "9007199254740992+1j 9007199254740993+1j",
        "None None",
        "'\\400' 'Ā'",
        "'\\N{ASTERISK}' '*'",
        "'a' '\\x61'",
        "'a' u'a'",
        "b'a' rb'a'"
      ),
      ...["'10': a, '1' '0': b", "'1': a, '' '1': b", "b'10': a, b'1' b'0': b", "...: a"].map(mapping),
      "match x:\n    case A(b=1, c): pass",
      "match x:\n    case {a: 1}: pass"
    ],
    [
      "match x:\n    case 1 | 2.5 | -1 | 1+2j | 'a' 'b' | None | a.b: pass\n    case [a, *b] | (*b, a): pass\n    case {'a': 1, **c,}: pass\n    case A(1, b=2) if c: pass\n    case _: pass",
      "match a, b:\n    case 1, *c: pass",
      "match x:\n    case A(_=b) | A(b, c=1, _=2): pass",
      "match x:\n    case {1+2j: a, 1-2j: b, -1: c, 1: d, 'a': e, b'a': f, a.b: g, a.b: h}: pass",
      ...keys(
        "1e21 1000000000000000000001",
        "9007199254740992 9007199254740993",
        "1 -1",
        "1 1j",
        "True '1'",
        "0.1 0.10000000000000002"
      ),
      ...keys("None 'None'", "'a' b'a'", "'\\x61' r'\\x61'", "'\\N{DASH}' r'\\N{DASH}'", "b'\\u0061' b'a'"),
      ...["'1': a, '1' '0': b", "'': a, '' '''1\n''' r'0': b", "b'1': a, b'1' b'0': b"].map(mapping),
      "match x:\n    case 'a' '''\n\n''' 'b' | '''\n''' '''\n''' if y == 'a' 'b': z = 'a' 'b'\n    case {'a' 'b': 'a' '''\n'''}: pass",
      "match x:\n    case 1, 'a' '''\n''': pass\n    case ('a'\n      '''\n''', 1, 'a'\n\n'''\n'''\n): pass\n    case 'a' '''\n''' as b: pass",
      "match = case = 1\nmatch(case)"
    ]
  ],
  [
    "Python 2",
    "invalid-syntax",
    ["print 'a'", "exec 'a'", "raise A, b", "x = a <> b", "try: a\nexcept A, b: c"],
    ["print('a')"]
  ],
  ["suites", "unexpected-end", ["def f():", "def f():\n    # later", "if x:\n"], ["def f():\n    # now\n    pass"]]
]

function mapping(keys: string): string {
  return `match x:\n    case {${keys}}: pass`
}

/** A pattern with two keys, for each pair with a space between them. */
function keys(...pairs: ReadonlyArray<string>): ReadonlyArray<string> {
  return pairs.map((pair) => mapping(`${pair.replace(" ", ": a, ")}: b`))
}

function blocks(head: string, depth: number): string {
  const lines = Array.from({ length: depth }, (_, level) => `${" ".repeat(level)}${head}`)
  return [...lines, `${" ".repeat(depth)}pass`].join("\n")
}

describe("what Python refuses to compile", () => {
  for (const [rule, code, wrong, right] of rules) {
    it(rule, () => {
      for (const source of wrong) assert.strictEqual(codeOf(source), code, source.slice(0, 200))
      for (const source of right) assert.strictEqual(codeOf(source), "ok", source.slice(0, 200))
    })
  }

  it("is told in words", async () => {
    const said = (source: string): string =>
      Either.match(compiles(source, Target.of("3.11")), {
        onLeft: ({ line, message }) => `  line ${line}: ${message}`,
        onRight: () => "  ok"
      })
    const all = rules.map(([rule, , wrong]) => [rule, ...new Set(wrong.map(said))].join("\n"))
    await expect(`${all.join("\n")}\n`).toMatchFileSnapshot("../../golden/checks/syntax.txt")
  })
})

describe("the target's version", () => {
  const since: ReadonlyArray<readonly [Target.Version, Target.Version, string]> = [
    ["3.9", "3.10", "match x:\n    case 1: pass"],
    ["3.9", "3.10", "a[b := 1]"],
    ["3.10", "3.11", "try: a\nexcept* E: b"],
    ["3.10", "3.11", "a[*b]"],
    ["3.10", "3.11", "async def f(): [[x async for x in y] for z in w]"],
    ["3.10", "3.11", "([await x for x in y] for z in w)"],
    ["3.11", "3.12", "def f[T](a: T) -> T: return a"],
    ["3.11", "3.12", "class A[T]: pass"],
    ["3.11", "3.12", "type X = int"],
    ["3.11", "3.12", 'f"{a["b"]}"'],
    ["3.11", "3.12", "f'{a:{b:{c}}}'"],
    ["3.11", "3.12", "f'{\"\\n\".join(a)}'"]
  ]
  it.each(since)("refuses in %s and accepts in %s: %s", (before, from, source) => {
    assert.notStrictEqual(codeOf(source, before), "ok")
    assert.strictEqual(codeOf(source, from), "ok")
  })
})

describe("before a version, too", () => {
  it.each([
    "async def f(): [[x async for x in y] async for z in w]",
    "async def f(): {x: [x async for x in y] for z in w if await z}",
    "([x async for x in y] async for z in w)"
  ])("3.10 accepts a comprehension in another that is asynchronous itself: %s", (source) => {
    assert.strictEqual(codeOf(source, "3.10"), "ok")
  })

  it.each(["f'{x for x in y}'", "f'{x async for x in y}'", "f'{a:{x for x in y}}'"])(
    "3.11 takes the braces of an f-string for brackets: %s",
    (source) => {
      assert.strictEqual(codeOf(source, "3.11"), "ok")
      assert.strictEqual(codeOf(source, "3.12"), "bad-f-string")
      assert.strictEqual(codeOf(source.replaceAll(/x (?:async )?for x in y/g, "($&)"), "3.12"), "ok")
    }
  )
})

const failureOf = (source: string) => Either.getOrThrow(Either.flip(compiles(source, Target.of("3.11"))))

describe("where and how it is wrong", () => {
  it("names the line", () => {
    assert.strictEqual(failureOf("𝒳 = 1\n\nf(𝒳, ﬁ=1, fi=2)\n").line, 3)
    assert.strictEqual(failureOf("async def f():\n    x = {𝒳: 1 async for 𝒳 in y\n    }; 𝒳 b\n").line, 3)
    assert.strictEqual(failureOf("x = 1\n\ndef f(a, a):\n    pass\n").line, 3)
    assert.strictEqual(failureOf("x = 1\ny = (1\nz = 2\n").line, 2)
    assert.strictEqual(failureOf('x = """\n\n""" + f"""\n{a b}"""\n').line, 4)
  })

  it.each(["x = (1,\n", "def f():\n", "if x and", "x = '''a\n", "def f(a):\n    return '", "x = 1 + \\\n"])(
    "is cut off: %j",
    (source) => {
      assert.isTrue(failureOf(source).truncated)
    }
  )

  it.each([
    "x = (1,\ny = 2\n",
    "def f():\n    # your code here\n",
    "x = 'a\ny = 1\n",
    "return\n",
    "x = )",
    "del f()",
    "f() = 1"
  ])("is not cut off: %j", (source) => {
    assert.isFalse(failureOf(source).truncated)
  })

  it("reads a byte-order mark and any line ends", () => {
    assert.strictEqual(codeOf("\ufeffx = 1\r\nif x:\r    y = 2\r\n"), "ok")
  })
})
