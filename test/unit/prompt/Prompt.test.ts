/** The prompt, and the strategy that makes one model's differ from the next. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, FastCheck as fc, Layer } from "effect"
import * as Models from "../../../src/api/Models.js"
import * as Generation from "../../../src/generation/Generation.js"
import * as Prompt from "../../../src/prompt/Prompt.js"
import * as Strategy from "../../../src/prompt/Strategy.js"
import { answers, api, store } from "../generation/doubles.js"

describe("the strategy of a model", () => {
  it("is the same in every run and every version", () => {
    deepStrictEqual(
      Models.DEFAULT.map((model) => Strategy.forModel(model).family),
      [
        "mean reversion",
        "moving-average crossover",
        "channel breakout",
        "trailing stop",
        "grid",
        "dip buying in an uptrend"
      ]
    )
  })

  it("is of another family for each of the default six", () => {
    assert.strictEqual(new Set(Models.DEFAULT.map((model) => Strategy.forModel(model).family)).size, 6)
  })

  it("is another one for each of a model's samples, from another family than its neighbour", () => {
    fc.assert(
      fc.property(fc.string(), (model) => {
        const samples = [1, 2, 3, 4, 5, 6].map((sample) => Strategy.forModel(model, sample))
        assert.strictEqual(new Set(samples.map(({ directive }) => directive)).size, 6)
        assert.strictEqual(new Set(samples.map(({ family }) => family)).size, 6)
        deepStrictEqual(samples[0], Strategy.forModel(model))
      })
    )
  })

  it("has concrete parameters, whatever the model is called", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 100 }), (model, sample) => {
        const { directive } = Strategy.forModel(model, sample)
        assert.isAtLeast(directive.match(/\d+/g)?.length ?? 0, 2)
        assert.notMatch(directive, /undefined|NaN/)
      })
    )
  })

  it("spreads over the families and their parameters", () => {
    const models = Array.from({ length: 600 }, (_, index) => `author/model-${index}`)
    const strategies = models.map((model) => Strategy.forModel(model))
    const families = new Set(strategies.map(({ family }) => family))
    assert.isAtLeast(families.size, 12)
    for (const family of families) {
      const own = strategies.filter((strategy) => strategy.family === family)
      assert.isAtLeast(own.length, 15, family)
      assert.strictEqual(new Set(own.map(({ directive }) => directive)).size, 3, family)
    }
  })
})

describe("the prompt", () => {
  const subject = { model: "x/y:free", ticker: "BRK-B", sample: 1 }

  it("asks for execute_trade and its answers, and names the ticker and the model's strategy", () => {
    const prompt = Prompt.build(subject)
    const { directive, family } = Strategy.forModel("x/y:free")
    for (const part of [
      "def execute_trade(ticker, price, tick, cash_balance, shares_held):",
      '"BUY", "SELL" or "HOLD"',
      '("BUY", 10)',
      "BRK-B",
      family,
      directive
    ]) {
      assert.include(prompt, part)
    }
  })

  it("is the same for the same subject, and another one for another model, ticker or sample", () => {
    assert.strictEqual(Prompt.build(subject), Prompt.build({ ...subject }))
    const others = [{ model: "x/z:free" }, { ticker: "AAPL" }, { sample: 2 }]
    const prompts = [{}, ...others].map((other) => Prompt.build({ ...subject, ...other }))
    assert.strictEqual(new Set(prompts).size, prompts.length)
  })

  it.effect("can be an application's own, through a layer", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1:free": [answers()], "x/2": [answers()] })
      const own = Prompt.layer({ build: ({ model, sample, ticker }) => `${model} ${ticker} ${sample}` })
      // The second one is asked as its twin, and keeps the prompt of the id that was requested.
      const report = yield* Generation.generateAlgorithms({ models: ["x/1", "x/2"], ticker: "aapl" }).pipe(
        Effect.provide(Layer.mergeAll(openRouter.layer, store().layer, own))
      )
      assert.isTrue(report.success)
      deepStrictEqual(
        openRouter.requests.map(({ messages }) => messages),
        ["x/1 AAPL 1", "x/2 AAPL 1"].map((content) => [{ role: "user" as const, content }])
      )
    })
  )
})
