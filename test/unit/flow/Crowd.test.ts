/** Servers that answer one request after the other, and what happens to those that wait too long. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Layer, TestClock } from "effect"
import * as FlowControl from "../../../src/flow/FlowControl.js"
import { after, answers, api, each, finish, ids, never, type Reply, start } from "../generation/doubles.js"

const flow = Layer.effect(FlowControl.FlowControl, FlowControl.make())
const limit = Effect.map(
  Effect.flatMap(FlowControl.FlowControl, ({ state }) => state),
  (state) => state.limit
)

/** One after the other; who goes away while it waits leaves the line, and what is computed for nobody is computed in vain. */
const oneAtATime = (ms: number): Reply => {
  const seat = Effect.unsafeMakeSemaphore(1)
  return (request, onToken) => seat.withPermits(1)(after(ms, answers())(request, onToken))
}

describe("a server that computes one answer at a time", () => {
  for (const [name, models] of [
    ["six models", ids(6)],
    ["one model, six times", Array.from({ length: 6 }, () => "x/1")]
  ] as const) {
    it.effect(`has one request at a time after those that came too late: ${name}`, () =>
      Effect.gen(function* () {
        const openRouter = api(each([...new Set(models)], oneAtATime(500)))
        const run = yield* start({ models, requestTimeout: 800 }, { api: openRouter })
        yield* TestClock.adjust(1_000)
        assert.strictEqual(yield* limit, 1)
        const report = yield* finish(run, 60_000)
        deepStrictEqual(
          report.outcomes.map(({ status }) => status),
          models.map(() => "ok")
        )
        // Six at once, five of them for nothing, and then each once.
        assert.strictEqual(openRouter.requests.length, 11)
      }).pipe(Effect.provide(flow))
    )
  }

  it.effect("has as many at a time as are answered in time", () =>
    Effect.gen(function* () {
      const openRouter = api(each(ids(6), oneAtATime(300)))
      const run = yield* start({ models: ids(6), requestTimeout: 1_000 }, { api: openRouter })
      yield* TestClock.adjust(1_200)
      assert.strictEqual(yield* limit, 3)
      assert.strictEqual((yield* finish(run, 60_000)).outcomes.filter(({ status }) => status === "ok").length, 6)
    }).pipe(Effect.provide(flow))
  )
})

describe("models that never answer", () => {
  const run = (dead: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const healthy = ids(10)
      const openRouter = api({ ...each(healthy, after(400, answers())), ...each(dead, never) })
      yield* start({ models: [...dead, ...healthy], requestTimeout: 900, concurrency: 8 }, { api: openRouter })
      yield* TestClock.adjust(1_000)
      return yield* limit
    }).pipe(Effect.provide(flow))

  it.effect("make nobody wait if they are one or two", () =>
    Effect.map(run(["dead/1", "dead/2"]), (limit) => assert.strictEqual(limit, 8))
  )

  it.effect("are taken for a crowd if they are three", () =>
    Effect.map(run(["dead/1", "dead/2", "dead/3"]), (limit) => assert.strictEqual(limit, 4))
  )
})
