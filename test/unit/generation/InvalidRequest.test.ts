/** What makes no sense is said before anything is sent and before a folder is made. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Layer, Stream } from "effect"
import * as Generation from "../../../src/generation/Generation.js"
import * as Generator from "../../../src/generation/Generator.js"
import { AlgorithmStore, StoreError } from "../../../src/storage/AlgorithmStore.js"
import { answers, api, finish, start, store } from "./doubles.js"

const symbol =
  '1 to 15 letters, digits, ".", "-", "^" or "=", with its currency or exchange if need be, as in BTC/USD or BINANCE:BTCUSDT'
/** How a model is asked: the same for a run and for a single model. Callers without types may hand in anything. */
const settings: ReadonlyArray<readonly [object, string]> = [
  [{ max_retries: 1 }, "max_retries is not an option: write maxRetries"],
  [{ temprature: 1 }, "temprature is not an option: write temperature"],
  [{ maxRetries: -1 }, "the retries must be a whole number of at least 0, not -1"],
  [{ maxRetries: 0.5 }, "the retries must be a whole number of at least 0, not 0.5"],
  [{ maxRetries: Number.NaN }, "the retries must be a whole number of at least 0, not NaN"],
  [{ patience: 1.5 }, "the patience must be a whole number of at least 0, not 1.5"],
  [{ repairs: -1 }, "the repairs must be a whole number of at least 0, not -1"],
  [{ maxCompletionTokens: 0 }, "the token limit must be a whole number of at least 1, not 0"],
  [{ maxCompletionTokens: 10.5 }, "the token limit must be a whole number of at least 1, not 10.5"],
  [{ temperature: Number.NaN }, "the temperature must be a number from 0 to 2, not NaN"],
  [{ temperature: 2.01 }, "the temperature must be a number from 0 to 2, not 2.01"],
  [{ temperature: "0.5" }, "the temperature must be a number from 0 to 2, not 0.5"],
  [{ effort: "much" }, "the effort must be one of none, minimal, low, medium, high, xhigh, max, not much"],
  [{ system: " " }, "the system instructions must be a text that is not empty, or left out"],
  [{ system: 5 }, "the system instructions must be a text that is not empty, or left out"],
  [{ requestTimeout: 0 }, "the request timeout must be more than 0"],
  [{ requestTimeout: "0 seconds" }, "the request timeout must be more than 0"],
  [{ requestTimeout: -1 }, "the request timeout must be more than 0"],
  [
    { requestTimeout: "60s" },
    'the request timeout must be a time, such as "90 seconds" or a number of milliseconds, not 60s'
  ]
]

const invalid: ReadonlyArray<readonly [object, string]> = [
  ...settings,
  [{ Samples: 2 }, "Samples is not an option: write samples"],
  [
    { models: [{ model: "x/1", max_completion_tokens: 5 }] },
    "max_completion_tokens is not a field of a request: write maxCompletionTokens"
  ],
  [
    { prompt: "Write." },
    "prompt is not an option here: it is a field of a request, and a run for one ticker sends what the Prompt service says"
  ],
  [
    { seed: 1 },
    "seed is not an option here: it is an option of Generator.generateAlgorithm, and each sample has a seed of its own"
  ],
  [
    { models: [{ model: "x/1", repairs: 1 }] },
    "repairs is not a field of a request: it is an option of a run as a whole"
  ],
  [{ models: [] }, "name at least one model"],
  [{ models: ["x/1", " "] }, "a model id is empty"],
  [{ models: ["", "x/1"] }, "a model id is empty"],
  [{ ticker: "" }, `the ticker "" is not a symbol: ${symbol}`],
  [{ ticker: "AA PL" }, `the ticker "AA PL" is not a symbol: ${symbol}`],
  [{ concurrency: 0 }, "the concurrency must be a whole number of at least 1, not 0"],
  [{ concurrency: 1.5 }, "the concurrency must be a whole number of at least 1, not 1.5"],
  [{ concurrency: Number.NaN }, "the concurrency must be a whole number of at least 1, not NaN"],
  [{ concurrency: Number.POSITIVE_INFINITY }, "the concurrency must be a whole number of at least 1, not Infinity"],
  [{ models: [{ model: "x/1", temperature: -0.1 }] }, "the temperature must be a number from 0 to 2, not -0.1"],
  [
    { models: ["x/1", { model: "x/2", maxCompletionTokens: -5 }] },
    "the token limit must be a whole number of at least 1, not -5"
  ],
  [
    { models: [{ model: "x/1", effort: "much" }] },
    "the effort must be one of none, minimal, low, medium, high, xhigh, max, not much"
  ],
  [{ deadline: 0 }, "the deadline must be more than 0"],
  [{ deadline: -5 }, "the deadline must be more than 0"],
  [{ deadline: "abc" }, 'the deadline must be a time, such as "90 seconds" or a number of milliseconds, not abc'],
  [
    { rounds: 1 },
    "rounds need a trial whose exam has rounds: provide one, such as PythonTrial.layer({ exam }), with an exam of Exam.examiner(series, { rounds: true })"
  ]
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

  for (const [options, message] of [
    ...settings,
    [{ Seed: 1 }, "Seed is not an option: write seed"] as const,
    [{ budget: 1 }, "budget is not an option here: it is an option of a run as a whole"] as const,
    [{ model: "" }, "a model id is empty"] as const,
    [{ model: "x\u202e/1" }, "the model id 'x<U+202E>/1' holds a character that cannot be seen"] as const,
    [{ model: 5 }, "'model' has to be the id of a model"] as const,
    [{ prompt: "" }, "the prompt must be a text that is not empty"] as const,
    [{ prompt: undefined }, "the prompt must be a text that is not empty"] as const,
    [{ seed: 0.5 }, "the seed must be a whole number, not 0.5"] as const,
    [{ ticker: "?" }, `the ticker "?" is not a symbol: ${symbol}`] as const
  ]) {
    it.effect(`is not asked of a single model: ${JSON.stringify(options)}`, () =>
      Effect.gen(function* () {
        const openRouter = api({ "x/1": [answers()] })
        const error = yield* Generator.generateAlgorithm({ model: "x/1", prompt: "write", ...options }).pipe(
          Effect.provide(openRouter.layer),
          Effect.flip
        )
        deepStrictEqual([error._tag, error.reason._tag], ["GenerationError", "NotAsked"])
        assert.strictEqual(error.reason.message, message)
        deepStrictEqual(openRouter.requests, [])
      })
    )
  }

  it.effect("is a request of a stream whose prompt is empty", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [answers()] })
      const error = yield* Generation.stream({ requests: [{ model: "x/1", ticker: "TSLA", prompt: " " }] }).pipe(
        Stream.runDrain,
        Effect.provide([openRouter.layer, store().layer]),
        Effect.flip
      )
      assert.strictEqual(error.message, "request 1: the prompt must be a text that is not empty")
      deepStrictEqual(openRouter.requests, [])
    })
  )

  for (const [options, requests, message] of [
    [{ max_retries: 1 }, [{}], "max_retries is not an option: write maxRetries"],
    [{}, [{}, { Temperature: 1 }], "request 2: Temperature is not a field of a request: write temperature"],
    [{}, [{ sampel: 2 }], "request 1: sampel is not a field of a request: write sample"],
    [{}, [{ repairs: 1 }], "request 1: repairs is not a field of a request: it is an option of a run as a whole"],
    [
      {},
      [{}, { samples: 3 }],
      "request 2: samples is not a field of a request: it is an option of a run for one ticker, and each request is for one sample"
    ],
    [
      { samples: 3 },
      [{}],
      "samples is not an option here: it is an option of a run for one ticker, and each request is for one sample"
    ],
    [{ distinct: 2 }, [{}], "distinct is not an option here: it is an option of a run for one ticker"],
    [{ ticker: "TSLA" }, [{}], "ticker is not an option here: it is a field of a request"],
    [
      { onProgress: () => Effect.void },
      [{}],
      "onProgress is not an option here: it is an option of Generation.generateAlgorithms, and a stream hands out the events themselves"
    ]
  ] as const) {
    it.effect(`is a stream with a misspelt name: ${JSON.stringify([options, requests])}`, () =>
      Effect.gen(function* () {
        const openRouter = api({ "x/1": [answers()] })
        const request = { model: "x/1", ticker: "TSLA", id: "mine" }
        const error = yield* Generation.stream({
          requests: requests.map((more) => ({ ...request, ...more })),
          ...options
        }).pipe(Stream.runDrain, Effect.provide([openRouter.layer, store().layer]), Effect.flip)
        assert.strictEqual(error._tag, "InvalidRequest")
        assert.strictEqual(error.message, message)
        assert.lengthOf(openRouter.requests, requests.length - 1)
      })
    )
  }

  it.effect("is a stream for one ticker with a listener, which it would not call", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [answers()] })
      const asked = { models: ["x/1"], ticker: "TSLA", onProgress: () => Effect.void }
      const error = yield* Generation.stream(asked).pipe(
        Stream.runDrain,
        Effect.provide([openRouter.layer, store().layer]),
        Effect.flip
      )
      assert.match(
        error.message,
        /^onProgress is not an option here: it is an option of Generation\.generateAlgorithms, /
      )
      deepStrictEqual(openRouter.requests, [])
    })
  )

  it.effect("is none for names that are the caller's own, though they look like the beginning of others", () =>
    Effect.gen(function* () {
      const own = {
        tick: 1,
        max: 2,
        service: "x",
        pos: 3,
        request: {},
        stop: true,
        e: 0,
        tickers: [],
        effect: {},
        example: "x",
        promote: 1,
        samplez: undefined,
        onProgress: undefined
      }
      const layers = () => Effect.provide([api({ "x/1": [answers()] }).layer, store().layer])
      const request = { model: "x/1", ticker: "TSLA" }
      yield* Stream.runDrain(Generation.stream({ requests: [{ ...request, ...own }], ...own })).pipe(layers())
      yield* Stream.runDrain(Generation.stream({ models: [{ model: "x/1", ...own }], ticker: "TSLA", ...own })).pipe(
        layers()
      )
      yield* Generation.generateAlgorithms({ models: ["x/1"], ticker: "TSLA", ...own }).pipe(layers())
      yield* Generator.generateAlgorithm({ ...request, prompt: "Write.", ...own }).pipe(layers())
    })
  )

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
