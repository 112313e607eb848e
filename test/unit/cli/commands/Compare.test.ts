/** What is said of two scores. */
import { describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import * as Compare from "../../../../src/cli/commands/Compare.js"
import { scoreOf } from "../view/runs.js"

const made = (profit: number) => scoreOf(profit, null, { parts: { kind: "fold", count: 1, profits: [profit] } })

describe("the verdict", () => {
  for (const [one, other, said] of [
    [0.0523, 0.01, "A made 4.23 % more than B"],
    [0.01, 0.0523, "A made 4.23 % less than B"],
    [0.01, 0.01006, "A made 0.01 % less than B"],
    [0.01, 0.01000001, "A made under 0.01 % less than B"],
    [0.01000001, 0.01, "A made under 0.01 % more than B"],
    [0.01, 0.01, "A and B made the same"]
  ] as const) {
    it(`is "${said}" of ${one} and ${other}`, () => {
      const [first] = Compare.verdict(made(one), made(other)).split(/\.(?: |$)/)
      strictEqual(first, said)
    })
  }
})
