/** Habits of single servers: parameters that they refuse, frames of their streams, addresses. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type * as Names from "../../../src/simulator/Names.js"
import * as Profiles from "../../../src/simulator/Profiles.js"
import { chunks, content, json, played, PROGRAM } from "./profiles.js"
import * as RawClient from "./RawClient.js"

interface Refused {
  readonly profile: Names.Profile
  readonly model?: string
  /** The request that is refused. */
  readonly more: Readonly<Record<string, unknown>>
  readonly status: number
  readonly words: RegExp
  /** The request that is not. */
  readonly instead: Readonly<Record<string, unknown>>
}

const refusals: ReadonlyArray<Refused> = [
  {
    profile: "mistral",
    more: { max_completion_tokens: 4096 },
    status: 422,
    words: /"message":\{"detail":\[\{"type":"extra_forbidden","loc":\["body","max_completion_tokens"\]/,
    instead: { max_tokens: 4096 }
  },
  { profile: "mistral", more: { stream_options: {} }, status: 422, words: /stream_options/, instead: { stream: true } },
  { profile: "mistral", more: { seed: 1 }, status: 422, words: /"seed"/, instead: { random_seed: 1 } },
  {
    profile: "vllm",
    more: { max_completion_tokens: 4096 },
    status: 400,
    words: /^\{"object":"error","message":"\[\{'type': 'extra_forbidden', 'loc': \('body', 'max_completion_tokens'\)/,
    instead: { max_tokens: 4096, seed: 1, stream_options: {} }
  },
  {
    profile: "vllm",
    model: "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
    more: { max_tokens: 4096 },
    status: 400,
    words: /maximum context length is 4096 tokens\. However, you requested \d+ tokens \(\d+ in the messages, 4096 in/,
    instead: { max_tokens: 4000 }
  },
  {
    profile: "openai",
    model: "gpt-5-mini",
    more: { max_tokens: 4096 },
    status: 400,
    words: /Use 'max_completion_tokens' instead.*"param":"max_tokens","code":"unsupported_parameter"/,
    instead: { max_completion_tokens: 4096 }
  },
  {
    profile: "openai",
    model: "o4-mini",
    more: { temperature: 0.2 },
    status: 400,
    words: /"code":"unsupported_value"/,
    instead: { temperature: 1 }
  },
  {
    profile: "openai",
    model: "gpt-3.5-turbo",
    more: { max_tokens: 4097 },
    status: 400,
    words: /supports at most 4096 completion tokens/,
    instead: { max_tokens: 4096 }
  },
  {
    profile: "azure",
    model: "my-o4-mini",
    more: { max_tokens: 4096 },
    status: 400,
    words: /unsupported_parameter/,
    instead: { max_completion_tokens: 4096 }
  },
  {
    profile: "gemini",
    more: { seed: 1 },
    status: 400,
    words:
      /^\[\{"error":\{"code":400,"message":"Invalid JSON payload received\. Unknown name \\"seed\\": Cannot find field\./,
    instead: { max_completion_tokens: 4096, stream_options: {} }
  },
  {
    profile: "groq",
    more: { usage: { include: true } },
    status: 400,
    words: /property 'usage' is unsupported/,
    instead: { seed: 1 }
  },
  {
    profile: "litellm",
    model: "anthropic/claude-x",
    more: { seed: 1 },
    status: 400,
    words: /UnsupportedParamsError/,
    instead: { temperature: 0.2 }
  }
]

describe("parameters", () => {
  for (const { instead, model, more, profile, status, words } of refusals) {
    it.live(`${profile} refuses ${Object.keys(more).join()} of ${model ?? "any model"}`, () =>
      played(profile, (server) =>
        Effect.gen(function* () {
          const id = model ?? Profiles.table[profile].typed
          const raw = yield* server.ask(id, more)
          assert.strictEqual(raw.status, status)
          assert.match(raw.text, words)
          const taken = yield* server.ask(id, instead)
          assert.strictEqual(taken.status, 200, taken.text.slice(0, 300))
        })
      )
    )
  }

  it.live("Ollama ignores max_completion_tokens, and cuts where its context is full", () =>
    played("ollama", (server) =>
      Effect.gen(function* () {
        const finish = (raw: RawClient.Raw) => json(raw).choices[0].finish_reason
        assert.strictEqual(finish(yield* server.ask("llama3.2", { max_completion_tokens: 5 })), "stop")
        assert.strictEqual(finish(yield* server.ask("llama3.2", { max_tokens: 5 })), "length")
        const long = [{ role: "user", content: "x".repeat(4 * 4090) }]
        assert.strictEqual(finish(yield* server.ask("llama3.2", { messages: long })), "length")
      })
    )
  )
})

describe("streams", () => {
  const stream = { stream: true, stream_options: { include_usage: true } }

  it.live("Gemini has the usage in every event and the finish reason beside the last text", () =>
    played("gemini", (server) =>
      Effect.gen(function* () {
        const events = chunks(yield* server.ask("gemini-2.5-flash", stream))
        assert.isTrue(events.every(({ usage }) => usage.total_tokens > 0))
        const last = events.at(-1).choices[0]
        assert.strictEqual(last.finish_reason, "stop")
        assert.isAbove(last.delta.content.length, 0)
      })
    )
  )

  it.live("Azure begins without a choice and ends with a choice that has no delta", () =>
    played("azure", (server) =>
      Effect.gen(function* () {
        const events = chunks(yield* server.ask("my-gpt4o", stream))
        assert.deepInclude(events[0], { id: "", choices: [] })
        assert.property(events[0], "prompt_filter_results")
        assert.notProperty(events.at(-1).choices[0], "delta")
        assert.isNull(events.at(-1).choices[0].finish_reason)
      })
    )
  )

  it.live("Groq tells the usage without being asked, Mistral with the finish reason, others only on request", () =>
    Effect.gen(function* () {
      const last = (name: Names.Profile, more = {}) =>
        played(name, (server) =>
          Effect.map(server.ask(Profiles.table[name].typed, { stream: true, ...more }), (raw) => chunks(raw).at(-1))
        )
      assert.isAbove((yield* last("groq")).x_groq.usage.total_tokens, 0)
      assert.isAbove((yield* last("mistral")).usage.total_tokens, 0)
      assert.notProperty(yield* last("ollama"), "usage")
      assert.isAbove((yield* last("ollama", stream)).usage.total_tokens, 0)
    })
  )

  it.live("MiniMax repeats the whole answer at the end, and says nothing of being done", () =>
    played("minimax", (server) =>
      Effect.gen(function* () {
        const raw = yield* server.ask("MiniMax-M2", stream)
        const whole = chunks(raw).at(-1)
        assert.strictEqual(whole.object, "chat.completion")
        assert.strictEqual(whole.choices[0].message.content, content(raw))
        assert.include(content(raw), PROGRAM)
        assert.deepStrictEqual(whole.base_resp, { status_code: 0, status_msg: "" })
        assert.notInclude(raw.text, "[DONE]")
        assert.strictEqual(raw.ending, "complete")
      })
    )
  )
})

describe("addresses", () => {
  it.live("Azure wants the version in every one, and takes a deployment in the path", () =>
    played("azure", ({ path, port }) =>
      Effect.gen(function* () {
        const send = (address: string, body: object) =>
          Effect.promise(() => RawClient.send(port, { path: address, body }))
        const messages = [{ role: "user", content: "Write it." }]
        const [bare = ""] = path("/chat/completions").split("?")
        assert.strictEqual((yield* send(bare, { model: "my-gpt4o", messages })).status, 404)
        assert.strictEqual((yield* send(`${bare}?api-version=preview`, { model: "my-gpt4o", messages })).status, 200)
        const deployment = "/openai/deployments/my-gpt4o/chat/completions"
        assert.strictEqual((yield* send(deployment, { messages })).status, 404)
        const named = yield* send(`${deployment}?api-version=2024-10-21`, { messages })
        assert.strictEqual(json(named).model, "gpt-4o-2024-08-06")
      })
    )
  )
})
