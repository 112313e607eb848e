/** The limit of one attempt and the limit of the run, on both sides of the boundary. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import type { Duration } from "effect"
import { Clock, Effect, Option, TestClock } from "effect"
import { DeadlineExceeded, ServerFailed, TimedOut } from "../../../src/domain/GenerationError.js"
import { after, answers, api, each, finish, http, ids, never, start, store } from "./doubles.js"

describe("one attempt", () => {
  it.effect("may take 59,999 ms", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [after(59_999, answers())] })
      const report = yield* finish(yield* start({ models: ["x/1"] }, { api: openRouter }), 59_999)
      assert.isTrue(report.success)
      assert.strictEqual(openRouter.requests.length, 1)
    })
  )

  it.effect("is ended at 60,000 ms, not before, and is a failure that passes", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [never, answers()] })
      const run = yield* start({ models: ["x/1"] }, { api: openRouter })
      yield* TestClock.adjust(59_999)
      assert.strictEqual(run.heard("AttemptFailed").length, 0)
      assert.strictEqual(openRouter.inFlight().now, 1)
      yield* TestClock.adjust(1)
      deepStrictEqual(
        run.heard("AttemptFailed").map(({ attempt, retryAt }) => [attempt.outcome, attempt.message, retryAt]),
        [["TimedOut", "no complete answer within 60 s", 60_525]]
      )
      assert.strictEqual(openRouter.inFlight().now, 0)
      assert.isTrue((yield* finish(run, 525)).success)
    })
  )

  it.effect("has the limit that was asked for, and names its clock when the retries are used up", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [never] })
      const options = { models: ["x/1"], requestTimeout: "2 seconds", maxRetries: 1 } as const
      const report = yield* finish(yield* start(options, { api: openRouter }), 4_525)
      deepStrictEqual(
        openRouter.requests.map(({ at }) => at),
        [0, 2_525]
      )
      deepStrictEqual(
        report.outcomes.map(({ durationMs, reason }) => [durationMs, Option.getOrUndefined(reason)]),
        [[4_525, new TimedOut({ clock: "attempt", limitMs: 2_000 })]]
      )
    })
  )
})

describe("attempts that began at different times", () => {
  it.effect("are ended each at its own 60,000 ms, and those that were answered are left alone", () =>
    Effect.gen(function* () {
      const openRouter = api({
        "x/1": [after(10_000, answers())],
        "x/2": [after(25_000, answers())],
        "x/3": [never],
        "x/4": [never],
        "x/5": [after(59_999, answers())]
      })
      const models = ["x/1", "x/2", "x/3", "x/4", "x/5"]
      const run = yield* start({ models, concurrency: 2, maxRetries: 0 }, { api: openRouter })
      const failed = () => run.heard("AttemptFailed").map(({ model }) => model)
      yield* TestClock.adjust(69_999)
      deepStrictEqual(failed(), [])
      yield* TestClock.adjust(1)
      deepStrictEqual(failed(), ["x/3"])
      yield* TestClock.adjust(14_999)
      deepStrictEqual(failed(), ["x/3"])
      yield* TestClock.adjust(1)
      deepStrictEqual(failed(), ["x/3", "x/4"])
      const report = yield* finish(run, 44_999)
      deepStrictEqual(
        report.outcomes.map(({ status }) => status),
        ["ok", "ok", "failed", "failed", "ok"]
      )
    })
  )
})

describe("the run", () => {
  it.effect(
    "ends at 400,000 ms, not before: what is finished is kept, saved and reported, the rest names the deadline",
    () =>
      Effect.gen(function* () {
        const openRouter = api({
          "x/1": [after(399_999, answers())],
          "x/2": [never],
          "x/3": [after(10, answers())],
          "x/4": [after(400_001, answers())]
        })
        const files = store()
        const models = ids(4)
        const run = yield* start({ models, requestTimeout: "500 seconds" }, { api: openRouter, store: files })
        yield* TestClock.adjust(399_999)
        assert.strictEqual(run.heard("Failed").length, 0)
        assert.strictEqual(openRouter.inFlight().now, 2)
        deepStrictEqual(files.saved, ["x/1"])
        const report = yield* finish(run, 1)
        assert.strictEqual(openRouter.inFlight().now, 0)
        assert.strictEqual(report.durationMs, 400_000)
        assert.isTrue(report.success)
        deepStrictEqual(report.algorithms.map(Option.isSome), [true, false, true, false])
        deepStrictEqual(files.saved, ["x/1", "x/3"])
        const exceeded = new DeadlineExceeded({ deadlineMs: 400_000 })
        assert.strictEqual(exceeded.message, "the run's deadline of 400 s has passed")
        deepStrictEqual(
          report.outcomes.map(({ reason }) => reason),
          [Option.none(), Option.some(exceeded), Option.none(), Option.some(exceeded)]
        )
        deepStrictEqual(
          report.outcomes.map(({ attempts }) => attempts.map(({ durationMs, outcome }) => [outcome, durationMs])),
          [[["ok", 399_999]], [["Interrupted", 400_000]], [["ok", 10]], [["Interrupted", 400_000]]]
        )
      })
  )

  it.effect("ends at the deadline that was asked for", () =>
    Effect.gen(function* () {
      const run = yield* start({ models: ["x/1"], deadline: "3 seconds" }, { api: api({ "x/1": [never] }) })
      yield* TestClock.adjust(2_999)
      assert.strictEqual(run.heard("RunFinished").length, 0)
      const report = yield* finish(run, 1)
      assert.strictEqual(report.durationMs, 3_000)
    })
  )

  it.effect("does not wait longer for the list of models", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [answers()] }, Effect.never)
      const report = yield* finish(yield* start({ models: ["x/1"] }, { api: openRouter }), 400_000)
      deepStrictEqual(openRouter.requests, [])
      deepStrictEqual(
        report.outcomes.map(({ reason }) => reason),
        [Option.some(new DeadlineExceeded({ deadlineMs: 400_000 }))]
      )
    })
  )

  it.effect("sends nothing at its deadline or later, also when a place comes free at that very moment", () =>
    Effect.gen(function* () {
      const models = ids(4)
      const openRouter = api(each(models, after(50_000, answers())))
      const options = { models, concurrency: 1, deadline: "100 seconds" } as const
      const report = yield* finish(yield* start(options, { api: openRouter }), 200_000)
      deepStrictEqual(
        openRouter.requests.map(({ at }) => at),
        [0, 50_000]
      )
      deepStrictEqual(
        report.outcomes.slice(2).map(({ attempts, reason }) => [attempts.length, Option.getOrUndefined(reason)]),
        [
          [0, new DeadlineExceeded({ deadlineMs: 100_000 })],
          [0, new DeadlineExceeded({ deadlineMs: 100_000 })]
        ]
      )
    })
  )
})

describe("a wait that would end after the run", () => {
  for (const [failsAt, asksAgain] of [
    [9_474, true],
    [9_475, false]
  ] as const) {
    it.effect(
      `${asksAgain ? "is made when it ends just in time" : "fails at once and says when asking again makes sense"}`,
      () =>
        Effect.gen(function* () {
          const openRouter = api({ "x/1": [after(failsAt, http(503)), never] })
          const run = yield* start({ models: ["x/1"], deadline: "10 seconds" }, { api: openRouter })
          yield* TestClock.adjust(failsAt)
          assert.strictEqual(run.heard("RunFinished").length, asksAgain ? 0 : 1)
          const [outcome] = (yield* finish(run, 10_000)).outcomes
          assert.strictEqual(openRouter.requests.length, asksAgain ? 2 : 1)
          deepStrictEqual(
            [outcome?.reason, outcome?.retryAt],
            asksAgain
              ? [Option.some(new DeadlineExceeded({ deadlineMs: 10_000 })), Option.none()]
              : [Option.some(new ServerFailed({ status: 503, message: "HTTP 503" })), Option.some(10_000)]
          )
        })
    )
  }
})

describe("a computer that slept", () => {
  /** The time of day went on, and the timers did not. */
  const jumping = Effect.map(TestClock.testClock(), (clock) => {
    let ahead = 0
    const now = () => clock.unsafeCurrentTimeMillis() + ahead
    return {
      jump: (by: number) => Effect.sync(() => void (ahead += by)),
      clock: {
        [Clock.ClockTypeId]: Clock.ClockTypeId,
        unsafeCurrentTimeMillis: now,
        unsafeCurrentTimeNanos: () => BigInt(now()) * 1_000_000n,
        currentTimeMillis: Effect.sync(now),
        currentTimeNanos: Effect.sync(() => BigInt(now()) * 1_000_000n),
        sleep: (duration: Duration.Duration) => clock.sleep(duration)
      } satisfies Clock.Clock
    }
  })

  for (const [slept, asked, status] of [
    [399_899, 3, "ok"],
    [399_900, 1, "failed"]
  ] as const) {
    it.effect(`for ${slept} ms: the models that were not asked are ${asked === 3 ? "asked" : "settled"} at once`, () =>
      Effect.gen(function* () {
        const { clock, jump } = yield* jumping
        const openRouter = api({ "x/1": [after(100, answers())], "x/2": [answers()], "x/3": [answers()] })
        const run = yield* start({ models: ids(3), concurrency: 1 }, { api: openRouter }).pipe(Effect.withClock(clock))
        yield* TestClock.adjust(50)
        yield* jump(slept)
        const report = yield* finish(run, 50)
        deepStrictEqual(
          report.outcomes.map(({ status }) => status),
          ["ok", status, status]
        )
        assert.strictEqual(openRouter.requests.length, asked)
        if (asked === 1) {
          deepStrictEqual(
            report.outcomes.slice(1).map(({ reason }) => Option.getOrUndefined(reason)),
            [new DeadlineExceeded({ deadlineMs: 400_000 }), new DeadlineExceeded({ deadlineMs: 400_000 })]
          )
        }
      })
    )
  }
})
