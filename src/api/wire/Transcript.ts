/**
 * What has been said so far in one exchange. A stream adds its chunks one after the other, a plain body is one chunk that
 * holds everything; both end in the same value, so that whatever judges an answer does not know how it came.
 */
import { Usage } from "../../domain/Answer.js"
import * as Lenient from "./Lenient.js"

export interface Transcript {
  readonly text: string
  readonly refusal: string
  /** The size of text and refusal in UTF-8: what an exchange keeps in memory. */
  readonly bytes: number
  /** Chunks that carried something of the answer, be it text, reasoning or a refusal. */
  readonly tokens: number
  /** The model thought aloud, in a field of its own. */
  readonly reasoned: boolean
  /** At least one choice was seen. */
  readonly choices: boolean
  readonly finishReason?: string
  readonly model?: string
  readonly generationId?: string
  readonly usage?: Usage
  /** The error object, or string, that the server put into the answer. */
  readonly error?: unknown
  /** Nothing follows: `[DONE]`, usage with or after the finish reason, or a plain body read to its end. */
  readonly closed: boolean
}

export const empty: Transcript = {
  text: "",
  refusal: "",
  bytes: 0,
  tokens: 0,
  reasoned: false,
  choices: false,
  closed: false
}

/** Has everything been said: closed, or broken off with an error. */
export const isComplete = ({ closed, error }: Transcript): boolean => closed || error !== undefined

export const close = (self: Transcript): Transcript => ({ ...self, closed: true })

/** Adds a chunk of a stream (`delta`) or a whole body (`message`); fields of unexpected shape are passed over. */
export const add = (self: Transcript, chunk: unknown): Transcript => {
  const choice = Lenient.at(chunk, "choices", 0)
  const said = Lenient.at(choice, "delta") ?? Lenient.at(choice, "message")
  const finishReason = Lenient.words(Lenient.at(choice, "finish_reason")) ?? self.finishReason
  const model = Lenient.words(Lenient.at(chunk, "model")) ?? self.model
  const generationId = Lenient.words(Lenient.at(chunk, "id")) ?? self.generationId
  const counted = usageOf(Lenient.at(chunk, "usage"))
  const usage = counted ?? self.usage
  const text = textOf(Lenient.at(said, "content"))
  const reasoned = hasReasoning(said)
  const refusal = Lenient.string(Lenient.at(said, "refusal")) ?? ""
  const error = errorOf(chunk) ?? reported(choice) ?? self.error
  return {
    text: self.text + text,
    refusal: self.refusal + refusal,
    bytes: self.bytes + sizeOf(text) + sizeOf(refusal),
    tokens: self.tokens + (text !== "" || reasoned || refusal !== "" ? 1 : 0),
    reasoned: self.reasoned || reasoned,
    choices: self.choices || choice !== undefined,
    // Some servers count along with every chunk: only what comes with the finish reason, or later, is the last word.
    closed: self.closed || (finishReason !== undefined && counted !== undefined),
    ...(finishReason === undefined ? {} : { finishReason }),
    ...(model === undefined ? {} : { model }),
    ...(generationId === undefined ? {} : { generationId }),
    ...(usage === undefined ? {} : { usage }),
    ...(error === undefined ? {} : { error })
  }
}

/** The error of a chunk or a body stands under `error`, or (older vLLM) its fields are the body's own. */
const errorOf = (body: unknown): unknown => reported(body) ?? (isError(body) ? body : undefined)

const isError = (body: unknown): boolean =>
  Lenient.at(body, "object") === "error" ||
  (Lenient.at(body, "choices") === undefined &&
    Lenient.at(body, "code") !== undefined &&
    Lenient.words(Lenient.at(body, "message")) !== undefined)

const reported = (body: unknown): unknown => {
  const error = Lenient.at(body, "error")
  return Lenient.isRecord(error) ? error : Lenient.words(error)
}

/** Content is a string, a list of parts, or null. Parts of other types, such as a model's thoughts, are not the answer. */
const textOf = (content: unknown): string => {
  if (!Array.isArray(content)) return Lenient.string(content) ?? ""
  return content
    .filter((part) => (Lenient.string(Lenient.at(part, "type")) ?? "text") === "text")
    .map((part) => Lenient.string(Lenient.at(part, "text")) ?? "")
    .join("")
}

const hasReasoning = (said: unknown): boolean =>
  ["reasoning", "reasoning_content"].some((field) => (Lenient.string(Lenient.at(said, field)) ?? "") !== "")

const encoder = new TextEncoder()

const sizeOf = (text: string): number => (text === "" ? 0 : encoder.encode(text).length)

const usageOf = (usage: unknown): Usage | undefined => {
  const promptTokens = Lenient.number(Lenient.at(usage, "prompt_tokens"))
  const completionTokens = Lenient.number(Lenient.at(usage, "completion_tokens"))
  if (promptTokens === undefined && completionTokens === undefined) return undefined
  const named = Lenient.number(Lenient.at(usage, "cost"))
  // Nobody pays a caller for asking; a budget must not grow by it.
  const cost = named === undefined || named < 0 ? undefined : named
  return new Usage({
    promptTokens: promptTokens ?? 0,
    completionTokens: completionTokens ?? 0,
    ...(cost === undefined ? {} : { cost })
  })
}
