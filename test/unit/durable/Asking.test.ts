/** One job to its outcome: what is asked of the server, when it gives up, and when it is handed over. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Deferred, Effect, Fiber, Logger, Option, TestClock } from "effect"
import { NotAsked, RateLimited, ServerFailed } from "../../../src/domain/GenerationError.js"
import * as Asking from "../../../src/durable/Asking.js"
import type * as Job from "../../../src/durable/Job.js"
import type { Outcome } from "../../../src/generation/Report.js"
import { Journal } from "../../../src/storage/Journal.js"
import * as Memory from "../../../src/storage/journal/Memory.js"
import { after, answers, api, fails, never, type Reply } from "../generation/doubles.js"

const JOB: Job.Job = {
  batch: "b",
  index: 4,
  attempt: 1,
  isWhole: true,
  request: { model: "x/1", ticker: "AAPL", sample: 3, strategy: "grid 1/2/3/4", temperature: 0.5 },
  settings: { maxRetries: 1, maxCompletionTokens: 77 },
  messages: [
    { role: "system", content: "be brief" },
    { role: "user", content: "ask" }
  ],
  deadline: undefined,
  budget: undefined,
  created: 0,
  tries: 1,
  suspected: false,
  cancelled: false
}

const scene = (
  replies: ReadonlyArray<Reply>,
  { isTakenOver = false, listed = "x/1", ...more }: Partial<Job.Job> & { isTakenOver?: boolean; listed?: string } = {}
) =>
  Effect.gen(function* () {
    const openRouter = api({ [listed]: replies })
    const log: Array<string> = []
    const said: Array<string> = []
    const say = (words: string) => Effect.sync(() => void log.push(words))
    const journal = yield* Effect.provide(Journal, Memory.layer)
    const cancelled = yield* Deferred.make<void>()
    const draining = yield* Deferred.make<void>()
    const logger = Logger.make(({ message }) => void said.push(String(message)))
    const job = { ...JOB, ...more }
    const fiber = yield* Asking.run(job, {
      answers: { journal, isTakenOver },
      budget: job.budget,
      gate: { enterAlone: say("enter"), leave: say("leave") },
      cancelled,
      draining
    }).pipe(Effect.provide(openRouter.layer), Effect.provide(Logger.replace(Logger.defaultLogger, logger)), Effect.fork)
    return { cancelled, draining, fiber, log, openRouter, said }
  })

const told = (outcome: Option.Option<Outcome>) =>
  Option.getOrUndefined(
    Option.map(outcome, ({ algorithm, file, index, reason, status }) => [
      index,
      status,
      Option.isSome(algorithm),
      Option.isSome(file),
      Option.getOrUndefined(Option.map(reason, (one) => `${one._tag}: ${one.message}`))
    ])
  )

describe("a job", () => {
  it.effect("is asked as it was planned, and ends with its outcome at its own place", () =>
    Effect.gen(function* () {
      const { fiber, log, openRouter } = yield* scene([answers()])
      yield* TestClock.adjust("1 second")
      const outcome = yield* Fiber.join(fiber)
      deepStrictEqual(told(outcome), [4, "ok", true, false, undefined])
      const { promptHash, sample, strategy } = Option.getOrThrow(outcome)
      deepStrictEqual([sample, strategy, promptHash.length], [3, "grid 1/2/3/4", 64])
      deepStrictEqual(
        openRouter.requests.map(({ maxCompletionTokens, messages, model, temperature }) => ({
          maxCompletionTokens,
          messages,
          model,
          temperature
        })),
        [{ maxCompletionTokens: 77, messages: JOB.messages, model: "x/1", temperature: 0.5 }]
      )
      deepStrictEqual(log, ["leave", "leave"])
    })
  )

  it.effect("fails as a run does, with its own retries", () =>
    Effect.gen(function* () {
      const { fiber, openRouter } = yield* scene([fails(new ServerFailed({ status: 503, message: "busy" }))])
      yield* TestClock.adjust("1 minute")
      deepStrictEqual(told(yield* Fiber.join(fiber)), [4, "failed", false, false, "ServerFailed: busy"])
      assert.strictEqual(openRouter.requests.length, 2)
    })
  )

  it.effect("is over at its deadline, and not asked behind it", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(10_000)
      for (const [deadline, requests, lasted] of [
        [10_000, 0, "6 s"],
        [9_000, 0, "5 s"],
        // As it was given to the batch, whatever was left of it here.
        [10_001, 1, "6.001 s"]
      ] as const) {
        const { fiber, openRouter } = yield* scene([never], { deadline, created: 4_000 })
        yield* TestClock.adjust(1)
        const outcome = yield* Fiber.join(fiber)
        deepStrictEqual(told(outcome), [
          4,
          "failed",
          false,
          false,
          `DeadlineExceeded: the run's deadline of ${lasted} has passed`
        ])
        assert.strictEqual(openRouter.requests.length, requests)
        yield* TestClock.setTime(10_000)
      }
    })
  )

  it.effect("fails with what is wrong with it", () =>
    Effect.gen(function* () {
      const { fiber, openRouter } = yield* scene([answers()], { settings: { maxRetries: -1 } })
      yield* TestClock.adjust(1)
      const [, status, , , reason] = told(yield* Fiber.join(fiber)) ?? []
      assert.strictEqual(status, "failed")
      assert.match(String(reason), /^NotAsked: the retries must be a whole number/)
      assert.strictEqual(openRouter.requests.length, 0)
    })
  )

  it.effect("ends with what has arrived when it is cancelled", () =>
    Effect.gen(function* () {
      const { cancelled, fiber } = yield* scene([never])
      yield* TestClock.adjust("1 second")
      assert.isNull(fiber.unsafePoll())
      yield* Deferred.succeed(cancelled, undefined)
      yield* TestClock.adjust("10 seconds")
      const [, status, , , reason] = told(yield* Fiber.join(fiber)) ?? []
      deepStrictEqual([status, String(reason).split(":")[0]], ["failed", "Interrupted"])
    })
  )

  it.effect("checks an answer of a dead worker behind the gate, and leaves the gate in any case", () =>
    Effect.gen(function* () {
      const { fiber, log } = yield* scene([answers()], { isTakenOver: true })
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      deepStrictEqual(log, ["enter", "leave", "leave"])
      const other = yield* scene([never])
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(other.fiber)
      deepStrictEqual(other.log, ["leave", "leave"])
    })
  )

  it.effect("tells the log of what a run would note", () =>
    Effect.gen(function* () {
      const { fiber, said } = yield* scene([answers()], { listed: "x/1:free" })
      yield* TestClock.adjust("1 second")
      deepStrictEqual(told(yield* Fiber.join(fiber))?.[1], "ok")
      deepStrictEqual(said, ["x/1 is not on offer; asking x/1:free"])
    })
  )
})

describe("a worker that is to stop", () => {
  it.effect("hands a job over that waits for its next try, and sends nothing more", () =>
    Effect.gen(function* () {
      const limited = new RateLimited({ status: 429, scope: "model", message: "slow down", hinted: true })
      const { draining, fiber, openRouter } = yield* scene([fails(limited, { retryAt: 60_000 }), answers()])
      yield* TestClock.adjust("1 second")
      assert.isNull(fiber.unsafePoll())
      yield* Deferred.succeed(draining, undefined)
      yield* TestClock.adjust(20)
      deepStrictEqual(told(yield* Fiber.join(fiber)), undefined)
      assert.strictEqual(openRouter.requests.length, 1)
    })
  )

  it.effect("waits for an answer that is on its way, and for its check", () =>
    Effect.gen(function* () {
      const { draining, fiber, openRouter } = yield* scene([after(5_000, answers())])
      yield* TestClock.adjust("1 second")
      yield* Deferred.succeed(draining, undefined)
      yield* TestClock.adjust(3_999)
      assert.isNull(fiber.unsafePoll())
      yield* TestClock.adjust("1 second")
      deepStrictEqual(told(yield* Fiber.join(fiber))?.[1], "ok")
      assert.strictEqual(openRouter.requests.length, 1)
    })
  )

  it.effect("does not begin with a job", () =>
    Effect.gen(function* () {
      const { draining, fiber, openRouter } = yield* scene([answers()])
      yield* Deferred.succeed(draining, undefined)
      yield* TestClock.adjust(40)
      deepStrictEqual(told(yield* Fiber.join(fiber)), undefined)
      assert.strictEqual(openRouter.requests.length, 0)
    })
  )
})

describe("a job that was not asked", () => {
  it("is told with what is known of it", () => {
    const { index, messages } = JOB
    const outcome = Asking.failed(
      { index, messages, request: { model: "x/1", ticker: "AAPL" } },
      new NotAsked({ message: "no" }),
      5
    )
    deepStrictEqual(
      [
        outcome.sample,
        outcome.askedModel,
        outcome.status,
        outcome.retryAt,
        outcome.resumed,
        outcome.durationMs,
        outcome.attempts
      ],
      [1, "x/1", "failed", Option.some(5), false, 0, []]
    )
  })
})
