/**
 * What the doctor finds, as it was read and found right: what stands in `test/golden/command/doctor.txt`. Where it is meant to
 * change, `npx vitest run --project unit test/unit/cli/commands/Doctor.test.ts -u` writes it anew.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, TestClock } from "effect"
import { expect } from "vitest"
import type * as Commands from "../../../../src/cli/Commands.js"
import * as Doctor from "../../../../src/cli/commands/Doctor.js"
import { settle } from "../../api/wire/network.js"
import { pages, said, type World } from "./said.js"

const flags: Commands.Doctor = {
  maxCompletionTokens: undefined,
  temperature: undefined,
  effort: undefined,
  system: undefined,
  provider: undefined,
  serviceTier: undefined,
  allowPaid: false,
  models: [],
  requestTimeout: Duration.seconds(60),
  baseUrl: undefined,
  apiKeyEnv: undefined,
  simulate: false,
  stream: false,
  config: undefined,
  json: false,
  verbose: false
}

const KEY = { OPENROUTER_API_KEY: "sk-or-v1-5f0c2b7be4a94d0e8d1c3a6f7b2e9d40" }
const OWN = "http://own.test/v1"

const listOf = (...ids: ReadonlyArray<string>) =>
  [200, { data: ids.map((id) => ({ id, pricing: { prompt: "0", completion: "0" }, context_length: 4096 })) }] as const

const answerOf = (text: string) =>
  [200, { id: "gen-1", model: "a/b", choices: [{ message: { content: text }, finish_reason: "stop" }] }] as const

const refusal = (status: number, message: string) => [status, { error: { message, code: status } }] as const

const HOME = {
  "GET /api/v1/key": [200, { data: { limit: null, limit_remaining: null } }],
  "GET /api/v1/models": listOf("a/b", "c/d"),
  "POST /api/v1/chat/completions": answerOf("OK")
} as const

const OTHER = {
  "GET /v1/models": listOf("a/b"),
  "POST /v1/chat/completions": answerOf("OK")
} as const

const asked = (...ids: ReadonlyArray<string>) => ({ models: ids.map((model) => ({ model })) })

const cases: ReadonlyArray<readonly [title: string, flags: Partial<Commands.Doctor>, world: World]> = [
  ["neither a key nor a server", {}, {}],
  ["all is well", asked("a/b"), { env: KEY, server: HOME }],
  ["all is well, as a document", { ...asked("a/b"), json: true }, { env: KEY, server: HOME }],
  ["neither a key nor a server, as a document", { json: true }, {}],
  ["a wrong setting, as a document", { json: true, baseUrl: "x" }, {}],
  ["settings of a file", { ...asked("a/b"), config: "algogen.json" }, { env: KEY, server: HOME }],
  ["no model is named", {}, { env: KEY, server: HOME }],
  [
    "the parameters of a run",
    {
      ...asked("a/b"),
      maxCompletionTokens: 50,
      temperature: 0.5,
      effort: "low",
      system: "Be brief.",
      serviceTier: "flex"
    },
    { env: KEY, server: HOME }
  ],
  [
    "the parameters of a model",
    {
      maxCompletionTokens: 50,
      temperature: 0.5,
      effort: "low",
      serviceTier: "flex",
      models: [{ model: "a/b", maxCompletionTokens: 60, temperature: 1, effort: "high", serviceTier: "priority" }]
    },
    { env: KEY, server: HOME }
  ],
  ...[12.5, 0.004, 0, -1].map((left) => {
    const key = [200, { data: { limit: 20, limit_remaining: left } }] as const
    return [
      `$${left} of the key's limit`,
      asked("a/b"),
      { env: KEY, server: { ...HOME, "GET /api/v1/key": key } }
    ] as const
  }),
  [
    "the key is refused",
    asked("a/b"),
    { env: KEY, server: { ...HOME, "GET /api/v1/key": refusal(401, "User not found.") } }
  ],
  ["the key is not known", asked("a/b"), { env: KEY, server: { ...HOME, "GET /api/v1/key": refusal(500, "down") } }],
  ["no list", asked("a/b"), { env: KEY, server: { ...HOME, "GET /api/v1/models": refusal(503, "busy") } }],
  ["an empty list", asked("a/b"), { env: KEY, server: { ...HOME, "GET /api/v1/models": listOf() } }],
  ["a model that is not on offer", asked("a/x"), { env: KEY, server: HOME }],
  ["models that are not on offer", asked("a/x", "y/z", "c/d"), { env: KEY, server: HOME }],
  [
    "an empty answer",
    asked("a/b"),
    { env: KEY, server: { ...HOME, "POST /api/v1/chat/completions": answerOf(" \n") } }
  ],
  [
    "a refused request",
    asked("a/b"),
    { env: KEY, server: { ...HOME, "POST /api/v1/chat/completions": refusal(400, "no") } }
  ],
  [
    "a server that is down",
    asked("a/b"),
    { env: KEY, server: { ...HOME, "POST /api/v1/chat/completions": refusal(503, "busy") } }
  ],
  ["a server of one's own", { ...asked("a/b"), baseUrl: OWN }, { server: OTHER }],
  [
    "a server of one's own, with a key",
    { ...asked("a/b"), baseUrl: OWN },
    { env: { ALGOGEN_API_KEY: "1k" }, server: OTHER }
  ],
  [
    "a server of one's own that knows keys",
    { ...asked("a/b"), baseUrl: OWN },
    { server: { ...OTHER, "GET /v1/key": [200, { data: { limit_remaining: null } }] } }
  ],
  [
    "a server of one's own that wants a key",
    { ...asked("a/b"), baseUrl: OWN },
    { server: { "GET /v1/key": refusal(401, "no key"), "GET /v1/models": refusal(401, "no key") } }
  ],
  [
    "a server of one's own that wants a key, and is not given OpenRouter's",
    { ...asked("a/b"), baseUrl: OWN },
    { env: KEY, server: { "GET /v1/key": refusal(401, "no key"), "GET /v1/models": refusal(401, "no key") } }
  ],
  ["a model that the own server does not list", { ...asked("a/x", "other"), baseUrl: OWN }, { server: OTHER }],
  ["no model for the own server", { baseUrl: OWN }, { server: OTHER }],
  ["a server that nobody reaches", { ...asked("a/b"), baseUrl: OWN }, { isDown: true }],
  ["OpenRouter that nobody reaches", { ...asked("a/b"), json: true }, { env: KEY, isDown: true }],
  ["a server without anything", { ...asked("a/b"), baseUrl: OWN }, {}],
  [
    "an environment that names the server",
    asked("a/b"),
    { env: { OPENROUTER_BASE_URL: "http://own.test/v1" }, server: OTHER }
  ]
]

describe("the doctor", () => {
  it.effect("finds what it found", () =>
    Effect.gen(function* () {
      const text = yield* pages(
        cases.map(([title, given, world]) => [title, said(Doctor.diagnose({ ...flags, ...given }), world)] as const)
      )
      yield* Effect.promise(() => expect(text).toMatchFileSnapshot("../../../golden/command/doctor.txt"))
    })
  )

  it.effect("waits for an answer as long as a run would", () =>
    Effect.gen(function* () {
      const requestTimeout = Duration.seconds(7)
      const world = { env: KEY, server: HOME, silent: "POST /api/v1/chat/completions" }
      const waiting = yield* Effect.fork(said(Doctor.diagnose({ ...flags, ...asked("a/b"), requestTimeout }), world))
      yield* settle
      yield* TestClock.adjust("6999 millis")
      yield* settle
      assert.isNull(waiting.unsafePoll())
      yield* TestClock.adjust("1 millis")
      assert.include(
        yield* waiting,
        "✗ a small request to a/b failed: no complete answer within 7 s\n" +
          "    the server is slow: it may be loading the model, or working on one answer at a time. "
      )
    })
  )
})
