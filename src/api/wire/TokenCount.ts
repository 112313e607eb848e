/** The tokens and the price that a server counted, in whichever API's words. Pure. */
import { Usage } from "../../domain/Answer.js"
import * as Lenient from "./Lenient.js"

export interface TokenCount {
  readonly usage: Usage
  /** How many of the completion's tokens were reasoning. */
  readonly reasoning: number | undefined
}

/** Where the counts stand, and what they are called there. */
const PLACES: ReadonlyArray<ReadonlyArray<string>> = [
  ["usage"],
  ["usageMetadata"],
  ["x_groq", "usage"],
  ["message", "usage"],
  []
]
const PROMPT = ["prompt_tokens", "input_tokens", "promptTokenCount", "prompt_eval_count"] as const
const COMPLETION = ["completion_tokens", "output_tokens", "candidatesTokenCount", "eval_count"] as const
const REASONING = [
  ["completion_tokens_details", "reasoning_tokens"],
  ["output_tokens_details", "reasoning_tokens"],
  ["reasoning_tokens"],
  ["thoughtsTokenCount"]
] as const

export const of = (chunk: object): TokenCount | undefined => {
  for (const place of PLACES) {
    const counts = Lenient.at(chunk, ...place)
    if (!Lenient.isRecord(counts)) continue
    const prompt = first(counts, PROMPT)
    const completion = first(counts, COMPLETION)
    if (prompt === undefined && completion === undefined) continue
    const named = Lenient.number(Lenient.get(counts, "cost"))
    return {
      usage: new Usage({
        promptTokens: prompt ?? 0,
        completionTokens: completion ?? 0,
        // Nobody pays a caller for asking; a budget must not grow by it.
        ...(named === undefined || named < 0 ? {} : { cost: named })
      }),
      reasoning: REASONING.map((path) => Lenient.number(Lenient.at(counts, ...path))).find((n) => n !== undefined)
    }
  }
  return undefined
}

const first = (counts: object, names: ReadonlyArray<string>): number | undefined =>
  names.map((name) => Lenient.number(Lenient.get(counts, name))).find((count) => count !== undefined)
