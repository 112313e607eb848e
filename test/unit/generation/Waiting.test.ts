/** An attempt's clock stands still while its request waits for a connection, as far as the HTTP client tells. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, FiberRef, Option, TestClock } from "effect"
import * as Connections from "../../../src/api/Connections.js"
import { after, answers, api, finish, never, type Reply, start } from "./doubles.js"

/** What an HTTP client does that has no connection for a request until so many milliseconds have passed. */
const waits =
  (ms: number, reply: Reply): Reply =>
  (request, onToken) =>
    Effect.gen(function* () {
      const wait = yield* FiberRef.get(Connections.current)
      wait?.begin()
      yield* Effect.sleep(ms)
      wait?.end()
      return yield* reply(request, onToken)
    })

const PATIENT = { models: ["x/1"], maxRetries: 0, deadline: "1 hour" } as const

describe("a request that waits for a connection", () => {
  it.effect("has the whole time of an attempt from then on", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [waits(100_000, after(59_999, answers()))] })
      const { outcomes, success } = yield* finish(yield* start(PATIENT, { api: openRouter }), 159_999)
      assert.isTrue(success)
      deepStrictEqual(
        outcomes.flatMap(({ attempts }) =>
          attempts.map(({ durationMs, startedAt, waitedMs }) => ({ durationMs, startedAt, waitedMs }))
        ),
        [{ durationMs: 59_999, startedAt: 100_000, waitedMs: 100_000 }]
      )
    })
  )

  it.effect("is ended when that is over, not before", () =>
    Effect.gen(function* () {
      const run = yield* start(PATIENT, { api: api({ "x/1": [waits(100_000, never)] }) })
      yield* TestClock.adjust(159_999)
      assert.strictEqual(run.heard("Failed").length, 0)
      yield* TestClock.adjust(1)
      deepStrictEqual(
        run.heard("Failed").map(({ reason }) => reason.message),
        ["no complete answer within 60 s"]
      )
    })
  )

  it.effect("may wait more than once", () =>
    Effect.gen(function* () {
      const twice = waits(30_000, after(20_000, waits(50_000, after(39_999, answers()))))
      const late = waits(30_000, after(20_000, waits(50_000, after(40_001, answers()))))
      assert.isTrue((yield* finish(yield* start(PATIENT, { api: api({ "x/1": [twice] }) }), 139_999)).success)
      assert.isFalse((yield* finish(yield* start(PATIENT, { api: api({ "x/1": [late] }) }), 140_000)).success)
    })
  )

  it.effect("is no attempt if the run ends first", () =>
    Effect.gen(function* () {
      const options = { ...PATIENT, deadline: "90 seconds" } as const
      const { outcomes } = yield* finish(
        yield* start(options, { api: api({ "x/1": [waits(90_001, answers())] }) }),
        90_000
      )
      deepStrictEqual(
        outcomes.map(({ attempts, reason }) => [Option.getOrThrow(reason)._tag, attempts.length]),
        [["DeadlineExceeded", 0]]
      )
    })
  )

  it.effect("has the clock running where the HTTP client says nothing", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [after(30_000, after(30_001, answers()))] })
      assert.isFalse((yield* finish(yield* start(PATIENT, { api: openRouter }), 60_000)).success)
    })
  )
})
