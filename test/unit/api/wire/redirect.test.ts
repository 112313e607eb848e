import { it } from "@effect/vitest"
import { assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Redacted } from "effect"
import { describe } from "vitest"
import type * as OpenRouter from "../../../../src/api/OpenRouter.js"
import { completion, json, KEY, network, openRouter } from "./network.js"

const request: OpenRouter.ChatRequest = { model: "m", messages: [] }

const redirect = (status: number, location: string) => new Response("moved", { status, headers: { location } })

const BASE = "http://api.example:8080/v1"

/** The first answer sends on, to whatever follows there is an answer. */
const sendOn = (status: number, location: string, baseUrl = BASE) =>
  Effect.gen(function* () {
    const { client, sent } = network((_, nth) =>
      nth === 1 ? redirect(status, location) : json(completion({ content: "x = 1" }))
    )
    const service = yield* openRouter(client, { apiKey: Redacted.make(KEY), baseUrl })
    return { outcome: yield* Effect.either(service.complete(request)), sent }
  })

describe("a redirect that is followed", () => {
  for (const [status, location, url, baseUrl] of [
    [307, "/v2/chat/completions", "http://api.example:8080/v2/chat/completions", BASE],
    [308, "http://api.example:8080/v2/", "http://api.example:8080/v2/", BASE],
    [308, "https://api.example/v1/chat/completions", "https://api.example/v1/chat/completions", BASE],
    [
      307,
      "https://api.example/v1/chat/completions",
      "https://api.example/v1/chat/completions",
      "http://api.example/v1"
    ],
    [307, "?a=1", "http://api.example:8080/v1/chat/completions?a=1", BASE]
  ] as const) {
    it.effect(`${status} from ${baseUrl} to ${location}: with method, body and key`, () =>
      Effect.gen(function* () {
        const { outcome, sent } = yield* sendOn(status, location, baseUrl)
        assertTrue(outcome._tag === "Right")
        strictEqual(sent.length, 2)
        const [first, second] = sent
        strictEqual(second?.url, url)
        strictEqual(second?.method, "POST")
        strictEqual(second?.body, first?.body)
        strictEqual(second?.headers["authorization"], `Bearer ${KEY}`)
      })
    )
  }
})

describe("a redirect that is not followed", () => {
  for (const [status, location] of [
    [301, "http://api.example:8080/v2/"],
    [302, "/login"],
    [303, "/v2/chat/completions"],
    [307, "http://other.example:8080/v1/chat/completions"],
    [307, "https://other.example/v1/chat/completions"],
    [308, "http://api.example:9090/v1/chat/completions"],
    [308, "https://api.example:9443/v1/chat/completions"],
    [308, "https://sub.api.example/v1/chat/completions"],
    [307, "https://user:word@api.example/v1"],
    [307, "ftp://api.example/v1"]
  ] as const) {
    it.effect(`${status} to ${location}: nothing is sent there, and the target is named`, () =>
      Effect.gen(function* () {
        const { outcome, sent } = yield* sendOn(status, location)
        strictEqual(sent.length, 1)
        assertTrue(outcome._tag === "Left" && outcome.left.reason._tag === "Rejected")
        assertTrue(outcome._tag === "Left" && outcome.left.message.includes(location))
      })
    )
  }

  it.effect("back from https to http", () =>
    Effect.gen(function* () {
      const { sent } = yield* sendOn(307, "http://api.example/v1/chat/completions", "https://api.example/v1")
      strictEqual(sent.length, 1)
    })
  )

  it.effect("one that goes round in a circle is followed five times", () =>
    Effect.gen(function* () {
      const { client, sent } = network(() => redirect(307, "/v1/chat/completions"))
      const error = yield* Effect.flip((yield* openRouter(client, { baseUrl: BASE })).complete(request))
      deepStrictEqual([sent.length, error.reason._tag], [6, "Rejected"])
    })
  )
})
