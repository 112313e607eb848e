/** The tokens and the price that a server counted, in whichever API's words. Pure. */
import { Usage } from "../../domain/Answer.js"
import * as Instance from "../../domain/Instance.js"
import * as Lenient from "./Lenient.js"

const PROMPT = ["prompt_tokens", "input_tokens", "promptTokenCount", "prompt_eval_count"] as const
const COMPLETION = ["completion_tokens", "output_tokens", "candidatesTokenCount", "eval_count"] as const
const REASONING = [
  ["completion_tokens_details", "reasoning_tokens"],
  ["output_tokens_details", "reasoning_tokens"],
  ["reasoning_tokens"],
  ["thoughtsTokenCount"]
] as const

/** The record of a chunk that holds its counts, where it has any. */
export const countsIn = (chunk: Readonly<Record<string, unknown>>): object | undefined => {
  const place = chunk["usage"] ?? chunk["usageMetadata"] ?? Lenient.get(chunk["x_groq"], "usage")
  const counts =
    place ?? (chunk["choices"] === undefined ? (Lenient.at(chunk, "message", "usage") ?? chunk) : undefined)
  return Lenient.isRecord(counts) && (first(counts, PROMPT) ?? first(counts, COMPLETION)) !== undefined
    ? counts
    : undefined
}

export const usageOf = (counts: object): Usage => {
  const cost = Lenient.number(Lenient.get(counts, "cost"))
  const tokens = { promptTokens: first(counts, PROMPT) ?? 0, completionTokens: first(counts, COMPLETION) ?? 0 }
  // Nobody pays a caller for asking; a budget must not grow by it.
  return Instance.of(Usage, { ...tokens, cost: cost === undefined || cost < 0 ? undefined : cost })
}

/** How many of the completion's tokens were reasoning. */
export const reasoningOf = (counts: object): number | undefined =>
  REASONING.map((path) => Lenient.number(Lenient.at(counts, ...path))).find((count) => count !== undefined)

const first = (counts: object, names: ReadonlyArray<string>): number | undefined => {
  for (const name of names) {
    const count = Lenient.number(Lenient.get(counts, name))
    if (count !== undefined) return count
  }
  return undefined
}
