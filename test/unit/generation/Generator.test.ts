/** One model, for callers who need just one. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Fiber, Random, TestClock } from "effect"
import * as Generator from "../../../src/generation/Generator.js"
import { after, answers, api, HOLD, http, never, type Api } from "./doubles.js"

const generate = (openRouter: Api, options: Partial<Generator.Options> = {}) =>
  Generator.generateAlgorithm({ model: "x/1", prompt: "write", ...options }).pipe(
    Effect.provide(openRouter.layer),
    Effect.withRandom(Random.fixed([0.5])),
    Effect.fork
  )

describe("one algorithm", () => {
  it.effect("is the module, the answer it was in, and the attempts it took; the waits are slept", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [http(503), after(100, http(429, { "retry-after": "90" })), answers()] })
      const fiber = yield* generate(openRouter)
      yield* TestClock.adjust(524)
      assert.strictEqual(openRouter.requests.length, 1)
      yield* TestClock.adjust(90_101)
      const { answer, attempts, module } = yield* Fiber.join(fiber)
      assert.strictEqual(module.source, HOLD)
      assert.strictEqual(answer.model, "x/1")
      deepStrictEqual(
        attempts.map(({ cause, waitedMs }) => [cause, waitedMs]),
        [
          ["first", 0],
          ["backoff", 525],
          ["hint", 90_000]
        ]
      )
    })
  )

  it.effect("fails with the reason of the last attempt when the retries are used up", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [http(500), http(502)] })
      const fiber = yield* generate(openRouter, { maxRetries: 1 })
      yield* TestClock.adjust(525)
      const error = yield* Effect.flip(Fiber.join(fiber))
      deepStrictEqual(
        [error._tag, error.model, error.reason._tag, error.message],
        ["GenerationError", "x/1", "ServerFailed", "x/1: HTTP 502"]
      )
    })
  )

  it.effect("is asked for with the prompt and the settings of the call", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [answers()] })
      yield* Fiber.join(yield* generate(openRouter, { maxCompletionTokens: 100, seed: 7, temperature: 0.5 }))
      deepStrictEqual(openRouter.requests, [
        {
          at: 0,
          model: "x/1",
          messages: [{ role: "user", content: "write" }],
          maxCompletionTokens: 100,
          seed: 7,
          temperature: 0.5,
          effort: undefined,
          provider: undefined,
          serviceTier: undefined
        }
      ])
    })
  )

  it.effect("is no more waited for when the caller is interrupted, in an attempt or in a wait", () =>
    Effect.gen(function* () {
      for (const reply of [never, http(503)]) {
        const openRouter = api({ "x/1": [reply] })
        const fiber = yield* generate(openRouter)
        yield* TestClock.adjust(100)
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(openRouter.inFlight().now, 0)
        yield* TestClock.adjust(1_000)
        assert.strictEqual(openRouter.requests.length, 1)
      }
    })
  )
})
