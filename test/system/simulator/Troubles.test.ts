/** What goes wrong with each server, in its own words, places and statuses. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Behavior from "../../../src/simulator/Behavior.js"
import * as Names from "../../../src/simulator/Names.js"
import * as Profiles from "../../../src/simulator/Profiles.js"
import * as Simulator from "../../../src/simulator/Simulator.js"
import { chunks, content, json, played, PROGRAM } from "./profiles.js"
import * as RawClient from "./RawClient.js"

type Raw = RawClient.Raw
type Check = (raw: Raw, stream: boolean) => void

/** Status, words of the body, and headers. */
const says =
  (status: number, words: ReadonlyArray<RegExp>, headers: Readonly<Record<string, string>> = {}): Check =>
  (raw) => {
    assert.strictEqual(raw.status, status)
    for (const word of words) assert.match(raw.text, word)
    for (const [name, value] of Object.entries(headers)) assert.strictEqual(raw.headers.get(name), value, name)
  }

/** How an answer ended that is not a whole one. */
const ends =
  (finish: string | null): Check =>
  (raw, stream) => {
    assert.strictEqual(raw.status, 200)
    const reasons = stream
      ? chunks(raw).flatMap(({ choices }) => choices.map((choice: { finish_reason: unknown }) => choice.finish_reason))
      : [json(raw).choices[0].finish_reason]
    assert.include(reasons, finish)
  }

const whole: Check = (raw, stream) =>
  assert.include(stream ? content(raw) : json(raw).choices[0].message.content, PROGRAM)

const checks: Readonly<Record<string, Check>> = {
  "openrouter-dated": (raw, stream) => {
    whole(raw, stream)
    assert.match(stream ? chunks(raw)[0].model : json(raw).model, /-20260416$/)
  },
  "openrouter-afford": says(402, [/You requested up to \d+ tokens, but can only afford 2048/]),
  "openrouter-byok": says(402, [/"is_byok":true/, /Insufficient balance/]),
  "openai-rate": says(429, [/Please try again in 20ms\./, /"code":"rate_limit_exceeded"/], {
    "x-ratelimit-remaining-requests": "0",
    "x-ratelimit-reset-requests": "20ms",
    "x-ratelimit-remaining-tokens": "29400",
    "x-ratelimit-reset-tokens": "6m0s"
  }),
  "openai-quota": says(429, [/"code":"insufficient_quota"/]),
  "openai-server": says(500, [/had an error while processing/]),
  "azure-rate": says(429, [/"code":"429"/, /retry after 1 seconds/], { "retry-after": "1", "retry-after-ms": "1000" }),
  "azure-missing": says(404, [/"code":"DeploymentNotFound"/]),
  "azure-filter": says(400, [/"code":"content_filter"/, /ResponsibleAIPolicyViolation/]),
  "azure-filter-answer": ends("content_filter"),
  "gemini-minute": says(429, [/^\[\{"error"/, /"quotaId":"[A-Za-z]*PerMinute/, /"retryDelay":"1s"/]),
  "gemini-daily": says(429, [/"quotaId":"[A-Za-z]*PerDay/, /"retryDelay":"1s"/]),
  "gemini-overloaded": says(503, [/^\[\{"error"/, /"status":"UNAVAILABLE"/]),
  "gemini-key": says(400, [/"reason":"API_KEY_INVALID"/]),
  "gemini-filter": ends("content_filter: PROHIBITED_CONTENT"),
  "mistral-rate": says(429, [/"type":"rate_limited"/, /"raw_status_code":429/]),
  "mistral-capacity": says(429, [/"code":"3505"/]),
  "mistral-gateway": says(429, [/^\{"message":"Requests rate limit exceeded"\}$/]),
  "mistral-length": ends("model_length"),
  "groq-rate": says(429, [/Please try again in 1s\./, /"type":"tokens"/], {
    "retry-after": "1",
    "x-ratelimit-remaining-requests": "14370",
    "x-ratelimit-reset-requests": "2m59.56s",
    "x-ratelimit-remaining-tokens": "0",
    "x-ratelimit-reset-tokens": "1s"
  }),
  "groq-too-large": says(413, [/Request too large/, /"code":"rate_limit_exceeded"/]),
  "groq-capacity": says(498, [/"code":"capacity_exceeded"/]),
  "minimax-rate": says(200, [/"choices":null/, /"base_resp":\{"status_code":1002/]),
  "minimax-key": says(200, [/"status_code":1004/]),
  "minimax-balance": says(200, [/"status_code":1008/]),
  "minimax-sensitive": says(200, [/"output_sensitive":true/, /"status_code":1027/]),
  "litellm-denied": says(401, [/"type":"key_model_access_denied"/, /"code":"401"/]),
  "litellm-deployment": says(401, [/litellm\.AuthenticationError/, /Received Model Group=/]),
  "litellm-cooldown": says(429, [/Try again in 1 seconds/]),
  "litellm-headers": (raw, stream) => {
    whole(raw, stream)
    const size = [...raw.headers].reduce((sum, [name, value]) => sum + name.length + value.length, 0)
    assert.isAbove(size, 20_000)
  },
  "ollama-error": says(503, [/maximum pending requests exceeded/, /"code":null/]),
  "ollama-missing": says(404, [/model 'sim\/ollama-missing' not found/]),
  "ollama-memory": says(500, [/^\{"error":"model requires more system memory/]),
  "llamacpp-error": says(503, [/"message":"Loading model"/, /"type":"unavailable_error"/]),
  "llamacpp-context": (raw, stream) => {
    assert.strictEqual(raw.status, stream ? 200 : 400)
    assert.match(raw.text, stream ? /\n\nerror: \{"code":400,.*\n\ndata: \[DONE\]\n\n$/s : /"n_ctx":32768/)
  },
  "lmstudio-error": says(400, [/^\{"error":"No models loaded/]),
  "lmstudio-wrong-path": says(200, [/^\{"error":"Unexpected endpoint or method\. \(POST \/chat\/completions\)"\}$/]),
  "lmstudio-crash": (raw, stream) => {
    assert.strictEqual(raw.status, stream ? 200 : 400)
    assert.match(
      raw.text,
      stream ? /\n\nevent: error\ndata: \{"error":\{"message":"The model has crashed/ : /has crashed/
    )
    assert.strictEqual(raw.ending, "complete")
  },
  "lmstudio-missing": says(404, [/^\{"error":"Model /]),
  "vllm-error": says(404, [/"error":\{.*"type":"NotFoundError".*"code":404/]),
  "vllm-error-old": says(404, [/^\{"object":"error","message":"The model/]),
  "vllm-context": says(400, [/maximum context length is 4096 tokens\. However, you requested 4575 tokens/]),
  "vllm-choices": says(200, [/^data: Number of choices must be greater than 0\.\n\n$/], {
    "content-type": "text/event-stream; charset=utf-8"
  })
}

const body = (model: string, stream: boolean) => ({ model, stream, messages: [{ role: "user", content: "Write it." }] })

describe("what goes wrong with other servers", () => {
  it("every behavior of a profile is checked here, and nothing else", () => {
    assert.sameMembers(
      Object.keys(checks),
      Profiles.all.flatMap(({ troubles }) => Object.keys(troubles))
    )
  })

  for (const stream of [false, true]) {
    it.live(`is worded as they do, whichever server is played, ${stream ? "streamed" : "plain"}`, () =>
      Effect.gen(function* () {
        const { port } = yield* Simulator.make({ latency: () => 0 })
        yield* Effect.forEach(
          Object.entries(checks),
          ([name, check]) =>
            Effect.map(
              Effect.promise(() => RawClient.send(port, { body: body(`sim/${name}`, stream) })),
              (raw) => check(raw, stream)
            ),
          { concurrency: 16 }
        )
      }).pipe(Effect.scoped)
    )
  }

  it.live("a ceiling that the account can afford is answered", () =>
    played("openrouter", (server) =>
      Effect.gen(function* () {
        const afford = (tokens: number) => server.ask("sim/openrouter-afford", { max_tokens: tokens })
        assert.strictEqual((yield* afford(2049)).status, 402)
        assert.strictEqual((yield* afford(2048)).status, 200)
      })
    )
  )

  it.live("statuses that are the same everywhere are worded by the server that is played", () =>
    Effect.forEach(
      Names.PROFILES,
      (name) =>
        played(name, (server) =>
          Effect.gen(function* () {
            const raw = yield* server.ask(Profiles.table[name].typed, {}, { [Behavior.HEADER]: "status-429" })
            assert.strictEqual(raw.status, name === "minimax" ? 200 : 429)
            const shape = {
              gemini: /^\[\{"error":\{"code":429,"message":"Rate limit exceeded","status":"RESOURCE_EXHAUSTED"/,
              minimax: /"base_resp":\{"status_code":1002/,
              mistral: /^\{"object":"error","message":"Rate limit exceeded"/,
              vllm: /^\{"object":"error","message":"Rate limit exceeded"/,
              lmstudio: /^\{"error":"Rate limit exceeded"\}$/
            }
            assert.match(
              raw.text,
              name in shape ? Object(shape)[name] : /^\{"error":\{.*"message":"Rate limit exceeded"/
            )
          })
        ),
      { discard: true }
    )
  )
})
