import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Fiber, Layer, Logger, Option, Ref, TestClock } from "effect"
import { Rejected } from "../../../src/domain/GenerationError.js"
import * as Generation from "../../../src/generation/Generation.js"
import * as Plan from "../../../src/generation/Plan.js"
import * as Progress from "../../../src/generation/Progress.js"
import * as Memory from "../../../src/storage/algorithmStore/Memory.js"
import { after, answers, api, each, fails, finish, http, ids, start, store } from "./doubles.js"

const rejected = new Rejected({ status: 404, message: "gone", fallbackModels: [] })

describe("concurrent execution", () => {
  it.effect("six models are asked before any of them has answered, and the run is as long as the slowest", () =>
    Effect.gen(function* () {
      const latencies = [13_000, 10_000, 15_000, 12_000, 14_000, 11_000]
      const models = ids(6)
      const openRouter = api(
        Object.fromEntries(models.map((model, index) => [model, [after(latencies[index] ?? 0, answers())]]))
      )
      const run = yield* start({ models }, { api: openRouter })
      yield* TestClock.adjust(9_999)
      deepStrictEqual(
        openRouter.requests.map(({ at, model }) => [model, at]),
        models.map((model) => [model, 0])
      )
      assert.strictEqual(run.heard("Generated").length, 0)
      const report = yield* finish(run, 5_001)
      assert.strictEqual(report.durationMs, 15_000)
      assert.strictEqual(report.algorithms.filter(Option.isSome).length, 6)
    })
  )
})

describe("order preserved", () => {
  it.effect("holds in results, report and files, although the last model answers first", () =>
    Effect.gen(function* () {
      const models = ids(4)
      const openRouter = api(
        Object.fromEntries(models.map((model, index) => [model, [after(400 - 100 * index, answers())]]))
      )
      const files = store()
      const run = yield* start({ models }, { api: openRouter, store: files })
      const report = yield* finish(run, 400)
      deepStrictEqual(
        run.heard("Generated").map(({ model }) => model),
        models.toReversed()
      )
      deepStrictEqual(report.algorithms.map(Option.map(({ model }) => model)), models.map(Option.some))
      deepStrictEqual(
        report.outcomes.map(({ index, model }) => [index, model]),
        models.map((model, index) => [index, model])
      )
      deepStrictEqual(files.saved, models)
      deepStrictEqual(
        run.progress
          .flatMap(({ event }) => Progress.toMessages(event))
          .filter((message) => message.endsWith("::saved")),
        models.map((model) => `MODEL_OK::${model}::saved`)
      )
    })
  )
})

describe("limit on concurrency", () => {
  it.effect("of ten models never more than six are in flight, and all ten are asked", () =>
    Effect.gen(function* () {
      const models = ids(10)
      const openRouter = api(each(models, after(1_000, answers())))
      const run = yield* start({ models }, { api: openRouter })
      yield* TestClock.adjust(999)
      assert.strictEqual(openRouter.requests.length, Plan.CONCURRENCY)
      assert.strictEqual(openRouter.inFlight().now, 6)
      const report = yield* finish(run, 1_001)
      assert.strictEqual(openRouter.inFlight().most, 6)
      assert.strictEqual(openRouter.requests.length, 10)
      assert.strictEqual(report.algorithms.filter(Option.isSome).length, 10)
    })
  )

  for (const [concurrency, durationMs] of [
    [1, 300],
    [2, 200],
    [3, 100]
  ] as const) {
    it.effect(`a concurrency of ${concurrency} is kept`, () =>
      Effect.gen(function* () {
        const models = ids(3)
        const openRouter = api(each(models, after(100, answers())))
        const report = yield* finish(yield* start({ models, concurrency }, { api: openRouter }), 300)
        assert.strictEqual(openRouter.inFlight().most, concurrency)
        assert.strictEqual(report.durationMs, durationMs)
      })
    )
  }
})

describe("retry on 429", () => {
  it.effect("429 twice, then success, is three attempts", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [http(429), http(429), answers()] })
      const report = yield* finish(yield* start({ models: ["x/1"] }, { api: openRouter }), 1_575)
      deepStrictEqual(
        report.outcomes.flatMap(({ attempts }) => attempts.map(({ outcome, status }) => [outcome, status])),
        [
          ["RateLimited", 429],
          ["RateLimited", 429],
          ["ok", 200]
        ]
      )
      assert.strictEqual(openRouter.requests.length, 3)
      assert.isTrue(report.success)
    })
  )
})

describe("partial failure handling", () => {
  it.effect("a failure is logged, reported and a None in its slot; nothing else notices", () =>
    Effect.gen(function* () {
      const models = ids(6)
      const openRouter = api({ ...each(models, answers()), ...each(["x/2", "x/5"], fails(rejected)) })
      const files = store()
      const logged: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => logged.push(`${logLevel.label} ${String(message)}`))
      const run = yield* Effect.provide(start({ models }, { api: openRouter, store: files }), Logger.add(logger))
      const report = yield* finish(run)
      assert.isTrue(report.success)
      deepStrictEqual(report.algorithms.map(Option.isSome), [true, false, true, true, false, true])
      deepStrictEqual(
        report.outcomes.map(({ status }) => status),
        ["ok", "failed", "ok", "ok", "failed", "ok"]
      )
      deepStrictEqual(
        report.outcomes.flatMap(({ model, reason }) => Option.toArray(reason).map((why) => [model, why])),
        [
          ["x/2", rejected],
          ["x/5", rejected]
        ]
      )
      deepStrictEqual(files.saved, ["x/1", "x/3", "x/4", "x/6"])
      deepStrictEqual(logged, ["WARN x/2: gone", "WARN x/5: gone"])
      deepStrictEqual(
        run.heard("Failed").map(({ model, reason }) => [model, reason]),
        [
          ["x/2", rejected],
          ["x/5", rejected]
        ]
      )
    })
  )

  it.effect("one success is success", () =>
    Effect.gen(function* () {
      const models = ids(6)
      const openRouter = api({ ...each(models, fails(rejected)), "x/4": [answers()] })
      const report = yield* finish(yield* start({ models }, { api: openRouter }))
      assert.isTrue(report.success)
    })
  )

  it.effect("the failure of all is no success, and no error either", () =>
    Effect.gen(function* () {
      const models = ids(6)
      const files = store()
      const run = yield* start({ models }, { api: api(each(models, fails(rejected))), store: files })
      const report = yield* finish(run)
      assert.isFalse(report.success)
      deepStrictEqual(
        report.algorithms,
        models.map(() => Option.none())
      )
      deepStrictEqual(files.saved, [])
      deepStrictEqual(run.progress.at(-1), {
        percent: 100,
        event: { _tag: "RunFinished", generated: 0, requested: 6, left: 0 }
      })
    })
  )

  it.effect(
    "an algorithm that cannot be saved is kept, its outcome says why there is no file, the others are saved",
    () =>
      Effect.gen(function* () {
        const models = ids(3)
        const files = store({ full: ["x/1"] })
        const run = yield* start({ models }, { api: api(each(models, answers())), store: files })
        const report = yield* finish(run)
        assert.isTrue(report.success)
        deepStrictEqual(report.algorithms.map(Option.isSome), [true, true, true])
        deepStrictEqual(
          report.outcomes.map(({ file, status }) => [status, file]),
          [
            ["failed", Option.none()],
            ["ok", Option.some("out/generated_algo_x_2.py")],
            ["ok", Option.some("out/generated_algo_x_3.py")]
          ]
        )
        const reason = Option.getOrThrow(report.outcomes[0]?.reason ?? Option.none())
        assert.strictEqual(reason._tag, "StoreError")
        deepStrictEqual(files.saved, ["x/2", "x/3"])
        deepStrictEqual(
          run.heard("SaveFailed").map(({ message, model }) => [model, message]),
          [["x/1", reason.message]]
        )
      })
  )
})

describe("duplicates", () => {
  it.effect("a model that is named twice is asked twice, and each gets its own result and file", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [after(20, answers()), fails(rejected), after(10, answers())] })
      const run = yield* start({ models: ["x/1", "x/1", "x/1"] }, { api: openRouter })
      const report = yield* finish(run, 20)
      deepStrictEqual(
        report.outcomes.map(({ attempts, file, index }) => [index, attempts.length, file]),
        [
          [0, 1, Option.some("out/generated_algo_x_1.py")],
          [1, 1, Option.none()],
          [2, 1, Option.some("out/generated_algo_x_1_s3.py")]
        ]
      )
    })
  )
})

describe("what is saved", () => {
  it.effect("carries the model and ticker as requested, the code unchanged, the prompt's hash and the time", () =>
    Effect.gen(function* () {
      const code = `# ünïcode ::\n${"x = 1\n".repeat(3)}def execute_trade(a, b, c):\n    return "HOLD"`
      const openRouter = api({ "x/1:free": [after(1_234, answers({ text: code }))] })
      const run = yield* Generation.generateAlgorithms({ models: ["x/1"], ticker: "brk-b" }).pipe(
        Effect.provide(openRouter.layer),
        Effect.fork
      )
      // Hashing the prompt takes real time.
      while (openRouter.requests.length === 0) yield* TestClock.adjust(0)
      yield* TestClock.adjust(1_234)
      yield* Fiber.join(run)
      const saved = [...(yield* Effect.flatMap(Memory.Saved, Ref.get))]
      deepStrictEqual(
        saved.map(([name, { code, model, sample, ticker }]) => [name, model, ticker, sample, code]),
        [["generated_algo_x_1.py", "x/1", "BRK-B", 1, code]]
      )
      assert.match(saved[0]?.[1].promptHash ?? "", /^[0-9a-f]{64}$/)
      assert.strictEqual(saved[0]?.[1].generatedAt.epochMillis, 1_234)
    }).pipe(Effect.provide(Layer.fresh(Memory.layer)))
  )
})
