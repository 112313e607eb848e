import { assert, describe, it } from "@effect/vitest"
import { Either, FastCheck } from "effect"
import { make } from "../../../src/code/CodeCheck.js"
import { CHECK_DIED } from "../../../src/domain/CodeFailure.js"
import { times } from "../properties.js"
import { good } from "./fixtures.js"
import { mutations } from "./mutations.js"

const { accept, check } = make()

/** Fails on an exception, and on one that was caught and passed off as a verdict. */
const survives = (text: string): void => {
  for (const run of [accept, check]) {
    const result = run(text)
    if (Either.isLeft(result)) assert.notStrictEqual(result.left.code, CHECK_DIED, JSON.stringify(text).slice(0, 500))
  }
}

const fragments = FastCheck.constantFrom(
  ..."( ) [ ] { } : , . ; = := -> * ** @ \\ \" ' \"\"\" ''' f' f\"{ } {{ ` ``` ~~~ ```python # \n \r \r\n \t \f \0 \ud800 😀 é ａ <think> </think> assistantfinal \\n \\x \\N{ 0 012 1_ 0x def class return yield await async with as if elif else for in not lambda import from global nonlocal match case try except finally execute_trade (a,b,c): pass _".split(
    " "
  ),
  " ",
  "    ",
  "\n    "
)

describe("whatever the text is", () => {
  it("arbitrary text", () => {
    const character = FastCheck.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code))
    const text = FastCheck.array(character, { maxLength: 200 }).map((parts) => parts.join(""))
    FastCheck.assert(FastCheck.property(text, survives), { numRuns: times(50), seed: 1 })
  })

  it("fragments of code, fences and tags", () => {
    const text = FastCheck.array(fragments, { maxLength: 60 }).map((parts) => parts.join(""))
    FastCheck.assert(FastCheck.property(text, survives), { numRuns: times(125), seed: 2 })
  })

  it("mutations of good programs, and beginnings of them", () => {
    for (const source of mutations(good, times(50), 7)) survives(source)
    // A step that is no divisor of anything: together the programs are cut at every kind of place.
    for (const [index, source] of good.entries()) {
      for (let end = index; end < source.length; end += 41) survives(`\`\`\`python\n${source.slice(0, end)}`)
    }
  })

  it("the same text gets the same verdict again", () => {
    for (const source of mutations(good, times(20), 8)) {
      assert.deepStrictEqual(Either.mapLeft(check(source), String), Either.mapLeft(check(source), String))
    }
  })
})

describe("the largest and deepest texts take a bounded time", () => {
  /** Large enough to tell what grows with the square of it; the largest of all is tried below. */
  const SIZE = 80 * 1024
  /** Some hundred times what each takes on an idle machine. */
  const LIMIT = 5_000
  const fill = (part: string): string => part.repeat(Math.floor(SIZE / part.length))
  const entry = "def execute_trade(a, b, c):\n    return 'HOLD'\n"

  const texts: Readonly<Record<string, string>> = {
    spaces: fill(" "),
    "line breaks": `${fill("\n")}x`,
    brackets: fill("("),
    "closing brackets": fill(")"),
    minus: `x = ${fill("-")}1`,
    not: `x = ${fill("not ")}1`,
    lambdas: `x = ${fill("lambda: ")}1`,
    elif: `if a:\n b\n${fill("elif a:\n b\n")}`,
    calls: `x = a${fill("()")}`,
    quotes: fill('"'),
    "triple quotes": fill('"""'),
    backslashes: fill("\\\n"),
    digits: `x = ${fill("1")}`,
    fields: `x = f'${fill("{a}")}'`,
    "nested fields": `x = f"${fill("{f'{")}"`,
    "assignment expressions": `x = ['é', ${fill("(a := 1),")}]`,
    branches: `def f():\n${Array.from({ length: 3000 }, (_, index) => ` if a: v${index} = 1\n`).join("")}`,
    loops: `def f():\n${Array.from({ length: 19 }, (_, level) => `${" ".repeat(level + 1)}for x in y:\n`).join("")}${fill(" ".repeat(20) + "a = 1\n")}`,
    "undefined names": fill("unknown\n"),
    definitions: fill(entry),
    fences: fill("```\n"),
    "open fences": fill(`\`\`\`python\n${entry}`),
    "thinking blocks": fill("<think>\n"),
    markers: fill("<|im_end|>   "),
    sentences: `${"the price is low\n".repeat(2500)}${entry}${"it doesn't matter (much\n".repeat(1500)}`,
    "one long line": `Here ${fill("a a : ")}\n${entry}`,
    "JSON strings": fill('"def execute_trade\\n" '),
    "too large": fill(entry).repeat(4)
  }
  it.each(Object.entries(texts))("%s", (_, text) => {
    const start = performance.now()
    survives(text)
    assert.isBelow(performance.now() - start, LIMIT)
  })

  const padded = (size: number): string => `${entry}#${"x".repeat(size - entry.length - 1)}`
  it("the largest file that is read, and the first that is not", () => {
    assert.isTrue(Either.isRight(check(padded(256 * 1024))))
    const refused = check(padded(256 * 1024 + 1))
    assert.strictEqual(Either.isLeft(refused) ? refused.left.code : "ok", "too-large")
  })
})
