import { describe, it } from "@effect/vitest"
import { assertFalse, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Either, FastCheck as fc } from "effect"
import * as Catalog from "../../../src/api/Catalog.js"
import * as CodeCheck from "../../../src/code/CodeCheck.js"
import * as CodeFailure from "../../../src/domain/CodeFailure.js"
import { hiding, isNeutral, neutral } from "../../../src/domain/Neutral.js"
import { character, times } from "../properties.js"

const module = (line: string) => `def execute_trade(ticker, price, tick, cash_balance, shares_held):
    ${line}
    return "HOLD"
`

const verdictOf = (source: string) =>
  Either.match(CodeCheck.make().check(source), {
    onLeft: ({ code, line, message }) => `${code} ${line}: ${message}`,
    onRight: () => "accepted"
  })

describe("text for logs", () => {
  it("names what a terminal would obey", () => {
    strictEqual(neutral("a\u001b[2Jb\u202ec\u0007\u009b1m"), "a<U+001B>[2Jb<U+202E>c<U+0007><U+009B>1m")
    strictEqual(neutral("a\nb\tc\r\nd"), "a b c  d")
    strictEqual(neutral("größer ✓ 日本"), "größer ✓ 日本")
  })

  it("is neutral whatever it was, and left alone where it is", () =>
    fc.assert(
      fc.property(fc.array(character), (all) => {
        const text = all.join("")
        assertTrue(isNeutral(neutral(text)))
        if (isNeutral(text)) strictEqual(neutral(text), text)
        assertTrue(isNeutral(CodeFailure.of("names", "x", text).message))
      }),
      { numRuns: times(200) }
    ))

  it("has no names from a server's list that hold such characters", () => {
    const listed = Catalog.decodeModels({ data: [{ id: "a/\u001b[31mred" }, { id: "b/\u202egpt" }, { id: "c/plain" }] })
    deepStrictEqual(
      listed?.map(({ id }) => id),
      ["c/plain"]
    )
  })
})

describe("code that hides something", () => {
  for (const [name, character] of [
    ["U+202E", "\u202e"],
    ["U+2066", "\u2066"],
    ["U+200F", "\u200f"],
    ["U+2028", "\u2028"],
    ["U+001B", "\u001b"],
    ["U+0008", "\b"],
    ["U+007F", "\u007f"],
    ["U+009B", "\u009b"]
  ] as const) {
    it(`${name} is named in the verdict, in a comment and in a text`, () => {
      const message = `the character ${name} could hide what the code does: write it as an escape, or leave it out`
      strictEqual(verdictOf(module(`x = 1  # a${character}b`)), `hidden-character 2: ${message}`)
      strictEqual(verdictOf(module(`x = "a${character}b"`)), `hidden-character 2: ${message}`)
      strictEqual(hiding(`a\nb\n${character}`)?.line, 3)
    })
  }

  it("other characters are no matter", () => {
    for (const text of ["größer", "日本語", "👩‍💻", "\\u202e \\x1b[0m", "a\tb", "العربية"]) {
      strictEqual(verdictOf(module(`x = "${text}"`)), "accepted", text)
    }
    assertFalse(verdictOf(module("x = 1\f")).startsWith("hidden-character"))
  })
})
