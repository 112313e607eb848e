/** Flow control and the core together: what is sent when, and what becomes of a job. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Exit, Fiber, FiberId, Layer, Logger, Option, TestClock } from "effect"
import {
  CircuitOpen,
  GenerationError,
  RateLimited,
  type Scope,
  ServerFailed
} from "../../../src/domain/GenerationError.js"
import * as FlowControl from "../../../src/flow/FlowControl.js"
import type { GenerationReport } from "../../../src/generation/Report.js"
import {
  after,
  answers,
  api,
  type Api,
  each,
  finish,
  http,
  ids,
  never,
  type Reply,
  start
} from "../generation/doubles.js"
import * as Tickets from "./tickets.js"

const flow = (options: FlowControl.Options = {}) => Layer.effect(FlowControl.FlowControl, FlowControl.make(options))

const limited = http(429)
const hinted = (seconds: number) => http(429, { "retry-after": `${seconds}` })
const busy = after(100, http(503))

const tags = ({ outcomes }: GenerationReport) =>
  outcomes.map(({ reason, status }) => Option.match(reason, { onNone: () => status, onSome: ({ _tag }) => _tag }))
const times = ({ requests }: Api, model?: string) =>
  requests.filter((request) => model === undefined || request.model === model).map(({ at }) => at)
const state = Effect.flatMap(FlowControl.FlowControl, (service) => service.state)

describe("one or two models under flow control", () => {
  const same = (...replies: ReadonlyArray<ReturnType<typeof http>>) =>
    Effect.gen(function* () {
      const run = (openRouter: Api) =>
        Effect.flatMap(start({ models: ["x/1"] }, { api: openRouter }), (started) => finish(started, 300_000))
      const plain = api({ "x/1": replies })
      const ours = api({ "x/1": replies })
      const before = yield* run(plain)
      const began = before.startedAt + 300_000
      const report = yield* run(ours).pipe(Effect.provide(flow()))
      deepStrictEqual(tags(report), tags(before))
      deepStrictEqual(
        times(ours).map((at) => at - began),
        times(plain)
      )
    })

  it.effect("retry a failing server as without it", () => same(busy))
  it.effect("obey hints as without it", () => same(hinted(10)))
  it.effect("are asked as without it when an answer comes late", () => same(busy, busy, busy, answers()))

  it.effect("retry unhinted refusals three times, at the pace of the gate", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [limited] })
      const report = yield* finish(yield* start({ models: ["x/1"] }, { api: openRouter }), 60_000)
      deepStrictEqual(times(openRouter), [0, 525, 1575, 3675])
      deepStrictEqual(tags(report), ["RateLimited"])
    }).pipe(Effect.provide(flow()))
  )
})

describe("a hidden cap of three", () => {
  const capped = (ms: number): Reply => {
    let inFlight = 0
    return (request, onToken) =>
      Effect.suspend(() => {
        if (inFlight >= 3) return limited(request, onToken)
        inFlight += 1
        return Effect.ensuring(
          after(ms, answers())(request, onToken),
          Effect.sync(() => (inFlight -= 1))
        )
      })
  }
  for (const models of [["x/1"], ["x/1", "x/2"]]) {
    it.effect(`is found where ${models.length} asked for many samples, and no job is lost`, () =>
      Effect.gen(function* () {
        const reply = capped(5_000)
        const openRouter = api(each(models, reply))
        const options = { models, samples: 36 / models.length, patience: 6 }
        const report = yield* finish(yield* start(options, { api: openRouter }), 400_000)
        assert.isTrue(tags(report).every((tag) => tag === "ok"))
        // Twelve rounds of three: a minute.
        assert.isAtMost(report.durationMs, 70_000)
      }).pipe(Effect.provide(flow()))
    )
  }
})

describe("a dead model whose refusals say until when", () => {
  it.effect("slows no healthy one", () =>
    Effect.gen(function* () {
      const healthy = ids(12)
      const openRouter = api({ ...each(healthy, after(1_000, answers())), "x/dead": [hinted(60)] })
      const models = ["x/dead", ...healthy]
      const run = yield* start({ models, deadline: "30 seconds" }, { api: openRouter })
      const report = yield* finish(run, 30_000)
      deepStrictEqual(tags(report), ["RateLimited", ...healthy.map(() => "ok")])
      // Two rounds of six and one more.
      const last = Math.max(...openRouter.requests.map(({ at }) => at))
      assert.isAtMost(last + 1_000, 3_000)
    }).pipe(Effect.provide(flow()))
  )
})

describe("patience", () => {
  it.effect("waits six times more, up to half a minute, when the retries are used up", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [limited] })
      const report = yield* finish(yield* start({ models: ["x/1"], patience: 6 }, { api: openRouter }), 400_000)
      deepStrictEqual(tags(report), ["RateLimited"])
      assert.strictEqual(openRouter.requests.length, 10)
      deepStrictEqual(
        report.outcomes.flatMap(({ attempts }) => attempts.map(({ cause }) => cause)),
        ["first", "backoff", "backoff", "backoff", ...Array.from({ length: 6 }, () => "patience")]
      )
    }).pipe(Effect.provide(flow()))
  )

  it.effect("outlasts a minute without a hint", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [...Array.from({ length: 8 }, () => limited), answers()] })
      assert.isTrue(
        (yield* finish(yield* start({ models: ["x/1"], patience: 6 }, { api: openRouter }), 200_000)).success
      )
    }).pipe(Effect.provide(flow()))
  )

  it.effect("works without flow control too", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [limited] })
      yield* finish(yield* start({ models: ["x/1"], patience: 2, maxRetries: 1 }, { api: openRouter }), 60_000)
      deepStrictEqual(times(openRouter), [0, 525, 1050, 2100])
    })
  )

  it.effect("must be a number that makes sense", () =>
    Effect.gen(function* () {
      const { fiber } = yield* start({ models: ["x/1"], patience: -1 }, { api: api({}) })
      const error = yield* Effect.flip(Fiber.join(fiber))
      assert.include(error.message, "patience")
    })
  )
})

describe("a model that is dead", () => {
  for (const [name, reply] of [
    ["refused without a hint", after(100, limited)],
    ["refused for a minute each time", after(100, hinted(60))],
    ["down", busy]
  ] as const) {
    it.effect(`slows no other: ${name}`, () =>
      Effect.gen(function* () {
        const healthy = ids(10)
        const openRouter = api({
          "dead/1": [reply],
          "dead/2": [reply],
          ...each(healthy, after(5000, answers()))
        })
        const models = ["dead/1", "dead/2", ...healthy, "dead/1", "dead/2", ...healthy]
        const run = yield* start({ models, patience: 6 }, { api: openRouter })
        yield* TestClock.adjust(25_000)
        const service = yield* state
        assert.strictEqual(service.limit, 6)
        assert.strictEqual(run.heard("Generated").length, 20)
        yield* Fiber.interrupt(run.fiber)
      }).pipe(Effect.provide(flow()))
    )
  }
})

describe("an account that is refused", () => {
  it.effect("halves what is in flight when three distinct models are", () =>
    Effect.gen(function* () {
      const openRouter = api(each(ids(6), after(100, limited), after(5000, answers())))
      yield* start({ models: ids(6) }, { api: openRouter })
      yield* TestClock.adjust(100)
      const { gates, limit, limits } = yield* state
      assert.strictEqual(limit, 3)
      deepStrictEqual(
        limits.map(({ limit }) => limit),
        [6, 3]
      )
      assert.isTrue(gates.some(([key]) => key === "account"))
      yield* TestClock.adjust(2000)
      assert.strictEqual(openRouter.inFlight().now, 3)
    }).pipe(Effect.provide(flow()))
  )

  it.effect("interrupts nobody when the limit shrinks", () =>
    Effect.gen(function* () {
      const [a = "", b = "", c = "", ...others] = ids(6)
      const openRouter = api({
        ...each([a, b, c], after(100, limited), answers()),
        ...each(others, after(30_000, answers()))
      })
      const run = yield* start({ models: ids(6) }, { api: openRouter })
      const report = yield* finish(run, 60_000)
      deepStrictEqual(
        tags(report),
        Array.from({ length: 6 }, () => "ok")
      )
      deepStrictEqual(
        others.map((model) => times(openRouter, model).length),
        [1, 1, 1]
      )
    }).pipe(Effect.provide(flow()))
  )

  it.effect("is left alone until the moment that the server named for it", () =>
    Effect.gen(function* () {
      const free = ids(8).map((model) => `${model}:free`)
      const told = http(
        429,
        { "retry-after": "30" },
        JSON.stringify({ error: { code: 429, message: "Rate limit exceeded: free-models-per-min" } })
      )
      const [first = "", ...others] = free
      const openRouter = api({
        [first]: [after(100, told), answers()],
        ...each(others, after(1000, answers())),
        paid: [after(1000, answers())]
      })
      yield* start({ models: [...free, "paid"] }, { api: openRouter })
      yield* TestClock.adjust(30_099)
      assert.strictEqual(times(openRouter).filter((at) => at > 0).length, 1)
      // The seventh request comes as soon as the pace of a start allows it.
      deepStrictEqual(times(openRouter, "paid"), [112])
      yield* TestClock.adjust(251)
      assert.strictEqual(times(openRouter).filter((at) => at >= 30_100).length, 3)
    }).pipe(Effect.provide(flow()))
  )

  it.effect("ends what has no room before the deadline, and says when to come back", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [after(100, hinted(90))] })
      const report = yield* finish(
        yield* start({ models: ["x/1", "x/1"], concurrency: 1, deadline: 60_000 }, { api: openRouter }),
        60_000
      )
      deepStrictEqual(tags(report), ["RateLimited", "NotAsked"])
      deepStrictEqual(
        report.outcomes.map(({ retryAt }) => retryAt),
        [Option.some(90_100), Option.some(90_100)]
      )
      assert.strictEqual(openRouter.requests.length, 1)
      assert.strictEqual(report.durationMs, 100)
    }).pipe(Effect.provide(flow()))
  )
})

describe("twenty free requests a minute", () => {
  const free = ids(30).map((model) => `${model}:free`)

  it.effect("go at once, one more asks for the reset, and the others wait for it", () =>
    Effect.gen(function* () {
      let window = 0
      let used = 0
      const served = after(10, (request, onToken) =>
        Effect.suspend(() => {
          used += 1
          return used <= 20
            ? answers()(request, onToken)
            : http(
                429,
                { "retry-after": "40" },
                JSON.stringify({ error: { code: 429, message: "free-models-per-min" } })
              )(request, onToken)
        })
      )
      const openRouter = api(each(free, served))
      const run = yield* start({ models: free }, { api: openRouter })
      yield* TestClock.adjust(1000)
      window = openRouter.requests.length
      assert.strictEqual(window, 21)
      used = 0
      const report = yield* finish(run, 60_000)
      assert.isTrue(tags(report).every((tag) => tag === "ok"))
      assert.strictEqual(openRouter.requests.length, 31)
      assert.isTrue(
        times(openRouter)
          .slice(21)
          .every((at) => at >= 40_000 && at <= 40_400)
      )
    }).pipe(Effect.provide(flow({ freePerMinute: 20 })))
  )
})

describe("tokens a minute", () => {
  it.effect("hold back what does not fit, to the millisecond", () =>
    Effect.gen(function* () {
      const openRouter = api(each(ids(4), answers()))
      yield* start({ models: ids(4), maxCompletionTokens: 1 }, { api: openRouter })
      yield* TestClock.adjust(1)
      const now = openRouter.requests.length
      assert.isTrue(now >= 1 && now < 4, `${now} went`)
      yield* TestClock.adjust(59_998)
      assert.strictEqual(openRouter.requests.length, now)
      yield* TestClock.adjust(300)
      assert.isAbove(openRouter.requests.length, now)
    }).pipe(Effect.provide(flow({ tokensPerMinute: 6_000 })))
  )
})

describe("a server that is down", () => {
  it.effect("is not asked any more: what waits fails at once, with the time to come back", () =>
    Effect.gen(function* () {
      const openRouter = api(each(ids(100), after(400, http(503))))
      const report = yield* finish(yield* start({ models: ids(100) }, { api: openRouter }), 60_000)
      assert.isTrue(tags(report).every((tag) => tag === "CircuitOpen" || tag === "RetryBudgetExhausted"))
      assert.isBelow(report.durationMs, 10_000)
      const open = report.outcomes.filter(({ reason }) => Option.exists(reason, ({ _tag }) => _tag === "CircuitOpen"))
      assert.isTrue(open.every(({ retryAt }) => Option.exists(retryAt, (at) => at >= 8000)))
      assert.isTrue(open.some(({ attempts }) => attempts.length === 0))
    }).pipe(Effect.provide(flow()))
  )

  it.effect("is outlasted with patience, by one probe at a time", () =>
    Effect.gen(function* () {
      const models = ids(12)
      let down = true
      const reply = after(100, (request, onToken) =>
        Effect.suspend(() => (down ? http(503) : answers())(request, onToken))
      )
      const openRouter = api(each(models, reply))
      const run = yield* start({ models, patience: 6 }, { api: openRouter })
      yield* TestClock.adjust(25_000)
      const before = openRouter.requests.length
      yield* TestClock.adjust(3000)
      assert.strictEqual(openRouter.requests.length, before)
      down = false
      const report = yield* finish(run, 200_000)
      assert.isTrue(tags(report).every((tag) => tag === "ok"))
    }).pipe(Effect.provide(flow()))
  )

  it.effect("for three seconds costs nobody an algorithm", () =>
    Effect.gen(function* () {
      const models = ids(12)
      let down = true
      const openRouter = api(
        each(
          models,
          after(100, (request, onToken) => Effect.suspend(() => (down ? http(503) : answers())(request, onToken)))
        )
      )
      const run = yield* start({ models }, { api: openRouter })
      yield* TestClock.adjust(3000)
      down = false
      assert.isTrue(tags(yield* finish(run, 60_000)).every((tag) => tag === "ok"))
    }).pipe(Effect.provide(flow()))
  )
})

describe("tickets", () => {
  const subject: Tickets.Subject = { model: "x/1", isFree: false, tokens: 1 }
  const ok = Exit.succeed("done")

  it.effect("wait for a place first come first served, and hand it over", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ concurrency: 1 })
      const [admit, { state }] = [yield* Tickets.open(flow), flow]
      const first = yield* admit(subject)
      assert.strictEqual(first._tag, "Go")
      const order: Array<number> = []
      const waiting = yield* Effect.forEach([1, 2], (n) =>
        Effect.fork(
          Effect.gen(function* () {
            const admission = yield* admit(subject)
            order.push(n)
            if (admission._tag === "Go") yield* admission.settle(ok)
          })
        )
      )
      yield* TestClock.adjust(1)
      assert.deepStrictEqual([(yield* state).inFlight, (yield* state).waiting], [1, 2])
      if (first._tag === "Go") yield* first.settle(ok)
      yield* Fiber.joinAll(waiting)
      deepStrictEqual(order, [1, 2])
      assert.deepStrictEqual([(yield* state).inFlight, (yield* state).waiting], [0, 0])
    })
  )

  it.effect("are not lost with one who is interrupted in the moment of the handing over", () =>
    Effect.gen(function* () {
      const flow = yield* FlowControl.make({ concurrency: 1 })
      const [admit, { state }] = [yield* Tickets.open(flow), flow]
      const take = admit(subject)
      const first = yield* take
      const [early, late] = [yield* Effect.fork(take), yield* Effect.fork(take)]
      yield* TestClock.adjust(1)
      // The interruption is under way when the place is handed over.
      early.unsafeInterruptAsFork(FiberId.none)
      if (first._tag === "Go") yield* first.settle(ok)
      assert.isTrue(Exit.isInterrupted(yield* Fiber.await(early)))
      yield* TestClock.adjust(1)
      assert.strictEqual((yield* Effect.flatten(Fiber.poll(late)).pipe(Effect.flatten))._tag, "Go")
      assert.deepStrictEqual([(yield* state).inFlight, (yield* state).waiting], [1, 0])
    })
  )

  it.effect("of an open circuit are refused, with what to do", () =>
    Effect.gen(function* () {
      const admit = yield* Tickets.open(yield* FlowControl.make())
      const failed = new GenerationError({ model: "x/1", reason: new ServerFailed({ status: 503, message: "" }) })
      for (let n = 0; n < 5; n += 1) {
        const admission = yield* admit(subject)
        if (admission._tag === "Go") yield* admission.settle(Exit.fail(failed))
        yield* TestClock.adjust(1000)
      }
      deepStrictEqual(yield* admit(subject), {
        _tag: "Refuse",
        error: new GenerationError({ model: "x/1", reason: new CircuitOpen({ circuit: "model" }), retryAt: 34_000 })
      })
      const other = yield* admit({ ...subject, model: "x/2" })
      assert.strictEqual(other._tag, "Go")
    })
  )

  it.effect("at the pace of :free models are none for a model that has to wait for a moment of its own", () =>
    Effect.gen(function* () {
      const admit = yield* Tickets.open(yield* FlowControl.make())
      const free = (n: number) => admit({ model: `x/${n}:free`, isFree: true, tokens: 1 })
      const settle = (n: number, exit: Exit.Exit<unknown, GenerationError>) =>
        Effect.flatMap(free(n), (admission) =>
          admission._tag === "Go" ? admission.settle(exit) : Effect.die(admission)
        )
      const refused = (scope: Scope, retryAt: number) => {
        const reason = new RateLimited({ status: 429, scope, message: "", hinted: true, upstream: true })
        return Exit.fail(new GenerationError({ model: "", reason, retryAt }))
      }
      for (const n of [1, 2, 3, 4, 5, 6]) yield* settle(n, ok)
      yield* settle(9, refused("model", 60_000))
      yield* TestClock.adjust(900)
      yield* settle(1, refused("free-per-minute", 1_900))
      const waiting = yield* Effect.all(
        Array.from({ length: 20 }, () => free(9)),
        { concurrency: "unbounded" }
      ).pipe(Effect.fork)
      const other = yield* Effect.fork(free(2))
      yield* TestClock.adjust(1_000)
      assert.isTrue(Option.isSome(yield* Fiber.poll(waiting)))
      assert.strictEqual((yield* Effect.flatten(Fiber.poll(other)).pipe(Effect.flatten))._tag, "Go")
    })
  )

  it.effect("are given back when the run is interrupted", () =>
    Effect.gen(function* () {
      const openRouter = api(each(ids(9), never))
      const { fiber } = yield* start({ models: ids(9), concurrency: 9 }, { api: openRouter })
      yield* TestClock.adjust(1)
      assert.deepStrictEqual([(yield* state).inFlight, (yield* state).waiting], [6, 3])
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual([(yield* state).inFlight, (yield* state).waiting], [0, 0])
    }).pipe(Effect.provide(flow({ concurrency: 6 })))
  )

  it.effect("are shared by two batches that share a layer", () =>
    Effect.gen(function* () {
      const one = api(each(ids(6), after(1000, answers())))
      const two = api(each(ids(6), after(1000, answers())))
      const first = yield* start({ models: ids(6) }, { api: one })
      const second = yield* start({ models: ids(6) }, { api: two })
      assert.strictEqual(one.inFlight().now + two.inFlight().now, 6)
      yield* TestClock.adjust(2000)
      assert.isTrue((yield* finish(first)).success && (yield* finish(second)).success)
    }).pipe(Effect.provide(flow()))
  )
})

describe("a limit for all runs together", () => {
  const warned = (limit: FlowControl.Options, concurrency?: number) =>
    Effect.gen(function* () {
      const messages: Array<string> = []
      const logger = Logger.make(({ message }) => void messages.push(String(message)))
      const openRouter = api(each(ids(8), after(100, answers())))
      yield* start({ models: ids(8), concurrency }, { api: openRouter }).pipe(
        Effect.tap((started) => finish(started, 10_000)),
        Effect.provide(Layer.merge(flow(limit), Logger.replace(Logger.defaultLogger, logger)))
      )
      return { messages, most: openRouter.inFlight().most }
    })

  it.effect("is told to a run that asks for more, and to no other", () =>
    Effect.gen(function* () {
      deepStrictEqual(yield* warned({ concurrency: 3 }, 4), {
        messages: ["FlowControl allows 3 requests in flight; this run asked for 4"],
        most: 3
      })
      deepStrictEqual(yield* warned({ concurrency: 3 }), { messages: [], most: 3 })
      deepStrictEqual(yield* warned({ concurrency: 3 }, 3), { messages: [], most: 3 })
    })
  )

  it.scoped("need not be given: as many go as the run asks for, or as there may be at least", () =>
    Effect.gen(function* () {
      deepStrictEqual(yield* warned({}, 4), { messages: [], most: 4 })
      deepStrictEqual(yield* warned({ atLeast: 7 }, 4), { messages: [], most: 4 })
      const service = yield* FlowControl.make({ atLeast: 7 })
      yield* service.join({ jobs: 1, concurrency: 4 })
      deepStrictEqual((yield* service.state).limit, 7)
      yield* service.join({ jobs: 1, concurrency: 9 })
      deepStrictEqual((yield* service.state).limit, 9)
    })
  )
})
