/** The strategies: no two alike in a run, the same in every run, and each of them trades. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { FastCheck as fc } from "effect"
import * as Models from "../../../src/api/Models.js"
import type { BarSize } from "../../../src/market/Bars.js"
import * as Markets from "../../../src/market/Markets.js"
import { FAMILIES } from "../../../src/prompt/Families.js"
import * as Prompt from "../../../src/prompt/Prompt.js"
import * as Strategy from "../../../src/prompt/Strategy.js"
import closes from "../../fixtures/market/closes.json" with { type: "json" }
import { entryOf } from "./entries.js"

const range = (length: number): ReadonlyArray<number> => Array.from({ length }, (_, index) => index)
const distinct = (values: ReadonlyArray<string>): number => new Set(values).size

describe("the strategies of a run", () => {
  it("are the same in every run and every version", () => {
    deepStrictEqual(
      Models.DEFAULT.map((model, position) => Strategy.forModel(model, 1, position).name),
      [
        "crossover 4/12/3/20",
        "reversion 15/1.2/15/20",
        "breakout 8/0.1/5/20",
        "rsi 7/40/65/20",
        "momentum 6/0.6/3/20",
        "dip 12/0.8/2/20"
      ]
    )
    assert.strictEqual(Strategy.forModel("x/1", 2, 0).name, "reversion 18/0.9/12/35")
    assert.strictEqual(Strategy.forModel("x/1").name, Strategy.forModel("x/1", 1).name)
  })

  it("are all different, by name and by directive, until every one has been dealt", () => {
    const all = range(Strategy.COUNT).map(Strategy.at)
    assert.isAbove(all.length, 30_000)
    assert.strictEqual(distinct(all.map(({ name }) => name)), all.length)
    assert.strictEqual(distinct(all.map(({ directive }) => directive)), all.length)
    deepStrictEqual(Strategy.at(Strategy.COUNT), all[0])
  })

  it("differ for 10 models with 100 samples each, and for every other run of up to 307 models", () => {
    const names = (models: number, samples: number) =>
      range(models).flatMap((position) =>
        range(samples).map((index) => Strategy.forModel("the same", index + 1, position).name)
      )
    for (const [models, samples] of [
      [10, 100],
      [1, 100],
      [307, 100],
      [5000, 1]
    ] as const) {
      assert.strictEqual(distinct(names(models, samples)), models * samples)
    }
    const prompts = range(10).flatMap((position) =>
      range(100).map((index) => Prompt.build({ model: `x/${position}`, ticker: "AAPL", sample: index + 1, position }))
    )
    assert.strictEqual(distinct(prompts), 1000)
  })

  it("come from different families as long as there are some left", () => {
    assert.strictEqual(
      distinct(FAMILIES.map((_, position) => Strategy.forModel("x", 1, position).family)),
      FAMILIES.length
    )
    for (const position of [0, 1, 17, 40]) {
      const samples = FAMILIES.map((_, index) => Strategy.forModel("x", index + 1, position).family)
      assert.strictEqual(distinct(samples), FAMILIES.length)
    }
  })

  it("stay with a model when others are added behind it, and with a sample when there are more", () => {
    // Nothing but place and sample counts: not the model, and not how many there are.
    deepStrictEqual(Strategy.forModel("x/1", 3, 2), Strategy.forModel("another", 3, 2))
  })

  it("follow from the model's id where there is no place, whatever the model is called", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 100 }), (model, sample) => {
        const strategy = Strategy.forModel(model, sample)
        deepStrictEqual(Strategy.forModel(model, sample), strategy)
        assert.notStrictEqual(Strategy.forModel(model, sample + 1).family, strategy.family)
        assert.notMatch(strategy.directive, /undefined|NaN/)
        assert.isAtLeast(strategy.directive.match(/\d+/g)?.length ?? 0, 3)
      })
    )
    const models = range(600).map((index) => Strategy.forModel(`author/model-${index}`).family)
    assert.isAtLeast(Math.min(...FAMILIES.map(({ title }) => models.filter((family) => family === title).length)), 12)
  })

  it("have names of one word and numbers, short enough for a table", () => {
    const names = range(Strategy.COUNT).map((number) => Strategy.at(number).name)
    deepStrictEqual(
      names.filter((name) => !/^[a-z]{3,12}(?: |\/[\d.]|[\d.])+$/.test(name)),
      []
    )
    assert.isAtMost(Math.max(...names.map(({ length }) => length)), 28)
  })
})

/** Ten days of all kinds of market. */
const days = (bar: BarSize, bars: number): ReadonlyArray<ReadonlyArray<number>> =>
  range(10).map((seed) => Markets.make(Markets.NAMES[seed % Markets.NAMES.length] ?? "walk", { bar, bars, seed }).close)

const fires = (enters: (prices: ReadonlyArray<number>) => boolean, prices: ReadonlyArray<number>): boolean =>
  prices.some((_, index) => enters(prices.slice(0, index + 1)))

describe("every directive buys", () => {
  for (const bar of ["minute", "hour", "day"] as const) {
    for (const ticks of [60, 390]) {
      it(`on at least 8 of 10 stretches of ${ticks} ticks of a ${bar}`, () => {
        const prices = days(bar, ticks)
        for (const { name, numbers } of FAMILIES) {
          const [as, bs, cs] = numbers
          for (const a of as) {
            for (const b of bs) {
              // The third number belongs to the entry in one family only.
              for (const c of name === "macd" ? cs : cs.slice(0, 1)) {
                const fired = prices.filter((day) => fires(entryOf(name)(a, b, c), day)).length
                assert.isAtLeast(fired, 8, `${name} ${a}/${b}/${c} of ${ticks} ticks of a ${bar}`)
              }
            }
          }
        }
      })
    }
  }

  it("on at least 3 of 4 stretches of real prices: minutes, hours and days that others recorded", () => {
    const stretches = Object.values(closes)
    assert.strictEqual(stretches.length, 4)
    for (const { name, numbers } of FAMILIES) {
      const [as, bs, cs] = numbers
      for (const a of as) {
        for (const b of bs) {
          const fired = stretches.filter((prices) => fires(entryOf(name)(a, b, cs[0] ?? 0), prices)).length
          assert.isAtLeast(fired, 3, `${name} ${a}/${b}`)
        }
      }
    }
  })

  it("and not on prices that do not move", () => {
    const still = range(60).map(() => 150)
    // Buying by the clock is what it is for.
    const timed = "accumulation"
    for (const { name, numbers } of FAMILIES) {
      const [a = 0, b = 0, c = 0] = numbers.map(([usual = 0]) => usual)
      assert.strictEqual(fires(entryOf(name)(a, b, c), still), name === timed, name)
    }
  })

  it("and not while there is no history", () => {
    for (const { name, numbers } of FAMILIES) {
      const [a = 0, b = 0, c = 0] = numbers.map(([usual = 0]) => usual)
      assert.isFalse(entryOf(name)(a, b, c)([]), name)
      assert.isFalse(entryOf(name)(a, b, c)([100]), name)
    }
  })
})
