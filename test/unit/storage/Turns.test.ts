import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Array, Deferred, Effect, Exit, Fiber } from "effect"
import * as Turns from "../../../src/storage/Turns.js"

describe("turns", () => {
  it.effect("come one after the other in the order of the calls, whatever became of those before", () =>
    Effect.gen(function* () {
      const turns = Turns.make()
      const order: Array<string> = []
      const first = yield* Deferred.make<void>()
      const say = (word: string) => Effect.sync(() => order.push(word))
      const slow = yield* Effect.fork(turns.inTurn(Effect.zipRight(Deferred.await(first), say("slow"))))
      const failing = yield* Effect.fork(turns.thenInTurn(Effect.fail("no"), () => say("never")))
      const dying = yield* Effect.fork(turns.inTurn(Effect.zipRight(say("dying"), Effect.die("dead"))))
      const staged = yield* Effect.fork(turns.thenInTurn(say("staged"), () => say("placed")))
      yield* Effect.yieldNow()
      deepStrictEqual(order, ["staged"])
      yield* Deferred.succeed(first, undefined)
      yield* Fiber.join(slow)
      deepStrictEqual(yield* Fiber.await(failing), Exit.fail("no"))
      assert.isTrue(Exit.isFailure(yield* Fiber.await(dying)))
      yield* Fiber.join(staged)
      deepStrictEqual(order, ["staged", "slow", "dying", "placed"])
    })
  )

  it.effect("are waited for by an interruption, so that nobody overtakes", () =>
    Effect.gen(function* () {
      const turns = Turns.make()
      const order: Array<number> = []
      const gate = yield* Deferred.make<void>()
      const work = (n: number) =>
        turns.inTurn(
          Effect.zipRight(
            Deferred.await(gate),
            Effect.sync(() => order.push(n))
          )
        )
      const fibers = yield* Effect.forEach([1, 2, 3], (n) => Effect.fork(work(n)))
      yield* Effect.yieldNow()
      const [, second] = fibers
      if (second !== undefined) yield* Fiber.interruptFork(second)
      yield* Deferred.succeed(gate, undefined)
      yield* Effect.forEach(fibers, Fiber.await)
      deepStrictEqual(order, [1, 2, 3])
    })
  )

  it.effect("cost no more where many wait", () =>
    Effect.gen(function* () {
      const turns = Turns.make()
      let done = 0
      const one = turns.inTurn(
        Effect.zipRight(
          Effect.yieldNow(),
          Effect.sync(() => (done += 1))
        )
      )
      // With Effect.makeSemaphore(1) these take minutes.
      yield* Effect.forEach(
        Array.makeBy(4_000, () => one),
        (turn) => turn,
        { concurrency: "unbounded", discard: true }
      )
      assert.strictEqual(done, 4_000)
    })
  )
})
