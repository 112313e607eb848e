/** The waits as data: drawn over many seeds, without sleeping. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Chunk, Duration, Effect, FastCheck as fc, Random, Schedule } from "effect"
import { isLoading, isRetryable, namesAMoment } from "../../../src/domain/Consequence.js"
import {
  CircuitOpen,
  GenerationError,
  RateLimited,
  Refused,
  ServerFailed,
  TimedOut,
  type Scope
} from "../../../src/domain/GenerationError.js"
import * as RetryPolicy from "../../../src/flow/RetryPolicy.js"
import { times } from "../properties.js"

const failed = (retryAt?: number) =>
  new GenerationError({
    model: "x/1",
    reason: new ServerFailed({ status: 503, message: "busy" }),
    retryAt
  })

const limited = (retryAt?: number, scope: Scope = "model") =>
  new GenerationError({
    model: "x/1",
    reason: new RateLimited({ status: 429, scope, message: "slow down", hinted: retryAt !== undefined }),
    retryAt
  })

/** The waits of a policy for these failures, in milliseconds, without sleeping; the last one is the decision to end. */
const waits = (policy: RetryPolicy.Policy, errors: ReadonlyArray<GenerationError>, seed = 1) =>
  Schedule.run(Schedule.delays(policy), 0, errors).pipe(
    Effect.withRandom(Random.make(seed)),
    Effect.map((delays) => Chunk.toReadonlyArray(delays).slice(0, -1).map(Duration.toMillis))
  )

describe("a model that is being loaded", () => {
  const loading = (retryAt?: number) =>
    new GenerationError({
      model: "x/1",
      reason: new ServerFailed({ status: 503, message: "Loading model", because: "loading" }),
      retryAt
    })

  it.effect("is asked after 1, 2, 4 and 5 s, and then every 5 s", () =>
    Effect.map(
      waits(
        RetryPolicy.loading,
        Array.from({ length: 7 }, () => loading())
      ),
      (delays) => deepStrictEqual(delays, [1_000, 2_000, 4_000, 5_000, 5_000, 5_000])
    )
  )

  it("is no retry, and waits for no hint of its own", () => {
    deepStrictEqual([RetryPolicy.passes(loading()), RetryPolicy.waits({ ownWaits: 0 })(loading(5_000))], [false, false])
    deepStrictEqual(RetryPolicy.passes(failed()), true)
  })

  it.effect("is waited for no longer at a time than in all", () =>
    Effect.map(waits(RetryPolicy.loading, [loading(3_600_000), loading()]), (delays) =>
      deepStrictEqual(delays, [300_000])
    )
  )
})

describe("a server that says that asking again is no use", () => {
  const again = (reason: RateLimited | ServerFailed) => {
    const error = new GenerationError({ model: "x/1", reason, retryAt: 5_000 })
    return [RetryPolicy.waits({ ownWaits: 0 })(error), RetryPolicy.passes(error), isLoading(error)]
  }

  it("is believed, also of a limit that holds everybody back, and of a model that is being loaded", () => {
    const limit = { status: 429, scope: "model", message: "", hinted: true, imposed: true } as const
    deepStrictEqual(again(new RateLimited(limit)), [true, false, false])
    deepStrictEqual(again(new RateLimited({ ...limit, permanent: true })), [false, false, false])
    const loads = { status: 503, message: "", because: "loading" } as const
    deepStrictEqual(again(new ServerFailed(loads)), [false, false, true])
    deepStrictEqual(again(new ServerFailed({ ...loads, permanent: true })), [false, false, false])
  })
})

describe("the schedule", () => {
  it("over all seeds, each wait lies between its base and 10 % more, and there are three", () => {
    const low = new Set<number>()
    const high = new Set<number>()
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const delays = Schedule.run(Schedule.delays(RetryPolicy.backoff()), 0, [
          failed(),
          failed(),
          failed(),
          failed(),
          failed()
        ]).pipe(Effect.withRandom(Random.make(seed)), Effect.runSync, Chunk.toReadonlyArray)
        // The last one is the decision to end.
        const waits = delays.slice(0, -1).map((delay) => Duration.toMillis(delay))
        assert.strictEqual(waits.length, 3)
        for (const [index, base] of [500, 1_000, 2_000].entries()) {
          const wait = waits[index] ?? Number.NaN
          assert.isTrue(base <= wait && wait <= base * 1.1, `${wait} ms for a base of ${base} ms`)
          if (wait < base * 1.03) low.add(base)
          if (wait > base * 1.07) high.add(base)
        }
      }),
      { numRuns: times(60) }
    )
    assert.strictEqual(low.size, 3, "the jitter reaches its lower end")
    assert.strictEqual(high.size, 3, "the jitter reaches its upper end")
  })
})

describe("the retries", () => {
  it.effect("are waits of whole milliseconds, as many as are allowed", () =>
    Effect.gen(function* () {
      const errors = Array.from({ length: 9 }, () => failed())
      for (const times of [0, 3, 5]) {
        const drawn = yield* waits(RetryPolicy.retries(times), errors, times)
        assert.strictEqual(drawn.length, times)
        for (const wait of drawn) assert.isTrue(Number.isInteger(wait))
      }
    })
  )

  it.effect("are never shorter than what a failing server asks for", () =>
    Effect.gen(function* () {
      const [long = 0, short = 0] = yield* waits(RetryPolicy.retries(), [failed(5_000), failed(100), failed()])
      assert.strictEqual(long, 5_000)
      assert.isTrue(short >= 1_000 && short <= 1_100, `${short}`)
    })
  )

  it.effect("are followed by the waits of patience, which begin at 0.5 s again and are 30 s at most", () =>
    Effect.gen(function* () {
      const errors = Array.from({ length: 20 }, () => failed())
      const drawn = yield* waits(RetryPolicy.retries(1, 8), errors)
      const bases = [500, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]
      assert.strictEqual(drawn.length, bases.length)
      for (const [index, base] of bases.entries()) {
        const wait = drawn[index] ?? Number.NaN
        assert.isTrue(base <= wait && wait <= base * 1.1 + 1, `${wait} ms for a base of ${base} ms`)
      }
    })
  )

  it.effect("are not for what flow control holds back: that uses patience alone", () =>
    Effect.gen(function* () {
      const held = new GenerationError({ model: "x/1", reason: new CircuitOpen({ circuit: "model" }), retryAt: 40_000 })
      deepStrictEqual(yield* waits(RetryPolicy.retries(3, 0), [held, held]), [])
      deepStrictEqual(yield* waits(RetryPolicy.retries(3, 1), [held, held]), [40_000])
    })
  )

  it.effect("are all that a timeout gets, since it has cost a whole attempt", () =>
    Effect.gen(function* () {
      const slow = new GenerationError({ model: "x/1", reason: new TimedOut({ clock: "attempt", limitMs: 1 }) })
      const drawn = yield* waits(RetryPolicy.retries(2, 5), [slow, slow, slow, slow])
      assert.strictEqual(drawn.length, 2)
    })
  )
})

describe("what the server says itself", () => {
  it.effect("is obeyed exactly, six times", () =>
    Effect.gen(function* () {
      const hints = [9_000, 8_000, 90_000, 1, 400_000, 2, 3]
      deepStrictEqual(
        yield* waits(
          RetryPolicy.asTold(),
          hints.map((at) => limited(at))
        ),
        hints.slice(0, 6)
      )
    })
  )

  it("counts only where the server refuses for now and names the moment", () => {
    const final = new GenerationError({ model: "x/1", reason: new Refused({ message: "no" }), retryAt: 5 })
    deepStrictEqual([limited(1_000), limited(), failed(1_000), final].map(namesAMoment), [true, false, false, false])
  })

  it("is of no use where a daily quota is used up", () => {
    const scopes = ["model", "free-per-minute", "account", "free-per-day"] as const
    deepStrictEqual(
      scopes.map((scope) => isRetryable(limited(1_000, scope))),
      [true, true, true, false]
    )
    deepStrictEqual(
      scopes.map((scope) => namesAMoment(limited(1_000, scope))),
      [true, true, true, false]
    )
  })
})
