/** What the process waits for before it ends. */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, TestClock } from "effect"
import * as Afterwork from "../../../src/cli/Afterwork.js"

describe("work that nobody waits for but the process", () => {
  it.effect("is waited for, also where it fails, and where the command was interrupted", () =>
    Effect.gen(function* () {
      for (const ending of [Effect.void, Effect.die("no")]) {
        const gate = yield* Deferred.make<void>()
        yield* Afterwork.fork(Effect.zipRight(Deferred.await(gate), ending))
        const main = yield* Effect.fork(Effect.ensuring(Effect.never, Afterwork.done))
        yield* Effect.yieldNow()
        yield* Fiber.interruptFork(main)
        yield* TestClock.adjust(500)
        assert.isNull(main.unsafePoll())
        yield* Deferred.succeed(gate, undefined)
        assert.isTrue(Exit.isInterrupted(yield* Fiber.await(main)))
      }
      yield* Afterwork.done
    })
  )

  it.effect("is left where it takes longer than a second", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      yield* Afterwork.fork(Deferred.await(gate))
      const waiting = yield* Effect.fork(Effect.ensuring(Effect.void, Afterwork.done))
      yield* TestClock.adjust(999)
      assert.isNull(waiting.unsafePoll())
      yield* TestClock.adjust(1)
      assert.isTrue(Exit.isSuccess(yield* Fiber.await(waiting)))
      yield* Deferred.succeed(gate, undefined)
    })
  )
})
