/** Failures that prove other requests hopeless. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Option, TestClock } from "effect"
import { AccountRefused, NotAsked } from "../../../src/domain/GenerationError.js"
import type { Outcome } from "../../../src/generation/Report.js"
import { after, answers, api, finish, flowControl, http, start } from "./doubles.js"

/** It names the key, so that it is about more than one model. */
const denied = (status: number) => http(status, {}, JSON.stringify({ error: { message: "Invalid API key" } }))

const refused = (status: number) => `the API refused the account or the key (HTTP ${status}): Invalid API key`

const reasons = (outcomes: ReadonlyArray<Outcome>) =>
  Object.fromEntries(outcomes.map(({ model, reason }) => [model, Option.getOrUndefined(reason)?.message]))

const dailyQuota = http(
  429,
  {},
  JSON.stringify({
    error: {
      code: 429,
      message: "Rate limit exceeded: free-models-per-day",
      metadata: { headers: { "X-RateLimit-Reset": "200000000000" } }
    }
  })
)

describe("a failure that ends the run", () => {
  for (const status of [401, 402]) {
    it.effect(`(${status}): queued models are not asked, and their outcome says why`, () =>
      Effect.gen(function* () {
        const openRouter = api({ "x/1": [after(100, denied(status))], "x/2": [answers()], "x/3": [answers()] })
        const run = yield* start({ models: ["x/1", "x/2", "x/3"], concurrency: 1 }, { api: openRouter })
        const report = yield* finish(run, 100)
        deepStrictEqual(
          openRouter.requests.map(({ model }) => model),
          ["x/1"]
        )
        const notAsked = new NotAsked({ message: `not asked: ${refused(status)}`, status })
        deepStrictEqual(
          report.outcomes.map(({ attempts, reason }) => [attempts.length, Option.getOrUndefined(reason)]),
          [
            [1, new AccountRefused({ status, detail: "Invalid API key" })],
            [0, notAsked],
            [0, notAsked]
          ]
        )
        deepStrictEqual(
          run.heard("ModelStarted").map(({ model }) => model),
          ["x/1"]
        )
      })
    )
  }

  it.effect("wakes at once those that wait, and lets those finish that are being answered", () =>
    Effect.gen(function* () {
      const openRouter = api({
        "x/1": [http(429, { "retry-after": "90" })],
        "x/2": [http(429, { "retry-after": "120" })],
        "x/3": [after(500, denied(401))],
        "x/4": [after(1_000, answers())]
      })
      const run = yield* start({ models: ["x/1", "x/2", "x/3", "x/4"] }, { api: openRouter })
      yield* TestClock.adjust(499)
      assert.strictEqual(run.heard("Failed").length, 0)
      yield* TestClock.adjust(1)
      deepStrictEqual(
        run.heard("Failed").map(({ model }) => model),
        ["x/3", "x/1", "x/2"]
      )
      const report = yield* finish(run, 500)
      assert.strictEqual(report.durationMs, 1_000)
      deepStrictEqual(reasons(report.outcomes), {
        "x/1": `not asked again: ${refused(401)}`,
        "x/2": `not asked again: ${refused(401)}`,
        "x/3": refused(401),
        "x/4": undefined
      })
      assert.strictEqual(openRouter.requests.length, 4)
    })
  )

  it.effect("takes no model's own reason from one that would not be asked again anyway", () =>
    Effect.gen(function* () {
      const openRouter = api({
        "x/1": [after(500, denied(401))],
        "x/2": [after(1_000, http(400, {}, JSON.stringify({ error: { message: "no such thing" } })))],
        "x/3": [after(1_000, http(503, {}, JSON.stringify({ error: { message: "down" } })))]
      })
      const run = yield* start({ models: ["x/1", "x/2", "x/3"] }, { api: openRouter })
      const report = yield* finish(run, 1_000)
      deepStrictEqual(reasons(report.outcomes), {
        "x/1": refused(401),
        "x/2": "no such thing",
        "x/3": `not asked again: ${refused(401)}`
      })
      assert.strictEqual(openRouter.requests.length, 3)
    })
  )

  it.effect("wakes those too that wait in the queue, while others hold all places", () =>
    Effect.gen(function* () {
      const openRouter = api({
        "x/1": [http(429, { "retry-after": "90" })],
        "x/2": [http(429, { "retry-after": "120" })],
        "x/3": [after(500, denied(401))]
      })
      const run = yield* start({ models: ["x/1", "x/2", "x/3"], concurrency: 1 }, { api: openRouter })
      const report = yield* finish(run, 500)
      assert.strictEqual(report.durationMs, 500)
      assert.strictEqual(openRouter.requests.length, 3)
    }).pipe(Effect.provide(flowControl))
  )

  it.effect("wakes those too that flow control holds back until a moment", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [http(429, { "retry-after": "90" })], "x/2": [after(500, denied(401))] })
      const run = yield* start({ models: ["x/1", "x/1", "x/2"], concurrency: 1 }, { api: openRouter })
      yield* TestClock.adjust(499)
      deepStrictEqual(
        openRouter.requests.map(({ model }) => model),
        ["x/1", "x/2"]
      )
      assert.strictEqual(run.heard("Failed").length, 0)
      const { outcomes } = yield* finish(run, 1)
      deepStrictEqual(
        outcomes.map(({ attempts, reason }) => [attempts.length, Option.getOrUndefined(reason)?.message]),
        [
          [1, `not asked again: ${refused(401)}`],
          [0, `not asked: ${refused(401)}`],
          [1, refused(401)]
        ]
      )
    }).pipe(Effect.provide(flowControl))
  )

  it.effect("does not let a model begin a wait that was in flight when it came", () =>
    Effect.gen(function* () {
      const openRouter = api({
        "x/1": [after(500, denied(401))],
        "x/2": [after(600, http(429, { "retry-after": "90" }))]
      })
      const run = yield* start({ models: ["x/1", "x/2"] }, { api: openRouter })
      const report = yield* finish(run, 600)
      assert.strictEqual(report.durationMs, 600)
      deepStrictEqual(reasons(report.outcomes), { "x/1": refused(401), "x/2": `not asked again: ${refused(401)}` })
    })
  )

  it.effect("is not taken back by a later failure that ends fewer models", () =>
    Effect.gen(function* () {
      const openRouter = api({
        "x/1": [after(100, denied(401))],
        "x/2:free": [after(200, dailyQuota)],
        "x/3": [after(300, http(503)), answers()]
      })
      const run = yield* start({ models: ["x/1", "x/2:free", "x/3"] }, { api: openRouter })
      const report = yield* finish(run, 300)
      assert.strictEqual(reasons(report.outcomes)["x/3"], `not asked again: ${refused(401)}`)
      assert.strictEqual(openRouter.requests.length, 3)
    })
  )

  it.effect("is not a 402 that says when to come back", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [http(402, { "retry-after": "5" }), answers()], "x/2": [answers()] })
      const run = yield* start({ models: ["x/1", "x/2"], concurrency: 1 }, { api: openRouter })
      const report = yield* finish(run, 5_000)
      deepStrictEqual(reasons(report.outcomes), { "x/1": undefined, "x/2": undefined })
    })
  )
})

describe("a daily quota", () => {
  it.effect("ends the `:free` models, says until when, and leaves the others alone", () =>
    Effect.gen(function* () {
      const openRouter = api({
        "x/1:free": [http(503), answers()],
        "x/2:free": [after(100, dailyQuota)],
        "x/3": [after(200, http(503)), answers()],
        "x/4:free": [answers()],
        "x/5": [answers()]
      })
      const models = ["x/1:free", "x/2:free", "x/3", "x/4:free", "x/5"]
      const run = yield* start({ models, concurrency: 2 }, { api: openRouter })
      yield* TestClock.adjust(100)
      deepStrictEqual(
        run
          .heard("Failed")
          .map(({ model }) => model)
          .toSorted(),
        ["x/1:free", "x/2:free", "x/4:free"]
      )
      const report = yield* finish(run, 625)
      const quota = "Rate limit exceeded: free-models-per-day"
      deepStrictEqual(reasons(report.outcomes), {
        "x/1:free": `not asked again: ${quota}`,
        "x/2:free": quota,
        "x/3": undefined,
        "x/4:free": `not asked: ${quota}`,
        "x/5": undefined
      })
      deepStrictEqual(
        report.outcomes.map(({ retryAt }) => Option.getOrUndefined(retryAt)),
        [200_000_000_000, 200_000_000_000, undefined, 200_000_000_000, undefined]
      )
    }).pipe(Effect.provide(flowControl))
  )

  it.effect("ends a model that is asked as `:free` though it was requested without", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1:free": [dailyQuota], "x/2:free": [answers()], "x/3": [answers()] })
      const run = yield* start({ models: ["x/1", "x/2", "x/3"], concurrency: 1 }, { api: openRouter })
      const report = yield* finish(run)
      deepStrictEqual(
        openRouter.requests.map(({ model }) => model),
        ["x/1:free", "x/3"]
      )
      assert.isTrue(report.success)
    })
  )
})

describe("a failure of one model", () => {
  it.effect("is that model's alone", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [http(404)], "x/2": [http(403)], "x/3": [answers()] })
      const run = yield* start({ models: ["x/1", "x/2", "x/3"], concurrency: 1 }, { api: openRouter })
      deepStrictEqual(reasons((yield* finish(run)).outcomes), {
        "x/1": "HTTP 404",
        "x/2": "HTTP 403",
        "x/3": undefined
      })
    })
  )

  it.effect("is that model's alone, though the server blames the key, where another one is answered with it", () =>
    Effect.gen(function* () {
      const ids = ["x/1", "x/2", "x/2", "x/3", "x/4", "x/5"]
      const openRouter = api({
        "x/1": [answers()],
        "x/2": [denied(401)],
        "x/3": [answers()],
        "x/4": [denied(401)],
        "x/5": [denied(401)]
      })
      const run = yield* start({ models: ids, concurrency: 1 }, { api: openRouter })
      deepStrictEqual(reasons((yield* finish(run)).outcomes), {
        "x/1": undefined,
        "x/2": `not asked: ${refused(401)}`,
        "x/3": undefined,
        "x/4": refused(401),
        "x/5": refused(401)
      })
      deepStrictEqual(
        openRouter.requests.map(({ model }) => model),
        ["x/1", "x/2", "x/3", "x/4", "x/5"]
      )
    })
  )

  it.effect("is no verdict on another vendor's, where two models of one are refused without a word", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [http(401)], "x/2": [http(401)], "x/3": [answers()], "y/1": [answers()] })
      const run = yield* start({ models: ["x/1", "x/2", "x/3", "y/1"], concurrency: 1 }, { api: openRouter })
      const unproven = "the API refused the request (HTTP 401)"
      deepStrictEqual(reasons((yield* finish(run)).outcomes), {
        "x/1": unproven,
        "x/2": unproven,
        "x/3": `not asked: ${unproven}`,
        "y/1": undefined
      })
    })
  )
})
