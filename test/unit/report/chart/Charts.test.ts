/** What the charts draw of slots that have no score, or half of one. */
import { assert, describe, it } from "@effect/vitest"
import * as Axis from "../../../../src/report/chart/Axis.js"
import * as Equity from "../../../../src/report/chart/Equity.js"
import * as Whisker from "../../../../src/report/chart/Whisker.js"
import * as Run from "../../../../src/report/Run.js"
import { run, score, slot } from "../runs.js"

describe("the whisker", () => {
  const axis = Axis.make(-0.1, 0.1)
  const at = (value: number) => Axis.percent(axis.at(value))
  const drawn = (low: number | undefined, high: number | undefined) =>
    /class="range" x1="([^"]*)" x2="([^"]*)"/
      .exec(Whisker.render({ buyAndHold: 0.01, return: 0.02, low, high }, axis).text)
      ?.slice(1)

  it("spans the interval, or is a point where there is none", () => {
    assert.deepStrictEqual(drawn(-0.05, 0.07), [at(-0.05), at(0.07)])
    assert.deepStrictEqual(drawn(undefined, undefined), [at(0.02), at(0.02)])
  })
})

describe("the curves", () => {
  const drawn = (...slots: Parameters<typeof run>[0]) => Equity.render(Run.named(run(slots))).text

  it("are of those that were scored", () => {
    const scored = slot({ score: score(0.02) })
    const withoutPlays = slot({ model: "b/two", score: { ...score(0.01), plays: [] } })
    const unscored = slot({ model: "c/three" })
    assert.strictEqual(drawn(unscored), "")
    assert.strictEqual(drawn(withoutPlays), "")
    const both = drawn(unscored, scored, withoutPlays)
    assert.include(both, "a/one")
    assert.notInclude(both, "b/two")
    assert.notInclude(both, "c/three")
  })
})
