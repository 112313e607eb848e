/** What the parser is given in one go: counted, so that nothing depends on what else the machine does. */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { afterAll, beforeEach, vi } from "vitest"
import { make } from "../../../src/code/CodeCheck.js"
import * as Line from "../../../src/code/extraction/Line.js"
import * as Cuts from "../../../src/code/python/Cuts.js"
import * as Guard from "../../../src/code/python/Guard.js"
import * as PyAst from "../../../src/code/python/PyAst.js"
import * as Rewrite from "../../../src/code/python/Rewrite.js"
import * as Target from "../../../src/code/python/Target.js"
import type { Token, Tokens } from "../../../src/code/python/Token.js"
import * as Tokenizer from "../../../src/code/python/Tokenizer.js"
import { shapes } from "./shapes.js"
import { counted } from "./steps.js"

const texts: Array<string> = []

/** All that is parsed is parsed there. */
const { parsed } = PyAst
const parsing = vi.spyOn(PyAst, "parsed").mockImplementation((text, place, tokens) => {
  texts.push(text)
  return parsed(text, place, tokens)
})
afterAll(() => parsing.mockRestore())

const { accept } = make()

beforeEach(() => {
  texts.length = 0
  // It would keep the trees of all tests.
  parsing.mockClear()
})

const sizeIn = ({ all }: Tokens): number => all.reduce((size, token) => size + Cuts.sizeOf(token), 0)

const tokensOf = (text: string): Either.Either<Tokens, unknown> => Tokenizer.tokenize(text, Target.of("3.11"), Infinity)

const sizeOf = (text: string): number => sizeIn(Either.getOrThrow(tokensOf(text)))

/** The most that a text of this length can come to: a token for each character, and one for the end of each indentation. */
const boundOf = (text: string): number => 2 * text.length

/** The largest size of what was parsed since the test began, where one is above `bound`. */
const largest = (bound: number): number =>
  texts.reduce((most, text) => (boundOf(text) <= bound ? most : Math.max(most, sizeOf(text))), 0)

/** The most characters that were parsed at once since the test began. */
const longest = (): number => texts.reduce((most, text) => Math.max(most, text.length), 0)

const unfenced = (answer: string): string => answer.replace(/^```python\n/, "").replace(/```\n$/, "")

const verdictOn = (answer: string): string =>
  Either.match(accept(answer), { onLeft: ({ code }) => code, onRight: () => "accepted" })

/** What nothing divides. */
const UNBROKEN = new Set(["an f-string with a long expression", "texts side by side", "a name as long as the module"])

/** A module of this length is twice what is parsed at once, and more; one of few tokens has to be longer. */
const DENSE = 16 * 1024

/** Of what is longer than the parser is given, the shorter one is what it is given all of. */
const LENGTHS = [54 * 1024, 25 * 1024]

const isDense = (answer: string, most: number): boolean => {
  const tokens = answer.startsWith("```python\n") ? tokensOf(unfenced(answer)) : Either.left(undefined)
  return Either.isRight(tokens) && sizeIn(tokens.right) > 2 * most
}

describe("the parser is given a few statements or elements at once", () => {
  it.each(Object.entries(shapes))("%s", (name, shape) => {
    const most = UNBROKEN.has(name) ? Guard.MAX_PIECE : 3 * Cuts.PART
    for (const length of isDense(shape(DENSE), most) ? [DENSE] : LENGTHS) {
      const verdict = verdictOn(shape(length))
      assert.isAtMost(largest(most), most)
      if (verdict !== "too-large") return
    }
  })

  it.each(["a long list", "numbers on lines of their own"])("%s leaves nothing but its line breaks", (name) => {
    const lines = shapes[name]?.(240 * 1024).split("\n").length ?? 0
    verdictOn(shapes[name]?.(240 * 1024) ?? "")
    assert.isAtMost(longest(), lines + 1024)
  })

  it.each([
    ["a long list", 200],
    ["f-strings without expressions", 54],
    ["f-strings with an expression", 25],
    ["f-strings in f-strings", 25],
    ["a line that is continued", 45]
  ])("and accepts %s", (name, kilobytes) => {
    assert.strictEqual(verdictOn(shapes[name]?.(kilobytes * 1024) ?? ""), "accepted")
    assert.isAtLeast(texts.length, 1)
  })
})

/** The expressions in f-strings, and in those in them. */
const fieldsIn = (tokens: ReadonlyArray<Token>): number =>
  tokens.reduce((count, { fields = [] }) => fields.reduce((sum, field) => sum + 1 + fieldsIn(field.tokens), count), 0)

/** Of these nothing comes to an end before all of the text is read. */
const LENGTH = 24 * 1024

const moduleIn = (name: string): string => unfenced(shapes[name]?.(LENGTH) ?? "")

describe("what comes before and behind the parser rests as often", () => {
  const names = Object.keys(shapes).filter((name) => /f-string|table|function/.test(name))

  it.each(names)("%s: the tokenizer, and what rewrites the text for the parser", (name) => {
    const text = moduleIn(name)
    const [found, rests] = counted(Tokenizer.tokenizing(text, Target.of("3.11"), Infinity))
    const { all } = Either.getOrThrow(found)
    // An expression takes as long as a few dozen characters.
    assert.isAtLeast(rests, Math.floor((text.length + 32 * fieldsIn(all)) / 8192))
    const [rewritten, more] = counted(Rewrite.rewriting(text, all))
    assert.isAtLeast(more, Math.floor(all.length / 1024))
    assert.strictEqual(rewritten, Rewrite.forParser(text, all))
  })

  it("an f-string with thousands of fields", () => {
    const text = `x = f'''${"{a}  ".repeat(5000)}{'''\n`
    const [found, rests] = counted(Tokenizer.tokenizing(text, Target.of("3.11"), Infinity))
    assert.deepStrictEqual(Either.isLeft(found) && [found.left.code, found.left.line], ["bad-f-string", 1])
    assert.isAtLeast(rests, 3)
  })

  it("a line as long as an answer, which comes to what it comes to at once", () => {
    for (const [end, quote] of [
      ["", ""],
      ["'''", ""],
      ["# ```", ""],
      ["```", ""],
      ["'''```", "'''"],
      ["'", ""]
    ] as const) {
      const line = `${"f('a', [b]), (".repeat(20_000)}${end}`
      const [scan, rests] = counted(Line.scanning(line, quote))
      assert.deepStrictEqual(scan, Line.scan(line, quote))
      assert.isAtLeast(rests, quote === "" ? Math.floor(line.length / Line.PART) : 1)
    }
  })
})
