/** What the API says about the models on offer and about the key in use; whatever a server leaves out is absent. */
import * as Lenient from "./Lenient.js"

export interface ModelInfo {
  readonly id: string
  readonly name?: string
  /** Tokens of prompt and answer together. */
  readonly contextLength?: number
  /** The largest answer, in tokens. */
  readonly maxCompletionTokens?: number
  /** US dollars a token. */
  readonly price?: { readonly prompt: number; readonly completion: number }
}

export interface KeyInfo {
  readonly label?: string
  /** US dollars; absent where the key has no limit. */
  readonly limitRemaining?: number
  readonly isFreeTier?: boolean
}

export const decodeModels = (json: unknown): ReadonlyArray<ModelInfo> | undefined => {
  const data = Lenient.at(json, "data")
  return Array.isArray(data) ? data.flatMap(modelOf) : undefined
}

const modelOf = (entry: unknown): ReadonlyArray<ModelInfo> => {
  const id = Lenient.string(Lenient.at(entry, "id"))
  if (id === undefined) return []
  const name = Lenient.string(Lenient.at(entry, "name"))
  const contextLength =
    Lenient.number(Lenient.at(entry, "context_length")) ??
    Lenient.number(Lenient.at(entry, "top_provider", "context_length"))
  const maxCompletionTokens = Lenient.number(Lenient.at(entry, "top_provider", "max_completion_tokens"))
  const prompt = Lenient.numeric(Lenient.at(entry, "pricing", "prompt"))
  const completion = Lenient.numeric(Lenient.at(entry, "pricing", "completion"))
  return [
    {
      id,
      ...(name === undefined ? {} : { name }),
      ...(contextLength === undefined ? {} : { contextLength }),
      ...(maxCompletionTokens === undefined ? {} : { maxCompletionTokens }),
      ...(prompt === undefined || completion === undefined ? {} : { price: { prompt, completion } })
    }
  ]
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
