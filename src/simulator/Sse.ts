/**
 * A completion as a stream of server-sent events: the pieces in which it is said and the ways in which they are put
 * together. Pure.
 */
import * as Call from "./Call.js"
import * as Completion from "./Completion.js"
import * as Wire from "./Wire.js"

export const KEEP_ALIVE = ": OPENROUTER PROCESSING\n\n"

export const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`

export const DONE = "data: [DONE]\n\n"

const NOTHING: Completion.Message = { content: "", finish: null }

const chunk = (call: Call.Call, message: Completion.Message, fields: Wire.Json) => ({
  ...Completion.envelope(call, message, "chat.completion.chunk"),
  ...fields,
  ...(message.usage === null ? {} : call.dialect.every(call, () => message.usage ?? Completion.usage(call, message)))
})

const choosing = (call: Call.Call, finish: string | null, delta: Wire.Json, choice: Wire.Json = {}) => ({
  choices: [
    {
      index: 0,
      delta: call.dialect.roleInEach ? { role: "assistant", ...delta } : delta,
      ...Completion.finished(call, finish),
      ...choice
    }
  ]
})

/** One event with one choice. */
export const delta = (
  call: Call.Call,
  message: Completion.Message,
  fields: Wire.Json,
  choice: Wire.Json = {}
): string => event(chunk(call, message, choosing(call, null, fields, choice)))

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

/** The thoughts, piece by piece, where the dialect has them. */
const thoughts = ({ dialect }: Call.Call, message: Completion.Message): ReadonlyArray<Wire.Json> => {
  const { reasoning } = message
  if (reasoning === undefined) return []
  const { thoughts: place } = dialect
  switch (place) {
    case "hidden":
      return []
    case "tags":
      return pieces(Completion.tagged(message)).map((content) => ({ content }))
    case "parts":
      return pieces(reasoning).map((text) => ({ content: [Completion.thinking(text)] }))
    case "reasoning":
    case "reasoning_content":
      return pieces(reasoning).map((piece) => ({ content: "", [place]: piece }))
  }
}

const said = (call: Call.Call, message: Completion.Message): ReadonlyArray<Wire.Json> => [
  ...thoughts(call, message),
  ...pieces(Completion.textOf(message)).map((content) => ({ content }))
]

/** The events of the text alone, without an end. */
export const deltas = (call: Call.Call, message: Completion.Message): ReadonlyArray<string> =>
  said(call, message).map((fields) => delta(call, message, fields))

/** The event that ends a completion: its finish reason, with the last piece of text where the dialect has it there. */
export const finish = (call: Call.Call, message: Completion.Message, text: Wire.Json = {}): string => {
  const fields = { content: message.content === null ? null : "", ...text, ...message.fields }
  return event(
    chunk(call, message, {
      ...choosing(call, message.finish, fields, message.choice),
      ...(message.usage === null ? {} : call.dialect.finishing(call, message.usage ?? Completion.usage(call, message)))
    })
  )
}

export const usage = (call: Call.Call, message: Completion.Message): string => {
  const { usage: habit } = call.dialect
  const wanted = habit === "always" || (habit === "on-request" && call.includeUsage)
  return wanted && message.usage !== null
    ? event(chunk(call, message, { choices: [], ...Completion.usageField(call, message) }))
    : ""
}

const closing = (call: Call.Call, message: Completion.Message): string =>
  call.dialect.closing(() => Completion.plainBody(call, message))

/** All of a good stream after its head, as text. */
export const transcript = (call: Call.Call, message: Completion.Message): string =>
  [
    call.dialect.keepAlive ?? "",
    ...opened(call),
    ...deltas(call, message),
    finish(call, message),
    usage(call, message),
    closing(call, message)
  ].join("")

const opened = (call: Call.Call): ReadonlyArray<string> =>
  call.dialect.opening(call).map((fields) => event(chunk(call, NOTHING, fields)))

/** What a client sees while the model is still thinking, and before its first token. */
export const opening = (call: Call.Call): Wire.Script => {
  const { keepAlive, types } = call.dialect
  const head = Wire.head(200, Completion.headers(call, types.stream))
  const events = opened(call)
  return [
    ...(keepAlive === undefined
      ? [Wire.at(Call.firstToken(call)), head]
      : [head, Wire.bytes(keepAlive), Wire.at(Call.firstToken(call))]),
    ...(events.length === 0 ? [] : [Wire.bytes(events.join(""))])
  ]
}

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

export const streamed = (call: Call.Call, message: Completion.Message): Wire.Script => {
  const events = deltas(call, message)
  const last = call.dialect.finishesWithText ? said(call, message).at(-1) : undefined
  return [
    ...opening(call),
    ...paced(call, last === undefined ? events : events.slice(0, -1)),
    Wire.at(call.latency),
    Wire.bytes(finish(call, message, last) + usage(call, message) + closing(call, message))
  ]
}
