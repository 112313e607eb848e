import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { describe, it } from "vitest"
import * as Nesting from "../../../../src/api/wire/Nesting.js"

const deep = (open: string, close: string, times: number) => `${open.repeat(times)}1${close.repeat(times)}`

describe("a text is nested too deep", () => {
  for (const [name, open, close] of [
    ["lists", "[", "]"],
    ["objects", '{"a":', "}"],
    ["behind strings with quotes and brackets", '{"a":"\\\\\\"[[{","b":', "}"],
    ["spread over lines", "[\n  ", "]\r\n"]
  ] as const) {
    it(`from 501 levels on: ${name}`, () => {
      deepStrictEqual(
        [500, 501, 100_000].map((times) => Nesting.isDeep(deep(open, close, times))),
        [false, true, true]
      )
    })
  }

  it("without its end", () => strictEqual(Nesting.isDeep("[".repeat(2000)), true))

  it("by what is within each other, and not by what is side by side", () =>
    strictEqual(Nesting.isDeep(`[${'{"a":[]},'.repeat(5000)}{}]`), false))

  it("by brackets outside of its strings", () => {
    strictEqual(Nesting.isDeep(JSON.stringify("[".repeat(5000))), false)
    strictEqual(Nesting.isDeep(JSON.stringify({ '"\\[': '\\"['.repeat(5000) })), false)
  })
})

describe("a string ends", () => {
  for (const [text, end] of [
    ['"" "', 1],
    ['"a\\"b"', 5],
    ['"a\\\\"b"', 4],
    ['"\\\\\\""', 5],
    ['"open', 5],
    ['"open\\"', 7]
  ] as const) {
    it(`${text} at ${end}`, () => strictEqual(Nesting.endOfString(text, 0), end))
  }
})
