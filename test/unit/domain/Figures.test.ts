/** Numbers, money and times, on both sides of where their form changes. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import * as Figures from "../../../src/domain/Figures.js"

describe("figures", () => {
  it("have a form for limits, in the unit that they are set in", () => {
    const cases: ReadonlyArray<readonly [ms: number, text: string]> = [
      [5, "5 ms"],
      [999, "999 ms"],
      [1000, "1 s"],
      [1500, "1.5 s"],
      [60_000, "60 s"],
      [400_000, "400 s"],
      [599_999, "599.999 s"],
      [600_000, "10 min"],
      [630_000, "630 s"],
      [7_200_000, "2 h"],
      [5_400_000, "90 min"]
    ]
    for (const [ms, text] of cases) strictEqual(Figures.span(ms), text)
  })

  it("have a form for durations of every length", () => {
    const cases: ReadonlyArray<readonly [ms: number, said: string, without: string]> = [
      [0, "0.0 s", "0 s"],
      [1_249, "1.2 s", "1 s"],
      [99_949, "99.9 s", "100 s"],
      [99_950, "100 s", "100 s"],
      [599_999, "600 s", "600 s"],
      [600_000, "10 min", "10 min"],
      [3_569_999, "59 min", "59 min"],
      [3_570_000, "1 h 0 min", "1 h 0 min"],
      [7_199_999, "2 h 0 min", "2 h 0 min"],
      [11_280_000, "3 h 8 min", "3 h 8 min"]
    ]
    deepStrictEqual<unknown>(
      cases.map(([ms]) => [ms, Figures.duration(ms), Figures.duration(ms, 0)]),
      cases
    )
  })

  it("say nothing for nothing, and little for little", () => {
    deepStrictEqual([0, 0.000001, 0.0099, 0.01, 1.5, 1_234].map(Figures.dollars), [
      "$0",
      "$0.000001",
      "$0.009900",
      "$0.0100",
      "$1.5000",
      "$1234.0000"
    ])
  })

  it("write a moment as ISO 8601", () => {
    deepStrictEqual(Figures.iso(0), "1970-01-01T00:00:00.000Z")
  })
})
