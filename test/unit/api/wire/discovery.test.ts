import { it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Either, Fiber, TestClock } from "effect"
import { describe } from "vitest"
import * as Catalog from "../../../../src/api/Catalog.js"
import {
  AccountRefused,
  ConnectionFailed,
  GenerationError,
  MalformedAnswer,
  type Reason,
  Rejected,
  ServerFailed,
  TimedOut
} from "../../../../src/domain/GenerationError.js"
import { completion, json, KEY, line, network, openRouter, settle, SSE } from "./network.js"

const listed = (id: string) => json({ data: [{ id }] })

const idsOf = Effect.map((models: ReadonlyArray<Catalog.ModelInfo>) => models.map(({ id }) => id))

/** What is known, without what is not. */
const known = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

const failed = (path: string, reason: Reason) => Either.left(new GenerationError({ model: `GET ${path}`, reason }))

describe("the list of models", () => {
  it.effect("is asked for with the key, and used for 60 s", () =>
    Effect.gen(function* () {
      const { client, sent } = network((_, nth) => listed(`model ${nth}`))
      const { models } = yield* openRouter(client)
      deepStrictEqual(yield* idsOf(models), ["model 1"])
      strictEqual(`${sent[0]?.method} ${sent[0]?.url}`, "GET https://openrouter.ai/api/v1/models")
      strictEqual(sent[0]?.headers["authorization"], `Bearer ${KEY}`)
      yield* TestClock.adjust(59_999)
      deepStrictEqual(yield* idsOf(models), ["model 1"])
      strictEqual(sent.length, 1)
      yield* TestClock.adjust(1)
      deepStrictEqual(yield* idsOf(models), ["model 2"])
      deepStrictEqual(yield* idsOf(models), ["model 2"])
      strictEqual(sent.length, 2)
    })
  )

  it.effect("is asked for once by all who want it at the same time", () =>
    Effect.gen(function* () {
      const { client, sent } = network((_, nth) => Effect.delay(Effect.succeed(listed(`model ${nth}`)), "1 second"))
      const { models } = yield* openRouter(client)
      const fiber = yield* Effect.fork(
        Effect.all([idsOf(models), idsOf(models), idsOf(models)], { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("1 second")
      deepStrictEqual(yield* Fiber.join(fiber), [["model 1"], ["model 1"], ["model 1"]])
      strictEqual(sent.length, 1)
    })
  )

  it.effect("is asked for again after a failure, and after somebody who wanted it has left", () =>
    Effect.gen(function* () {
      const { client, sent } = network((_, nth) =>
        nth === 1 ? json({ error: { code: 503, message: "said" } }, 503) : nth === 2 ? Effect.never : listed("a")
      )
      const { models } = yield* openRouter(client)
      deepStrictEqual(
        yield* Effect.either(models),
        failed("/models", new ServerFailed({ status: 503, message: "said" }))
      )
      const fiber = yield* Effect.fork(models)
      yield* settle
      yield* Fiber.interrupt(fiber)
      assertTrue(sent[1]?.closed() ?? false)
      deepStrictEqual(yield* idsOf(models), ["a"])
      strictEqual(sent.length, 3)
    })
  )

  it.effect("may take 10 s", () =>
    Effect.gen(function* () {
      const server = line({ headers: { "content-type": "application/json" } })
      const { client, sent } = network(() => server.response)
      const fiber = yield* Effect.fork(Effect.either((yield* openRouter(client)).models))
      yield* settle
      yield* server.say(" ")
      yield* TestClock.adjust(9_999)
      yield* settle
      assertTrue(!(sent[0]?.closed() ?? true))
      yield* TestClock.adjust(1)
      deepStrictEqual(yield* Fiber.join(fiber), failed("/models", new TimedOut({ clock: "attempt", limitMs: 10_000 })))
      assertTrue(sent[0]?.closed() ?? false)
    })
  )

  it.effect("does not know the limits of answers: their first token, their silence, their size", () =>
    Effect.gen(function* () {
      const { client } = network(() => Effect.delay(Effect.succeed(listed("a")), "9 seconds"))
      const { models } = yield* openRouter(client, {
        firstTokenTimeout: "1 second",
        silenceTimeout: "1 second",
        maxAnswerBytes: 10
      })
      const fiber = yield* Effect.fork(idsOf(models))
      yield* TestClock.adjust("9 seconds")
      deepStrictEqual(yield* Fiber.join(fiber), ["a"])
    })
  )

  it.effect("fails with the reason of whatever came instead", () =>
    Effect.gen(function* () {
      const unexpected = new MalformedAnswer({ message: "the answer is not in the format of this API" })
      for (const [response, reason] of [
        [
          () => json({ error: { code: 401, message: "No auth" } }, 401),
          new AccountRefused({ status: 401, detail: "No auth" })
        ],
        [
          () => json({ error: "Unexpected endpoint" }),
          new Rejected({ status: 200, message: "Unexpected endpoint", fallbackModels: [] })
        ],
        [() => new Response("<html>hi</html>"), new MalformedAnswer({ message: "the answer is not JSON: hi" })],
        [() => new Response(""), unexpected],
        [() => json({}), unexpected],
        [() => json({ data: {} }), unexpected],
        [() => json({ data: [] }, 203), unexpected],
        [() => json(completion({ content: "x = 1" })), unexpected],
        [
          () => new Response('data: {"data":[]}\n\n', { headers: SSE }),
          new ConnectionFailed({ message: "the stream ended before the answer was complete" })
        ]
      ] as const) {
        const { client } = network(response)
        deepStrictEqual(yield* Effect.either((yield* openRouter(client)).models), failed("/models", reason))
      }
    })
  )
})

describe("what is known of the key", () => {
  it.effect("is asked for each time", () =>
    Effect.gen(function* () {
      const { client, sent } = network(() =>
        json({
          data: { label: "sk-or-v1-5f0...d40", limit: 10, limit_remaining: 1.5, usage: 8.5, is_free_tier: false }
        })
      )
      const { key } = yield* openRouter(client)
      const told = { label: "sk-or-v1-5f0...d40", limitRemaining: 1.5, isFreeTier: false }
      deepStrictEqual([yield* key, yield* key], [told, told])
      deepStrictEqual(
        sent.map(({ method, url }) => `${method} ${url}`),
        ["GET https://openrouter.ai/api/v1/key", "GET https://openrouter.ai/api/v1/key"]
      )
    })
  )

  it.effect("fails where a server has no such thing", () =>
    Effect.gen(function* () {
      const { client } = network(() => new Response("404 page not found", { status: 404 }))
      deepStrictEqual(
        yield* Effect.either((yield* openRouter(client)).key),
        failed("/key", new Rejected({ status: 404, message: "404 page not found", fallbackModels: [] }))
      )
    })
  )

  it("is what has been said of it", () => {
    deepStrictEqual(known(Catalog.decodeKey({ data: { limit: null, limit_remaining: null, is_free_tier: "yes" } })), {})
    deepStrictEqual(known(Catalog.decodeKey({ data: {} })), {})
    for (const other of [undefined, null, {}, { data: null }, { data: [] }, { data: "a" }]) {
      strictEqual(Catalog.decodeKey(other), undefined)
    }
  })
})
