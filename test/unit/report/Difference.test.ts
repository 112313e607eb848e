import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import * as Difference from "../../../src/report/Difference.js"

describe("the difference of two programs", () => {
  it("leaves out what both have in common, but for three lines around a change", () => {
    const long = Array.from({ length: 30 }, (_, index) => `line${index}`)
    const { text } = Difference.render(
      long.join("\n"),
      [...long.slice(0, 15), "new", ...long.slice(15)].join("\n"),
      "x"
    )
    deepStrictEqual(
      text
        .replace(/<[^>]*>/g, "")
        .trim()
        .split("\n"),
      ["⋯", "  line12", "  line13", "  line14", "+ new", "  line15", "  line16", "  line17", "⋯"]
    )
  })
})

describe("likeness", () => {
  it("is the share of lines in common, wherever they stand", () => {
    const likeness = (one: ReadonlyArray<string>, other: ReadonlyArray<string>) =>
      Difference.likeness(Difference.counted(one), Difference.counted(other))
    deepStrictEqual(likeness(["a", "b"], ["b ", "a"]), 1)
    deepStrictEqual(likeness(["a", "a", "b"], ["a"]), 0.5)
    deepStrictEqual(likeness(["a"], ["a", "a", "b"]), 0.5)
    deepStrictEqual(likeness(["a", ""], [""]), 0)
    deepStrictEqual(likeness([], []), 0)
  })
})
