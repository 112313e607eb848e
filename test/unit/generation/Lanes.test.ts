/** As many models are in work as keep the requests in flight; those that wait for a moment hold up nobody. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Clock, Deferred, Effect, Fiber, Layer, TestClock } from "effect"
import { RateLimited } from "../../../src/domain/GenerationError.js"
import * as Lanes from "../../../src/generation/Lanes.js"
import { after, answers, api, each, fails, flowControl, ids, type Reply, start, store } from "./doubles.js"

const unheard = () => () => undefined

const working = (count: number, lanes: Lanes.Lanes) =>
  Effect.gen(function* () {
    const over = yield* Deferred.make<void>()
    let begun = 0
    const places = Array.from({ length: count }, () => lanes.lane())
    const fibers = yield* Effect.forEach(places, ({ during }) =>
      Effect.fork(
        during(
          Effect.suspend(() => {
            begun += 1
            return Deferred.await(over)
          }),
          unheard
        )
      )
    )
    yield* Effect.yieldNow()
    return {
      places,
      begun: () => begun,
      end: Effect.zipRight(Deferred.succeed(over, undefined), Fiber.joinAll(fibers))
    }
  })

describe("lanes", () => {
  it.effect("are 64 more than requests in flight; who waits for a moment takes none, however often it says so", () =>
    Effect.gen(function* () {
      const lanes = Lanes.make(6)
      const { begun, end, places } = yield* working(100, lanes)
      assert.strictEqual(begun(), 70)
      const room = yield* Effect.fork(lanes.room)
      for (const [lane, expected] of [
        [places[0], 71],
        [places[0], 71],
        [places[1], 72],
        // Not in work yet.
        [places[99], 72]
      ] as const) {
        yield* lane?.leave ?? Effect.void
        yield* Effect.yieldNow()
        assert.strictEqual(begun(), expected)
      }
      assert.isTrue((yield* Fiber.poll(room))._tag === "None")
      yield* end
      yield* Fiber.join(room)
      assert.strictEqual(begun(), 100)
      const next = yield* working(100, lanes)
      assert.strictEqual(next.begun(), 70)
      yield* next.end
    })
  )

  it.effect("are given up where waiting has become pointless", () =>
    Effect.gen(function* () {
      const lanes = Lanes.make(1)
      const { end } = yield* working(65, lanes)
      const given = yield* Effect.flip(
        lanes.lane().during(Effect.die("it began"), (giveUp) => {
          giveUp("the account is refused")
          return () => undefined
        })
      )
      assert.strictEqual(given, "the account is refused")
      yield* end
    })
  )
})

const withFlow = <A, E>(self: Effect.Effect<A, E>) => Effect.provide(self, Layer.fresh(flowControl))

describe("a run", () => {
  it.effect("asks the models behind many that wait, each for its own limit", () =>
    Effect.gen(function* () {
      // More than there are lanes wait before the first of the others is asked.
      const models = ids(80)
      const limited = models.slice(0, 70)
      const good = models.slice(70)
      const limit: Reply = (request, onToken) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) =>
          fails(new RateLimited({ message: "slow down", scope: "model", status: 429, hinted: true, upstream: true }), {
            retryAt: now + 60_000
          })(request, onToken)
        )
      const openRouter = api({ ...each(limited, limit, answers()), ...each(good, answers()) })
      const run = yield* start({ models, concurrency: 2 }, { api: openRouter })
      yield* TestClock.adjust("50 seconds")
      const asked = new Set(openRouter.requests.map(({ model }) => model))
      deepStrictEqual(
        good.filter((model) => !asked.has(model)),
        []
      )
      yield* TestClock.adjust("300 seconds")
      assert.isTrue((yield* Fiber.join(run.fiber)).success)
    }).pipe(withFlow)
  )

  it.effect("asks for no more than can be saved", () =>
    Effect.gen(function* () {
      const models = ids(70)
      const openRouter = api(each(models, after(10, answers())))
      const files = store({ takes: 30_000 })
      const run = yield* start({ models, concurrency: 1 }, { api: openRouter, store: files })
      yield* TestClock.adjust("29 seconds")
      const before = openRouter.requests.length
      yield* TestClock.adjust("5 minutes")
      yield* Fiber.join(run.fiber)
      deepStrictEqual([before, openRouter.requests.length, files.saved.length], [65, 70, 70])
    }).pipe(withFlow)
  )
})
