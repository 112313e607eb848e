/** A 429 and its retry in a test of your own: no network, and no waiting, since the clock is the test's. */
import { assert, it } from "@effect/vitest"
import { Answer, Generation, GenerationError, MemoryStore, OpenRouter } from "algogen"
import { Effect, Fiber, Layer, TestClock } from "effect"

const SOURCE = 'def execute_trade(ticker, cash_balance, shares_held):\n    return "HOLD"\n'

const tooMany = new GenerationError.GenerationError({
  model: "a/b",
  reason: new GenerationError.RateLimited({ status: 429, scope: "model", message: "slow down", hinted: true }),
  retryAt: 30_000 // The test's clock starts at 0.
})

it.effect("asks again when the server said, and not earlier", () =>
  Effect.gen(function* () {
    let requests = 0
    const api = Layer.mock(OpenRouter.OpenRouter, {
      baseUrl: "http://localhost/v1",
      identity: "test",
      models: Effect.succeed([{ id: "a/b" }]),
      complete: ({ model }) =>
        Effect.suspend(() => {
          requests += 1
          return requests === 1 ? tooMany : Effect.succeed(new Answer.Answer({ model, text: SOURCE }))
        })
    })
    const run = yield* Generation.generateAlgorithms({ models: ["a/b"], ticker: "TSLA" }).pipe(
      Effect.provide([api, MemoryStore.layer]),
      Effect.fork
    )
    yield* TestClock.adjust("29999 millis")
    assert.strictEqual(requests, 1)
    yield* TestClock.adjust("1 millis")
    assert.strictEqual(requests, 2)
    const { outcomes } = yield* Fiber.join(run)
    assert.deepStrictEqual(
      outcomes[0]?.attempts.map(({ cause, outcome }) => [cause, outcome]),
      [
        ["first", "RateLimited"],
        ["hint", "ok"]
      ]
    )
  })
)
