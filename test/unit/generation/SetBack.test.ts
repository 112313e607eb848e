/** A clock that is set back while a run waits, as by the network, or when a virtual machine that was put aside goes on. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { type Clock, Effect, Layer, Option, TestClock } from "effect"
import * as Now from "../../../src/telemetry/Now.js"
import { after, answers, api, finish, flowControl, http, never, start } from "./doubles.js"

const HOUR = 3_600_000

/** The test's clock, whose time of day can be set: what it counts and how long it sleeps stays as it is. */
const settable = Effect.map(Effect.clock, (clock) => {
  let by = 0
  const millis = () => clock.unsafeCurrentTimeMillis() + by
  const set: Clock.Clock = Object.create(clock, {
    unsafeCurrentTimeMillis: { value: millis },
    unsafeCurrentTimeNanos: { value: () => clock.unsafeCurrentTimeNanos() },
    currentTimeMillis: { value: Effect.sync(millis) }
  })
  return {
    clock: set,
    setBack: (ms: number) => {
      by -= ms
    }
  }
})

const limited = http(429, { "retry-after": "3" })
const flows = [
  ["with flow control", flowControl],
  ["without", Layer.empty]
] as const

describe("a clock that is set back", () => {
  for (const [name, flow] of flows) {
    for (const model of ["x/1", "x/1:free"]) {
      it.effect(`makes no wait longer, ${name}, for ${model}`, () =>
        Effect.gen(function* () {
          const { clock, setBack } = yield* settable
          // The second wait begins when the clock is wrong already.
          const openRouter = api({ [model]: [limited, limited, answers()] })
          const run = yield* start({ models: [model] }, { api: openRouter }).pipe(
            Effect.provide(flow),
            Effect.withClock(clock)
          )
          yield* TestClock.adjust(1_000)
          setBack(HOUR)
          yield* TestClock.adjust(1_999)
          assert.strictEqual(openRouter.requests.length, 1)
          yield* TestClock.adjust(1)
          assert.strictEqual(openRouter.requests.length, 2)
          yield* TestClock.adjust(2_999)
          assert.strictEqual(openRouter.requests.length, 2)
          const report = yield* finish(run, 1)
          assert.strictEqual(openRouter.requests.length, 3)
          deepStrictEqual(
            report.outcomes.map(({ algorithm, durationMs }) => [durationMs, Option.isSome(algorithm)]),
            [[6_000, true]]
          )
          assert.strictEqual(report.durationMs, 6_000)
        })
      )
    }
  }

  it.effect("changes nothing at the deadline", () =>
    Effect.gen(function* () {
      const { clock, setBack } = yield* settable
      const openRouter = api({ "x/1": [after(9_999, answers())], "x/2": [never], "x/3": [http(503)] })
      const options = { models: ["x/1", "x/2", "x/3"], deadline: 10_000, patience: 9 }
      const run = yield* start(options, { api: openRouter }).pipe(Effect.provide(flowControl), Effect.withClock(clock))
      yield* TestClock.adjust(5_000)
      setBack(HOUR)
      yield* TestClock.adjust(4_999)
      const report = yield* finish(run, 1)
      deepStrictEqual(
        report.outcomes.map(({ algorithm }) => Option.isSome(algorithm)),
        [true, false, false]
      )
      assert.strictEqual(report.durationMs, 10_000)
      for (const { attempts } of report.outcomes) for (const { durationMs } of attempts) assert.isAtLeast(durationMs, 0)
    })
  )
})

describe("the time of waits", () => {
  it.effect("is the clock's, and goes on from where it was if that is set back", () =>
    Effect.gen(function* () {
      const { clock, setBack } = yield* settable
      const steady = Now.steady(clock)
      const times: Array<number> = []
      const read = () => times.push(steady.unsafeCurrentTimeMillis() - clock.unsafeCurrentTimeMillis())
      read()
      yield* TestClock.adjust(10)
      read()
      setBack(HOUR)
      read()
      yield* TestClock.adjust(10)
      setBack(50)
      yield* TestClock.adjust(10)
      read()
      // Set forward, it is followed.
      setBack(-HOUR)
      read()
      deepStrictEqual(times, [0, 0, HOUR, HOUR + 50, HOUR + 50])
      assert.strictEqual(Now.steady(steady), steady)
      assert.strictEqual(Now.since(clock, 7), 7 + HOUR + 50)
    })
  )
})
