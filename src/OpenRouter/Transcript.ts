/**
 * What has been said so far in one exchange. A stream adds its chunks one after the other, a plain body is one chunk that
 * holds everything; both end in the same value, so that whatever judges an answer does not know how it came.
 */
import { Usage } from "../Answer.js"
import * as Lenient from "./Lenient.js"

export interface Transcript {
  readonly text: string
  /** Chunks that carried something of the answer, be it text, reasoning or a refusal. */
  readonly tokens: number
  /** The model thought aloud, in a field of its own. */
  readonly reasoned: boolean
  readonly refusal: string
  /** At least one choice was seen. */
  readonly choices: boolean
  readonly finishReason?: string
  readonly model?: string
  readonly generationId?: string
  readonly usage?: Usage
  /** The error object, or string, that the server put into the answer. */
  readonly error?: unknown
  /** The server said that nothing follows: `[DONE]`, or a plain body read to its end. */
  readonly closed: boolean
}

export const empty: Transcript = { text: "", tokens: 0, reasoned: false, refusal: "", choices: false, closed: false }

/** Has everything been said: closed by the server, an error, or a finish reason followed by the usage. */
export const isComplete = ({ closed, error, finishReason, usage }: Transcript): boolean =>
  closed || error !== undefined || (finishReason !== undefined && usage !== undefined)

export const close = (self: Transcript): Transcript => ({ ...self, closed: true })

/** Adds a chunk of a stream (`delta`) or a whole body (`message`); fields of unexpected shape are passed over. */
export const add = (self: Transcript, chunk: unknown): Transcript => {
  const choice = Lenient.at(chunk, "choices", 0)
  const said = Lenient.at(choice, "delta") ?? Lenient.at(choice, "message")
  const finishReason = Lenient.string(Lenient.at(choice, "finish_reason")) ?? self.finishReason
  const model = Lenient.string(Lenient.at(chunk, "model")) ?? self.model
  const generationId = Lenient.string(Lenient.at(chunk, "id")) ?? self.generationId
  const usage = usageOf(Lenient.at(chunk, "usage")) ?? self.usage
  const text = textOf(Lenient.at(said, "content"))
  const reasoned = hasReasoning(said)
  const refusal = Lenient.string(Lenient.at(said, "refusal")) ?? ""
  const error = errorOf(chunk) ?? errorOf(choice) ?? self.error
  return {
    text: self.text + text,
    tokens: self.tokens + (text !== "" || reasoned || refusal !== "" ? 1 : 0),
    reasoned: self.reasoned || reasoned,
    refusal: self.refusal + refusal,
    choices: self.choices || choice !== undefined,
    closed: self.closed,
    ...(finishReason === undefined ? {} : { finishReason }),
    ...(model === undefined ? {} : { model }),
    ...(generationId === undefined ? {} : { generationId }),
    ...(usage === undefined ? {} : { usage }),
    ...(error === undefined ? {} : { error })
  }
}

/** An error stands under `error`, as an object or a string, or (older vLLM) it is the body itself. */
const errorOf = (body: unknown): unknown => {
  if (Lenient.at(body, "object") === "error") return body
  const error = Lenient.at(body, "error")
  return Lenient.isRecord(error) || (typeof error === "string" && error !== "") ? error : undefined
}

/** Content is a string, a list of parts, or null. */
const textOf = (content: unknown): string => {
  if (!Array.isArray(content)) return Lenient.string(content) ?? ""
  return content.map((part) => Lenient.string(Lenient.at(part, "text")) ?? "").join("")
}

const hasReasoning = (said: unknown): boolean =>
  ["reasoning", "reasoning_content"].some((field) => (Lenient.string(Lenient.at(said, field)) ?? "") !== "")

const usageOf = (usage: unknown): Usage | undefined => {
  const promptTokens = Lenient.number(Lenient.at(usage, "prompt_tokens"))
  const completionTokens = Lenient.number(Lenient.at(usage, "completion_tokens"))
  if (promptTokens === undefined && completionTokens === undefined) return undefined
  const cost = Lenient.number(Lenient.at(usage, "cost"))
  return new Usage({
    promptTokens: promptTokens ?? 0,
    completionTokens: completionTokens ?? 0,
    ...(cost === undefined ? {} : { cost })
  })
}
