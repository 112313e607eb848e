/** Which failures are repeated, how often and when. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Option, TestClock } from "effect"
import {
  AnswerTooLarge,
  ConnectionFailed,
  MalformedAnswer,
  Refused,
  ServerFailed,
  TimedOut
} from "../../../src/domain/GenerationError.js"
import { answers, api, exchanges, fails, finish, http, start, type Reply } from "./doubles.js"

const busy = http(503)

/** Runs one model for each case, all at once, and counts their requests. */
const requestsOf = (cases: Readonly<Record<string, Reply>>, then: Reply = answers()) =>
  Effect.gen(function* () {
    const openRouter = api(Object.fromEntries(Object.entries(cases).map(([name, reply]) => [name, [reply, then]])))
    const models = Object.keys(cases)
    const report = yield* finish(yield* start({ models, concurrency: models.length }, { api: openRouter }), 4_000)
    return Object.fromEntries(report.outcomes.map(({ attempts, model }) => [model, attempts.length]))
  })

const all = (cases: Readonly<Record<string, Reply>>, count: number) =>
  Object.fromEntries(Object.keys(cases).map((name) => [name, count]))

const statuses = (...codes: ReadonlyArray<number>) => Object.fromEntries(codes.map((code) => [`x/${code}`, http(code)]))

const inside = (code: number) => http(200, {}, JSON.stringify({ error: { code, message: "inside" } }))

describe("the waits", () => {
  it.effect("are 0.5, 1 and 2 s with their jitter, to the millisecond on both sides", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [busy] })
      yield* start({ models: ["x/1"] }, { api: openRouter })
      const after = (wait: number) => Effect.map(TestClock.adjust(wait), () => openRouter.requests.length)
      assert.strictEqual(yield* after(524), 1)
      assert.strictEqual(yield* after(1), 2)
      assert.strictEqual(yield* after(1_049), 2)
      assert.strictEqual(yield* after(1), 3)
      assert.strictEqual(yield* after(2_099), 3)
      assert.strictEqual(yield* after(1), 4)
      assert.strictEqual(yield* after(60_000), 4)
    })
  )

  it.effect("of one model are its own: another one's failures do not lengthen them", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [busy, busy, answers()], "x/2": [busy, answers()] })
      const report = yield* finish(yield* start({ models: ["x/1", "x/2"] }, { api: openRouter }), 1_575)
      deepStrictEqual(
        report.outcomes.map(({ attempts }) => attempts.map(({ waitedMs }) => waitedMs)),
        [
          [0, 525, 1_050],
          [0, 525]
        ]
      )
    })
  )
})

describe("asked again", () => {
  const transient = statuses(408, 409, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530)
  it.effect(`after ${Object.keys(transient).join(", ")}`, () =>
    Effect.gen(function* () {
      deepStrictEqual(yield* requestsOf(transient), all(transient, 2))
    })
  )

  it.effect("after each clock that fired and each failure of the network", () =>
    Effect.gen(function* () {
      const cases = {
        ...Object.fromEntries(
          (["connect", "first-token", "silence", "attempt"] as const).map((clock) => [
            `x/${clock}`,
            fails(new TimedOut({ clock, limitMs: 10 }))
          ])
        ),
        "x/broken": exchanges({ _tag: "Broken", message: "ECONNRESET" }),
        "x/refused": fails(new ConnectionFailed({ message: "ECONNREFUSED" }))
      }
      deepStrictEqual(yield* requestsOf(cases), all(cases, 2))
    })
  )

  it.effect("after an error inside HTTP 200 whose code says so", () =>
    Effect.gen(function* () {
      const cases = { "x/408": inside(408), "x/429": inside(429), "x/500": inside(500), "x/503": inside(503) }
      deepStrictEqual(yield* requestsOf(cases), all(cases, 2))
    })
  )
})

describe("not asked again", () => {
  const final = statuses(400, 403, 404, 405, 410, 413, 415, 422, 451, 501, 505)
  it.effect(`after ${Object.keys(final).join(", ")}`, () =>
    Effect.gen(function* () {
      deepStrictEqual(yield* requestsOf(final), all(final, 1))
    })
  )

  for (const status of [401, 402]) {
    it.effect(`after ${status}`, () =>
      Effect.gen(function* () {
        deepStrictEqual(yield* requestsOf({ "x/1": http(status) }), { "x/1": 1 })
      })
    )
  }

  it.effect("after an error inside HTTP 200 whose code says so", () =>
    Effect.gen(function* () {
      const cases = { "x/400": inside(400), "x/403": inside(403), "x/404": inside(404), "x/422": inside(422) }
      deepStrictEqual(yield* requestsOf(cases), all(cases, 1))
    })
  )

  it.effect("after an answer that is no JSON, has no execute_trade, is refused or too large", () =>
    Effect.gen(function* () {
      const cases = {
        "x/json": http(200, {}, "{ half"),
        "x/malformed": fails(new MalformedAnswer({ message: "no" })),
        "x/code": answers({ text: "def trade():\n    pass\n" }),
        "x/refused": fails(new Refused({ message: "no" })),
        "x/large": fails(new AnswerTooLarge({ limitBytes: 1 }))
      }
      deepStrictEqual(yield* requestsOf(cases), all(cases, 1))
    })
  )
})

describe("retries used up", () => {
  it.effect("are four attempts, and the last failure is the reason", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [http(500), http(502), http(504), busy] })
      const run = yield* start({ models: ["x/1"] }, { api: openRouter })
      const report = yield* finish(run, 3_675)
      deepStrictEqual(
        openRouter.requests.map(({ at }) => at),
        [0, 525, 1_575, 3_675]
      )
      deepStrictEqual(
        report.outcomes.map(({ reason }) => reason),
        [Option.some(new ServerFailed({ status: 503, message: "HTTP 503" }))]
      )
      deepStrictEqual(
        run.heard("AttemptFailed").map(({ attempt, retryAt }) => [attempt.number, attempt.status, retryAt]),
        [
          [1, 500, 525],
          [2, 502, 1_575],
          [3, 504, 3_675],
          [4, 503, undefined]
        ]
      )
    })
  )

  for (const maxRetries of [0, 1, 5]) {
    it.effect(`after ${maxRetries} when that is the limit`, () =>
      Effect.gen(function* () {
        const openRouter = api({ "x/1": [busy] })
        yield* finish(yield* start({ models: ["x/1"], maxRetries }, { api: openRouter }), 20_000)
        assert.strictEqual(openRouter.requests.length, maxRetries + 1)
      })
    )
  }
})
