/** What a prompt says about the market, and that it says nothing about what is kept for scoring. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import * as Bars from "../../../src/market/Bars.js"
import * as Markets from "../../../src/market/Markets.js"
import * as Market from "../../../src/prompt/Market.js"

const series = Markets.make("walk", { bar: "minute", bars: 390, seed: 1 })

/** The same bars, a multiple of their time apart. */
const slower = (factor: number): Bars.Series => ({ ...series, times: series.times.map((time) => time * factor) })

describe("the market in a prompt", () => {
  it("says what a tick is", () => {
    for (const [bar, what] of [
      ["minute", "one minute"],
      ["hour", "one hour"],
      ["day", "one trading day"]
    ] as const) {
      assert.include(Market.ofBar(bar), `A tick is ${what}`)
      assert.include(Market.ofSeries(Markets.make("walk", { bar, bars: 390, seed: 1 })), Market.ofBar(bar))
    }
    assert.include(Market.ofSeries(slower(5)), "A tick is 5 minutes of trading.")
    assert.include(Market.ofSeries({ ...slower(240), bar: "hour" }), "A tick is 4 hours of trading.")
  })

  it("sums up the prices that may be seen", () => {
    const close = [...Array.from({ length: 31 }, (_, n) => 100 + n), ...Array.from({ length: 29 }, () => 65)]
    const ramp: Bars.Series = { ...Bars.slice(series, 0, 60), close, high: close, low: close, open: close }
    const text = Market.ofSeries(ramp)
    for (const part of [
      "over 40 earlier ticks",
      "Range: 65 to 130, from 100 at first to 65 in the end",
      "Largest moves of one tick: -50 % and +1 %",
      "Trend: -35 % in all; +13 %, +12 % and -48 % in its three thirds"
    ]) {
      assert.include(text, part)
    }
    assert.isBelow(Market.ofSeries(series).length, 600)
    // A date would let a model remember what came next.
    assert.notMatch(Market.ofSeries(series), /20\d\d/)
  })

  it("rounds prices to six digits, from cents to hundreds of thousands", () => {
    const times = (factor: number): Bars.Series => {
      const close = Array.from({ length: 60 }, () => factor * 1.23456789)
      return { ...Bars.slice(series, 0, 60), close, high: close, low: close, open: close }
    }
    for (const [factor, price] of [
      [1e5, "123457"],
      [1, "1.23457"],
      [1e-3, "0.00123457"]
    ] as const) {
      assert.include(Market.ofSeries(times(factor)), `Range: ${price} to ${price}, from ${price} at first`)
    }
  })

  it("is the same whatever happens in the last third, and another for a change before it", () => {
    const from = Bars.heldOutFrom(series)
    const changed = (at: number): Bars.Series => {
      const change = (column: ReadonlyArray<number>) => column.map((value, index) => (index >= at ? value * 3 : value))
      return { ...series, close: change(series.close), high: change(series.high), low: change(series.low) }
    }
    assert.strictEqual(Market.ofSeries(changed(from)), Market.ofSeries(series))
    assert.notStrictEqual(Market.ofSeries(changed(from - 1)), Market.ofSeries(series))
  })

  it("says no more than the tick where there are few prices", () => {
    const lines = (bars: number) => Market.ofSeries(Bars.slice(series, 0, bars)).split("\n").length
    deepStrictEqual([1, 2, 43, 44].map(lines), [1, 1, 1, 6])
  })
})
