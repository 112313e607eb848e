/** What is done while a database does not answer. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Logger, Option, Ref, TestClock } from "effect"
import { throughRestart, untilDone } from "../../../src/durable/Asked.js"
import { DatabaseError } from "../../../src/durable/DatabaseError.js"

const failing = (times: number, asked: Ref.Ref<number>) =>
  Effect.flatMap(
    Ref.updateAndGet(asked, (count) => count + 1),
    (count) => (count > times ? Effect.succeed("written") : new DatabaseError({ message: "no connection" }))
  )

describe("what was paid for", () => {
  it.effect("is written as soon as that works, and one sentence says that it does not", () =>
    Effect.gen(function* () {
      const said: Array<unknown> = []
      const logger = Logger.make(({ message }) => void said.push(message))
      const asked = yield* Ref.make(0)
      const fiber = yield* untilDone(failing(50, asked)).pipe(
        Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
        Effect.fork
      )
      yield* TestClock.adjust("99 millis")
      assert.strictEqual(yield* Ref.get(asked), 1)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* Ref.get(asked), 2)
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(yield* Fiber.join(fiber), "written")
      assert.strictEqual(yield* Ref.get(asked), 51)
      assert.deepStrictEqual(said.flat(), ["no connection; trying again until it works"])
    })
  )
})

describe("a question", () => {
  it.effect("is asked again for a minute, at most every 5 s, and then it fails", () =>
    Effect.gen(function* () {
      const asked = yield* Ref.make(0)
      const fiber = yield* Effect.fork(throughRestart(failing(1_000, asked)))
      yield* TestClock.adjust("55 seconds")
      assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
      const before = yield* Ref.get(asked)
      yield* TestClock.adjust("10 seconds")
      const exit = yield* Fiber.await(fiber)
      assert.deepStrictEqual(exit, Exit.fail(new DatabaseError({ message: "no connection" })))
      assert.isAtMost((yield* Ref.get(asked)) - before, 2)
    })
  )
})
