/** Where the checks of a module stop, on both sides of each limit. */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { make } from "../../../src/code/CodeCheck.js"
import * as Cuts from "../../../src/code/python/Cuts.js"
import * as FString from "../../../src/code/python/FString.js"
import * as Guard from "../../../src/code/python/Guard.js"
import * as Literals from "../../../src/code/python/Literals.js"
import * as Numbers from "../../../src/code/python/Numbers.js"
import * as Policy from "../../../src/code/python/Policy.js"
import * as PythonCheck from "../../../src/code/python/PythonCheck.js"
import * as Shape from "../../../src/code/python/Shape.js"
import * as Target from "../../../src/code/python/Target.js"
import * as Tokenizer from "../../../src/code/python/Tokenizer.js"
import { counted } from "./steps.js"
import { ENTRY } from "./structures.js"

const TARGET = Target.of("3.12")
const { check } = make({ target: "3.12" })

const said = (source: string): string =>
  Either.match(check(source), {
    onLeft: ({ code, line }) => `${code} ${line}`,
    onRight: ({ arity }) => `ok ${arity}`
  })

const tokensOf = (source: string) => Either.getOrThrow(Tokenizer.tokenize(source, TARGET, Infinity)).all

describe("the size of a module", () => {
  it("is 256 kB of UTF-8 at most", () => {
    const KB = 1024
    const codeOf = (text: string) => Guard.check(text)?.code
    for (const [char, bytes] of [
      ["a", 1],
      ["é", 2],
      ["€", 3],
      ["𝒳", 4]
    ] as const) {
      const most = Math.floor((256 * KB) / bytes)
      assert.isUndefined(codeOf(char.repeat(most)))
      assert.strictEqual(codeOf(char.repeat(most + 1)), "too-large", char)
    }
    assert.strictEqual(Guard.check("a".repeat(300 * KB))?.message, "the module is larger than 256 kB")
  })

  it("is 32,768 tokens at most, those of f-strings among them", () => {
    const sizeOf = (source: string) => Guard.checkSize(tokensOf(source))?.code
    // Each line has two, and the end is one.
    assert.isUndefined(sizeOf(`a;\n${"a\n".repeat(16_382)}`))
    assert.strictEqual(sizeOf(`a;\na;\n${"a\n".repeat(16_381)}`), "too-large")
    assert.isUndefined(sizeOf(`if a:\n${" a\n".repeat(16_381)}`))
    assert.strictEqual(sizeOf(`if a:\n${" a\n".repeat(16_382)}`), "too-large")
    // Each has three, a line and an end; the string is one, and has both as well.
    assert.isUndefined(sizeOf(`f'${"{a}".repeat(6553)}'`))
    assert.strictEqual(sizeOf(`f'${"{a}".repeat(6554)}'`), "too-large")
  })

  it("is looked at without a rest up to 4 kB", () => {
    const restsOf = (length: number): number => {
      const source = `#${"-".repeat(length - ENTRY.length - 2)}\n${ENTRY}`
      assert.strictEqual(source.length, length)
      return counted(PythonCheck.check(source, { policy: Policy.make(), target: TARGET }))[1]
    }
    assert.strictEqual(restsOf(4096), 0)
    assert.isAbove(restsOf(4097), 3)
  })
})

describe("a chain", () => {
  const codeOf = (source: string) => {
    const failure = Guard.checkChains(tokensOf(source))
    return failure === undefined ? "ok" : `${failure.code} ${failure.line}`
  }

  it.each([
    ["of attributes", "x = a", ".a", ""],
    ["of sums", "x = a", "+a", ""],
    ["of not", "x = ", "not ", "a"],
    ["of await", "x = ", "await ", "a"],
    ["of else", "x = a", " else a", ""],
    ["of if", "x = a", " if a", ""],
    ["behind a bracket", "x = (a, b)", ".a", ""]
  ])("%s has at most 1,000 links", (_, head, link, tail) => {
    const brackets = head.endsWith(")") ? 1 : 0
    assert.strictEqual(codeOf(`b\n${head}${link.repeat(1000 - brackets)}${tail}`), "ok")
    assert.strictEqual(codeOf(`b\n${head}${link.repeat(1001)}${tail}\n`), "too-complex 2")
  })

  it.each([",", ";", "=", "\n", "lambdas,", "nothing=", "ifs\n"])("ends at %j", (end) => {
    const half = `a${".a".repeat(999)}`
    assert.strictEqual(codeOf(`${half} ${end} ${half}`.replace(/([a-z])s(?=[,=\n])/, "$1")), "ok")
  })

  it("of lambda has two links for each", () => {
    assert.strictEqual(codeOf(`x = ${"lambda: ".repeat(500)}a`), "ok")
    assert.strictEqual(codeOf(`x = ${"lambda: ".repeat(501)}a`), "too-complex 1")
  })

  it("goes on behind brackets, and begins anew within them", () => {
    const row = ".a".repeat(600)
    assert.strictEqual(codeOf(`x = a${row}(b${row})`), "ok")
    assert.strictEqual(codeOf(`x = a${row}[b${row}]`), "ok")
    assert.strictEqual(codeOf(`x = a${row}(b)${row}`), "too-complex 1")
    assert.strictEqual(codeOf(`x = a${row}[b]${row}`), "too-complex 1")
    assert.strictEqual(codeOf(`x = a${row}+{b}${row}`), "too-complex 1")
  })

  it("of elif has at most 1,000, in each column", () => {
    const branches = (count: number, indent = ""): string => `${indent}elif a: b\n`.repeat(count)
    assert.strictEqual(codeOf(`if a: b\n${branches(1000)}`), "ok")
    assert.strictEqual(codeOf(`if a: b\n${branches(1001)}`), "too-complex 1002")
    assert.strictEqual(codeOf(`if a: b\n${branches(700)}if a: b\n${branches(700)}`), "ok")
    assert.strictEqual(codeOf(`if a:\n if b: c\n${branches(700, " ")}${branches(700)}`), "ok")
  })
})

describe("nesting", () => {
  const levels = (count: number): string =>
    `${Array.from({ length: count }, (_, level) => `${" ".repeat(level)}if 1:\n`).join("")}${" ".repeat(count)}pass\n`

  it("of blocks is 99 levels deep at most, as with CPython", () => {
    assert.strictEqual(said(levels(99) + ENTRY), "ok 5")
    assert.strictEqual(said(levels(100) + ENTRY), "too-deep 101")
  })

  it("of format specifications is 100 levels deep at most, before Python 3.12 two", () => {
    const nested = (depth: number): string => `${"{a:".repeat(depth - 1)}{a}${"}".repeat(depth - 1)}`
    for (const [free, most] of [
      [true, 100],
      [false, 2]
    ] as const) {
      const read = (depth: number) => {
        const reading = new FString.Reading(nested(depth), false, free)
        return reading.read(1_000) ?? reading.fields.length
      }
      assert.strictEqual(read(most), most)
      assert.strictEqual(read(most + 1), "expressions are nested too deeply")
    }
  })
})

describe("a number", () => {
  const wrong = (literal: string): boolean => Literals.wrongWithNumber(literal) !== undefined

  it("has at most 4,300 digits, be it written with underscores or not", () => {
    assert.isFalse(wrong("9".repeat(4300)))
    assert.isTrue(wrong("9".repeat(4301)))
    assert.isFalse(wrong("9_".repeat(4299) + "9"))
    assert.isTrue(wrong("9_".repeat(4300) + "9"))
    assert.isFalse(wrong(`0x${"9".repeat(5000)}`))
    assert.isFalse(wrong(`${"9".repeat(5000)}.0`))
  })
})

describe("a row of numbers", () => {
  const shortened = (source: string): string => Numbers.shortened(source, tokensOf(source))[0]
  const numbers = (count: number): string => "1, ".repeat(count)

  it("is left as it is up to 16 numbers", () => {
    for (const count of [1, 15, 16]) {
      const source = `x = [${numbers(count)}a]`
      assert.strictEqual(shortened(source), source)
    }
    assert.strictEqual(shortened(`x = [${numbers(17)}a]`), `x = [${numbers(16)} a]`)
    assert.strictEqual(
      shortened(`x = [${numbers(19)}]\ny = [${numbers(18)}2]`),
      `x = [${numbers(16)} ]\ny = [${numbers(16)} 2]`
    )
  })

  it("keeps its lines, and the backslashes at their ends", () => {
    assert.strictEqual(shortened(`x = ${numbers(16)}1, \\\n2,\n`), `x = ${numbers(16)}\\\n \n`)
    assert.strictEqual(shortened(`x = [${numbers(16)}1, # \\ a\n2, a]`), `x = [${numbers(16)}\n a]`)
  })

  it("begins anew behind anything else", () => {
    const source = `x = [${numbers(16)}a, ${numbers(16)}-1, ${numbers(15)}]`
    assert.strictEqual(shortened(source), source)
  })

  it("is left out of the tokens as well", () => {
    const source = `x = [${numbers(20)}a]`
    const [, kept] = Numbers.shortened(source, tokensOf(source))
    assert.strictEqual(kept.length, 3 + 32 + 4)
    assert.deepStrictEqual(
      kept.map(({ text }) => text).filter((text) => text === "a" || text === "]"),
      ["a", "]"]
    )
  })
})

describe("a statement", () => {
  it("has the size of its tokens, and of each 16 characters of a text", () => {
    const sizeOf = (text: string): number => Cuts.sizeOf(tokensOf(text)[0] ?? assert.fail())
    assert.deepStrictEqual(
      [0, 13, 14, 29, 30, 46].map((length) => sizeOf(`'${"a".repeat(length)}'`)),
      [1, 1, 2, 2, 3, 4]
    )
    assert.strictEqual(sizeOf("a"), 1)
    // In brackets, with an end: 4 and the f-string itself.
    assert.strictEqual(sizeOf("f'{a}'"), 5 + (tokensOf("f'{a}'")[0]?.fields?.[0]?.tokens.length ?? 0) - 4)
  })

  const statement = (size: number, ...blocks: ReadonlyArray<Cuts.Block>): Cuts.Statement => ({ line: 1, size, blocks })
  const block = (size: number, ...statements: ReadonlyArray<Cuts.Statement>): Cuts.Block => ({
    line: 2,
    end: 9,
    size,
    statements,
    hasCases: false
  })

  it("is parsed with others up to 1,000 together", () => {
    const taken = (...sizes: ReadonlyArray<number>): number =>
      Cuts.firstOf(
        sizes.map((size) => statement(size)),
        0
      ).length
    assert.strictEqual(taken(500, 500, 1), 2)
    assert.strictEqual(taken(500, 501), 1)
    assert.strictEqual(taken(2000, 1), 1)
    assert.strictEqual(Cuts.firstOf([statement(1), statement(400), statement(600), statement(1)], 1).length, 2)
  })

  it("is cut where it has more: blocks of more than 50, and of more than 5 where that is not enough", () => {
    const cuts = (size: number, ...sizes: ReadonlyArray<number>): ReadonlyArray<number> =>
      Cuts.cutsOf(statement(size, ...sizes.map((one) => block(one)))).map(({ size }) => size)
    assert.deepStrictEqual(cuts(1000, 900), [])
    assert.deepStrictEqual(cuts(1001, 51, 50), [51])
    assert.deepStrictEqual(cuts(1051, 51, 50), [51])
    assert.deepStrictEqual(cuts(1052, 51, 50, 6, 5), [51, 50, 6])
  })

  it("is cut in its cases, which are none themselves", () => {
    const cases: Cuts.Block = { ...block(900, statement(60, block(55)), statement(60, block(40))), hasCases: true }
    assert.deepStrictEqual(
      Cuts.cutsOf(statement(1010, cases)).map(({ size }) => size),
      [55]
    )
    assert.strictEqual(Cuts.restOf(statement(1010), [block(10), block(100)]), 900)
  })
})

describe("what a name is", () => {
  it("is followed through 20 others", () => {
    const aliases = (count: number): string =>
      `x0 = lambda a, b: 1\n${Array.from({ length: count }, (_, index) => `x${index + 1} = x${index}\n`).join("")}execute_trade = x${count}\n`
    assert.strictEqual(said(aliases(18)), "wrong-parameters 20")
    // Nobody knows then, and a name may be called.
    assert.strictEqual(said(aliases(19)), "ok 5")
  })

  it("is followed through a circle", () => {
    assert.strictEqual(said("a = b = 1\na = b\nb = a\nexecute_trade = a\n"), "ok 5")
  })
})

describe("the paths through a function", () => {
  it("are followed for 100,000 steps, and it is left alone where there are more", () => {
    /** Six loops, each of which is followed twice for each turn of the one around it. */
    const module = (statements: number): string => {
      const levels = [0, 1, 2, 3, 4, 5]
      const heads = levels.map((level) =>
        `x${level} = 1\ndel x${level}\nfor b in a:\n`.replaceAll(/^(?=.)/gm, " ".repeat(level + 1))
      )
      const ends = levels.map((level) => `${" ".repeat(level + 2)}x${level} = 1\n`).toReversed()
      const body = `${" ".repeat(7)}${"a; ".repeat(statements)}a\n`
      return `${ENTRY}def f(a):\n${heads.join("")}${body}${ends.join("")} print(y)\n y = 1\n`
    }
    assert.strictEqual(said(module(771)), "unbound-local 29")
    assert.strictEqual(said(module(772)), "ok 5")
  })
})

describe("the shape of a module", () => {
  const of = (source: string): Shape.Shape => Shape.of(source) ?? assert.fail(source)

  it("is counted in runs of five nodes", () => {
    const shape = of("a = b = c")
    const nodes = shape.exact.split(" ").length
    assert.strictEqual(shape.size, nodes - 4)
    assert.isTrue([...shape.runs.keys()].every((run) => run.split(" ").length === 5))
    assert.strictEqual(of("1").size, 1)
    assert.strictEqual(of("").size, 1)
  })

  it("has a list of eight constants as one", () => {
    const list = (count: number): string => of(`x = [${"1, ".repeat(count)}]`).exact
    assert.notStrictEqual(list(6), list(7))
    assert.strictEqual(list(8), list(9))
    assert.notInclude(list(8), "number")
    assert.include(of(`x = [${"1, ".repeat(8)}a]`).exact, "number")
    assert.strictEqual(of(`x = (${"1, ".repeat(8)})`).exact, list(8))
  })

  it("is alike to the share of runs that two have in common", () => {
    const [one, two] = [of("a = 1\nb = 2\nc = 3"), of("a = 1\nb = 2\nc = d")]
    assert.strictEqual(Shape.likeness(one, one), 1)
    assert.strictEqual(Shape.likeness(one, two), Shape.likeness(two, one))
    assert.isBelow(Shape.likeness(one, two), 1)
    assert.isAbove(Shape.likeness(one, two), 0.5)
    assert.strictEqual(Shape.likeness(one, of("def f(): return lambda: x.y.z")), 0)
  })
})
