/** What the registry says after a run is what the ledger says. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Layer, TestClock } from "effect"
import { CutOff, RateLimited } from "../../../src/domain/GenerationError.js"
import * as FlowControl from "../../../src/flow/FlowControl.js"
import * as Report from "../../../src/generation/Report.js"
import * as Prometheus from "../../../src/telemetry/Prometheus.js"
import {
  after,
  answers,
  api,
  each,
  exchanges,
  fails,
  finish,
  HOLD,
  http,
  ids,
  never,
  start,
  type Reply
} from "../generation/doubles.js"
import { usage } from "../generation/moneyDoubles.js"
import { parse, type Sample } from "./prometheusText.js"

/** Every sample by its name and labels; the registry is one for the process, so tests look at differences. */
const readings = Effect.map(
  Prometheus.render,
  (text) => new Map([...parse(text).values()].flatMap(({ samples }) => samples).map((sample) => [sample.key, sample]))
)

type Labels = Sample["labels"]

/** What was counted since: the sum of a name's samples for each key that is made of their labels. */
const since = (before: ReadonlyMap<string, Sample>) =>
  Effect.map(readings, (now) => {
    const grown = [...now]
      .map(([key, sample]) => ({
        name: sample.name,
        labels: sample.labels,
        value: sample.value - (before.get(key)?.value ?? 0)
      }))
      .filter(({ value }) => value !== 0)
    return (name: string, keyOf: (labels: Labels) => string) =>
      countBy(
        grown.filter((sample) => sample.name === name),
        ({ labels }) => keyOf(labels),
        ({ value }) => value
      )
  })

const label = (name: string) => (labels: Labels) => labels[name] ?? ""
const model = label("gen_ai_request_model")

const countBy = <A>(items: ReadonlyArray<A>, keyOf: (item: A) => string, amountOf: (item: A) => number = () => 1) => {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + amountOf(item))
  return Object.fromEntries(counts)
}

/** Whole milliseconds: sums of seconds drift. */
const inMillis = (seconds: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(seconds).map(([key, value]) => [key, Math.round(value * 1_000)]))

/** The first token after 250 ms, the last one after a second. */
const streamed: Reply = (request, onToken) =>
  Effect.sleep(250).pipe(
    Effect.zipRight(onToken(() => "def")),
    Effect.zipRight(Effect.sleep(750)),
    Effect.zipRight(answers({ usage: usage(0.001) })(request, onToken))
  )

const script: Readonly<Record<string, ReadonlyArray<Reply>>> = {
  "x/streamed": [streamed],
  "x/flaky": [http(503), after(40, http(500)), answers({ model: "x/served", usage: usage(0.002) })],
  "x/limited": [
    http(429, { "retry-after": "2" }),
    fails(new RateLimited({ status: 429, scope: "account", message: "slow", hinted: false })),
    answers({ usage: usage() })
  ],
  "x/cut": [fails(new CutOff({}), { usage: usage(0.004) }), answers()],
  "x/bad": [
    answers({ text: "def execute_trade(:\n", usage: usage(0.008) }),
    answers({ text: `import socket\n${HOLD}` })
  ],
  "x/rejected": [http(400)],
  "x/broken": [exchanges({ _tag: "Broken", message: "ECONNRESET" }), answers()],
  "x/endless": [never]
}
const models = Object.keys(script)

describe("after a run", () => {
  it.effect("requests, retries, refusals, times, tokens and costs are counted as they stand on the ledger", () =>
    Effect.gen(function* () {
      const before = yield* readings
      const options = { models, concurrency: models.length, repairs: 1, deadline: "20 seconds" } as const
      const report = yield* finish(yield* start(options, { api: api(script) }), 20_000)
      const attempts = report.outcomes.flatMap(({ askedModel, attempts }) =>
        attempts.map((attempt) => ({ ...attempt, model: askedModel }))
      )
      const counted = yield* since(before)

      const outcomes = countBy(attempts, ({ outcome }) => outcome)
      // As it was played: the test must not compare two empty tables.
      deepStrictEqual(outcomes, {
        ok: 5,
        ServerFailed: 2,
        RateLimited: 2,
        CutOff: 1,
        BadCode: 2,
        Rejected: 1,
        ConnectionFailed: 1,
        Interrupted: 1
      })
      deepStrictEqual(counted("algogen_attempts_total", label("outcome")), outcomes)
      deepStrictEqual(
        counted("algogen_requests_total", (labels) => `${model(labels)}`),
        countBy(attempts, ({ model }) => model)
      )
      const again = attempts.filter(({ number }) => number > 1)
      deepStrictEqual(
        counted("algogen_retries_total", label("reason")),
        countBy(again, ({ cause }) => cause)
      )
      deepStrictEqual(counted("algogen_rate_limits_total", label("scope")), { model: 1, account: 1 })
      deepStrictEqual(counted("algogen_answers_refused_total", label("stage")), { syntax: 1, policy: 1 })

      const answered = (labels: Labels) => `${model(labels)} by ${labels["gen_ai_response_model"] ?? "nobody"}`
      const servedBy = countBy(attempts, ({ model, servedModel = "nobody" }) => `${model} by ${servedModel}`)
      assert.strictEqual(servedBy["x/flaky by x/served"], 1)
      deepStrictEqual(counted("gen_ai_client_operation_duration_count", answered), servedBy)

      const ended = (labels: Labels) => `${model(labels)} ${labels["error_type"] ?? "ok"}`
      deepStrictEqual(
        counted("gen_ai_client_operation_duration_count", ended),
        countBy(attempts, ({ model, outcome }) => `${model} ${outcome}`)
      )
      deepStrictEqual(
        inMillis(counted("gen_ai_client_operation_duration_sum", model)),
        inMillis(
          countBy(
            attempts.filter(({ durationMs }) => durationMs > 0),
            ({ model }) => model,
            ({ durationMs }) => durationMs / 1_000
          )
        )
      )
      deepStrictEqual(counted("gen_ai_client_operation_time_to_first_chunk_sum", model), { "x/streamed": 0.25 })
      const used = attempts.flatMap(({ model, usage }) => (usage === undefined ? [] : [{ model, ...usage }]))
      deepStrictEqual(
        counted("gen_ai_client_token_usage_sum", (labels) => `${model(labels)} ${labels["gen_ai_token_type"]}`),
        {
          ...countBy(
            used,
            ({ model }) => `${model} input`,
            ({ promptTokens }) => promptTokens
          ),
          ...countBy(
            used,
            ({ model }) => `${model} output`,
            ({ completionTokens }) => completionTokens
          )
        }
      )
      assert.closeTo(counted("algogen_cost_total", model)[""] ?? 0, Report.totals(report).cost ?? 0, 1e-12)
    })
  )

  it.effect("every combination of the conventions' tags is named, and the buckets reach as far as they say", () =>
    Effect.gen(function* () {
      yield* finish(yield* start({ models: ["x/named"] }, { api: api({ "x/named": [streamed] }) }), 1_000)
      const text = parse(yield* Prometheus.render)
      for (const name of ["operation_duration", "operation_time_to_first_chunk", "token_usage"]) {
        const samples = text.get(`gen_ai_client_${name}`)?.samples.filter(({ labels }) => model(labels) === "x/named")
        assert.isAbove(samples?.length ?? 0, 0)
        for (const { labels } of samples ?? []) {
          assert.strictEqual(labels["gen_ai_operation_name"], "chat")
          assert.strictEqual(labels["gen_ai_provider_name"], "openrouter")
          assert.strictEqual(labels["unit"], name === "token_usage" ? "{token}" : "s")
        }
      }
      const boundaries = (name: string) => [
        ...new Set((text.get(name)?.samples ?? []).flatMap(({ labels: { le } }) => (le === undefined ? [] : [le])))
      ]
      const powers = (start: number, factor: number, count: number) => [
        ...Array.from({ length: count }, (_, index) => String(start * factor ** index)),
        "+Inf"
      ]
      deepStrictEqual(boundaries("gen_ai_client_operation_duration"), powers(0.01, 2, 16))
      deepStrictEqual(boundaries("gen_ai_client_token_usage"), powers(1, 4, 14))
      assert.include(boundaries("gen_ai_client_operation_duration"), "327.68")
      assert.include(boundaries("gen_ai_client_token_usage"), "67108864")
    })
  )

  it.effect("a model id of any kind is a label like another", () =>
    Effect.gen(function* () {
      const id = 'x/"},a{b="\\: 模型'
      const before = yield* readings
      yield* finish(yield* start({ models: [id] }, { api: api({ [id]: [answers()] }) }))
      const counted = yield* since(before)
      deepStrictEqual(counted("gen_ai_client_operation_duration_count", model), { [id]: 1 })
    })
  )
})

describe("requests in flight", () => {
  it.effect("are as many as there are, and none when the run is over, however they ended", () =>
    Effect.gen(function* () {
      const inFlight = Effect.map(readings, (now) => now.get(JSON.stringify(["algogen_in_flight", []]))?.value ?? 0)
      const openRouter = api({ "x/1": [after(100, answers())], "x/2": [after(200, http(400))], "x/3": [never] })
      const run = yield* start({ models: ["x/1", "x/2", "x/3"], deadline: "1 second" }, { api: openRouter })
      const seen: Array<readonly [number, number]> = []
      for (const step of [0, 100, 100, 800]) {
        yield* TestClock.adjust(step)
        seen.push([yield* inFlight, openRouter.inFlight().now])
      }
      yield* finish(run)
      deepStrictEqual(seen, [
        [3, 3],
        [2, 2],
        [1, 1],
        [0, 0]
      ])
    })
  )
})

describe("flow control", () => {
  const flow = Layer.effect(FlowControl.FlowControl, FlowControl.make())
  /** The states that each of these circuits is shown in. */
  const states = (...circuits: ReadonlyArray<string>) =>
    Effect.map(readings, (now) => {
      const shown = [...now.values()].filter(({ name }) => name === "algogen_circuit_state")
      return circuits.map((circuit) => {
        const own = shown.filter(({ labels }) => labels["circuit"] === circuit)
        assert.sameMembers(
          own.map(({ labels }) => labels["state"]),
          ["closed", "half_open", "open"]
        )
        return own.filter(({ value }) => value === 1).map(({ labels }) => labels["state"])
      })
    })

  it.effect("shows its limit, how often it was changed, and the waits that it imposed", () =>
    Effect.gen(function* () {
      const before = yield* readings
      const three = ids(3)
      const slow = after(100, http(429))
      const openRouter = api({
        ...each(three, slow, after(100, answers())),
        "x/9": [http(429, { "retry-after": "30" })]
      })
      const models = [...three, "x/9", ...three, ...three, ...three]
      yield* finish(yield* start({ models, deadline: 60_000 }, { api: openRouter }), 60_000)
      const counted = yield* since(before)
      const { limits } = yield* Effect.flatMap(FlowControl.FlowControl, ({ state }) => state)
      const steps = limits.slice(1).map(({ limit }, index) => (limit > (limits[index]?.limit ?? 0) ? "up" : "down"))
      assert.includeMembers(steps, ["up", "down"])
      deepStrictEqual(
        counted("algogen_concurrency_changes_total", label("direction")),
        countBy(steps, (step) => step)
      )
      const limit = (yield* readings).get(JSON.stringify(["algogen_concurrency_limit", []]))?.value
      assert.strictEqual(limit, limits.at(-1)?.limit)
      assert.isAbove(counted("algogen_gate_wait_count", () => "all")["all"] ?? 0, 0)
    }).pipe(Effect.provide(flow))
  )

  it.effect("shows each circuit in one state: closed, open, half open while it is probed, and closed again", () =>
    Effect.gen(function* () {
      const broken = Array.from({ length: 5 }, () => http(503))
      const openRouter = api({ "c/1": [...broken, after(10_000, answers())], "c/2": [answers()] })
      const run = yield* start({ models: ["c/1", "c/2"], maxRetries: 4, patience: 3 }, { api: openRouter })
      yield* TestClock.adjust(0)
      deepStrictEqual(yield* states("model:c/1", "model:c/2"), [["closed"], ["closed"]])
      yield* TestClock.adjust(10_000)
      deepStrictEqual(yield* states("model:c/1", "server"), [["open"], ["closed"]])
      yield* TestClock.adjust(30_000)
      assert.strictEqual(openRouter.inFlight().now, 1)
      deepStrictEqual(yield* states("model:c/1"), [["half_open"]])
      assert.isTrue((yield* finish(run, 10_000)).outcomes.every(({ status }) => status === "ok"))
      deepStrictEqual(yield* states("model:c/1", "model:c/2"), [["closed"], ["closed"]])
    }).pipe(Effect.provide(flow))
  )
})
