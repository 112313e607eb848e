import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import * as FastCheck from "effect/FastCheck"
import * as Difference from "../../../src/domain/Difference.js"

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

describe("the difference of two texts", () => {
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
})
