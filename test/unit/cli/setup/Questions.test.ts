/** The models that a person may choose from. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Either } from "effect"
import * as Questions from "../../../../src/cli/setup/Questions.js"

describe("models that are typed", () => {
  const DEFAULTS = ["a/one:free", "b/two:free"]
  const rows: ReadonlyArray<readonly [typed: string, defaults: ReadonlyArray<string>, expected: unknown]> = [
    ["", DEFAULTS, [{ model: "a/one:free" }, { model: "b/two:free" }]],
    ["  ", [], "type the id of a model, as the server calls it"],
    [" x/y ", DEFAULTS, [{ model: "x/y" }]],
    [
      "x/y  z@effort=low,max-tokens=9",
      DEFAULTS,
      [{ model: "x/y" }, { model: "z", effort: "low", maxCompletionTokens: 9 }]
    ],
    [
      "x/y z@effort=most",
      DEFAULTS,
      "'most' is not valid for 'effort' in 'z@effort=most': use one of none, minimal, low, medium, high, xhigh, max"
    ],
    ["My Models/tiny llama.gguf", [], [{ model: "My Models/tiny llama.gguf" }]],
    ["x y", [], "'x y' has a space in it: use one --model for each model"]
  ]
  for (const [typed, defaults, expected] of rows) {
    it(`'${typed}' of ${defaults.length} default ones`, () =>
      deepStrictEqual(Either.merge(Questions.requestsOf(typed, defaults)), expected))
  }
})

describe("the choice of models", () => {
  it("begins with those that are selected, in their order, and leaves out hidden ones", () => {
    const only = (...listed: ReadonlyArray<{ readonly id: string; readonly hidden?: true }>) =>
      Questions.choicesOf(listed, []).map(({ selected }) => selected)
    deepStrictEqual([only({ id: "a" }), only({ id: "a" }, { id: "b", hidden: true })], [[true], [true]])
    deepStrictEqual(only({ id: "a" }, { id: "b" }), [false, false])
    const choices = Questions.choicesOf(
      [
        { id: "a/unknown" },
        { id: "b/hidden", hidden: true },
        { id: "c/free", price: { prompt: 0, completion: 0 } },
        { id: "d/half", price: { prompt: 0, completion: 0.000002 } },
        { id: "e/paid", price: { prompt: 0.000001, completion: 0.0000025 } }
      ],
      ["e/paid", "gone", "c/free", "b/hidden"]
    )
    deepStrictEqual(
      choices.map(({ description, selected, title, value }) => [title, value === title, description, selected]),
      [
        ["e/paid", true, "$1.00 in, $2.50 out per 1M tokens", true],
        ["c/free", true, "free", true],
        ["a/unknown", true, "price unknown", false],
        ["d/half", true, "$0.00 in, $2.00 out per 1M tokens", false]
      ]
    )
  })
})

describe("the symbol that was typed", () => {
  it("may be a number as exchanges have it, and no place in a list", () => {
    deepStrictEqual(["aapl", " btc/usd ", "0700", "7203", "600519", "0001.hk"].map(Questions.symbolOf), [
      Either.right("AAPL"),
      Either.right("BTC/USD"),
      Either.right("0700"),
      Either.right("7203"),
      Either.right("600519"),
      Either.right("0001.HK")
    ])
    const place = (number: string) =>
      Either.left(`there is no list: type the symbol itself, such as AAPL; one that is a number as ${number}`)
    deepStrictEqual(["1", " 2 ", "12", "700"].map(Questions.symbolOf), [
      place("0001"),
      place("0002"),
      place("0012"),
      place("0700")
    ])
    deepStrictEqual(Either.isLeft(Questions.symbolOf("a b")), true)
  })
})
