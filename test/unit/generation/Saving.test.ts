/** Files behind a slow model: all of them, in the order of the request, and no more at once than a process may open. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Layer, Logger, LogLevel, TestClock } from "effect"
import * as Generation from "../../../src/generation/Generation.js"
import { AlgorithmStore, StoreError } from "../../../src/storage/AlgorithmStore.js"
import { after, answers, api, each, finish, ids, start, store } from "./doubles.js"

describe("what a slow model holds back", () => {
  for (const [models, most] of [
    [64, 64],
    [65, 64],
    [200, 64]
  ] as const) {
    it.effect(`is saved in the order of the request, ${most} of ${models} files at once`, () =>
      Effect.gen(function* () {
        const all = ids(models)
        const slow = { "x/1": [after(10_000, answers())] }
        const files = store({ takes: 100 })
        const run = yield* start(
          { models: all, concurrency: 10 },
          { api: api({ ...each(all, answers()), ...slow }), store: files }
        )
        yield* TestClock.adjust(10_000)
        deepStrictEqual(files.saved, [])
        const { algorithms } = yield* finish(run, 100 * Math.ceil(models / most))
        assert.lengthOf(algorithms, models)
        deepStrictEqual(files.saved, all)
        assert.strictEqual(files.most(), most)
      })
    )
  }
})

describe("a store that refuses", () => {
  it.effect("is a warning that names model, ticker and sample beside the message", () =>
    Effect.gen(function* () {
      const warnings: Array<Readonly<Record<string, unknown>>> = []
      const logger = Logger.make(({ annotations, logLevel }) => {
        if (logLevel === LogLevel.Warning) warnings.push(Object.fromEntries(annotations))
      })
      const run = yield* start(
        { models: ["x/1"], samples: 2 },
        { api: api({ "x/1": [answers(), answers()] }), store: store({ full: ["x/1"] }) }
      ).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
      yield* finish(run)
      deepStrictEqual(
        warnings,
        [1, 2].map((sample) => ({ model: "x/1", ticker: "AAPL", sample }))
      )
    })
  )

  it.effect("is heard with words of its own, where it fails as it is flushed", () =>
    Effect.gen(function* () {
      const warnings: Array<unknown> = []
      const logger = Logger.make(({ message }) => warnings.push(message))
      const reason = { _tag: "Unknown" as const, message: "was not confirmed by the bucket", remedy: "look there" }
      const flush = new StoreError({ path: "s3://algorithms", reason })
      const keeps = { prepare: Effect.void, save: Effect.succeed, flush }
      const { success } = yield* Generation.generateAlgorithms({ models: ["x/1"], ticker: "AAPL" }).pipe(
        Effect.provide([api({ "x/1": [answers()] }).layer, Layer.succeed(AlgorithmStore, keeps)]),
        Effect.provide(Logger.replace(Logger.defaultLogger, logger))
      )
      assert.isTrue(success)
      deepStrictEqual(warnings, [["s3://algorithms was not confirmed by the bucket; look there"]])
    })
  )
})
