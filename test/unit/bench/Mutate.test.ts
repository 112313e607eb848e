import { assert, describe, it } from "@effect/vitest"
import { chosen, nearness, systemTests } from "../../../bench/mutate/Choice.js"
import { importsIn, reached } from "../../../bench/mutate/Imports.js"
import { type Candidate, interval, sample } from "../../../bench/mutate/Sample.js"
import { isProgram, marked, mutated, of } from "../../../bench/mutate/Source.js"

/** All that an operator makes of a small program. */
const made = (operator: string, text: string): ReadonlyArray<string> => {
  const source = of(text)
  return source.mutants.filter((mutant) => mutant.operator === operator).map((mutant) => mutated(source, mutant))
}

const within = (statements: string): string => `const f = function* (a, b) { ${statements} }`

describe("an operator", () => {
  it.each<[operator: string, text: string, mutants: ReadonlyArray<string>]>([
    ["condition turned round", "a ? 1 : 2", ["!(a) ? 1 : 2"]],
    ["condition turned round", "a < b ? 1 : 2", ["!(a < b) ? 1 : 2"]],
    ["condition turned round", "a === b ? 1 : 2", []],
    ["other comparison", "a < b", ["(a <= b)"]],
    ["other comparison", "a >= b", ["(a > b)"]],
    ["other comparison", "a !== b", ["(a === b)"]],
    ["other calculation", "a + b", ["(a - b)"]],
    ["other calculation", "a + 'text'", []],
    ["other calculation", "a + 'text' + b", []],
    ["other calculation", "a % b", ["(a * b)"]],
    ["other assignment", "a += b", ["(a -= b)"]],
    ["and for or", "a || b && c", ["(a && b && c)", "a || (b || c)"]],
    ["and for or", "a ?? b", []],
    ["without the fallback", "a ?? b", ["(a)"]],
    ["number off by one", "f(5)", ["f(6)", "f(4)"]],
    ["number off by one", "f(0)", ["f(1)"]],
    ["number off by one", "f(void 0, 0.5)", []],
    ["true for false", "f(true, { a: false })", ["f(false, { a: false })", "f(true, { a: true })"]],
    ["true for false", "f({ discard: true })", []],
    ["other flag", 'open(file, { flag: "wx" })', ['open(file, { flag: "w" })']],
    ["other flag", 'f("w")', []],
    ["statement left out", within("f(a); return b"), [within("; return b")]],
    ["statement left out", within("yield* f(a); b = a"), [within("; b = a"), within("yield* f(a); ;")]],
    ["statement left out", within("const c = f(a)"), []],
    [
      "step left out",
      "a.pipe(Effect.map(f), Effect.zipRight(file.sync), Effect.uninterruptible)",
      ["a.pipe(Effect.map(f), Effect.uninterruptible)", "a.pipe(Effect.map(f), Effect.zipRight(file.sync))"]
    ],
    ["step left out", "a.pipe(Effect.tap(f))", ["a.pipe()"]],
    ["element left out", "[a, b, c]", ["[b, c]", "[a, c]", "[a, b]"]],
    ["element left out", "[a]", []],
    ["element left out", "[[a, b]]", []],
    [
      "row left out",
      "t = { a, b, c, d }",
      ["t = { b, c, d }", "t = { a, c, d }", "t = { a, b, d }", "t = { a, b, c }"]
    ],
    ["row left out", "t = { a, b, c }", []],
    ["row left out", within("return { a, b, c, d }"), []],
    ["word left out", "t = `a bc d ef`", ["t = ` bc d ef`", "t = `a  d ef`", "t = `a bc  ef`", "t = `a bc d `"]],
    ["word left out", "t = 'Not a list, a sentence.'", []],
    ["other call", "a.some(f) && Math.min(a, b)", ["a.every(f) && Math.min(a, b)", "a.some(f) && Math.max(a, b)"]],
    ["other call", "Option.some(a) || min(a)", []],
    ["none instead of some", "Option.some(a)", ["Option.none()"]]
  ])("%s, in %s", (operator, text, mutants) => {
    assert.deepStrictEqual(made(operator, text), mutants)
  })

  it("leaves names of modules alone", () => {
    assert.deepStrictEqual(of('import * as a from "wx"\nexport * from "r+"').mutants, [])
  })
})

describe("a mutant", () => {
  it("has its line and shows what was changed", () => {
    const { mutants } = of("f()\nconst x = a < b")
    assert.deepStrictEqual(
      mutants.map(({ change, line }) => [line, change]),
      [
        [1, "f()  =>  ;"],
        [2, "const x = a < b  =>  const x = (a <= b)"]
      ]
    )
  })

  it("is none when it is no program", () => {
    const source = of("f(a, b)")
    const [mutant] = source.mutants
    if (mutant === undefined) throw new Error("no mutant")
    assert.isTrue(isProgram(source, mutant))
    assert.isFalse(isProgram(source, { ...mutant, edit: { start: 1, end: 2, text: "" } }))
  })
})

describe("marks", () => {
  /** The sites that a program comes to. */
  const come = (text: string): ReadonlyArray<number> => {
    const sites: Array<number> = []
    const noting = new Proxy(sites, { set: (target, site) => target.push(Number(site)) > 0 })
    // A program of this test, and of nobody else.
    new Function("__sites", marked(of(text), 10))(noting)
    return sites
  }

  it("tell which statements, branches and values a program comes to, and change nothing else", () => {
    assert.deepStrictEqual(come("const f = (a) => a; f(1)"), [10])
    assert.deepStrictEqual(come("const f = (a) => a"), [])
    assert.deepStrictEqual(come("const f = (a) => ({ a }); if (f(1).a !== 1) throw new Error()"), [10])
    assert.deepStrictEqual(come("function f(a) { if (a) return 1; else return 2 } f(false)"), [10, 12])
    assert.deepStrictEqual(
      come("function f(a) { for (const b of a) if (b) continue; return 1 } f([0, 1])"),
      [10, 11, 11, 12, 13]
    )
  })
})

describe("a sample", () => {
  const source = of("const f = (a) => [a + 1, a + 2, a + 3]\nconst g = (a) => a < 1\nconst h = (a) => a > 2")
  const all: ReadonlyArray<Candidate> = source.mutants.map((mutant) => ({ file: "src/a.ts", mutant }))

  it("is the same for the same seed, and has no line twice", () => {
    const chosen = sample(all, 3, 7)
    assert.deepStrictEqual(sample(all, 3, 7), chosen)
    assert.deepStrictEqual(chosen.map(({ mutant }) => mutant.line).toSorted(), [1, 2, 3])
    assert.isAbove(new Set(Array.from({ length: 20 }, (_, seed) => sample(all, 1, seed)[0])).size, 3)
  })

  it("has an interval that is the narrower the more there is in it", () => {
    // Wilson's formula, by hand.
    const [from, to] = interval(85, 100)
    assert.closeTo(from, 0.7672, 0.0001)
    assert.closeTo(to, 0.9069, 0.0001)
    assert.deepStrictEqual(interval(0, 0), [0, 1])
    assert.strictEqual(interval(10, 10)[1], 1)
  })
})

describe("the tests of a mutant", () => {
  it("come in the order of what they promise for what they cost", () => {
    const file = "src/api/wire/Classify.ts"
    const tests = [
      { file: "test/unit/flow/Permits.test.ts", cost: 0.1 },
      { file: "test/unit/api/wire/classify.test.ts", cost: 0.5 },
      { file: "test/unit/api/wire/secret.test.ts", cost: 0.5 },
      { file: "test/unit/api/wire/fuzz.test.ts", cost: 60 }
    ]
    assert.deepStrictEqual(
      chosen(file, tests, 10).map((test) => test.file.split("/").at(-1)),
      ["classify.test.ts", "secret.test.ts", "Permits.test.ts"]
    )
    assert.deepStrictEqual(chosen(file, tests.slice(3), 10), tests.slice(3))
    assert.isAbove(
      nearness(file, "test/unit/api/wire/classify.test.ts"),
      nearness(file, "test/unit/api/Models.test.ts")
    )
  })

  it("are found by what they import, types left out", () => {
    const text = [
      'import type { A } from "./A.js"',
      'import { type B, b } from "../b/B.js"',
      'export * as C from "algogen/node"',
      'const d = () => import("./D.js")',
      'import { x } from "effect"'
    ].join("\n")
    assert.deepStrictEqual(importsIn("src/a/E.ts", text), ["src/b/B.ts", "src/node.ts", "src/a/D.ts"])
    const files = new Map([
      ["a.ts", 'import "./b.js"'],
      ["b.ts", 'import "./a.js"\nimport "./c.js"']
    ])
    assert.deepStrictEqual([...reached("a.ts", (file) => files.get(file))], ["a.ts", "b.ts", "c.ts"])
  })

  it("of the system run on the sources or on the built command", () => {
    assert.include(systemTests("src/storage/WholeFile.ts", false), "test/system/world/World.test.ts")
    assert.include(systemTests("src/cli/bulk/Bulk.ts", true), "test/system/command/Bulk.test.ts")
    assert.notInclude(systemTests("src/cli/bulk/Bulk.ts", false), "test/system/command/Bulk.test.ts")
  })
})
