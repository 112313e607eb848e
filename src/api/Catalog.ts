/** What the API says about the models on offer and about the key in use; whatever a server leaves out is undefined. */
import { isNeutral } from "../domain/Neutral.js"
import * as Lenient from "./wire/Lenient.js"

export interface ModelInfo {
  readonly id: string
  readonly name?: string | undefined
  /** The dated name under which OpenRouter serves the model. */
  readonly canonicalSlug?: string | undefined
  /** Tokens of prompt and answer together. */
  readonly contextLength?: number | undefined
  /** The largest answer, in tokens. */
  readonly maxCompletionTokens?: number | undefined
  /** US dollars: a token of the prompt, a token of the answer, and a request by itself where that costs anything. */
  readonly price?: { readonly prompt: number; readonly completion: number; readonly request?: number } | undefined
  /** The parameters that a request may have, where the server lists them. */
  readonly supportedParameters?: ReadonlyArray<string> | undefined
  /** What it writes: `text`, `image`, .. */
  readonly outputModalities?: ReadonlyArray<string> | undefined
  /** When it was listed first, in seconds since the epoch. */
  readonly created?: number | undefined
  /** The day on which it goes, as the server writes it. */
  readonly expirationDate?: string | undefined
  /** Answers when it is asked, but is not to be recommended: a simulator lists its behaviors so. */
  readonly hidden?: true | undefined
}

export interface KeyInfo {
  readonly label?: string | undefined
  /** US dollars; absent where the key has no limit. */
  readonly limitRemaining?: number | undefined
  readonly isFreeTier?: boolean | undefined
}

type Path = ReadonlyArray<string>

/** Where servers write down how many tokens a model takes: OpenRouter, vLLM, Groq, Mistral, LM Studio, llama.cpp, LiteLLM, Google. */
const CONTEXT: ReadonlyArray<Path> = [
  ["context_length"],
  ["top_provider", "context_length"],
  ["max_model_len"],
  ["context_window"],
  // What LM Studio has loaded may be less than what the model could take.
  ["loaded_context_length"],
  ["max_context_length"],
  ["meta", "n_ctx"],
  ["meta", "n_ctx_train"],
  ["max_input_tokens"],
  ["model_info", "max_input_tokens"],
  ["inputTokenLimit"]
]

/** The same for the longest answer. */
const LONGEST_ANSWER: ReadonlyArray<Path> = [
  ["top_provider", "max_completion_tokens"],
  ["max_completion_tokens"],
  ["max_output_tokens"],
  ["model_info", "max_output_tokens"],
  ["outputTokenLimit"]
]

/** The list is in `data`, in `models`, or it is the whole answer. */
export const decodeModels = (json: unknown): ReadonlyArray<ModelInfo> | undefined => {
  const list = [json, Lenient.at(json, "data"), Lenient.at(json, "models")].find(Array.isArray)
  if (list !== undefined) return list.flatMap(modelOf)
  // A server in Go that has no model says null.
  return Lenient.at(json, "data") === null ? [] : undefined
}

const modelOf = (entry: unknown): ReadonlyArray<ModelInfo> => {
  // Lists that are not OpenAI's have a name in place of an id.
  const name = Lenient.words(Lenient.at(entry, "name"))
  const id = Lenient.words(Lenient.at(entry, "id")) ?? name
  // What a terminal would obey is no name.
  if (id === undefined || !isNeutral(id)) return []
  return [
    {
      id,
      name,
      canonicalSlug: Lenient.words(Lenient.at(entry, "canonical_slug")),
      contextLength: firstOf(entry, CONTEXT),
      maxCompletionTokens: firstOf(entry, LONGEST_ANSWER),
      price: priceOf(entry),
      supportedParameters: listOf(Lenient.at(entry, "supported_parameters")),
      outputModalities: listOf(Lenient.at(entry, "architecture", "output_modalities")),
      created: Lenient.number(Lenient.at(entry, "created")),
      expirationDate: Lenient.words(Lenient.at(entry, "expiration_date")),
      hidden: Lenient.at(entry, "hidden") === true ? true : undefined
    }
  ]
}

/** A limit of no tokens is a limit that the server does not know. */
const firstOf = (entry: unknown, paths: ReadonlyArray<Path>): number | undefined =>
  paths
    .map((path) => Lenient.numeric(Lenient.at(entry, ...path)))
    .find((count) => count !== undefined && Number.isInteger(count) && count > 0)

/** A list of nothing is one that the server does not know. */
const listOf = (value: unknown): ReadonlyArray<string> | undefined => {
  const list = Lenient.strings(value)
  return list.length === 0 ? undefined : list
}

const priceOf = (entry: unknown): ModelInfo["price"] => {
  const prompt = price(Lenient.at(entry, "pricing", "prompt"))
  const completion = price(Lenient.at(entry, "pricing", "completion"))
  const request = price(Lenient.at(entry, "pricing", "request")) ?? 0
  if (prompt === undefined || completion === undefined) return undefined
  return request === 0 ? { prompt, completion } : { prompt, completion, request }
}

/** Routers that pick a model by themselves have a price of -1: it is not known beforehand. */
const price = (value: unknown): number | undefined => {
  const dollars = Lenient.numeric(value)
  return dollars !== undefined && dollars >= 0 ? dollars : undefined
}

export const decodeKey = (json: unknown): KeyInfo | undefined => {
  const data = Lenient.at(json, "data")
  if (!Lenient.isRecord(data)) return undefined
  const isFreeTier = Lenient.at(data, "is_free_tier")
  return {
    label: Lenient.string(Lenient.at(data, "label")),
    limitRemaining: Lenient.number(Lenient.at(data, "limit_remaining")),
    isFreeTier: typeof isFreeTier === "boolean" ? isFreeTier : undefined
  }
}
