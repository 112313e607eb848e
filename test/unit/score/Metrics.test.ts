import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import * as Folds from "../../../src/score/Folds.js"
import * as Interval from "../../../src/score/Interval.js"
import * as Metrics from "../../../src/score/Metrics.js"

const hundredths = (...values: ReadonlyArray<number>) => values.map((value) => value / 100)

/** The returns, and what they come to, that the tests of empyrical (Quantopian's library of measures) expect. */
const mixed = hundredths(1, 10, -4, 2, 3, 2, 1, -10)
const positive = hundredths(1, 2, 1, 1, 1, 1, 1, 1, 1)
const negative = hundredths(0, -6, -7, -1, -9, -2, -6, -8, -5)

const curveOf = (returns: ReadonlyArray<number>) => {
  const curve = [1]
  for (const change of returns) curve.push((curve.at(-1) ?? 1) * (1 + change))
  return curve
}

describe("the measures of an equity curve", () => {
  it("come to what empyrical's tests expect", () => {
    for (const [returns, sharpe, drawdown] of [
      [mixed, 1.7238613961706866, 0.1],
      [positive, 52.915026221291804, 0],
      [negative, -24.406808633910085, 0.36590730349873601]
    ] as const) {
      assert.closeTo(Metrics.sharpe(returns, 252) ?? Number.NaN, sharpe, 1e-8)
      assert.closeTo(Metrics.maxDrawdown(curveOf(returns)), drawdown, 1e-8)
      assert.closeTo(Metrics.sharpe(Metrics.returns(curveOf(returns)), 252) ?? Number.NaN, sharpe, 1e-8)
    }
    assert.closeTo(Metrics.maxDrawdown(curveOf(hundredths(10, -10, 10))), 0.1, 1e-8)
  })

  it("are finite where debts are larger than all there is", () => {
    const curve = [100, 40, -20, 10, 30]
    deepStrictEqual(Metrics.returns(curve), [-0.6, -1.5, 0, 2])
    assert.strictEqual(Metrics.maxDrawdown(curve), 1.2)
    assert.isTrue(Number.isFinite(Metrics.sharpe(Metrics.returns(curve), 252)))
    assert.strictEqual(Metrics.turnover(320, curve), 10)
    assert.strictEqual(Metrics.turnover(320, [100, -300]), 3.2)
  })

  it("have no Sharpe ratio where nothing deviates", () => {
    assert.isNull(Metrics.sharpe([0, 0, 0], 252))
    assert.isNull(Metrics.sharpe([0.1], 252))
    assert.isNull(Metrics.sharpe([], 252))
  })
})

describe("an interval", () => {
  it("is Student's t over the parts", () => {
    // 1, 2, 3, 4, 5: mean 3, deviation 1.5811, 4 degrees of freedom: 3 ± 2.776 * 1.5811 / 2.2361.
    const { interval, value } = Interval.ofMean([1, 2, 3, 4, 5])
    assert.strictEqual(value, 3)
    assert.closeTo(interval?.[0] ?? Number.NaN, 3 - 1.9629, 1e-3)
    assert.closeTo(interval?.[1] ?? Number.NaN, 3 + 1.9629, 1e-3)
  })

  it("of a sum is that of the mean, as many times as there are parts", () => {
    const parts = [0.01, -0.02, 0.04]
    const mean = Interval.ofMean(parts)
    const sum = Interval.ofSum(parts)
    assert.closeTo(sum.value, mean.value * 3, 1e-12)
    assert.closeTo(sum.interval?.[0] ?? Number.NaN, (mean.interval?.[0] ?? 0) * 3, 1e-12)
  })

  it("needs two parts", () => {
    deepStrictEqual(Interval.ofMean([0.5]), { value: 0.5, interval: null })
    assert.isNotNull(Interval.ofMean([0.5, 0.6]).interval)
    assert.isNotNull(Interval.ofMean(Array.from({ length: Interval.MOST_PARTS }, (_, part) => part)).interval)
  })

  it("holds the true mean in 95 of 100 samples of five", () => {
    let seed = 1
    const draw = () => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed / 2_147_483_647
    }
    const normal = () => Array.from({ length: 12 }, draw).reduce((sum, value) => sum + value, -6)
    const samples = 4000
    let inside = 0
    for (let sample = 0; sample < samples; sample++) {
      const [low, high] = Interval.ofMean(Array.from({ length: 5 }, normal)).interval ?? [0, 0]
      if (low <= 0 && 0 <= high) inside += 1
    }
    assert.closeTo(inside / samples, 0.95, 0.015)
  })
})

describe("folds", () => {
  it("are one below 60 ticks, then one for each 20, and ten at most", () => {
    deepStrictEqual(
      [1, 59, 60, 79, 80, 199, 200, 5000].map((ticks) => Folds.starts(ticks).length),
      [1, 1, 3, 3, 4, 9, 10, 10]
    )
  })

  it("follow each other without a gap, and their profits add up to the whole return", () => {
    const equity = Array.from({ length: 87 }, (_, tick) => 100 + ((tick * 37) % 11) - tick / 10)
    const profits = Folds.profits(equity, 100)
    assert.strictEqual(profits.length, 4)
    const whole = (equity.at(-1) ?? 0) / 100 - 1
    assert.closeTo(
      profits.reduce((sum, profit) => sum + profit, 0),
      whole,
      1e-12
    )
  })
})
