/** A run that ends early: from outside, by interruption, or by `stopWhen`. What is finished is saved either way. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Deferred, Effect, Exit, Fiber, Option, TestClock } from "effect"
import { Interrupted } from "../../../src/domain/GenerationError.js"
import { after, answers, api, finish, flowControl, http, never, start, store, type Reply } from "./doubles.js"

const interrupted = new Interrupted()

/** A limit of this model alone. */
const ownLimit = http(
  429,
  { "retry-after": "90" },
  JSON.stringify({ error: { code: 429, message: "busy", metadata: { limit_source: "upstream_provider_shared_pool" } } })
)

/** One model is done, one is being answered, one waits, one is queued behind the two places. */
const scene = () => ({
  api: api({
    "x/1": [after(100, answers())],
    "x/2": [ownLimit, answers()],
    "x/3": [after(5_000, answers())],
    "x/4": [after(5_000, answers())],
    "x/5": [answers()]
  }),
  store: store()
})
const request = { models: ["x/1", "x/2", "x/3", "x/4", "x/5"], concurrency: 2 }

describe("stopWhen", () => {
  it.effect("ends the run with a report: what is finished is saved, the rest was interrupted", () =>
    Effect.gen(function* () {
      const doubles = scene()
      const run = yield* start({ ...request, stopWhen: Effect.sleep(1_000) }, doubles)
      yield* TestClock.adjust(999)
      assert.strictEqual(run.heard("RunFinished").length, 0)
      const report = yield* finish(run, 1)
      assert.strictEqual(report.durationMs, 1_000)
      assert.strictEqual(doubles.api.inFlight().now, 0)
      deepStrictEqual(doubles.store.saved, ["x/1"])
      deepStrictEqual(
        report.outcomes.map(({ reason }) => reason),
        [Option.none(), ...Array.from({ length: 4 }, () => Option.some(interrupted))]
      )
      deepStrictEqual(
        report.outcomes.map(({ attempts }) => attempts.map(({ durationMs, outcome }) => [outcome, durationMs])),
        [[["ok", 100]], [["RateLimited", 0]], [["Interrupted", 1_000]], [["Interrupted", 900]], []]
      )
    }).pipe(Effect.provide(flowControl))
  )

  it.effect("before anything is finished leaves nothing saved and no success", () =>
    Effect.gen(function* () {
      const doubles = scene()
      const report = yield* finish(yield* start({ ...request, stopWhen: Effect.sleep(1) }, doubles), 1)
      assert.isFalse(report.success)
      deepStrictEqual(doubles.store.saved, [])
    })
  )

  it.effect("that never comes changes nothing", () =>
    Effect.gen(function* () {
      const doubles = scene()
      const run = yield* start({ ...request, stopWhen: Effect.never }, doubles)
      const report = yield* finish(run, 95_000)
      deepStrictEqual(report.algorithms.map(Option.isSome), [true, true, true, true, true])
    })
  )

  it.effect("that dies has never come", () =>
    Effect.gen(function* () {
      const doubles = scene()
      const run = yield* start({ ...request, stopWhen: Effect.delay(Effect.die("no"), 1_000) }, doubles)
      const report = yield* finish(run, 95_000)
      deepStrictEqual(report.algorithms.map(Option.isSome), [true, true, true, true, true])
    })
  )
})

describe("interruption", () => {
  for (const [moment, at, saved] of [
    ["before anything is finished", 50, []],
    ["in attempts, in a wait and with a queue", 1_000, ["x/1"]],
    ["in the last wait", 10_000, ["x/1", "x/3", "x/4", "x/5"]]
  ] as const) {
    it.effect(`${moment} saves what is finished and says that the others were interrupted`, () =>
      Effect.gen(function* () {
        const doubles = scene()
        const run = yield* start(request, doubles)
        yield* TestClock.adjust(at)
        const exit = yield* Fiber.interrupt(run.fiber)
        assert.isTrue(Exit.isInterrupted(exit))
        deepStrictEqual(doubles.store.saved, saved)
        assert.strictEqual(doubles.api.inFlight().now, 0)
        deepStrictEqual(
          run.heard("Failed").map(({ model, reason }) => [model, reason]),
          request.models.filter((model) => !saved.some((other) => other === model)).map((model) => [model, interrupted])
        )
      }).pipe(Effect.provide(flowControl))
    )
  }

  it.effect("while saving waits until everything is saved", () =>
    Effect.gen(function* () {
      const files = store({ takes: 100 })
      const openRouter = api({ "x/1": [answers()], "x/2": [answers()], "x/3": [answers()] })
      const run = yield* start({ models: ["x/1", "x/2", "x/3"] }, { api: openRouter, store: files })
      yield* TestClock.adjust(99)
      deepStrictEqual(files.saved, [])
      const interrupting = yield* Effect.fork(Fiber.interrupt(run.fiber))
      yield* TestClock.adjust(1)
      yield* Fiber.join(interrupting)
      deepStrictEqual(files.saved, ["x/1", "x/2", "x/3"])
    })
  )

  it.effect("waits for no listener with the saving", () =>
    Effect.gen(function* () {
      const files = store()
      const openRouter = api({ "x/1": [answers()], "x/2": [never] })
      const slowly = Effect.sleep(100)
      const run = yield* start(
        {
          models: ["x/1", "x/2"],
          stopWhen: Effect.sleep(10),
          onProgress: ({ event }) => (event._tag === "Failed" ? slowly : Effect.void)
        },
        { api: openRouter, store: files }
      )
      // The listener is busy with the news of the model that was abandoned.
      yield* TestClock.adjust(50)
      deepStrictEqual(files.saved, ["x/1"])
      const interrupting = yield* Effect.fork(Fiber.interrupt(run.fiber))
      yield* TestClock.adjust(100)
      yield* Fiber.join(interrupting)
      deepStrictEqual(files.saved, ["x/1"])
    })
  )
})

describe("an answer that has arrived when the end comes", () => {
  /** Answers, and brings about the end in the same breath. */
  const endingWith =
    (end: Effect.Effect<unknown>): Reply =>
    (asked, onToken) =>
      Effect.zipLeft(answers()(asked, onToken), end)

  it.effect("by stopWhen is kept and saved", () =>
    Effect.gen(function* () {
      const stop = yield* Deferred.make<void>()
      const doubles = { api: api({ "x/1": [endingWith(Deferred.succeed(stop, undefined))] }), store: store() }
      const report = yield* finish(yield* start({ models: ["x/1"], stopWhen: Deferred.await(stop) }, doubles))
      assert.isTrue(report.success)
      deepStrictEqual(doubles.store.saved, ["x/1"])
    })
  )

  it.effect("by interruption is kept and saved, also while the news of it is being told", () =>
    Effect.gen(function* () {
      const files = store()
      const openRouter = api({ "x/1": [after(10, answers())], "x/2": [never] })
      const run = yield* start(
        {
          models: ["x/1", "x/2"],
          onProgress: ({ event }) => (event._tag === "Generated" ? Effect.sleep(100) : Effect.void)
        },
        { api: openRouter, store: files }
      )
      yield* TestClock.adjust(50)
      const interrupting = yield* Effect.fork(Fiber.interrupt(run.fiber))
      yield* TestClock.adjust(60)
      yield* Fiber.join(interrupting)
      deepStrictEqual(files.saved, ["x/1"])
    })
  )
})
