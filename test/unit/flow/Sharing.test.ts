/** What several processes share of an account's minute: who goes, who waits until when, and what a broken store costs. */
import * as RateLimiter from "@effect/experimental/RateLimiter"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Exit, Fiber, FiberId, Layer, Logger, Random, TestClock } from "effect"
import { OpenRouter } from "../../../src/api/OpenRouter.js"
import { GenerationError, RateLimited } from "../../../src/domain/GenerationError.js"
import * as FlowControl from "../../../src/flow/FlowControl.js"
import { type Demand, type Service, SharedQuota, SharedQuotaError } from "../../../src/flow/SharedQuota.js"
import * as RateLimiterQuota from "../../../src/flow/sharedQuota/RateLimiter.js"
import * as Sharing from "../../../src/flow/sharedQuota/Sharing.js"
import { answers, api, each, finish, ids, start } from "../generation/doubles.js"
import * as Tickets from "./tickets.js"

const memory = Effect.provide(
  SharedQuota,
  RateLimiterQuota.layer.pipe(Layer.provide(RateLimiter.layer), Layer.provide(RateLimiter.layerStoreMemory))
)

const free: Tickets.Subject = { model: "x/1:free", isFree: true, tokens: 1 }
const paid: Tickets.Subject = { model: "x/2", isFree: false, tokens: 1 }

/** Flow control as another process would have it. */
const process = (quota: Service, options: FlowControl.Options, account = "account") =>
  FlowControl.make(options, Sharing.make({ ...options, quota, account }))

const open = (flow: FlowControl.Service, subject: Tickets.Subject) =>
  Effect.flatMap(Tickets.open(flow), (admit) => admit(subject))

const admit = (flow: FlowControl.Service, subject = free) =>
  Effect.map(open(flow, subject), (admission) => (admission._tag === "Wait" ? admission.until : admission._tag)).pipe(
    Effect.withRandom(Random.fixed([0]))
  )

const refused = (retryAt: number) => {
  const reason = new RateLimited({ status: 429, scope: "free-per-minute", message: "slow down", hinted: true })
  return Exit.fail(new GenerationError({ model: free.model, reason, retryAt }))
}

/** A store that does this, and what was asked of it. */
const store = (reply: (asked: number) => Effect.Effect<boolean, SharedQuotaError>) => {
  const demands: Array<Demand> = []
  const quota: Service = { take: (demand) => Effect.suspend(() => reply(demands.push(demand))) }
  return { quota, demands }
}

describe("the free requests of a minute", () => {
  it.effect("are as many for two processes as for one, and the next one waits for the minute's end", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(10_000)
      const quota = yield* memory
      const one = yield* process(quota, { freePerMinute: 3 })
      const two = yield* process(quota, { freePerMinute: 3 })
      deepStrictEqual(
        [yield* admit(one), yield* admit(two), yield* admit(one), yield* admit(two), yield* admit(one)],
        ["Go", "Go", "Go", 60_000, 60_000]
      )
      yield* TestClock.adjust(49_999)
      assert.strictEqual(yield* admit(two), 60_000)
      yield* TestClock.adjust(1)
      assert.strictEqual(yield* admit(two), "Go")
    })
  )

  it.effect("are waited for with a spread, so that processes do not come back all at once", () =>
    Effect.gen(function* () {
      const one = yield* process(store(() => Effect.succeed(false)).quota, { freePerMinute: 3 })
      const admission = yield* open(one, free).pipe(Effect.withRandom(Random.fixed([0.5])))
      deepStrictEqual(admission, { _tag: "Wait", until: 60_125 })
    })
  )

  it.effect("concern no other models, and no other account", () =>
    Effect.gen(function* () {
      const quota = yield* memory
      const one = yield* process(quota, { freePerMinute: 1 })
      const other = yield* process(quota, { freePerMinute: 1 }, "another account")
      deepStrictEqual(
        [yield* admit(one), yield* admit(one, paid), yield* admit(other), yield* admit(one)],
        ["Go", "Go", "Go", 60_000]
      )
    })
  )

  it.effect("are handed to nobody who has no place, and a place is given back for the wait", () =>
    Effect.gen(function* () {
      const { demands, quota } = store((asked) => Effect.succeed(asked === 1))
      const one = yield* process(quota, { freePerMinute: 9, concurrency: 2 })
      deepStrictEqual([yield* admit(one), yield* admit(one)], ["Go", 60_000])
      assert.strictEqual((yield* one.state).inFlight, 1)
      assert.strictEqual(yield* admit(one, paid), "Go")
      const waiting = yield* Effect.fork(admit(one))
      yield* TestClock.adjust(1)
      assert.strictEqual((yield* one.state).waiting, 1)
      assert.strictEqual(demands.length, 2)
      yield* Fiber.interrupt(waiting)
    })
  )

  it.effect("are not taken for fewer because the server refuses one, since others have had their part", () =>
    Effect.gen(function* () {
      const one = yield* process(yield* memory, { freePerMinute: 3 })
      const first = yield* open(one, free)
      if (first._tag === "Go") yield* first.settle(refused(60_000))
      yield* TestClock.adjust(60_000)
      deepStrictEqual(yield* Effect.replicateEffect(admit(one), 4), ["Go", "Go", "Go", 120_000])
    })
  )

  it.effect("are not spent on what the limits here hold back meanwhile", () =>
    Effect.gen(function* () {
      const { demands, quota } = store(() => Effect.delay(Effect.succeed(true), 10))
      const one = yield* process(quota, { freePerMinute: 2 })
      const all = yield* Effect.fork(
        Effect.all(
          Array.from({ length: 6 }, () => admit(one)),
          { concurrency: 6 }
        )
      )
      yield* TestClock.adjust(100)
      const went = (yield* Fiber.join(all)).filter((admission) => admission === "Go").length
      assert.strictEqual(went, 2)
      assert.strictEqual(demands.length, went)
    })
  )
})

describe("a request that has its part of what is shared", () => {
  it.effect("does not go when the limits here have closed while that was asked", () =>
    Effect.gen(function* () {
      const { quota } = store((asked) => Effect.delay(Effect.succeed(true), asked === 1 ? 0 : 10))
      const one = yield* process(quota, { freePerMinute: 9 })
      const first = yield* open(one, free)
      const second = yield* Effect.fork(admit(one))
      yield* TestClock.adjust(5)
      if (first._tag === "Go") yield* first.settle(refused(40_000))
      yield* TestClock.adjust(5)
      assert.strictEqual(yield* Fiber.join(second), 40_000)
      assert.strictEqual((yield* one.state).inFlight, 0)
    })
  )
})

describe("the tokens of a minute", () => {
  it.effect("are shared by what the requests may take at most; what is larger than all of them goes alone", () =>
    Effect.gen(function* () {
      const quota = yield* memory
      const one = yield* process(quota, { tokensPerMinute: 100_000 })
      const two = yield* process(quota, { tokensPerMinute: 100_000 })
      const of = (tokens: number) => ({ ...paid, tokens })
      deepStrictEqual(
        [yield* admit(one, of(60_001)), yield* admit(two, of(40_000)), yield* admit(two, of(39_999))],
        ["Go", 60_000, "Go"]
      )
      yield* TestClock.adjust(60_000)
      assert.strictEqual(yield* admit(two, of(999_999)), "Go")
    })
  )
})

describe("a store that cannot be asked", () => {
  const broken = {
    "that fails": () => new SharedQuotaError({ message: "refused" }),
    "that dies": () => Effect.die("broken"),
    "that never answers": () => Effect.never
  }
  for (const [name, reply] of Object.entries(broken)) {
    it.effect(`${name} stops no run, is asked once a minute, and is worth one warning`, () =>
      Effect.gen(function* () {
        const warnings: Array<unknown> = []
        const logger = Logger.make<unknown, void>(({ message }) => void warnings.push(message))
        const { demands, quota } = store(reply)
        const options = { freePerMinute: 9 }
        const models = ids(8).map((id) => `${id}:free`)
        const openRouter = api(each(models, answers()))
        const flow = Layer.effect(FlowControl.FlowControl, process(quota, options))
        yield* Effect.gen(function* () {
          const first = yield* start({ models }, { api: openRouter })
          assert.strictEqual((yield* finish(first, 2_000)).outcomes.filter(({ status }) => status === "ok").length, 8)
          assert.strictEqual(demands.length, 1)
          yield* TestClock.adjust(60_000)
          const second = yield* start({ models }, { api: openRouter })
          assert.isTrue((yield* finish(second, 2_000)).success)
        }).pipe(Effect.provide(flow), Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
        assert.strictEqual(demands.length, 2)
        assert.strictEqual(warnings.length, 1, JSON.stringify(warnings))
        assert.include(String(warnings[0]), "not shared")
      })
    )
  }

  it.effect("is trusted again when it answers", () =>
    Effect.gen(function* () {
      const { quota } = store((asked) => (asked === 1 ? Effect.die("broken") : Effect.succeed(asked === 2)))
      const one = yield* process(quota, { freePerMinute: 9 })
      deepStrictEqual([yield* admit(one), yield* admit(one)], ["Go", "Go"])
      yield* TestClock.adjust(60_000)
      deepStrictEqual([yield* admit(one), yield* admit(one)], ["Go", 120_000])
    })
  )

  it.effect("is worth a warning again when it breaks after it had answered", () =>
    Effect.gen(function* () {
      const warnings: Array<unknown> = []
      const logger = Logger.make<unknown, void>(({ message }) => void warnings.push(message))
      const { quota } = store((asked) => (asked === 2 ? Effect.succeed(true) : Effect.die("broken")))
      const one = yield* process(quota, { freePerMinute: 9 })
      const counts: Array<number> = []
      for (let minute = 0; minute < 4; minute++) {
        yield* Effect.provide(admit(one), Logger.replace(Logger.defaultLogger, logger))
        counts.push(warnings.length)
        yield* TestClock.adjust(60_000)
      }
      deepStrictEqual(counts, [1, 1, 2, 2])
    })
  )

  it.effect("costs no place when a request is interrupted while it is asked", () =>
    Effect.gen(function* () {
      const { quota } = store((asked) => (asked === 1 ? Effect.never : Effect.succeed(true)))
      const one = yield* process(quota, { freePerMinute: 9, concurrency: 1 })
      const take = open(one, free)
      const [early, late] = [yield* Effect.fork(take), yield* Effect.fork(take)]
      yield* TestClock.adjust(500)
      early.unsafeInterruptAsFork(FiberId.none)
      assert.strictEqual((yield* Fiber.join(late))._tag, "Go")
    })
  )
})

describe("a store that names a time of its own", () => {
  it.effect("is waited for so long, and not longer", () =>
    Effect.gen(function* () {
      const { quota } = store(() => Effect.never)
      const one = yield* process({ ...quota, timeoutMs: 10_000 }, { freePerMinute: 9 })
      const waiting = yield* Effect.fork(admit(one))
      yield* TestClock.adjust(9_999)
      assert.isNull(waiting.unsafePoll())
      yield* TestClock.adjust(1)
      assert.strictEqual(yield* Fiber.join(waiting), "Go")
    })
  )
})

describe("the layer", () => {
  const shared = (identity: string, baseUrl: string, options: FlowControl.Options) =>
    Effect.gen(function* () {
      const { demands, quota } = store(() => Effect.succeed(true))
      const layer = FlowControl.layerShared(options).pipe(
        Layer.provide(Layer.succeed(SharedQuota, quota)),
        Layer.provide(Layer.mock(OpenRouter, { baseUrl, identity }))
      )
      const flow = yield* Effect.provide(FlowControl.FlowControl, layer)
      yield* admit(flow)
      return demands.map(({ cost, key, quota }) => ({ cost, key, quota }))
    })
  const base = "https://openrouter.ai/api/v1"

  it.effect("knows OpenRouter's quota, and a server by a hash of its name", () =>
    Effect.gen(function* () {
      const [demand, ...others] = yield* shared(base, base, {})
      deepStrictEqual(others, [])
      deepStrictEqual([demand?.cost, demand?.quota], [1, 20])
      assert.match(demand?.key ?? "", /^[0-9a-f]{16}:free:0$/)
      const [another] = yield* shared("another", base, {})
      assert.notStrictEqual(another?.key, demand?.key)
    })
  )

  it.effect("asks nothing where no quota is known", () =>
    Effect.gen(function* () {
      deepStrictEqual(yield* shared("local", "http://localhost:11434/v1", {}), [])
    })
  )
})

describe("a count in a rate limiter's store", () => {
  it.effect("takes any quota to the last one, and remembers it for the whole minute", () =>
    Effect.gen(function* () {
      const { take } = yield* memory
      const demand = { key: "a", quota: 7, cost: 1, rememberMs: 60_000 }
      assert.isTrue(yield* take(demand))
      yield* TestClock.adjust(59_999)
      const taken = yield* Effect.replicateEffect(take(demand), 8)
      deepStrictEqual(taken, [true, true, true, true, true, true, false, false])
      assert.isTrue(yield* take({ ...demand, key: "b", cost: 7 }))
    })
  )
})
