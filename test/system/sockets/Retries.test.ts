/** When requests come again, and with what in them, by the server's count. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Redacted } from "effect"
import * as FlowControl from "../../../src/flow/FlowControl.js"
import * as Report from "../../../src/generation/Report.js"
import * as Stats from "../../../src/simulator/Stats.js"
import { against, gaps, generate, outcomes, requests, scripted, stats } from "./library.js"

/** What lies between two arrivals beside the wait, on a machine with much else to do. */
const OVERHEAD_MS = 800

const assertGaps = (actual: ReadonlyArray<number>, waits: ReadonlyArray<number>, jitter: number) => {
  assert.strictEqual(actual.length, waits.length)
  waits.forEach((wait, index) => {
    const gap = actual[index] ?? 0
    assert.isTrue(
      gap >= wait && gap <= wait * jitter + OVERHEAD_MS,
      `gap ${index + 1}: ${gap} ms for a wait of ${wait} ms`
    )
  })
}

describe.concurrent("requests come again", { retry: 2 }, () => {
  it.live("after 0.5, 1 and 2 s with up to 10 % more, and then no more", () =>
    Effect.gen(function* () {
      const report = yield* generate({ models: ["sim/status-503", "sim/reset-headers", "sim/error-chunk", "sim/ok"] })
      deepStrictEqual(outcomes(report), ["ServerFailed", "ConnectionFailed", "ServerFailed", "ok"])
      const seen = yield* stats
      for (const model of ["sim/status-503", "sim/reset-headers", "sim/error-chunk"]) {
        assertGaps(gaps(seen, model), [500, 1000, 2000], 1.1)
      }
      assert.strictEqual(requests(seen, "sim/ok"), 1)
    }).pipe(Effect.provide(against()))
  )

  it.live("when the server said so, and as often as it says so, not counted as retries", () =>
    Effect.gen(function* () {
      const report = yield* generate({
        models: ["sim/429-retry-after*3", "sim/429-metadata-reset-ms*1", "x/both", "x/soon"],
        maxRetries: 1
      })
      deepStrictEqual(outcomes(report), ["ok", "ok", "ok", "ok"])
      const seen = yield* stats
      assertGaps(gaps(seen, "sim/429-retry-after*3"), [1000, 1000, 1000], 1)
      assertGaps(gaps(seen, "sim/429-metadata-reset-ms*1"), [1000], 1)
      assertGaps(gaps(seen, "x/both"), [1000, 500], 1.1)
      // Two seconds, not the half of one that the policy would wait.
      assertGaps(gaps(seen, "x/soon"), [2000], 1)
    }).pipe(
      Effect.provide(against(scripted({ "x/both": "429-retry-after*1+status-500*1", "x/soon": "429-message=2*1" })))
    )
  )

  it.live("while others wait: a place is not held by somebody who sleeps", () =>
    Effect.gen(function* () {
      const models = ["sim/429-retry-after*1", "sim/ok", "sim/ok-bare"]
      const report = yield* Effect.provide(generate({ models, concurrency: 1 }), FlowControl.layer())
      deepStrictEqual(outcomes(report), ["ok", "ok", "ok"])
      const seen = (yield* stats).models
      const first = seen["sim/429-retry-after*1"]?.arrivals ?? []
      for (const model of ["sim/ok", "sim/ok-bare"]) {
        const [at = 0] = seen[model]?.arrivals ?? []
        assert.isTrue(at > (first[0] ?? 0) && at < (first[1] ?? 0), model)
      }
    }).pipe(Effect.provide(against()))
  )

  it.live("not when the wait would end after the deadline: that says when it would make sense", () =>
    Effect.gen(function* () {
      const report = yield* generate({ models: ["x/long", "sim/ok"], deadline: "3 seconds" })
      deepStrictEqual(outcomes(report), ["RateLimited", "ok"])
      assert.isBelow(report.durationMs, 3_000)
      const [limited] = report.outcomes
      const wait = (limited?.retryAt._tag === "Some" ? limited.retryAt.value : 0) - report.startedAt
      assert.isTrue(wait >= 90_000 && wait < 95_000, `${wait} ms`)
      assert.strictEqual(requests(yield* stats, "x/long"), 1)
    }).pipe(Effect.provide(against(scripted({ "x/long": "429-retry-after=90" }))))
  )

  it.live("like without a hint where the hint is beyond all time, and can be reported", () =>
    Effect.gen(function* () {
      const report = yield* generate({ models: ["x/never"], maxRetries: 1 })
      deepStrictEqual(outcomes(report), ["RateLimited"])
      assertGaps(gaps(yield* stats, "x/never"), [500], 1.1)
      assert.include(JSON.stringify(Report.toJson(report)), "RateLimited")
    }).pipe(Effect.provide(against(scripted({ "x/never": "429-retry-after=99999999999999" }))))
  )

  it.live("with twice the room for an answer that was cut off, twice", () =>
    Effect.gen(function* () {
      const report = yield* generate({ models: ["sim/length-below", "sim/length"], maxCompletionTokens: 2000 })
      deepStrictEqual(outcomes(report), ["ok", "CutOff"])
      const { recent } = yield* stats
      const ceilings = (model: string) =>
        recent.filter((request) => request.model === model).map(({ maxCompletionTokens }) => maxCompletionTokens)
      deepStrictEqual(ceilings("sim/length-below"), [2000, 4000, 8000])
      deepStrictEqual(ceilings("sim/length"), [2000, 4000, 8000])
    }).pipe(Effect.provide(against()))
  )

  it.live("nowhere once the key is refused: what is queued or waits is not asked", () =>
    Effect.gen(function* () {
      const report = yield* generate({ models: ["sim/ok", "sim/ok-bare", "sim/ok-prose"], concurrency: 1 })
      deepStrictEqual(outcomes(report), ["AccountRefused", "NotAsked", "NotAsked"])
      assert.strictEqual((yield* stats).requests, 1)
    }).pipe(Effect.provide(against({ apiKeys: ["the right one"] }, { apiKey: Redacted.make("a-wrong-key") })))
  )
})

describe.concurrent("a request", () => {
  it.live("carries the key and the names of site and application, and nothing of a trace", () =>
    Effect.gen(function* () {
      yield* generate({ models: ["sim/ok"] }).pipe(Effect.withSpan("an application's own"))
      const [request] = (yield* stats).recent
      assert.isFalse(request?.traced)
      assert.includeMembers([...(request?.headers ?? [])], ["authorization", "http-referer", "x-title", "content-type"])
      assert.notMatch((request?.headers ?? []).join(), /traceparent|b3|sentry/)
    }).pipe(Effect.provide(against({ apiKeys: ["the right one"] }, { apiKey: Redacted.make("the right one") })))
  )

  it.live("asks for a stream unless told otherwise", () =>
    Effect.gen(function* () {
      const asked = generate({ models: ["sim/ok"] }).pipe(
        Effect.zipRight(stats),
        Effect.map(({ recent }) => recent.map(({ stream }) => stream))
      )
      deepStrictEqual(yield* Effect.provide(asked, against()), [true])
      deepStrictEqual(yield* Effect.provide(asked, against({}, { stream: false })), [false])
    })
  )

  it.live("for the list of models comes once a minute", () =>
    Effect.gen(function* () {
      yield* Effect.repeatN(generate({ models: ["sim/ok", "no/such-model", "sim/ok-prose:free"] }), 2)
      const seen = yield* stats
      deepStrictEqual(seen.routes, { "GET /models": 1 })
      // A list is a hint: what it lacks is asked for all the same, and refused by the server itself.
      assert.strictEqual(requests(seen, "no/such-model"), 3)
      assert.strictEqual(Stats.arrivedAfter(seen, 0), 9)
    }).pipe(Effect.provide(against()))
  )

  it.live("goes to the twin where only that one is on offer", () =>
    Effect.gen(function* () {
      const report = yield* generate({ models: ["deepseek/deepseek-r1", "openai/gpt-4o-mini:free"] })
      // The other way round it would cost money.
      deepStrictEqual(outcomes(report), ["ok", "ModelUnavailable"])
      deepStrictEqual(Object.keys((yield* stats).models).sort(), [
        "deepseek/deepseek-r1:free",
        "openai/gpt-4o-mini:free"
      ])
    }).pipe(Effect.provide(against()))
  )
})
