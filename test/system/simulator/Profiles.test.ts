/** Each profile over a socket: its list, the ids and parameters that it takes, its answers and its refusals. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Behavior from "../../../src/simulator/Behavior.js"
import * as Names from "../../../src/simulator/Names.js"
import * as Profiles from "../../../src/simulator/Profiles.js"
import { chunks, content, json, played, PROGRAM, type Server } from "./profiles.js"

interface Facts {
  /** An entry of the list in full; null where there is no list. */
  readonly lists: { readonly ids: ReadonlyArray<string>; readonly first: Readonly<Record<string, unknown>> } | null
  /** Ids that are taken, and those that are not, with the status and the words. */
  readonly takes: ReadonlyArray<string>
  readonly refuses?: readonly [id: string, status: number, words: RegExp]
  /** Where the thoughts of an answer are. */
  readonly thoughts: "reasoning" | "reasoning_content" | "tags" | "parts" | "nowhere"
  /** The finish reason of an answer that was cut off. */
  readonly cut?: string
  readonly noRoute: readonly [status: number, words: RegExp]
}

const facts: Readonly<Record<Names.Profile, Facts>> = {
  openrouter: {
    lists: {
      ids: ["openai/gpt-4o-mini"],
      first: { id: "meta-llama/llama-3.2-1b-instruct:free", context_length: 131_072 }
    },
    takes: [
      "openai/gpt-4o-mini",
      "openai/gpt-4o-mini:online",
      "openai/gpt-4o-mini:floor",
      "openai/gpt-4o-mini@preset/trader"
    ],
    refuses: ["openai/gpt-0", 400, /not a valid model ID/],
    thoughts: "reasoning",
    noRoute: [404, /the API is at/]
  },
  openai: {
    lists: { ids: ["gpt-4o-mini", "gpt-5-mini"], first: { object: "model", owned_by: "system" } },
    takes: ["gpt-4o-mini"],
    refuses: ["gpt-0", 404, /"code":"model_not_found"/],
    thoughts: "nowhere",
    noRoute: [404, /Invalid URL \(GET /]
  },
  azure: {
    lists: { ids: ["gpt-4o-2024-08-06"], first: { status: "succeeded" } },
    takes: ["my-gpt4o"],
    refuses: ["gpt-4o-2024-08-06", 404, /DeploymentNotFound/],
    thoughts: "nowhere",
    noRoute: [404, /Resource not found/]
  },
  gemini: {
    lists: { ids: ["models/gemini-2.5-flash"], first: { owned_by: "google" } },
    takes: ["gemini-2.5-flash", "models/gemini-2.5-flash"],
    refuses: ["gemini-0", 404, /^\[\{"error":\{"code":404,.*"status":"NOT_FOUND"\}\}\]$/],
    thoughts: "nowhere",
    noRoute: [404, /^$/]
  },
  mistral: {
    lists: { ids: ["codestral-latest"], first: { max_context_length: 131_072 } },
    takes: ["codestral-latest"],
    refuses: ["mistral-0", 400, /"type":"invalid_model".*"code":"1500"/],
    thoughts: "parts",
    cut: "model_length",
    noRoute: [404, /no Route matched/]
  },
  groq: {
    lists: { ids: ["llama-3.3-70b-versatile"], first: { active: true, context_window: 131_072 } },
    takes: ["llama-3.3-70b-versatile"],
    refuses: ["llama-0", 404, /does not exist or you do not have access/],
    thoughts: "reasoning",
    noRoute: [404, /unknown_url/]
  },
  minimax: {
    lists: null,
    takes: ["MiniMax-M2"],
    refuses: ["MiniMax-0", 200, /"base_resp":\{"status_code":2013/],
    thoughts: "tags",
    noRoute: [404, /^404 page not found$/]
  },
  litellm: {
    lists: { ids: ["openai/*", "anthropic/*"], first: { object: "model" } },
    takes: ["openai/gpt-4o", "anthropic/claude-x", "local-llama"],
    refuses: ["openai/*", 400, /Invalid model name passed in model=openai\/\*.*"code":"400"/],
    thoughts: "reasoning_content",
    noRoute: [404, /\{"detail":"Not Found"\}/]
  },
  ollama: {
    lists: { ids: ["llama3.2:latest", "qwen2.5-coder:7b"], first: { owned_by: "library" } },
    takes: ["llama3.2", "llama3.2:latest", "qwen2.5-coder:7b"],
    refuses: ["qwen2.5-coder", 404, /model 'qwen2\.5-coder' not found/],
    thoughts: "reasoning",
    noRoute: [404, /^404 page not found$/]
  },
  llamacpp: {
    lists: {
      ids: ["/models/qwen2.5-coder-7b-q4_k_m.gguf"],
      first: { meta: { vocab_type: 2, n_vocab: 152_064, n_ctx: 8192, n_ctx_train: 131_072, n_embd: 3584 } }
    },
    takes: ["qwen2.5-coder", "anything at all"],
    thoughts: "reasoning_content",
    noRoute: [404, /File Not Found/]
  },
  lmstudio: {
    lists: { ids: ["qwen2.5-coder-7b-instruct"], first: { owned_by: "organization_owner" } },
    takes: ["qwen2.5-coder-7b-instruct"],
    refuses: ["qwen0", 404, /^\{"error":"Model \\"qwen0\\" not found/],
    thoughts: "reasoning_content",
    noRoute: [200, /^\{"error":"Unexpected endpoint or method\. \(GET /]
  },
  vllm: {
    lists: { ids: ["Qwen/Qwen2.5-Coder-7B-Instruct"], first: { owned_by: "vllm", max_model_len: 32_768 } },
    takes: ["Qwen/Qwen2.5-Coder-7B-Instruct"],
    refuses: ["qwen/qwen2.5-coder-7b-instruct", 404, /^\{"object":"error","message":.*"code":404\}$/],
    thoughts: "reasoning_content",
    noRoute: [404, /\{"detail":"Not Found"\}/]
  }
}

const plan = (name: string) => ({ [Behavior.HEADER]: name })

const check = (server: Server, name: Names.Profile, known: Facts) =>
  Effect.gen(function* () {
    const list = yield* server.get("/models")
    if (known.lists === null) assert.strictEqual(list.status, 404)
    else {
      const { data } = json(list)
      assert.includeMembers(
        data.map(({ id }: { id: string }) => id),
        [...known.lists.ids]
      )
      assert.deepInclude(data[0], known.lists.first)
    }

    assert.include(known.takes.concat(Profiles.table[name].typed), Profiles.table[name].typed)
    for (const id of [...known.takes, Profiles.table[name].typed]) {
      const raw = yield* server.ask(id, {}, plan("ok-bare"))
      assert.strictEqual(raw.status, 200, `${id}: ${raw.text.slice(0, 300)}`)
      assert.include(json(raw).choices[0].message.content, PROGRAM)
    }
    if (known.refuses !== undefined) {
      const [id, status, words] = known.refuses
      const raw = yield* server.ask(id)
      assert.strictEqual(raw.status, status)
      assert.match(raw.text, words)
    }
    const lost = yield* server.get("/nowhere")
    assert.strictEqual(lost.status, known.noRoute[0])
    assert.match(lost.text, known.noRoute[1])
  })

/** The thoughts of a message or of all deltas, and what else is said in them. */
const thoughtsOf = (parts: ReadonlyArray<Readonly<Record<string, unknown>>>): Facts["thoughts"] => {
  const text = JSON.stringify(parts)
  if (parts.some(({ reasoning }) => typeof reasoning === "string")) return "reasoning"
  if (parts.some(({ reasoning_content }) => typeof reasoning_content === "string")) return "reasoning_content"
  if (text.includes('"type":"thinking"')) return "parts"
  return text.includes("<think>") ? "tags" : "nowhere"
}

const speaks = (server: Server, name: Names.Profile, known: Facts) =>
  Effect.gen(function* () {
    const id = Profiles.table[name].typed
    const raw = yield* server.ask(id, {}, plan("ok-reasoning"))
    const answer = json(raw)
    assert.strictEqual(thoughtsOf([answer.choices[0].message]), known.thoughts)
    assert.strictEqual(answer.choices[0].finish_reason, "stop")
    assert.isAbove(answer.usage.completion_tokens, 0)
    assert.strictEqual("cost" in answer.usage, name === "openrouter")
    assert.strictEqual(raw.headers.has("x-generation-id"), name === "openrouter")
    assert.strictEqual("provider" in answer, name === "openrouter")

    const stream = yield* server.ask(id, { stream: true }, plan("ok-reasoning"))
    const deltas = chunks(stream).flatMap(({ choices }) => choices.map(({ delta }: { delta?: object }) => delta ?? {}))
    assert.strictEqual(thoughtsOf(name === "minimax" ? [{ text: content(stream) }] : deltas), known.thoughts)
    assert.include(content(stream), PROGRAM)
    assert.strictEqual(stream.ending, "complete")

    const cut = yield* server.ask(id, {}, plan("length"))
    assert.strictEqual(json(cut).choices[0].finish_reason, known.cut ?? "length")
  })

describe("each server of the table", () => {
  for (const name of Names.PROFILES) {
    it.live(`${name} lists, takes and refuses ids as it does`, () =>
      played(name, (server) => check(server, name, facts[name]))
    )
    it.live(`${name} answers in its own words, plain and streamed`, () =>
      played(name, (server) => speaks(server, name, facts[name]))
    )
    it.live(`${name} says in its own words that the key is wrong, and only then asks for one`, () =>
      played(
        name,
        (server) =>
          Effect.gen(function* () {
            const id = Profiles.table[name].typed
            for (const raw of [yield* server.ask(id), yield* server.ask(id, {}, { authorization: "Bearer bad" })]) {
              const words = name === "minimax" ? /"status_code":1004/ : /key|auth|user not found/i
              assert.match(raw.text, words)
              assert.strictEqual(raw.status, name === "minimax" ? 200 : name === "gemini" ? 400 : 401)
            }
            assert.strictEqual((yield* server.ask(id, {}, { authorization: "Bearer good" })).status, 200)
            const own = yield* server.ask(id, {}, { "api-key": "good" })
            assert.strictEqual(own.status === 200 && !own.text.includes("1004"), name === "azure")
          }),
        { apiKeys: ["good"] }
      )
    )
  }

  it("every profile has a row, a description and an id that people type", () => {
    assert.sameMembers(Object.keys(Profiles.table), [...Names.PROFILES])
    for (const { description, name, troubles, typed } of Profiles.all) {
      assert.isAbove(description.length, 20, name)
      assert.isAbove(typed.length, 3, name)
      for (const trouble of Object.keys(troubles)) assert.isTrue(trouble.startsWith(`${name}-`), trouble)
    }
  })

  it.live("models of one's own take the place of the usual ones", () =>
    played(
      "llamacpp",
      (server) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(json(yield* server.get("/models")).data, [])
          assert.strictEqual((yield* server.ask("llama3.2")).status, 200)
        }),
      { models: [] }
    )
  )
})
