/** A database that hangs, is away, or is full: a typed failure, patience where it is due, and no busy loop. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Ref, TestClock } from "effect"
import * as Asked from "../../../src/durable/Asked.js"
import { DatabaseError } from "../../../src/durable/DatabaseError.js"

const full = Effect.fail({ message: "Failed to execute statement", cause: new Error("No space left on device") })

describe("a statement", () => {
  it.effect("fails after 10 s at a database that hangs, not before", () =>
    Effect.gen(function* () {
      const asking = yield* Effect.fork(Effect.exit(Asked.within(Effect.never)))
      yield* TestClock.adjust("9999 millis")
      assert.isNull(asking.unsafePoll())
      yield* TestClock.adjust(1)
      const failure = yield* Effect.flip(yield* Fiber.join(asking))
      assert.strictEqual(failure.message, "the database has not answered within 10 s")
    })
  )

  it.effect("fails with the reason of the database", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(Asked.within(full))
      assert.strictEqual(failure._tag, "DatabaseError")
      assert.strictEqual(failure.message, "the database failed: No space left on device")
    })
  )
})

describe("what may not be lost", () => {
  it.effect("is tried until it works, ever more slowly, up to every 5 s", () =>
    Effect.gen(function* () {
      const tries = yield* Ref.make(0)
      const isFull = yield* Ref.make(true)
      const write = Ref.update(tries, (n) => n + 1).pipe(
        Effect.zipRight(Ref.get(isFull)),
        Effect.flatMap((full) => (full ? new DatabaseError({ message: "full" }) : Effect.succeed("kept")))
      )
      const writing = yield* Effect.fork(Asked.untilDone(write))
      yield* TestClock.adjust("1 minute")
      const inFirst = yield* Ref.get(tries)
      yield* TestClock.adjust("10 minutes")
      const inTen = (yield* Ref.get(tries)) - inFirst
      assert.isAtMost(inFirst, 20)
      assert.isAtLeast(inTen, 119)
      assert.isAtMost(inTen, 121)
      yield* Ref.set(isFull, false)
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(yield* Fiber.join(writing), "kept")
    })
  )
})

describe("what may be asked again later", () => {
  it.effect("is given up after a minute, with the failure", () =>
    Effect.gen(function* () {
      const asking = yield* Effect.fork(
        Effect.exit(Asked.throughRestart(Effect.fail(new DatabaseError({ message: "away" }))))
      )
      yield* TestClock.adjust("50 seconds")
      assert.isNull(asking.unsafePoll())
      yield* TestClock.adjust("20 seconds")
      assert.isTrue(Exit.isFailure(yield* Fiber.join(asking)))
    })
  )
})
