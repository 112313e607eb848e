/** What the API says about the models on offer and about the key in use; whatever a server leaves out is absent. */
import * as Lenient from "./wire/Lenient.js"

export interface ModelInfo {
  readonly id: string
  readonly name?: string
  /** Tokens of prompt and answer together. */
  readonly contextLength?: number
  /** The largest answer, in tokens. */
  readonly maxCompletionTokens?: number
  /** US dollars: a token of the prompt, a token of the answer, and a request by itself where that costs anything. */
  readonly price?: { readonly prompt: number; readonly completion: number; readonly request?: number }
  /** Answers when it is asked, but is not to be recommended: a simulator lists its behaviors so. */
  readonly hidden?: true
}

export interface KeyInfo {
  readonly label?: string
  /** US dollars; absent where the key has no limit. */
  readonly limitRemaining?: number
  readonly isFreeTier?: boolean
}

export const decodeModels = (json: unknown): ReadonlyArray<ModelInfo> | undefined => {
  const data = Lenient.at(json, "data")
  // A server in Go that has no model says null.
  if (data === null) return []
  return Array.isArray(data) ? data.flatMap(modelOf) : undefined
}

const modelOf = (entry: unknown): ReadonlyArray<ModelInfo> => {
  const id = Lenient.words(Lenient.at(entry, "id"))
  if (id === undefined) return []
  const name = Lenient.words(Lenient.at(entry, "name"))
  const contextLength =
    tokens(Lenient.at(entry, "context_length")) ?? tokens(Lenient.at(entry, "top_provider", "context_length"))
  const maxCompletionTokens = tokens(Lenient.at(entry, "top_provider", "max_completion_tokens"))
  const prompt = price(Lenient.at(entry, "pricing", "prompt"))
  const completion = price(Lenient.at(entry, "pricing", "completion"))
  const request = price(Lenient.at(entry, "pricing", "request")) ?? 0
  return [
    {
      id,
      ...(name === undefined ? {} : { name }),
      ...(contextLength === undefined ? {} : { contextLength }),
      ...(maxCompletionTokens === undefined ? {} : { maxCompletionTokens }),
      ...(prompt === undefined || completion === undefined
        ? {}
        : { price: { prompt, completion, ...(request === 0 ? {} : { request }) } }),
      ...(Lenient.at(entry, "hidden") === true ? { hidden: true } : {})
    }
  ]
}

/** A limit of no tokens is a limit that the server does not know. */
const tokens = (value: unknown): number | undefined => {
  const count = Lenient.number(value)
  return count !== undefined && count > 0 ? count : undefined
}

/** Routers that pick a model by themselves have a price of -1: it is not known beforehand. */
const price = (value: unknown): number | undefined => {
  const dollars = Lenient.numeric(value)
  return dollars !== undefined && dollars >= 0 ? dollars : undefined
}

export const decodeKey = (json: unknown): KeyInfo | undefined => {
  const data = Lenient.at(json, "data")
  if (!Lenient.isRecord(data)) return undefined
  const label = Lenient.string(Lenient.at(data, "label"))
  const limitRemaining = Lenient.number(Lenient.at(data, "limit_remaining"))
  const isFreeTier = Lenient.at(data, "is_free_tier")
  return {
    ...(label === undefined ? {} : { label }),
    ...(limitRemaining === undefined ? {} : { limitRemaining }),
    ...(typeof isFreeTier === "boolean" ? { isFreeTier } : {})
  }
}
