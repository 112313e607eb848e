/**
 * A completion as a stream of server-sent events: the pieces in which it is said and the ways in which they are put
 * together. Pure.
 */
import * as Call from "./Call.js"
import * as Completion from "./Completion.js"
import * as Wire from "./Wire.js"

export const CONTENT_TYPE = "text/event-stream"
export const KEEP_ALIVE = ": OPENROUTER PROCESSING\n\n"

export const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`

export const DONE = "data: [DONE]\n\n"

const chunk = (call: Call.Call, message: Completion.Message, fields: Completion.Json) => ({
  ...Completion.envelope(call, message, "chat.completion.chunk"),
  ...fields
})

/** One event with one choice. */
export const delta = (
  call: Call.Call,
  message: Completion.Message,
  fields: Completion.Json,
  choice: Completion.Json = {}
): string =>
  event(
    chunk(call, message, {
      choices: [{ index: 0, delta: { role: "assistant", ...fields }, finish_reason: null, ...choice }]
    })
  )

/** A long answer comes in at most this many pieces, so that many answers at once do not keep the machine busy. */
const MAX_PIECES = 80
const MIN_CHARACTERS = 12

/** The place for a cut at or after this one that leaves no character in halves. */
const whole = (value: string, position: number) =>
  (value.codePointAt(position - 1) ?? 0) > 0xffff ? position + 1 : position

const pieces = (value: string): ReadonlyArray<string> => {
  const size = Math.max(MIN_CHARACTERS, Math.ceil(value.length / MAX_PIECES))
  const count = Math.ceil(value.length / size)
  const cuts = Array.from({ length: count + 1 }, (_, index) => (index === 0 ? 0 : whole(value, index * size)))
  return cuts.slice(1).map((end, index) => value.slice(cuts[index], end))
}

/** The events of the text alone, without an end. */
export const deltas = (call: Call.Call, message: Completion.Message): ReadonlyArray<string> => [
  ...pieces(message.reasoning ?? "").map((piece) =>
    delta(call, message, { content: "", ...Completion.reasoningField(message, piece) })
  ),
  ...pieces(Completion.textOf(message)).map((piece) => delta(call, message, { content: piece }))
]

/** The events that end a completion: its finish reason, and what it used. */
export const finish = (call: Call.Call, message: Completion.Message): string =>
  delta(
    call,
    message,
    { content: message.content === null ? null : "", ...message.fields },
    {
      finish_reason: message.finish,
      native_finish_reason: message.finish,
      ...message.choice
    }
  )

export const usage = (call: Call.Call, message: Completion.Message): string =>
  message.usage === null ? "" : event(chunk(call, message, { choices: [], ...Completion.usageField(call, message) }))

/** All of a good stream after its head, as text. */
export const transcript = (call: Call.Call, message: Completion.Message): string =>
  [KEEP_ALIVE, ...deltas(call, message), finish(call, message), usage(call, message), DONE].join("")

/** Head and first keep-alive: what a client sees while the model is still thinking. */
export const opening = (call: Call.Call): Wire.Script => [
  Wire.head(200, Completion.headers(call, CONTENT_TYPE)),
  Wire.bytes(KEEP_ALIVE)
]

/** Spreads events evenly over the time between the first token and the last. */
export const paced = (call: Call.Call, events: ReadonlyArray<string>): Wire.Script => {
  const first = Call.firstToken(call)
  const gap = (call.latency - first) / Math.max(1, events.length)
  return events.flatMap((one, index) => [Wire.at(first + index * gap), Wire.bytes(one)])
}

/** A stream that says this and then ends as told, at the end of the latency. */
export const ending = (call: Call.Call, message: Completion.Message, ...end: Wire.Script): Wire.Script => [
  ...opening(call),
  ...paced(call, deltas(call, message)),
  Wire.at(call.latency),
  ...end
]

export const streamed = (call: Call.Call, message: Completion.Message): Wire.Script =>
  ending(call, message, Wire.bytes(finish(call, message) + usage(call, message) + DONE))
