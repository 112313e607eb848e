import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, FastCheck as fc } from "effect"
import * as Json from "../../../../src/cli/documents/Json.js"
import { character, times } from "../../properties.js"

const OBEYED = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\u2028\u2029]/u

describe("what is printed as JSON", () => {
  it("spells out what a terminal, an editor or a reader of lines would obey", () => {
    const value = {
      text: "a\u001b[31m\u009b1m\u202e\u2066\u200f\u2028\u007f\u{e0001}\ud800b",
      "k\u202e": "é 日本 🐍\n"
    }
    assert.strictEqual(
      Json.line(value),
      String.raw`{"text":"a\u001b[31m\u009b1m\u202e\u2066\u200f\u2028\u007f\udb40\udc01\ud800b","k\u202e":"é 日本 🐍\n"}`
    )
    assert.strictEqual(Json.document({ a: ["\u202e"] }), '{\n  "a": [\n    "\\u202e"\n  ]\n}')
  })

  it("is left alone from the character before the first of a kind to the one behind its last", () => {
    const spelt = (code: number) => Json.line(String.fromCodePoint(code)).includes("\\u")
    const [left, out] = Arr.partition(
      [0x7e, 0x7f, 0x80, 0x9f, 0xa0, 0x2027, 0x2028, 0x2029, 0x202a, 0x202e, 0x202f, 0x2065, 0x2066, 0x2069, 0x2070],
      spelt
    )
    assert.deepStrictEqual(left, [0x7e, 0xa0, 0x2027, 0x202f, 0x2065, 0x2070])
    assert.deepStrictEqual(out, [0x7f, 0x80, 0x9f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069])
  })

  it("is read back as it was, whatever it is", () =>
    fc.assert(
      fc.property(fc.array(character), (all) => {
        const value = { text: all.join(""), list: all }
        for (const text of [Json.line(value), Json.document(value)]) {
          assert.notMatch(text, OBEYED)
          assert.deepStrictEqual(JSON.parse(text), value)
        }
      }),
      { numRuns: times(100) }
    ))
})
