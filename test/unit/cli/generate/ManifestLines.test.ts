import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as Job from "../../../../src/cli/bulk/Job.js"
import * as ManifestLines from "../../../../src/cli/generate/ManifestLines.js"
import * as Plan from "../../../../src/generation/Plan.js"

describe("the job of an outcome", () => {
  const models = ["a/one", { model: "b/two", temperature: 0.9 }]
  const jobOf = (index: number, model: string, sample = 1) =>
    ManifestLines.jobOf({ models, samples: 2 }, { index, model, sample, ticker: "AAPL" })

  it("has the parameters of its model, also where it was asked for in addition", () => {
    deepStrictEqual(jobOf(1, "a/one", 2), { model: "a/one", ticker: "AAPL", sample: 2 })
    deepStrictEqual(jobOf(2, "b/two"), { model: "b/two", temperature: 0.9, ticker: "AAPL", sample: 1 })
    deepStrictEqual(jobOf(4, "b/two", 3), { model: "b/two", temperature: 0.9, ticker: "AAPL", sample: 3 })
    deepStrictEqual(jobOf(5, "a/one", 3), { model: "a/one", ticker: "AAPL", sample: 3 })
    // The same model with other parameters, at a place of its own.
    const twice = {
      models: [
        { model: "a", temperature: 0.1 },
        { model: "a", temperature: 0.2 }
      ]
    }
    deepStrictEqual(ManifestLines.jobOf(twice, { index: 1, model: "a", sample: 2, ticker: "T" }).temperature, 0.2)
  })

  it.effect(
    "is the same as in a run for many tickers, and another one for each slot, also of a model that is named again",
    () =>
      Effect.gen(function* () {
        const asked = { models: [...models, "a/one", "b/two"], samples: 2 }
        const { slots } = yield* Plan.make({ ...asked, ticker: "AAPL" })
        const keys = slots.map((slot) => Job.keyOf(ManifestLines.jobOf(asked, slot)))
        assert.strictEqual(new Set(keys).size, 8)
        deepStrictEqual(keys, [...Job.product(["AAPL"], asked.models, 2)].map(Job.keyOf))
      })
  )
})
