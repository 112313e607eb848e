/** Waits that the server asks for. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Option, TestClock } from "effect"
import { answers, api, each, finish, flowControl, http, start } from "./doubles.js"

const busy = http(503)
const limited = (seconds: number) => http(429, { "retry-after": `${seconds}` })

describe("a rate limit with a hint", () => {
  it.effect("of 90 s is obeyed in full, to the millisecond", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [limited(90), answers()] })
      const run = yield* start({ models: ["x/1"] }, { api: openRouter })
      yield* TestClock.adjust(89_999)
      assert.strictEqual(openRouter.requests.length, 1)
      const report = yield* finish(run, 1)
      assert.strictEqual(openRouter.requests.length, 2)
      deepStrictEqual(
        report.outcomes.flatMap(({ attempts }) => attempts.map(({ cause, waitedMs }) => [cause, waitedMs])),
        [
          ["first", 0],
          ["hint", 90_000]
        ]
      )
    })
  )

  it.effect("is not one of the three retries", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [busy, limited(90), busy, limited(60), busy, busy] })
      const report = yield* finish(yield* start({ models: ["x/1"] }, { api: openRouter }), 153_675)
      deepStrictEqual(
        report.outcomes.flatMap(({ attempts }) => attempts.map(({ cause }) => cause)),
        ["first", "backoff", "hint", "backoff", "hint", "backoff"]
      )
    })
  )

  it.effect("is obeyed without any retries too", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [limited(90), answers()] })
      const run = yield* start({ models: ["x/1"], maxRetries: 0 }, { api: openRouter })
      assert.isTrue((yield* finish(run, 90_000)).success)
    })
  )

  it.effect("is obeyed six times; the seventh is the end, and says when to come back", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [limited(10)] })
      const report = yield* finish(yield* start({ models: ["x/1"] }, { api: openRouter }), 60_000)
      deepStrictEqual(
        openRouter.requests.map(({ at }) => at),
        [0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]
      )
      deepStrictEqual(
        report.outcomes.map(({ reason, retryAt }) => [Option.getOrUndefined(reason)?._tag, retryAt]),
        [["RateLimited", Option.some(70_000)]]
      )
    })
  )

  for (const [seconds, asksAgain] of [
    [399, true],
    [400, false],
    [86_400, false]
  ] as const) {
    it.effect(
      `of ${seconds} s ${asksAgain ? "is obeyed: it ends within the run" : "fails at once: the run is over before"}`,
      () =>
        Effect.gen(function* () {
          const openRouter = api({ "x/1": [limited(seconds), answers()] })
          const run = yield* start({ models: ["x/1"] }, { api: openRouter })
          const report = yield* finish(run, asksAgain ? seconds * 1_000 : 0)
          assert.strictEqual(report.success, asksAgain)
          assert.strictEqual(openRouter.requests.length, asksAgain ? 2 : 1)
          deepStrictEqual(
            report.outcomes.map(({ retryAt }) => retryAt),
            [asksAgain ? Option.none() : Option.some(seconds * 1_000)]
          )
        })
    )
  }
})

describe("a rate limit of all `:free` models", () => {
  const perMinute = (seconds: number) =>
    http(429, { "retry-after": `${seconds}` }, JSON.stringify({ error: { code: 429, message: "free-models-per-min" } }))

  it.effect("makes those that have not been asked wait with the one it met, and the others not", () =>
    Effect.gen(function* () {
      const models = ["x/1:free", "x/2:free", "x/3", "x/4:free"]
      const openRouter = api({ ...each(models, answers()), "x/1:free": [perMinute(30), answers()] })
      const run = yield* start({ models, concurrency: 1 }, { api: openRouter })
      yield* TestClock.adjust(29_999)
      deepStrictEqual(
        openRouter.requests.map(({ model }) => model),
        ["x/1:free", "x/3"]
      )
      const report = yield* finish(run, 251)
      deepStrictEqual(
        report.outcomes.map(({ attempts, status }) => [status, attempts.length]),
        [
          ["ok", 2],
          ["ok", 1],
          ["ok", 1],
          ["ok", 1]
        ]
      )
      deepStrictEqual(
        openRouter.requests.map(({ at }) => at),
        [0, 0, 30_000, 30_125, 30_125]
      )
    }).pipe(Effect.provide(flowControl))
  )
})

describe("a rate limit without a hint", () => {
  it.effect("waits as after any other failure that passes, and uses up the retries", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [http(429)] })
      const report = yield* finish(yield* start({ models: ["x/1"] }, { api: openRouter }), 3_675)
      deepStrictEqual(
        openRouter.requests.map(({ at }) => at),
        [0, 525, 1_575, 3_675]
      )
      assert.isFalse(report.success)
    })
  )
})

describe("a failing server with a hint", () => {
  it.effect("is given the time it asks for, and that is one of the three", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [http(503, { "retry-after": "30" })] })
      const report = yield* finish(yield* start({ models: ["x/1"] }, { api: openRouter }), 90_000)
      deepStrictEqual(
        openRouter.requests.map(({ at }) => at),
        [0, 30_000, 60_000, 90_000]
      )
      deepStrictEqual(
        report.outcomes.map(({ retryAt }) => retryAt),
        [Option.some(120_000)]
      )
    })
  )
})
