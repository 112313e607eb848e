/** A worker whose database is away: what it has got is not lost, and nothing is paid for that could not be recorded. */
import { assert, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Deferred, Effect, Logger, Option, TestClock } from "effect"
import * as Answers from "../../../src/durable/Answers.js"
import * as Asking from "../../../src/durable/Asking.js"
import type * as Job from "../../../src/durable/Job.js"
import * as Tables from "../../../src/durable/Tables.js"
import { answers, api } from "../generation/doubles.js"
import { bare } from "./databases.js"

const JOB: Job.Job = {
  batch: "b",
  index: 0,
  attempt: 1,
  isWhole: true,
  request: { model: "x/1", ticker: "AAPL", sample: 1 },
  settings: { maxRetries: 0, repairs: 1 },
  messages: [{ role: "user", content: "ask" }],
  deadline: undefined,
  budget: undefined,
  created: 0,
  tries: 0,
  suspected: false,
  cancelled: false
}

/** The database answers in real time. */
const pass = (seconds: number) =>
  Effect.promise(() => new Promise((resolve) => setImmediate(resolve))).pipe(
    Effect.zipRight(TestClock.adjust("500 millis")),
    Effect.repeatN(seconds * 2 - 1)
  )

it.effect("asks once, checks nothing, and goes on when the database is back", () =>
  Effect.gen(function* () {
    const said: Array<string> = []
    let entered = 0
    const openRouter = api({ "x/1": [answers({ text: "```python\ndef nothing():\n    pass\n```" }), answers()] })
    const enter = Effect.sync(() => {
      entered += 1
    })
    const fiber = yield* Effect.gen(function* () {
      const kept = yield* Answers.make(JOB, true, { enter, leave: Effect.void })
      return yield* Asking.run(JOB, {
        answers: kept,
        budget: undefined,
        gate: { enterAlone: Effect.void, leave: Effect.void },
        cancelled: yield* Deferred.make<void>(),
        draining: yield* Deferred.make<void>()
      })
    }).pipe(
      Effect.provide(openRouter.layer),
      Effect.provide(
        Logger.replace(
          Logger.defaultLogger,
          Logger.make(({ message }) => void said.push(String(message)))
        )
      ),
      Effect.fork
    )
    yield* pass(180)
    deepStrictEqual(
      openRouter.requests.map(({ at }) => at),
      [0]
    )
    assert.strictEqual(entered, 0)
    assert.isNull(fiber.unsafePoll())
    assert.match(said.join("\n"), /^the database failed: .*; trying again until it works$/)

    yield* Tables.make
    yield* pass(10)
    const { status } = Option.getOrThrow(yield* fiber)
    assert.strictEqual(status, "ok")
    assert.lengthOf(openRouter.requests, 2)
    assert.strictEqual(entered, 2)
  }).pipe(Effect.provide(bare))
)
