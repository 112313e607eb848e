/** A run that is interrupted ends early, and is waited for until it has saved what is finished. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Fiber, TestClock } from "effect"
import { finishing } from "../../../../src/cli/generate/Finishing.js"

describe("a run that is interrupted", () => {
  it.effect("is told to stop, goes on until it has, and is waited for", () =>
    Effect.gen(function* () {
      const said: Array<string> = []
      const say = (word: string) => Effect.sync(() => void said.push(word))
      const run = (stopWhen: Effect.Effect<void>) =>
        say("begun").pipe(
          Effect.zipRight(stopWhen),
          Effect.zipRight(say("stopping")),
          Effect.zipRight(Effect.sleep("2 seconds")),
          Effect.zipRight(say("saved"))
        )
      const fiber = yield* Effect.fork(finishing(run))
      yield* TestClock.adjust("1 hour")
      deepStrictEqual(said, ["begun"])
      const ending = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust("1999 millis")
      deepStrictEqual([said, ending.unsafePoll()], [["begun", "stopping"], null])
      yield* TestClock.adjust("1 millis")
      yield* Fiber.join(ending)
      deepStrictEqual(said, ["begun", "stopping", "saved"])
    })
  )

  it.effect("returns what the run returns", () =>
    Effect.gen(function* () {
      strictEqual(yield* finishing(() => Effect.succeed(7)), 7)
      strictEqual(yield* Effect.flip(finishing(() => Effect.fail("no"))), "no")
    })
  )
})
