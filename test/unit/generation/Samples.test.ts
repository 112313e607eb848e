/** Several algorithms of one model: where each stands, what it is asked and where it is kept. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Option } from "effect"
import type * as Generation from "../../../src/generation/Generation.js"
import * as Report from "../../../src/generation/Report.js"
import * as Strategy from "../../../src/prompt/Strategy.js"
import { answers, api, each, finish, ids, start } from "./doubles.js"

const run = (models: Generation.Options["models"], samples: number) =>
  Effect.gen(function* () {
    const named = models.map((request) => (typeof request === "string" ? request : request.model))
    const openRouter = api(each(named, answers()))
    const started = yield* start({ models, samples, concurrency: 20 }, { api: openRouter })
    return { requests: openRouter.requests, report: yield* finish(started) }
  })

describe("samples", () => {
  it.effect("stand model by model, then sample by sample, in requests, outcomes and files", () =>
    Effect.gen(function* () {
      const { report, requests } = yield* run(ids(2), 3)
      const order = ["x/1", "x/1", "x/1", "x/2", "x/2", "x/2"]
      deepStrictEqual(
        requests.map(({ model }) => model),
        order
      )
      deepStrictEqual(
        report.outcomes.map(({ index, model, sample }) => [index, model, sample]),
        order.map((model, index) => [index, model, (index % 3) + 1])
      )
      deepStrictEqual(
        report.outcomes.map(({ file }) => Option.getOrThrow(file)),
        ["x_1", "x_1_s2", "x_1_s3", "x_2", "x_2_s2", "x_2_s3"].map((stem) => `out/generated_algo_${stem}.py`)
      )
      deepStrictEqual(
        report.algorithms.map((algorithm) => Option.getOrThrow(algorithm).sample),
        [1, 2, 3, 1, 2, 3]
      )
      deepStrictEqual(
        Report.toJson(report).results.map(({ model, sample }) => [model, sample]),
        order.map((model, index) => [model, (index % 3) + 1])
      )
    })
  )

  it.effect(
    "are asked for different strategies, each with a seed of its own but the first, which is what one alone asks for",
    () =>
      Effect.gen(function* () {
        const { report, requests } = yield* run(["x/1"], 4)
        deepStrictEqual(
          requests.map(({ seed }) => seed),
          [undefined, 2, 3, 4]
        )
        requests.forEach(({ messages }, index) =>
          assert.include(messages[0]?.content ?? "", Strategy.forModel("x/1", index + 1, 0).directive)
        )
        // The outcome names the strategy that was asked for.
        deepStrictEqual(
          report.outcomes.map(({ strategy }) => strategy),
          [1, 2, 3, 4].map((sample) => Strategy.forModel("x/1", sample, 0).name)
        )
        const hashes = report.algorithms.map((algorithm) => Option.getOrThrow(algorithm).promptHash)
        assert.strictEqual(new Set(hashes).size, 4)
      })
  )

  it.effect("of which there is one are asked as without the option: the first strategy, no seed", () =>
    Effect.gen(function* () {
      const { requests } = yield* run(["x/1"], 1)
      const [{ messages, seed } = { messages: [], seed: 1 }] = requests
      assert.isUndefined(seed)
      const first = (yield* run(["x/1"], 2)).requests[0]
      deepStrictEqual(messages, first?.messages ?? [])
    })
  )

  it.effect("of a model that is named twice are asked twice, and no two share a file", () =>
    Effect.gen(function* () {
      const { report, requests } = yield* run(["x/1", "x/2", "x/1"], 2)
      deepStrictEqual(
        requests.map(({ model, seed }) => [model, seed]),
        [
          ["x/1", undefined],
          ["x/1", 2],
          ["x/2", undefined],
          ["x/2", 2],
          ["x/1", 3],
          ["x/1", 4]
        ]
      )
      deepStrictEqual(
        report.outcomes.map(({ file }) => Option.getOrThrow(file)),
        ["x_1", "x_1_s2", "x_2", "x_2_s2", "x_1_s3", "x_1_s4"].map((stem) => `out/generated_algo_${stem}.py`)
      )
    })
  )

  it.effect("go on being counted where a model is named again, as if it had been asked for more", () =>
    Effect.gen(function* () {
      const models = ["x/1", { model: "x/2", temperature: 0.1 }, { model: "x/2", temperature: 0.9 }, "x/1"]
      const named = yield* run(models, 1)
      const samples = [1, 1, 2, 2]
      deepStrictEqual(
        named.report.outcomes.map(({ sample }) => sample),
        samples
      )
      deepStrictEqual(
        named.report.algorithms.map((algorithm) => Option.getOrThrow(algorithm).sample),
        samples
      )
      deepStrictEqual(
        Report.toJson(named.report).results.map(({ sample }) => sample),
        samples
      )
      deepStrictEqual(
        named.requests.map(({ temperature }) => temperature),
        [undefined, 0.1, 0.9, undefined]
      )
      const strategies = named.report.outcomes.map(({ strategy }) => strategy)
      assert.strictEqual(new Set(strategies).size, 4)
      // Models that are added behind, or more samples, leave the strategies of those before: two samples have the same.
      const asked = yield* run(["x/1", "x/2"], 2)
      const said = ({ report }: typeof named) =>
        new Set(report.outcomes.map(({ model, promptHash, sample }) => [model, sample, promptHash].join(" ")))
      deepStrictEqual(said(asked), said(named))
    })
  )

  it.effect("must be a whole number from 1 to 100", () =>
    Effect.gen(function* () {
      for (const samples of [0, -1, 1.5, Number.NaN, 101]) {
        const error = yield* Effect.flip(run(["x/1"], samples))
        assert.strictEqual(
          error.message,
          `the samples for each model must be a whole number from 1 to 100, not ${samples}`
        )
      }
    })
  )
})
