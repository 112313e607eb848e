/** The waits as data: drawn over many seeds, without sleeping. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Chunk, Duration, Effect, FastCheck as fc, Option, Random, Schedule, TestClock } from "effect"
import {
  GenerationError,
  isRetryable,
  RateLimited,
  Refused,
  ServerFailed,
  type Scope
} from "../../../src/domain/GenerationError.js"
import * as RetryPolicy from "../../../src/flow/RetryPolicy.js"

const failed = (retryAt?: number) =>
  new GenerationError({
    model: "x/1",
    reason: new ServerFailed({ status: 503, message: "busy" }),
    ...(retryAt === undefined ? {} : { retryAt })
  })

const limited = (retryAt?: number, scope: Scope = "model") =>
  new GenerationError({
    model: "x/1",
    reason: new RateLimited({ status: 429, scope, message: "slow down", hinted: retryAt !== undefined }),
    ...(retryAt === undefined ? {} : { retryAt })
  })

const draw = (errors: ReadonlyArray<GenerationError>, seed = 1, maxRetries?: number) =>
  Effect.flatMap(RetryPolicy.waits(maxRetries), (next) => Effect.forEach(errors, next)).pipe(
    Effect.withRandom(Random.make(seed))
  )

describe("the schedule", () => {
  it("over all seeds, each wait lies between its base and 10 % more, and there are three", () => {
    const low = new Set<number>()
    const high = new Set<number>()
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const delays = Schedule.run(Schedule.delays(RetryPolicy.backoff()), 0, [1, 2, 3, 4, 5]).pipe(
          Effect.withRandom(Random.make(seed)),
          Effect.runSync,
          Chunk.toReadonlyArray
        )
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
      { numRuns: 300 }
    )
    assert.strictEqual(low.size, 3, "the jitter reaches its lower end")
    assert.strictEqual(high.size, 3, "the jitter reaches its upper end")
  })
})

describe("the waits of one model", () => {
  it.effect("are whole milliseconds, counted from the failure", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(10_000)
      for (let seed = 0; seed < 50; seed++) {
        const drawn = Option.all(yield* draw([failed(), failed(), failed()], seed))
        for (const [index, wait] of Option.getOrThrow(drawn).entries()) {
          const base = 500 * 2 ** index
          assert.strictEqual(wait.why, "backoff")
          assert.isTrue(Number.isInteger(wait.until))
          assert.isTrue(wait.until >= 10_000 + base && wait.until <= 10_000 + base * 1.1, `${wait.until}`)
        }
      }
    })
  )

  it.effect("end after the third retry, or after as many as are allowed", () =>
    Effect.gen(function* () {
      const drawn = (maxRetries?: number) =>
        Effect.map(
          draw(
            Array.from({ length: 7 }, () => failed()),
            1,
            maxRetries
          ),
          (waits) => waits.map(Option.isSome)
        )
      deepStrictEqual(yield* drawn(), [true, true, true, false, false, false, false])
      deepStrictEqual(yield* drawn(0), [false, false, false, false, false, false, false])
      deepStrictEqual(yield* drawn(5), [true, true, true, true, true, false, false])
    })
  )

  it.effect("are the hint itself where there is one, six times, besides the three retries", () =>
    Effect.gen(function* () {
      const hints = [9_000, 8_000, 90_000, 1, 400_000, 2, 3]
      const errors = [failed(), ...hints.map((at) => limited(at)), failed(), failed(), failed()]
      deepStrictEqual(
        (yield* draw(errors)).map(
          Option.match({ onNone: () => "none", onSome: ({ until, why }) => (why === "hint" ? until : why) })
        ),
        ["backoff", ...hints.slice(0, 6), "none", "backoff", "backoff", "none"]
      )
    })
  )

  it.effect("are the policy's after a 429 without a hint, and counted", () =>
    Effect.gen(function* () {
      const drawn = yield* draw([limited(), failed(), limited(), limited()])
      deepStrictEqual(
        drawn.flatMap((wait) => Option.toArray(wait).map(({ why }) => why)),
        ["backoff", "backoff", "backoff"]
      )
    })
  )

  it.effect("are never shorter than what a failing server asks for", () =>
    Effect.gen(function* () {
      deepStrictEqual(yield* draw([failed(5_000)]), [Option.some({ until: 5_000, why: "backoff" as const })])
      const [short] = yield* draw([failed(100)])
      assert.isTrue(Option.exists(short ?? Option.none(), ({ until }) => until >= 500))
    })
  )

  it.effect("are none after a failure that is final, and such a failure uses up nothing", () =>
    Effect.gen(function* () {
      const final = new GenerationError({ model: "x/1", reason: new Refused({ message: "no" }) })
      const [first, ...then] = yield* draw([final, failed(), failed(), failed()])
      deepStrictEqual(first, Option.none())
      deepStrictEqual(then.map(Option.isSome), [true, true, true])
    })
  )

  it("a daily quota is final, the other limits are not", () => {
    const scopes = ["model", "free-per-minute", "account", "free-per-day"] as const
    deepStrictEqual(
      scopes.map((scope) => isRetryable(limited(1_000, scope))),
      [true, true, true, false]
    )
  })
})
