/** The models that a person may choose from. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import * as Questions from "../../../../src/cli/setup/Questions.js"

describe("the choice of models", () => {
  it("begins with those that are selected, in their order, and leaves out hidden ones", () => {
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
