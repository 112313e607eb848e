/** The prompt: what it says, and how an application brings its own. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Layer } from "effect"
import * as Generation from "../../../src/generation/Generation.js"
import * as Prompt from "../../../src/prompt/Prompt.js"
import * as Strategy from "../../../src/prompt/Strategy.js"
import { answers, api, store } from "../generation/doubles.js"

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
