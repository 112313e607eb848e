import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Layer, TestClock } from "effect"
import * as FlowControl from "../../../../src/flow/FlowControl.js"
import * as Hedging from "../../../../src/flow/pure/Hedging.js"
import * as Report from "../../../../src/generation/Report.js"
import * as Prometheus from "../../../../src/telemetry/Prometheus.js"
import {
  after,
  answers,
  api,
  each,
  finish,
  HOLD,
  http,
  ids,
  never,
  type Reply,
  start
} from "../../generation/doubles.js"
import { usage } from "../../generation/moneyDoubles.js"
import { parse } from "../../telemetry/prometheusText.js"

describe("what is known of first tokens", () => {
  const of = (...firstTokens: ReadonlyArray<number>) => firstTokens.reduce(Hedging.began, Hedging.none)
  const many = (count: number) => Array.from({ length: count }, (_, index) => 1000 - index)

  it("is nothing before there are twenty", () => {
    assert.isUndefined(Hedging.patience(of(...many(19))))
    assert.isDefined(Hedging.patience(of(...many(20))))
  })

  it("is how late 95 % of them were, in whatever order they came", () => {
    assert.strictEqual(Hedging.patience(of(...many(20))), 999)
    assert.strictEqual(Hedging.patience(of(...many(100))), 995)
  })

  it("is forgotten after two hundred", () => {
    assert.strictEqual(Hedging.patience(of(...many(200), ...Array.from({ length: 200 }, () => 7))), 7)
  })

  it("allows one further request in twenty", () => {
    const after = (requests: number, hedges: number) => Hedging.mayHedge({ ...Hedging.none, requests, hedges })
    assert.deepStrictEqual([after(19, 0), after(20, 0), after(39, 1), after(40, 1)], [false, true, false, true])
  })
})

describe("a request that does not begin to be answered", () => {
  const streamed: Reply = (request, onToken) =>
    Effect.sleep(100).pipe(
      Effect.zipRight(onToken(() => HOLD)),
      Effect.zipRight(after(400, answers())(request, onToken))
    )
  const quick = ids(30)
  const run = (hedging: boolean, ...slow: ReadonlyArray<Reply>) =>
    Effect.gen(function* () {
      const openRouter = api({ ...each(quick, streamed), slow })
      const started = yield* start({ models: [...quick, "slow"], requestTimeout: 30_000 }, { api: openRouter })
      yield* TestClock.adjust(29_999)
      const inFlight = openRouter.inFlight().now
      const report = yield* finish(started, 120_000)
      const sent = openRouter.requests.filter(({ model }) => model === "slow").map(({ at }) => at)
      const { state } = yield* FlowControl.FlowControl
      const { hedges, inFlight: left } = yield* state
      assert.strictEqual(left, 0)
      return { hedges, inFlight, report, sent }
    }).pipe(Effect.provide(Layer.effect(FlowControl.FlowControl, FlowControl.make({ hedging }))))

  it.effect("is sent again beside itself, and the slower one is given up", () =>
    Effect.gen(function* () {
      const { hedges, inFlight, report, sent } = yield* run(true, never, streamed)
      deepStrictEqual(sent, [2500, 2600])
      assert.strictEqual(hedges, 1)
      assert.strictEqual(inFlight, 0)
      deepStrictEqual(
        report.outcomes.slice(-1).map(({ attempts, status }) => [status, attempts.map(({ hedged }) => hedged)]),
        [["ok", [true]]]
      )
      assert.strictEqual(Report.totals(report).requests, 32)
      const counted = Prometheus.render.pipe(
        Effect.map((text) => parse(text).get("algogen_requests_total")?.samples ?? []),
        Effect.map((samples) => samples.filter(({ labels }) => labels["hedge"] === "true"))
      )
      deepStrictEqual(
        (yield* counted).map(({ labels, value }) => [labels["gen_ai_request_model"], value]),
        [["slow", 1]]
      )
    })
  )

  it.effect("costs what nobody knows beside what its answer is known to have cost", () =>
    Effect.gen(function* () {
      const { report } = yield* run(true, never, after(100, answers({ usage: usage(0.5) })))
      const { cost, requestsOfUnknownCost } = Report.totals(report)
      // The quick ones name no cost either.
      deepStrictEqual([cost, requestsOfUnknownCost], [0.5, 31])
    })
  )

  it.effect("is not, when that is not wanted", () =>
    Effect.gen(function* () {
      const { sent } = yield* run(false, never, streamed)
      deepStrictEqual(sent, [2500, 33_025])
    })
  )

  it.effect("is not, when its first token was in time", () =>
    Effect.gen(function* () {
      const { sent } = yield* run(true, (request, onToken) =>
        Effect.zipRight(
          onToken(() => ""),
          after(5000, answers())(request, onToken)
        )
      )
      deepStrictEqual(sent, [2500])
    })
  )

  it.effect("is not lost because the second one fails", () =>
    Effect.gen(function* () {
      const { report, sent } = yield* run(true, after(9000, answers()), () => Effect.die("broken"))
      deepStrictEqual(sent, [2500, 2600])
      assert.isTrue(report.outcomes.every(({ status }) => status === "ok"))
    })
  )

  const fails = (ms: number) => after(ms, http(400))

  it.effect("leaves the second one alone when the first one fails", () =>
    Effect.gen(function* () {
      const { report, sent } = yield* run(true, fails(300), after(9000, answers()))
      deepStrictEqual(sent, [2500, 2600])
      assert.isTrue(report.outcomes.every(({ status }) => status === "ok"))
    })
  )

  for (const [first, second, took] of [
    [300, 9000, 9_100],
    [9000, 300, 9_000]
  ] as const) {
    it.effect(`fails when both have, after ${first} and ${second} ms`, () =>
      Effect.gen(function* () {
        const { report, sent } = yield* run(true, fails(first), fails(second))
        deepStrictEqual(sent, [2500, 2600])
        deepStrictEqual(
          report.outcomes.slice(-1).map(({ durationMs, status }) => [status, durationMs]),
          [["failed", took]]
        )
      })
    )
  }
})
