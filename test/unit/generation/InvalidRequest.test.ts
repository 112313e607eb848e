/** What makes no sense is said before anything is sent and before a folder is made. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Layer } from "effect"
import * as Generation from "../../../src/generation/Generation.js"
import { AlgorithmStore, StoreError } from "../../../src/storage/AlgorithmStore.js"
import { answers, api, finish, start, store } from "./doubles.js"

const symbol =
  '1 to 15 letters, digits, ".", "-", "^" or "=", with its currency or exchange if need be, as in BTC/USD or BINANCE:BTCUSDT'
const invalid: ReadonlyArray<readonly [Partial<Generation.Options>, string]> = [
  [{ models: [] }, "name at least one model"],
  [{ models: ["x/1", " "] }, "a model id is empty"],
  [{ models: ["", "x/1"] }, "a model id is empty"],
  [{ ticker: "" }, `the ticker "" is not a symbol: ${symbol}`],
  [{ ticker: "AA PL" }, `the ticker "AA PL" is not a symbol: ${symbol}`],
  [{ concurrency: 0 }, "the concurrency must be a whole number of at least 1, not 0"],
  [{ concurrency: 1.5 }, "the concurrency must be a whole number of at least 1, not 1.5"],
  [{ concurrency: Number.NaN }, "the concurrency must be a whole number of at least 1, not NaN"],
  [{ concurrency: Number.POSITIVE_INFINITY }, "the concurrency must be a whole number of at least 1, not Infinity"],
  [{ maxRetries: -1 }, "the retries must be a whole number of at least 0, not -1"],
  [{ maxRetries: 0.5 }, "the retries must be a whole number of at least 0, not 0.5"],
  [{ maxCompletionTokens: 0 }, "the token limit must be a whole number of at least 1, not 0"],
  [{ maxCompletionTokens: 10.5 }, "the token limit must be a whole number of at least 1, not 10.5"],
  [{ temperature: Number.NaN }, "the temperature must be a number from 0 to 2, not NaN"],
  [{ temperature: 2.01 }, "the temperature must be a number from 0 to 2, not 2.01"],
  [{ models: [{ model: "x/1", temperature: -0.1 }] }, "the temperature must be a number from 0 to 2, not -0.1"],
  [
    { models: ["x/1", { model: "x/2", maxCompletionTokens: -5 }] },
    "the token limit must be a whole number of at least 1, not -5"
  ],
  [
    // @ts-expect-error: what callers without types may hand in
    { models: [{ model: "x/1", effort: "much" }] },
    "the effort must be one of none, minimal, low, medium, high, xhigh, max, not much"
  ],
  [{ deadline: 0 }, "the deadline must be more than 0"],
  [{ deadline: -5 }, "the deadline must be more than 0"],
  [{ requestTimeout: "0 seconds" }, "the request timeout must be more than 0"],
  [{ requestTimeout: -1 }, "the request timeout must be more than 0"]
]

describe("an invalid request", () => {
  for (const [options, message] of invalid) {
    it.effect(`${Object.entries(options).map(([name, value]) => `${name} [${String(value)}]`)}: ${message}`, () =>
      Effect.gen(function* () {
        const doubles = { api: api({ "x/1": [answers()] }, Effect.dieMessage("asked for the models")), store: store() }
        const run = yield* start({ models: ["x/1"], ...options }, doubles)
        const error = yield* Effect.flip(finish(run))
        deepStrictEqual([error._tag, error.message], ["InvalidRequest", message])
        deepStrictEqual(doubles.api.requests, [])
        assert.isFalse(doubles.store.prepared())
        deepStrictEqual(run.progress, [])
      })
    )
  }

  it.effect("is not one at the edges of what is allowed", () =>
    Effect.gen(function* () {
      const edges = {
        concurrency: 1,
        temperature: 2,
        maxRetries: 0,
        maxCompletionTokens: 1,
        deadline: 1,
        requestTimeout: 1
      }
      const doubles = { api: api({ "x/1": [answers()] }), store: store() }
      const report = yield* finish(
        yield* start({ models: ["x/1"], ticker: "brk-b.x^=1234567".slice(0, 15), ...edges }, doubles)
      )
      assert.isTrue(report.success)
      assert.strictEqual(report.ticker, "BRK-B.X^=123456")
      assert.isTrue(doubles.store.prepared())
    })
  )
})

describe("a store that cannot save", () => {
  it.effect("is found out before anything is sent", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [answers()] }, Effect.dieMessage("asked for the models"))
      const unusable = new StoreError({
        path: "out",
        reason: { _tag: "FolderUnusable", message: "cannot be written to (EROFS)" }
      })
      const error = yield* Generation.generateAlgorithms({ models: ["x/1"], ticker: "AAPL" }).pipe(
        Effect.provide(
          Layer.merge(
            openRouter.layer,
            Layer.succeed(AlgorithmStore, { prepare: Effect.fail(unusable), save: () => Effect.die("saved") })
          )
        ),
        Effect.flip
      )
      deepStrictEqual([error._tag, error.message], ["StoreError", unusable.message])
      deepStrictEqual(openRouter.requests, [])
    })
  )
})
