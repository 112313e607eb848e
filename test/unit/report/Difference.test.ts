import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import * as FastCheck from "effect/FastCheck"
import * as Difference from "../../../src/report/Difference.js"

const lines = FastCheck.array(FastCheck.constantFrom("a", "b", "c", "d"), { maxLength: 14 })

/** The longest common subsequence, by the table of the textbook. */
const common = (one: ReadonlyArray<string>, other: ReadonlyArray<string>): number => {
  let row = other.map(() => 0)
  for (const line of one) {
    const next: Array<number> = []
    other.forEach((each, index) => {
      next.push(each === line ? (row[index - 1] ?? 0) + 1 : Math.max(row[index] ?? 0, next[index - 1] ?? 0))
    })
    row = next
  }
  return row.at(-1) ?? 0
}

describe("the difference of two programs", () => {
  it("leads from the one to the other with the fewest lines", () => {
    FastCheck.assert(
      FastCheck.property(lines, lines, (from, to) => {
        const changes = Difference.between(from, to) ?? []
        const side = (other: Difference.Change["kind"]) =>
          changes.filter(({ kind }) => kind !== other).map(({ line }) => line)
        deepStrictEqual(side("added"), from)
        deepStrictEqual(side("removed"), to)
        deepStrictEqual(changes.filter(({ kind }) => kind === "same").length, common(from, to))
      }),
      { numRuns: 500 }
    )
  })

  it("gives up where nearly everything differs", () => {
    const many = (name: string) => Array.from({ length: 300 }, (_, index) => `${name} ${index}`)
    assert.isUndefined(Difference.between(many("a"), many("b")))
    assert.isDefined(Difference.between(many("a"), many("a")))
  })

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
    deepStrictEqual(Difference.likeness(["a", "b"], ["b ", "a"]), 1)
    deepStrictEqual(Difference.likeness(["a", "a", "b"], ["a"]), 0.5)
    deepStrictEqual(Difference.likeness(["a", ""], [""]), 0)
    deepStrictEqual(Difference.likeness([], []), 0)
  })
})
