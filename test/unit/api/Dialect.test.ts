import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import type { ModelInfo } from "../../../src/api/Catalog.js"
import * as Dialect from "../../../src/api/Dialect.js"
import type { ChatRequest } from "../../../src/api/ModelRequest.js"

const OPENROUTER = "https://openrouter.ai/api/v1"
const LOCAL = "http://localhost:11434/v1"

const request: ChatRequest = {
  model: "a/b",
  messages: [{ role: "user", content: "write" }],
  maxCompletionTokens: 4_096,
  temperature: 0.7,
  seed: 42,
  effort: "low",
  provider: { order: ["DeepInfra"] },
  serviceTier: "flex"
}

const bodyAt = (
  baseUrl: string,
  {
    info,
    refused = [],
    stream = true,
    ...changes
  }: Partial<ChatRequest> & {
    readonly refused?: ReadonlyArray<string>
    readonly info?: ModelInfo
    readonly stream?: boolean
  } = {}
) => Dialect.body({ ...request, ...changes }, { dialect: Dialect.of(baseUrl), stream, refused: new Set(refused), info })

/** The parameters of a body, besides those that every one has. */
const parameters = (body: Dialect.Body) => {
  const everyone = new Set(["model", "messages", "stream"])
  return Object.fromEntries(Object.entries(body.json).filter(([name]) => !everyone.has(name)))
}

describe("the dialect", () => {
  it("goes by the host", () => {
    for (const [baseUrl, tokens, effort, auth, listDecides] of [
      [OPENROUTER, "max_completion_tokens", "reasoning", "bearer", true],
      ["https://eu.openrouter.ai/api/v1", "max_completion_tokens", "reasoning", "bearer", true],
      ["https://api.openai.com/v1", "max_completion_tokens", "reasoning_effort", "bearer", false],
      ["https://desk.openai.azure.com/openai/v1", "max_tokens", "reasoning_effort", "api-key", false],
      ["https://api.mistral.ai/v1", "max_tokens", "reasoning_effort", "bearer", false],
      [LOCAL, "max_tokens", "reasoning_effort", "bearer", false],
      ["https://openrouter.ai.example/v1", "max_tokens", "reasoning_effort", "bearer", false],
      ["https://notopenrouter.ai/v1", "max_tokens", "reasoning_effort", "bearer", false]
    ] as const) {
      const dialect = Dialect.of(baseUrl)
      deepStrictEqual(
        [dialect.tokens, dialect.effort, dialect.auth, dialect.listDecides],
        [tokens, effort, auth, listDecides],
        baseUrl
      )
      strictEqual(Dialect.isOpenRouter(baseUrl), listDecides)
    }
  })
})

describe("a body", () => {
  it("has every parameter, spelled as the server has it", () => {
    const shared = { temperature: 0.7, seed: 42, provider: { order: ["DeepInfra"] }, service_tier: "flex" }
    deepStrictEqual(parameters(bodyAt(OPENROUTER)), {
      stream_options: { include_usage: true },
      max_completion_tokens: 4_096,
      reasoning: { effort: "low" },
      ...shared
    })
    deepStrictEqual(parameters(bodyAt(LOCAL)), {
      stream_options: { include_usage: true },
      max_tokens: 4_096,
      reasoning_effort: "low",
      ...shared
    })
    deepStrictEqual(
      Object.keys(bodyAt(OPENROUTER).json).join(),
      "model,messages,stream,stream_options,max_completion_tokens,temperature,seed,reasoning,provider,service_tier"
    )
  })

  it("has none that nobody asked for, and no options of a stream without a stream", () => {
    const bare = { model: "a/b", messages: [] }
    const terms = { dialect: Dialect.of(LOCAL), stream: false, refused: new Set<string>(), info: undefined }
    deepStrictEqual(Dialect.body(bare, terms), { json: { ...bare, stream: false }, omitted: [] })
  })

  it("goes without what was refused, or with the sibling, until that is refused as well", () => {
    const tokens = (baseUrl: string, ...refused: ReadonlyArray<string>) => {
      const { json, omitted } = bodyAt(baseUrl, { refused })
      return [json["max_tokens"], json["max_completion_tokens"], omitted]
    }
    const why = "refused" as const
    deepStrictEqual(tokens(LOCAL, "max_tokens"), [
      undefined,
      4_096,
      [{ parameter: "max_tokens", why, instead: "max_completion_tokens" }]
    ])
    deepStrictEqual(tokens(OPENROUTER, "max_completion_tokens"), [
      4_096,
      undefined,
      [{ parameter: "max_completion_tokens", why, instead: "max_tokens" }]
    ])
    deepStrictEqual(tokens(LOCAL, "max_tokens", "max_completion_tokens"), [
      undefined,
      undefined,
      [{ parameter: "max_tokens", why, instead: undefined }]
    ])
    const { json, omitted } = bodyAt(LOCAL, { refused: ["seed", "stream_options", "reasoning_effort", "never_sent"] })
    deepStrictEqual(
      omitted.map(({ parameter }) => parameter),
      ["stream_options", "seed", "reasoning_effort"]
    )
    strictEqual(
      ["seed", "stream_options", "reasoning_effort"].some((name) => name in json),
      false
    )
    strictEqual(json["temperature"], 0.7)
    strictEqual(bodyAt(LOCAL, { refused: ["stream"] }).json["stream"], false)
    strictEqual(bodyAt(LOCAL, { refused: ["stream"], stream: false }).json["stream"], true)
  })

  it("goes without what the model does not support, by OpenRouter's list alone", () => {
    const info = { id: "a/b", supportedParameters: ["max_tokens", "temperature"] }
    const there = bodyAt(OPENROUTER, { info })
    deepStrictEqual(there.omitted, [
      { parameter: "seed", why: "unsupported" },
      { parameter: "reasoning", why: "unsupported" }
    ])
    // The ceiling bounds what an answer may cost, and the options of the stream are not the model's.
    deepStrictEqual(Object.keys(parameters(there)), [
      "stream_options",
      "max_completion_tokens",
      "temperature",
      "provider",
      "service_tier"
    ])
    deepStrictEqual(bodyAt(OPENROUTER, { info: { id: "a/b" } }).omitted, [])
    deepStrictEqual(bodyAt(LOCAL, { info }).omitted, [])
    // What was not asked for is not missed.
    deepStrictEqual(bodyAt(OPENROUTER, { info, seed: undefined, effort: undefined }).omitted, [])
  })

  it("has the text of a system message before the prompt where that is refused", () => {
    const system = { role: "system", content: "be brief" } as const
    const asked = { role: "user", content: "write" } as const
    const more = { role: "assistant", content: "x = 1" } as const
    const at = (messages: ChatRequest["messages"], ...refused: ReadonlyArray<string>) => {
      const { json, omitted } = bodyAt(LOCAL, { messages, refused })
      return [json.messages, omitted.map(({ parameter }) => parameter), Dialect.refusable(json).includes("system")]
    }
    deepStrictEqual(at([system, asked]), [[system, asked], [], true])
    const both = { role: "user", content: "be brief\n\nwrite" } as const
    deepStrictEqual(at([system, asked, more, asked], "system"), [[both, more, asked], ["system"], false])
    deepStrictEqual(at([asked], "system"), [[asked], [], false])
    deepStrictEqual(at([system], "system"), [[{ role: "user", content: "be brief" }], ["system"], false])
    strictEqual(
      Dialect.describe("a/b", { parameter: "system", why: "refused" }),
      "a/b: the server refuses a system message, so its text stands before the prompt"
    )
  })

  it("is explained in a sentence", () => {
    strictEqual(
      Dialect.describe("a/b", { parameter: "seed", why: "unsupported" }),
      "a/b: the model does not support 'seed', so it is not sent"
    )
    strictEqual(
      Dialect.describe("a/b", { parameter: "max_tokens", why: "refused", instead: "max_completion_tokens" }),
      "a/b: the server refuses 'max_tokens', so 'max_completion_tokens' is sent instead"
    )
  })
})
