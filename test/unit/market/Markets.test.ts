/** The made-up markets: repeatable, well formed, and as wild as real prices. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import * as Bars from "../../../src/market/Bars.js"
import * as Markets from "../../../src/market/Markets.js"

const returnsOf = ({ close }: Bars.Series) => close.slice(1).map((price, index) => price / (close[index] ?? price) - 1)
const deviation = (values: ReadonlyArray<number>) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
/** 3 for a normal distribution. */
const kurtosis = (values: ReadonlyArray<number>) =>
  values.reduce((sum, value) => sum + value ** 4, 0) / values.length / deviation(values) ** 4
const median = (values: ReadonlyArray<number>) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const SEEDS = Array.from({ length: 20 }, (_, seed) => seed)
const moveOf = ({ close }: Bars.Series) => (close.at(-1) ?? 0) / (close[0] ?? 1) - 1

describe("the made-up markets", () => {
  it("are the same for the same seed in every run and every version, and others for another", () => {
    const options = { bar: "minute", bars: 390, seed: 1 } as const
    deepStrictEqual(Markets.make("crash", options), Markets.make("crash", options))
    assert.notDeepEqual(Markets.make("crash", options), Markets.make("crash", { ...options, seed: 2 }))
    assert.notDeepEqual(Markets.make("crash", options).close, Markets.make("walk", options).close)
    deepStrictEqual(Markets.make("walk", options).close.slice(0, 5), FIRST)
  })

  it("consist of bars that contain their open and close, at rising times of their size", () => {
    for (const bar of Bars.BAR_SIZES) {
      for (const [name, series] of Markets.all({ bar, bars: 900, seed: 3 })) {
        assert.strictEqual(series.ticker, name.toUpperCase())
        assert.strictEqual(Bars.barOf(series.times), bar)
        series.times.forEach((time, index) => {
          const at = (column: ReadonlyArray<number>) => column[index] ?? Number.NaN
          assert.isTrue(index === 0 || time > (series.times[index - 1] ?? Infinity))
          assert.isAbove(at(series.low), 0)
          assert.isAtMost(at(series.low), Math.min(at(series.open), at(series.close)))
          assert.isAtLeast(at(series.high), Math.max(at(series.open), at(series.close)))
          assert.isTrue(Number.isSafeInteger(at(series.volume)))
        })
      }
    }
  })

  it("have fat tails and spells of volatility, at the level that their size is known for", () => {
    for (const bar of Bars.BAR_SIZES) {
      const returns = SEEDS.map((seed) => returnsOf(Markets.make("walk", { bar, bars: 390, seed })))
      assert.isAbove(median(returns.map(kurtosis)), 5)
      const level = median(returns.map(deviation)) / Markets.volatility(bar)
      assert.isTrue(level > 0.7 && level < 1.7, `${bar}: ${level}`)
      // A wide move is followed by wider ones than a narrow move is.
      const after = (wide: boolean) =>
        deviation(
          returns.flatMap((day) =>
            day.slice(1).filter((_, index) => Math.abs(day[index] ?? 0) > Markets.volatility(bar) === wide)
          )
        )
      assert.isAbove(after(true) / after(false), 1.15)
    }
  })

  it("do what their names say", () => {
    for (const bar of Bars.BAR_SIZES) {
      const moves = (name: Markets.Name) => SEEDS.map((seed) => moveOf(Markets.make(name, { bar, bars: 390, seed })))
      assert.isAbove(median(moves("rise")), 1.5 * Markets.volatility(bar) * Math.sqrt(390))
      assert.isBelow(median(moves("decline")), -Markets.volatility(bar) * Math.sqrt(390))
      assert.isBelow(deviation(moves("range")), 0.7 * deviation(moves("walk")))
      const worst = SEEDS.map((seed) => {
        const { close } = Markets.make("crash", { bar, bars: 390, seed })
        return Math.min(...close.slice(8).map((price, index) => price / (close[index] ?? 1) - 1))
      })
      assert.isBelow(median(worst), -Markets.volatility(bar) * Math.sqrt(390))
      const jumps = ({ close, open }: Bars.Series) =>
        open.filter((price, index) => Math.abs(price / (close[index - 1] ?? price) - 1) > 4 * Markets.volatility(bar))
      const far = (name: Markets.Name) =>
        SEEDS.reduce((sum, seed) => sum + jumps(Markets.make(name, { bar, bars: 390, seed })).length, 0)
      assert.isAbove(far("gaps"), 2 * far("walk"))
    }
  })
})

describe("bars", () => {
  const series = Markets.make("walk", { bar: "day", bars: 10, seed: 1 })

  it("show the first two thirds and hold out the last, with nothing in both and nothing in neither", () => {
    for (const bars of [1, 2, 3, 9, 10, 11, 390]) {
      const whole = Markets.make("walk", { bar: "day", bars, seed: 1 })
      const [first, last] = [Bars.shown(whole), Bars.heldOut(whole)]
      deepStrictEqual([...first.close, ...last.close], [...whole.close])
      deepStrictEqual([...first.times, ...last.times], [...whole.times])
      assert.strictEqual(last.close.length, Math.floor(bars / 3))
    }
  })

  it("tell their size by the usual distance of two, whatever nights lie between", () => {
    const at = (minutes: number) => Array.from({ length: 9 }, (_, index) => index * minutes * 60_000)
    deepStrictEqual(
      [1, 5, 15, 29].map((minutes) => Bars.barOf(at(minutes))),
      Array(4).fill("minute")
    )
    deepStrictEqual(
      [30, 60, 240, 719].map((minutes) => Bars.barOf(at(minutes))),
      Array(4).fill("hour")
    )
    deepStrictEqual(
      [720, 1440, 10_080].map((minutes) => Bars.barOf(at(minutes))),
      Array(3).fill("day")
    )
    assert.strictEqual(Bars.barOf([0]), undefined)
    assert.strictEqual(Bars.barOf([0, 60_000, 120_000, 9_000_000]), "minute")
    assert.strictEqual(Bars.stepOf(at(5)), 300_000)
    assert.strictEqual(Bars.slice(series, 2, 5).volume.length, 3)
  })
})

const FIRST: ReadonlyArray<number> = [261.2, 261.21, 261.26, 261.21, 261.33]
