/**
 * Scripts for `POST /chat/completions`: one completion said in the plain way or as a stream of server-sent events, and
 * errors in their JSON bodies. Pure; behaviours combine these and decide what goes wrong.
 */
import * as Catalog from "./Catalog.js"
import type * as Dress from "./Dress.js"
import type * as Program from "./Program.js"
import * as Wire from "./Wire.js"

/** One request as behaviours see it. Everything in it follows from the seed, the request and the time of its arrival. */
export interface Call {
  readonly seed: number
  /** The generation id, for the header and the body. */
  readonly id: string
  readonly model: Catalog.Model
  /** 1 for the first request of this model. */
  readonly nth: number
  readonly stream: boolean
  readonly promptTokens: number
  readonly maxCompletionTokens: number | undefined
  /** Until the last byte of a good answer, in milliseconds. */
  readonly latency: number
  /** What the latencies are multiplied with; for pauses that are long on purpose. */
  readonly latencyScale: number
  /** Arrival, in milliseconds since 1970. */
  readonly now: number
  readonly program: Program.Program
  /** The program as this model dresses it up. */
  readonly text: Dress.Text
}

type Json = Readonly<Record<string, unknown>>

/** What a completion says. Fields of `choice`, `message` and `body` go over the wire as they are, beside the usual ones. */
export interface Message {
  readonly content: unknown
  readonly reasoning?: string | undefined
  readonly finish: string | null
  /** Absent: counted from the text; null: not sent at all. */
  readonly usage?: Json | null
  readonly servedBy?: string
  readonly choice?: Json
  readonly message?: Json
  readonly body?: Json
}

/** The usual rule of thumb for English and code. */
const CHARACTERS_PER_TOKEN = 4

export const tokens = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN)

/** A ceiling cuts reasoning and answer alike, in this order. */
const fit = (text: Dress.Text, ceiling: number): Message => {
  const room = ceiling * CHARACTERS_PER_TOKEN
  const reasoning = text.reasoning?.slice(0, room)
  const left = room - (reasoning?.length ?? 0)
  const cutOff = text.content.length > left
  return { content: text.content.slice(0, left), reasoning, finish: cutOff ? "length" : "stop" }
}

/** What this model says when nothing goes wrong: complete, or cut off at the ceiling that the request sets. */
export const answer = (call: Call): Message =>
  fit(call.text, call.maxCompletionTokens ?? call.model.maxCompletionTokens)

const text = (content: unknown) => (typeof content === "string" ? content : JSON.stringify(content ?? ""))

export const usage = (call: Call, message: Message, priced = true): Json => {
  const reasoningTokens = tokens(message.reasoning ?? "")
  const completionTokens = tokens(text(message.content)) + reasoningTokens
  return {
    prompt_tokens: call.promptTokens,
    completion_tokens: completionTokens,
    total_tokens: call.promptTokens + completionTokens,
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
    ...(priced && { cost: Catalog.cost(call.model, call.promptTokens, completionTokens) })
  }
}

const usageField = (call: Call, message: Message): Json =>
  message.usage === null ? {} : { usage: message.usage ?? usage(call, message) }

const envelope = (call: Call, message: Message, object: string): Json => ({
  id: call.id,
  object,
  created: Math.floor(call.now / 1000),
  model: message.servedBy ?? call.model.id,
  provider: "Simulator"
})

export const headers = (call: Pick<Call, "id">, contentType: string): Wire.Headers => ({
  "content-type": contentType,
  "x-generation-id": call.id
})

export const JSON_TYPE = "application/json"
export const SSE_TYPE = "text/event-stream"
export const KEEP_ALIVE = ": OPENROUTER PROCESSING\n\n"

/** A JSON body with this status. */
export const json = (call: Pick<Call, "id">, status: number, body: unknown, extra: Wire.Headers = {}): Wire.Script => [
  Wire.head(status, { ...headers(call, JSON_TYPE), ...extra }),
  Wire.bytes(JSON.stringify(body))
]

export const plainBody = (call: Call, message: Message): Json => ({
  ...envelope(call, message, "chat.completion"),
  choices: [
    {
      index: 0,
      finish_reason: message.finish,
      native_finish_reason: message.finish,
      message: {
        role: "assistant",
        content: message.content,
        ...(message.reasoning !== undefined && { reasoning: message.reasoning }),
        ...message.message
      },
      ...message.choice
    }
  ],
  ...usageField(call, message),
  ...message.body
})

export const plain = (call: Call, message: Message): Wire.Script => [
  Wire.at(call.latency),
  ...json(call, 200, plainBody(call, message))
]

/** One event of a stream. */
export const event = (data: unknown): string => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`

export const DONE = event("[DONE]")

export const delta = (call: Call, message: Message, fields: Json, finish: string | null = null, choice: Json = {}) =>
  event({
    ...envelope(call, message, "chat.completion.chunk"),
    choices: [{ index: 0, delta: { role: "assistant", ...fields }, finish_reason: finish, ...choice }]
  })

/** A long answer comes in at most this many pieces, so that a thousand of them do not keep the machine busy. */
const MAX_DELTAS = 80
const MIN_CHARACTERS = 12

const pieces = (value: string): ReadonlyArray<string> => {
  const characters = Array.from(value)
  const size = Math.max(MIN_CHARACTERS, Math.ceil(characters.length / MAX_DELTAS))
  return Array.from({ length: Math.ceil(characters.length / size) }, (_, index) =>
    characters.slice(index * size, (index + 1) * size).join("")
  )
}

/** When a stream shows its first token, as a share of the whole latency. */
const FIRST_TOKEN = 0.25

export const firstToken = (call: Call): number => call.latency * FIRST_TOKEN

/** The events of the text alone, spread over the latency: no head, no end. */
export const deltas = (call: Call, message: Message): Wire.Script => {
  const first = firstToken(call)
  const events = [
    ...pieces(message.reasoning ?? "").map((piece) => delta(call, message, { content: "", reasoning: piece })),
    ...pieces(text(message.content)).map((piece) => delta(call, message, { content: piece }))
  ]
  const gap = (call.latency - first) / Math.max(1, events.length)
  return events.flatMap((one, index) => [Wire.at(first + index * gap), Wire.bytes(one)])
}

/** Head and first keep-alive: what a client sees while the model is still thinking. */
export const opening = (call: Call): Wire.Script => [Wire.head(200, headers(call, SSE_TYPE)), Wire.bytes(KEEP_ALIVE)]

export const finish = (call: Call, message: Message): string =>
  delta(call, message, { content: "" }, message.finish, message.choice)

export const usageChunk = (call: Call, message: Message): string =>
  event({ ...envelope(call, message, "chat.completion.chunk"), choices: [], ...usageField(call, message) })

export const closing = (call: Call, message: Message): string =>
  `${finish(call, message)}${message.usage === null ? "" : usageChunk(call, message)}${DONE}`

export const streamed = (call: Call, message: Message): Wire.Script => [
  ...opening(call),
  ...deltas(call, message),
  Wire.at(call.latency),
  Wire.bytes(closing(call, message))
]

/** In the way that the request asked for. */
export const reply = (call: Call, message: Message): Wire.Script =>
  call.stream ? streamed(call, message) : plain(call, message)

/** An error in the oldest of its shapes. */
export const failure = (
  code: number | string,
  message: string,
  metadata: Json | null = null
): { readonly error: Json } => ({ error: { code, message, metadata } })

export interface Availability {
  readonly code: string
  readonly retryable: boolean
  /** Seconds. */
  readonly retry_after?: number
  readonly fallback_models?: ReadonlyArray<string>
}

/** An error in its newest shape: without a code, and with what is known about whether asking again makes sense. */
export const unavailable = (
  model: string,
  status: number,
  type: string,
  message: string,
  availability: Availability,
  metadata: Json = {}
) => ({
  error: {
    message,
    error_type: type,
    http_status: status,
    availability: { ...availability, requested_models: [model], docs_url: "https://openrouter.ai/docs" },
    metadata
  }
})
