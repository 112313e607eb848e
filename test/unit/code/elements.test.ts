/** Large statements whose elements are parsed by themselves: the same trees, and the same mistakes on the same lines. */
import { assert, describe, it } from "@effect/vitest"
import { Either, FastCheck } from "effect"
import { make } from "../../../src/code/CodeCheck.js"
import * as Cuts from "../../../src/code/python/Cuts.js"
import * as Guard from "../../../src/code/python/Guard.js"
import * as Parser from "../../../src/code/python/Parser.js"
import * as PyAst from "../../../src/code/python/PyAst.js"
import { tree as compiles } from "../../../src/code/python/PythonCheck.js"
import * as Rewrite from "../../../src/code/python/Rewrite.js"
import * as Statement from "../../../src/code/python/Statement.js"
import * as Target from "../../../src/code/python/Target.js"
import type { Tokens } from "../../../src/code/python/Token.js"
import * as Tokenizer from "../../../src/code/python/Tokenizer.js"
import { times } from "../properties.js"
import { Maker } from "./expressions.js"
import { fenced } from "./shapes.js"
import { counted } from "./steps.js"

const TARGET = Target.of("3.13")

/** As the parser is shown it, undefined where the tokenizer refuses it. */
const readable = (source: string): { readonly text: string; readonly tokens: () => Tokens } | undefined => {
  const tokens = Tokenizer.tokenize(source, TARGET)
  if (Either.isLeft(tokens)) return undefined
  const text = Rewrite.forParser(source, tokens.right.all)
  return { text, tokens: () => Either.getOrElse(Tokenizer.tokenize(text, TARGET, Infinity), () => tokens.right) }
}

const HAS_BLOCKS = /^(?:.*Def|(?:Async)?(?:With|For)|If|While|Try.*|Match.*|ExceptHandler)$/

/** Without the ends of statements with blocks, which nobody reads. */
const shown = (tree: unknown): string =>
  JSON.stringify(tree, function (this: { readonly nodeType?: unknown }, key, value: unknown) {
    if (key.startsWith("end_") && HAS_BLOCKS.test(String(this.nodeType))) return undefined
    return typeof value === "bigint" ? `${value}` : value
  })

const verdict = (parsed: PyAst.Parsed): unknown =>
  Either.match(parsed, { onLeft: ({ failure }) => ({ ...failure }), onRight: ({ body }) => shown(body) })

/** Both verdicts on a statement: in the smallest parts, and as a whole. */
const both = (source: string, sizes: { readonly least: number; readonly part: number }) => {
  const shown = readable(source)
  if (shown === undefined) return undefined
  const { text, tokens } = shown
  const [inParts, rests] = counted(Statement.parsed({ text, lines: 0, line: 1 }, tokens, sizes))
  const whole = PyAst.parsed(text, PyAst.TOP, tokens)
  return { inParts: verdict(inParts), whole: verdict(whole), isRight: Either.isRight(whole), rests }
}

const sizes = FastCheck.record({ least: FastCheck.constantFrom(2, 6, 20), part: FastCheck.constantFrom(1, 4, 15) })

describe("a statement that is parsed in parts", () => {
  it("has the tree that it has as a whole", () => {
    let right = 0
    let cut = 0
    const property = FastCheck.property(FastCheck.integer(), sizes, (seed, sizes) => {
      const source = `${new Maker(seed).statement(3)}\n`
      const found = both(source, sizes)
      assert.deepStrictEqual(found?.inParts, found?.whole, source)
      if (found?.isRight === true) right += 1
      if ((found?.rests ?? 0) > 3) cut += 1
    })
    FastCheck.assert(property, { numRuns: times(200), seed: 3 })
    assert.isAbove(right, times(200) / 2)
    assert.isAbove(cut, times(200) / 2)
  })

  it("has the mistake that it has as a whole, on the same line", () => {
    let wrong = 0
    const property = FastCheck.property(FastCheck.integer(), sizes, (seed, sizes) => {
      const maker = new Maker(seed)
      const source = `${maker.broken(maker.statement(3, 2))}\n`
      const found = both(source, sizes)
      assert.deepStrictEqual(found?.inParts, found?.whole, source)
      if (found?.isRight === false) wrong += 1
    })
    FastCheck.assert(property, { numRuns: times(300), seed: 5 })
    assert.isAbove(wrong, times(300) / 4)
  })

  const many = (element: string, count = 700): string => element.repeat(count)

  it.each([
    ["a list", `x = [${many("a, ")}]`],
    ["a table", `x = {\n${many("    'A': ('a', 'b'), # c\n", 200)}}`],
    ["a call", `f(a, ${Array.from({ length: 400 }, (_, index) => `k${index}=1`).join(",\n")}, **b)`],
    ["an f-string", `x = f'''${many("{a} é\n", 400)}'''`],
    ["tables in a table", `x = {${many(`'é': [${many("(a, b(1)), ", 10)}], `, 20)}}`],
    ["what follows an iterable", `for a in [${many("b, ")}]:\n    [${many("c, ")}]`],
    ["a comprehension", `x = {a: b for a, b in [${many("(1, 'a'), ", 300)}]}`],
    ["types", `x: Literal[${many("'a', ")}] = 1`],
    ["a table in a block", `if a:\n    x = 1\n    y = [${many("f(b), ", 300)}]\nelse:\n    z = 2`],
    ["a target", `[${many("a, ")}] = x`],
    ["what yield gives", `x = [(yield ${many("a, ")})]`],
    ["parameters", `def f(*, ${Array.from({ length: 600 }, (_, index) => `a${index}`).join(", ")}): pass`],
    ["bases", `class A(${many("b, ")}metaclass=C): pass`],
    ["an import", `from a import (${many("b, ")})`],
    ["branches", `if a: pass\n${many("elif a == 'A':\n    x = 1\n", 200)}`],
    ["cases", `match a:\n${many("    case 1:\n        x = 1\n", 200)}`],
    ["a mistake", `x = [${many("a, ")}b c, ${many("a, ")}]`],
    ["a mistake behind it", `x = [${many("a, ")}] y`],
    ["a mistake before it", `x = = [${many("a, ")}]`],
    ["a mistake on the way", `f(a=1, ${many("b=2, ")}c, ${many("b=2, ")})`],
    ["another on the way", `f(**a, ${many("b=2, ")}*c)`],
    ["no end behind an unpacking", `f(${many("a, ")}**b,`],
    ["no end", `x = {'a': [${many("(a, b), ", 300)}(b, # c`]
  ])("of the usual size: %s", (_, source) => {
    const shown = readable(`${source}\n`)
    assert.isDefined(shown)
    if (shown === undefined) return
    const { text, tokens } = shown
    const original = Either.getOrThrow(Tokenizer.tokenize(`${source}\n`, TARGET))
    const [inParts] = counted(Parser.tree(text, Cuts.statements(original.all), tokens))
    const [whole] = counted(Parser.tree(text, [], tokens))
    assert.deepStrictEqual(
      Either.mapBoth(inParts, { onLeft: ({ failure }) => ({ ...failure }), onRight: ({ body }) => shownBody(body) }),
      Either.mapBoth(whole, { onLeft: ({ failure }) => ({ ...failure }), onRight: ({ body }) => shownBody(body) })
    )
  })

  const shownBody = (body: unknown): string => shown(body)

  it("takes no part of more than it may", () => {
    const source = `x = {\n${many("    'A': [('a', 'b'), f(1, c=2)],\n", 600)}}\n`
    const { text, tokens } = readable(source) ?? assert.fail("it is right")
    const [parsed, rests] = counted(Statement.parsed({ text, lines: 0, line: 1 }, tokens))
    assert.isTrue(Either.isRight(parsed))
    assert.isAtLeast(rests, tokens().all.length / Cuts.PART)
  })
})

describe("what nothing divides is bounded", () => {
  const verdictOn = (module: string): string => {
    const result = make().accept(fenced(module))
    return Either.isLeft(result) ? `${result.left.code} ${result.left.line}` : "accepted"
  }
  const sentenceOf = (module: string): string =>
    Either.match(make().accept(fenced(module)), { onLeft: ({ message }) => message, onRight: () => "accepted" })
  const sentence =
    "what cannot be divided here has more than 4,096 names, numbers and signs (16 characters of a text count as one): split it"
  const half = Guard.MAX_PIECE / 2

  it.each([
    ["a row of names without brackets", (count: number) => `a = price = 1\n\nx = ${"price, ".repeat(count)}a\n`],
    ["a row of targets", (count: number) => `a = 1\n\n${"price = ".repeat(count)}a\n`],
    ["a target in brackets", (count: number) => `a = 1\n\n[${"price, ".repeat(count)}] = a\n`],
    ["strings side by side", (count: number) => `a = 1\n\nx = [${"'abc'\n".repeat(2 * count)}]\n`],
    ["the same as an element", (count: number) => `a = 1\n\nx = [a, ${"'abc'\n".repeat(2 * count)}]\n`]
  ])("%s", (_, make) => {
    assert.strictEqual(verdictOn(make(half - 10)), "accepted")
    assert.strictEqual(verdictOn(make(half + 10)), "too-large 3")
    assert.strictEqual(sentenceOf(make(half + 10)), sentence)
  })

  it("a long text", () => {
    const text = (length: number): string => `a = 1\nx = [a, "${"b".repeat(length)}"]\n`
    assert.strictEqual(verdictOn(text(60 * 1024)), "accepted")
    assert.strictEqual(verdictOn(text(66 * 1024)), "too-large 2")
  })

  it("but a mistake in its beginning is told", () => {
    const row = "price, ".repeat(Guard.MAX_PIECE)
    assert.strictEqual(verdictOn(`a = 1\n\nx = a a, ${row}\n`), "invalid-syntax 3")
    assert.strictEqual(verdictOn(`a = 1\nx = [a,\n${"'abc'\n".repeat(100)} a, ${row}]\n`), "invalid-syntax 103")
    assert.strictEqual(verdictOn(`a = 1\nx = ${row} a a\n`), "too-large 2")
  })

  it("and a bracket that nothing closes is told, however much follows", () => {
    const line = "    prices = [float(price) for price in prices]\n"
    assert.strictEqual(
      verdictOn(`def f(prices):\n${line.repeat(10)}    print(max(prices, 1)\n${line.repeat(1000)}`),
      "unclosed-bracket 12"
    )
  })

  it("and nothing else: a table may be as large as a module", () => {
    assert.strictEqual(verdictOn(`a = 1\nx = [${"a, ".repeat(16_000)}]\n`), "accepted")
  })

  it("in a program that is wrong, too", () => {
    assert.isTrue(Either.isLeft(compiles(`x = [${"a, ".repeat(15_000)}b c]\n`, TARGET)))
  })
})
