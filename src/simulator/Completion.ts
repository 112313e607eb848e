/**
 * What a completion says and how that is put into JSON when it is not streamed. Pure: behaviors combine these pieces
 * and decide what goes wrong with them; names and places of the fields are the dialect's.
 */
import * as Call from "./Call.js"
import * as Catalog from "./Catalog.js"
import type * as Dress from "./Dress.js"
import * as Wire from "./Wire.js"

interface Part {
  readonly type: "text"
  readonly text: string
}

export interface Message {
  readonly content: string | null | ReadonlyArray<Part>
  readonly reasoning?: string | undefined
  readonly finish: string | null
  /** Absent: counted from the text. Null: not sent. */
  readonly usage?: Wire.Json | null | undefined
  /** Fields beside the usual ones, on each of the three levels. */
  readonly fields?: Wire.Json
  readonly choice?: Wire.Json
  readonly body?: Wire.Json
}

/** The usual rule of thumb for English and code. */
const CHARACTERS_PER_TOKEN = 4

export const tokens = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN)

/** What the model says, complete or cut off at a ceiling, which reasoning and answer share in this order. */
export const within = (text: Dress.Text, ceiling: number): Message => {
  const room = ceiling * CHARACTERS_PER_TOKEN
  const reasoning = text.reasoning?.slice(0, room)
  const left = room - (reasoning?.length ?? 0)
  return { content: text.content.slice(0, left), reasoning, finish: text.content.length > left ? "length" : "stop" }
}

export const answer = (call: Call.Call): Message => within(call.text, Call.ceiling(call))

/** The first half of a good answer, for replies that break off in the middle. */
export const half = (call: Call.Call, finish: string | null): Message => {
  const { content } = call.text
  return { content: content.slice(0, Math.ceil(content.length / 2)), reasoning: call.text.reasoning, finish }
}

export const textOf = ({ content }: Message): string =>
  content === null ? "" : typeof content === "string" ? content : content.map(({ text }) => text).join("")

export const usage = (call: Call.Call, message: Message): Wire.Json => {
  const reasoningTokens = tokens(message.reasoning ?? "")
  const completionTokens = tokens(textOf(message)) + reasoningTokens
  return call.dialect.counts({
    prompt_tokens: call.promptTokens,
    completion_tokens: completionTokens,
    total_tokens: call.promptTokens + completionTokens,
    cost: Catalog.cost(call.model, call.promptTokens, completionTokens),
    completion_tokens_details: { reasoning_tokens: reasoningTokens }
  })
}

export const usageField = (call: Call.Call, message: Message): Wire.Json =>
  message.usage === null ? {} : { usage: message.usage ?? usage(call, message) }

/** Thoughts as one part of a content. */
export const thinking = (text: string): Wire.Json => ({ type: "thinking", thinking: [{ type: "text", text }] })

/** Thoughts at the head of a content. A model that was cut off while it thought has not closed its tag. */
export const tagged = (message: Message): string => {
  const closing = message.finish === "length" && textOf(message) === "" ? "" : "\n</think>\n\n"
  return `<think>\n${message.reasoning ?? ""}${closing}`
}

/** Content and thoughts, each where the dialect has them. */
const spoken = ({ dialect }: Call.Call, message: Message): Wire.Json => {
  const { content, reasoning } = message
  if (reasoning === undefined) return { content }
  switch (dialect.thoughts) {
    case "hidden":
      return { content }
    case "tags":
      return { content: tagged(message) + textOf(message) }
    case "parts":
      return { content: [thinking(reasoning), { type: "text", text: textOf(message) }] }
    case "reasoning":
    case "reasoning_content":
      return { content, [dialect.thoughts]: reasoning }
  }
}

/** A choice's finish reason in the dialect's word, and what stands beside it. */
export const finished = ({ dialect }: Call.Call, finish: string | null): Wire.Json => {
  const word = finish === null ? null : (dialect.finish[finish] ?? finish)
  return { finish_reason: word, ...dialect.choice(word) }
}

export const envelope = (call: Call.Call, message: Message, object: string): Wire.Json => ({
  id: call.id,
  object,
  created: Math.floor(call.now / 1000),
  model: call.dialect.model(call),
  ...call.dialect.envelope(call),
  ...message.body
})

/** What a reply that is no answer yet needs to know. */
export type Identified = Pick<Call.Call, "id" | "dialect">

export const headers = (call: Identified, contentType: string): Wire.Headers => ({
  "content-type": contentType,
  ...call.dialect.headers(call)
})

/** A JSON body with this status, at once. */
export const json = (call: Identified, status: number, body: unknown, extra: Wire.Headers = {}): Wire.Script => [
  Wire.head(status, { ...headers(call, call.dialect.types.plain), ...extra }),
  Wire.bytes(JSON.stringify(body))
]

export const plainBody = (call: Call.Call, message: Message): Wire.Json => ({
  ...envelope(call, message, "chat.completion"),
  choices: [
    {
      index: 0,
      ...finished(call, message.finish),
      message: { role: "assistant", ...spoken(call, message), ...message.fields },
      ...message.choice
    }
  ],
  ...usageField(call, message)
})

export const plain = (call: Call.Call, message: Message): Wire.Script => [
  Wire.at(call.latency),
  ...json(call, 200, plainBody(call, message))
]
