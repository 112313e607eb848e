/** Servers that load a model first, and those that compute one answer at a time. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import type * as Names from "../../../src/simulator/Names.js"
import * as Profiles from "../../../src/simulator/Profiles.js"
import { played } from "./profiles.js"
import * as RawClient from "./RawClient.js"

describe("loading", () => {
  it.live("llama.cpp says 503 while it loads, Ollama keeps its first client waiting", () =>
    Effect.gen(function* () {
      const slow = { latencyScale: 0.2, latency: () => 0 }
      yield* played(
        "llamacpp",
        (server) =>
          Effect.gen(function* () {
            assert.strictEqual((yield* server.get("/models")).status, 503)
            const early = yield* server.ask("any")
            assert.strictEqual(early.status, 503)
            assert.include(early.text, "Loading model")
            yield* Effect.sleep(320)
            assert.strictEqual((yield* server.ask("any")).status, 200)
          }),
        slow
      )
      yield* played(
        "ollama",
        (server) =>
          Effect.gen(function* () {
            const first = yield* server.ask("llama3.2")
            const second = yield* server.ask("llama3.2")
            assert.isAtLeast(first.millis, 295)
            assert.isBelow(second.millis, 295)
          }),
        slow
      )
    })
  )
})

describe("one at a time", () => {
  const waiting = { latency: () => 150 }

  for (const profile of ["ollama", "llamacpp"] as const) {
    it.live(`${profile} computes one answer after the other, and says nothing meanwhile`, () =>
      played(
        profile,
        (server) =>
          Effect.gen(function* () {
            const raws = yield* Effect.forEach([1, 2, 3], () => server.ask(Profiles.table[profile].typed), {
              concurrency: "unbounded"
            })
            const times = raws.map(({ millis }) => millis).sort((left, right) => left - right)
            // Side by side all of them would take 150 ms; a busy machine only makes them later.
            times.forEach((millis, index) => assert.isAtLeast(millis, 150 * (index + 1) - 5, times.join()))
          }),
        waiting
      )
    )
  }

  /** A client that gives up in the middle of its answer, and how long the next one takes from then on. */
  const after = (profile: Names.Profile) =>
    played(
      profile,
      (server) =>
        Effect.gen(function* () {
          const { port } = server
          const body = { model: Profiles.table[profile].typed, messages: [] }
          const path = server.path("/chat/completions")
          const impatient = yield* Effect.fork(
            Effect.promise(() => RawClient.send(port, { path, body, patience: 100 }))
          )
          yield* Effect.sleep(20)
          const next = yield* server.ask(Profiles.table[profile].typed)
          assert.strictEqual((yield* Fiber.join(impatient)).ending, "open")
          assert.strictEqual((yield* server.stats).aborted, 1)
          return next.millis
        }),
      { latency: () => 400 }
    )

  it.live("an answer that nobody waits for frees Ollama's seat, and is computed to its end by llama.cpp", () =>
    Effect.gen(function* () {
      const freed = yield* after("ollama")
      const held = yield* after("llamacpp")
      // Its own 400 ms after the 100 ms of the other's patience, or after the other's 400.
      assert.isAtLeast(freed, 395)
      assert.isAtLeast(held, 700)
      assert.isAbove(held - freed, 100)
    })
  )
})
