/**
 * The library against each server that the simulator plays: the id as people type it, then what goes wrong with that
 * server, in its own words. Requests and whole answers are the server's own count.
 */
import { Effect, Layer } from "effect"
import * as FlowControl from "../../../src/flow/FlowControl.js"
import type * as Generation from "../../../src/generation/Generation.js"
import * as Disguises from "../../../src/simulator/behaviors/Disguises.js"
import * as Catalog from "../../../src/simulator/Catalog.js"
import type * as Names from "../../../src/simulator/Names.js"
import type * as Profile from "../../../src/simulator/Profile.js"
import * as Profiles from "../../../src/simulator/Profiles.js"
import * as Scenario from "../../../src/simulator/Scenario.js"
import type * as Simulator from "../../../src/simulator/Simulator.js"
import { against, generate, stats } from "./library.js"

export interface Row {
  readonly profile: Names.Profile
  readonly did: string
  /** What happens to the requests; absent: good answers. */
  readonly plan?: string
  /** As typed; absent: the profile's own example. */
  readonly models?: ReadonlyArray<string>
  readonly run?: Partial<Generation.Options>
  readonly server?: Simulator.Options
  /** `ok`, or the tags of the reason that will do. */
  readonly gets: "ok" | ReadonlyArray<string>
  /** Requests, or the most of them where several are right. */
  readonly requests: number | { readonly most: number }
  /** What the reason has to repeat of the server's words. */
  readonly words?: RegExp
  /** Where it concerns streams alone. */
  readonly streamed?: true | undefined
}

const ok = "ok"
const ACCOUNT = ["AccountRefused"]
const REJECTED = ["Rejected"]

const typed: ReadonlyArray<Row> = [
  { profile: "openrouter", did: "an id with a modifier", gets: ok, requests: 1 },
  { profile: "openai", did: "a model that refuses max_tokens", gets: ok, requests: { most: 2 } },
  {
    profile: "openai",
    did: "a model that answers with at most 4,096 tokens",
    models: ["gpt-3.5-turbo"],
    gets: ok,
    requests: 1
  },
  { profile: "azure", did: "a deployment's name, a version in the base URL", gets: ok, requests: 1 },
  {
    profile: "azure",
    did: "a deployment that refuses max_tokens",
    models: ["my-o4-mini"],
    gets: ok,
    requests: { most: 2 }
  },
  { profile: "gemini", did: "an id without models/", gets: ok, requests: 1 },
  { profile: "gemini", did: "seed refused", run: { samples: 2 }, gets: ok, requests: { most: 3 } },
  { profile: "mistral", did: "two parameters refused", gets: ok, requests: { most: 3 } },
  { profile: "mistral", did: "seed refused", run: { samples: 2 }, gets: ok, requests: { most: 6 } },
  { profile: "groq", did: "an id of the list", gets: ok, requests: 1 },
  { profile: "minimax", did: "no list of models, the answer repeated at the end of the stream", gets: ok, requests: 1 },
  { profile: "litellm", did: "an id that a wildcard covers", gets: ok, requests: 1 },
  { profile: "ollama", did: "an id without its tag", gets: ok, requests: 1 },
  { profile: "llamacpp", did: "a name that stands nowhere", gets: ok, requests: 1 },
  {
    profile: "llamacpp",
    did: "an empty list",
    models: ["llama3.2"],
    server: { models: [] },
    gets: ok,
    requests: 1
  },
  { profile: "lmstudio", did: "an id of the list", gets: ok, requests: 1 },
  { profile: "vllm", did: "an id of the list, max_completion_tokens refused", gets: ok, requests: { most: 2 } },
  {
    profile: "vllm",
    did: "an id in another case",
    models: ["qwen/qwen2.5-coder-7b-instruct"],
    gets: ok,
    requests: { most: 2 }
  },
  {
    profile: "vllm",
    did: "a context that is too small for the usual token limit",
    models: ["TinyLlama/TinyLlama-1.1B-Chat-v1.0"],
    gets: ok,
    requests: { most: 2 }
  }
]

/** Passes by itself, and is asked again. */
const again = (profile: Names.Profile, did: string, plan: string): Row => ({
  profile,
  did,
  plan: `${plan}*1`,
  gets: ok,
  requests: 2
})

/** Final at once, and said in the server's words. */
const final = (profile: Names.Profile, did: string, plan: string, gets: ReadonlyArray<string>, words: RegExp): Row => ({
  profile,
  did,
  plan,
  gets,
  words,
  requests: 1
})

const troubles: ReadonlyArray<Row> = [
  { profile: "openrouter", did: "the model's dated name", plan: "openrouter-dated", gets: ok, requests: 1 },
  { profile: "openrouter", did: "402: can only afford fewer tokens", plan: "openrouter-afford", gets: ok, requests: 2 },
  final(
    "openrouter",
    "a provider's own 402",
    "openrouter-byok",
    ["Rejected", "AccountRefused"],
    /Insufficient balance|Provider returned error/
  ),
  again("openai", "429 with 20ms in words", "openai-rate"),
  final("openai", "429: no money left", "openai-quota", ACCOUNT, /exceeded your current quota/),
  again("openai", "500", "openai-server"),
  again("azure", "429 with both headers", "azure-rate"),
  final("azure", "no such deployment", "azure-missing", REJECTED, /deployment for this resource does not exist/),
  final("azure", "400: the prompt was filtered", "azure-filter", ["Refused"], /content management policy/),
  final("azure", "an answer that was filtered", "azure-filter-answer", ["Refused"], /filter/),
  again("gemini", "429 with retryDelay", "gemini-minute"),
  final("gemini", "429: the day's quota", "gemini-daily", ["RateLimited"], /exceeded your current quota/),
  again("gemini", "503 in an array", "gemini-overloaded"),
  final("gemini", "400: the key is not valid", "gemini-key", ACCOUNT, /API key not valid/),
  final("gemini", "an answer that was filtered", "gemini-filter", ["Refused"], /PROHIBITED_CONTENT|filter/),
  again("mistral", "429 without a hint", "mistral-rate"),
  again("mistral", "429: no capacity", "mistral-capacity"),
  again("mistral", "429 of the gateway", "mistral-gateway"),
  again("mistral", "model_length", "mistral-length"),
  again("groq", "429 with four hints", "groq-rate"),
  final("groq", "413: too large for its minute", "groq-too-large", REJECTED, /Request too large/),
  again("groq", "498", "groq-capacity"),
  again("minimax", "200 with base_resp 1002", "minimax-rate"),
  final("minimax", "200 with base_resp 1004", "minimax-key", ACCOUNT, /login fail/),
  final("minimax", "200 with base_resp 1008", "minimax-balance", ACCOUNT, /insufficient balance/),
  final("minimax", "an answer that is sensitive", "minimax-sensitive", ["Refused"], /sensitive/),
  final(
    "litellm",
    "401: this model is not for this key",
    "litellm-denied",
    REJECTED,
    /key not allowed to access model/
  ),
  final("litellm", "401 of one deployment", "litellm-deployment", REJECTED, /litellm\.AuthenticationError/),
  again("litellm", "429 with the wait in words", "litellm-cooldown"),
  { profile: "litellm", did: "20 kB of headers", plan: "litellm-headers", gets: ok, requests: 1 },
  again("ollama", "503: the queue is full", "ollama-error"),
  {
    ...final("ollama", "the model has not been pulled", "ollama-missing", ["ModelUnavailable"], /model 'm' not found/),
    // What has not been pulled is not in the list either.
    server: { models: [Catalog.served("llama3.2:latest", 131_072)] }
  },
  final("ollama", "500: no room for the model", "ollama-memory", ["ServerFailed"], /more system memory/),
  again("llamacpp", "503: loading", "llamacpp-error"),
  {
    ...final("llamacpp", "error: in a stream", "llamacpp-context", REJECTED, /exceeds the available context size/),
    streamed: true
  },
  final("lmstudio", "400 with a string", "lmstudio-error", REJECTED, /No models loaded/),
  final("lmstudio", "200 with a string", "lmstudio-wrong-path", REJECTED, /Unexpected endpoint or method/),
  final("lmstudio", "no such model", "lmstudio-missing", REJECTED, /not found/),
  { ...again("lmstudio", "the model crashes in the middle", "lmstudio-crash"), streamed: true },
  final("vllm", "404", "vllm-error", REJECTED, /does not exist/),
  final("vllm", "404, the fields at the top", "vllm-error-old", REJECTED, /does not exist/),
  {
    ...final("vllm", "400: the prompt is too long", "vllm-context", REJECTED, /maximum context length/),
    // Asked once more with the room that the words seem to leave.
    requests: { most: 2 }
  },
  final(
    "vllm",
    "a stream that is a line of text",
    "vllm-choices",
    ["Rejected", "ServerFailed", "MalformedAnswer"],
    /Number of choices/
  )
]

/** A good answer whose headers do not tell what it is. */
const disguised: ReadonlyArray<Row> = Object.keys(Disguises.table).map((plan) => ({
  profile: "openrouter",
  did: plan,
  plan,
  gets: ok,
  requests: 1,
  streamed: plan.startsWith("encoded") ? undefined : true
}))

const SIX = ["a", "b", "c", "d", "e", "f"]

/** Six models at once on a server with one seat. */
const queued = (profile: Names.Profile, did: string, latencyMs: number, requestTimeout: number): Row => ({
  profile,
  did,
  models: SIX,
  server: { models: SIX.map((id) => Catalog.served(id, 8192)), latency: () => latencyMs },
  run: { requestTimeout },
  gets: ok,
  requests: { most: 24 }
})

/** They measure time. */
export const waiting: ReadonlyArray<Row> = [
  queued("ollama", "six at once, half of them in time", 600, 2100),
  queued("llamacpp", "six at once, half of them in time", 600, 2100),
  queued("ollama", "six at once, one of them in time", 1000, 1600),
  queued("llamacpp", "six at once, one of them in time", 1000, 1600)
]

export const rows: ReadonlyArray<Row> = [...typed, ...troubles, ...disguised]

export const nameOf = ({ did, profile }: Row): string => `${profile}: ${did}`

export interface Measured {
  /** For each slot `ok`, or the reason's tag and message. */
  readonly slots: ReadonlyArray<{ readonly gets: string; readonly message: string }>
  readonly requests: number
  /** Answers that the server sent whole. */
  readonly answers: number
}

const ANSWER_MS = 20

const MODEL = "m"

/** What goes wrong is no matter of names, addresses or parameters: those have rows of their own. */
const lenient = ({ path, ...profile }: Profile.Profile): Profile.Profile => ({
  ...profile,
  path: path.replace(/\?.*/, ""),
  models: [Catalog.served(MODEL, 32_768)],
  find: (typed, models) => models.find(({ id }) => id === typed),
  refuse: undefined
})

/** With flow control, as the command has it. */
export const measure = (row: Row, stream: boolean) => {
  const { plan, profile } = row
  const server: Simulator.Options = {
    latencyScale: 0,
    latency: () => ANSWER_MS,
    profile: plan === undefined ? profile : lenient(Profiles.table[profile]),
    scenario: plan === undefined ? undefined : Scenario.make(plan, () => plan),
    ...row.server
  }
  const models = row.models ?? [plan === undefined ? Profiles.table[profile].typed : MODEL]
  return Effect.gen(function* () {
    const { outcomes } = yield* generate({ models, ...row.run })
    const { recent, requests } = yield* stats
    const measured: Measured = {
      requests,
      slots: outcomes.map(({ reason, status }) =>
        reason._tag === "Some"
          ? { gets: reason.value._tag, message: reason.value.message }
          : { gets: status, message: "" }
      ),
      answers: recent.filter(({ behavior, outcome }) => behavior === "ok" && outcome === "completed").length
    }
    return measured
  }).pipe(Effect.provide(Layer.provideMerge(FlowControl.layer(), against(server, { stream }))))
}
