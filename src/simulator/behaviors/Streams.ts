/** Streams as servers write them: legal but unusual, without an end, or with megabytes in them. */
import * as Call from "../Call.js"
import * as Completion from "../Completion.js"
import * as Draw from "../Draw.js"
import * as Dress from "../Dress.js"
import * as Reply from "../Reply.js"
import * as Sse from "../Sse.js"
import * as Wire from "../Wire.js"

/** A good stream with its text rewritten, event by event. */
const rewritten = (description: string, rewrite: (event: string) => string) =>
  Reply.streaming(description, (call) =>
    Sse.streamed(call, Completion.answer(call)).map((step) =>
      step._tag === "Bytes" && typeof step.bytes === "string" ? Wire.bytes(rewrite(step.bytes)) : step
    )
  )

/** A good text, and then another end than the usual one. */
const ending = (description: string, end: (call: Call.Call, message: Completion.Message) => Wire.Script) =>
  Reply.streaming(description, (call) => {
    const message = Completion.answer(call)
    return Sse.ending(call, message, ...end(call, message))
  })

const everyEvent = (stream: string, rewrite: (event: string) => string) =>
  stream
    .split("\n\n")
    .filter((event) => event !== "")
    .map(rewrite)
    .join("")

/** JSON spread over lines, each with its own `data:`. */
const severalLines = (event: string) => {
  const data = event.slice("data: ".length)
  if (!event.startsWith("data: {")) return `${event}\n\n`
  return `${JSON.stringify(JSON.parse(data), null, 1)
    .split("\n")
    .map((line) => `data: ${line}`)
    .join("\n")}\n\n`
}

const MULTIBYTE = "# Größe in €, Trend ↗︎ oder ↘︎, 価格 and 🚀\n"

/** Pieces of 1 to 40 bytes, and a cut inside every character of more than one byte. */
const shreds = (data: Uint8Array, draw: Draw.Draw): ReadonlyArray<Uint8Array> => {
  const cuts = new Set([data.length])
  for (let position = 0; position < data.length; position += draw.integer(1, 40)) cuts.add(position)
  data.forEach((byte, position) => {
    const continues = (byte & 0b1100_0000) === 0b1000_0000
    if (continues) cuts.add(position)
  })
  const sorted = [...cuts].sort((left, right) => left - right)
  return sorted.slice(1).map((end, index) => data.subarray(sorted[index], end))
}

/** One write a millisecond, so that the pieces stay apart on their way. */
const shredded = (call: Call.Call): Wire.Script => {
  const text = Dress.dresses.bare({ ...call.program, code: MULTIBYTE + call.program.code })
  const data = new TextEncoder().encode(Sse.transcript(call, Completion.within(text, Call.ceiling(call))))
  return [
    Wire.head(200, Completion.headers(call, call.dialect.types.stream)),
    ...shreds(data, Draw.make(call.seed, "shreds", call.nth)).flatMap((piece, index) => [
      Wire.at(index),
      Wire.bytes(piece)
    ])
  ]
}

const LINE = `# ${"padding ".repeat(12)}\n`

/** A good program that goes on with comments until it has this many characters. */
const long = (call: Call.Call, characters: number): Completion.Message => ({
  content: call.program.code + LINE.repeat(Math.ceil(Math.max(0, characters - call.program.code.length) / LINE.length)),
  finish: "stop"
})

export const table = {
  "stream-crlf": rewritten("a good stream whose lines end in CRLF", (text) => text.replaceAll("\n", "\r\n")),
  "stream-several-lines": rewritten("a good stream with the data of an event over several lines", (text) =>
    everyEvent(text, severalLines)
  ),
  "stream-comments": rewritten("a good stream with comments between and inside events", (text) =>
    everyEvent(text, (event) => `:\n\n: data: {"no":"data"}\n\n: before\n${event}\n: after\n\n`)
  ),
  "stream-fields": rewritten(
    "a good stream without a space after data: and with the fields event, id and retry",
    (text) => everyEvent(text, (event) => `event: message\nid: 1\nretry: 3000\n${event.replace("data: ", "data:")}\n\n`)
  ),
  "stream-split": Reply.streaming("a good stream in pieces of a few bytes, also cut inside characters", shredded),
  "stream-no-newline": ending("a good stream without a newline after its last line", (call, message) => [
    Wire.bytes(Sse.finish(call, message) + Sse.usage(call, message) + Sse.DONE.trimEnd())
  ]),
  "stream-usage-in-finish": ending("a good stream with the usage beside the finish reason", (call, message) => [
    Wire.bytes(Sse.finish(call, { ...message, body: Completion.usageField(call, message) }) + Sse.DONE)
  ]),
  "stream-no-done": ending("a good stream without [DONE]", (call, message) => [
    Wire.bytes(Sse.finish(call, message) + Sse.usage(call, message))
  ]),
  "stream-eof-after-finish": ending("a good stream that ends with its finish reason", (call, message) => [
    Wire.bytes(Sse.finish(call, message))
  ]),
  "stream-eof": Reply.streaming("the stream ends in the middle, without a finish reason", (call) =>
    Sse.ending(call, Completion.half(call, null))
  ),
  "stream-open-after-done": ending("the stream stays open after [DONE]", (call, message) => [
    Wire.bytes(Sse.finish(call, message) + Sse.usage(call, message) + Sse.DONE),
    Wire.hang
  ]),
  "stream-open-after-usage": ending("the stream stays open after finish reason and usage", (call, message) => [
    Wire.bytes(Sse.finish(call, message) + Sse.usage(call, message)),
    Wire.hang
  ]),
  "stream-open-after-finish": ending("the stream stays open after its finish reason", (call, message) => [
    Wire.bytes(Sse.finish(call, message)),
    Wire.hang
  ]),
  "stream-open-after-delta": ending("the stream stays open after its last piece of text", () => [Wire.hang]),
  "stream-ignored": Reply.fixed("plain JSON, although a stream was asked for", (call) =>
    Completion.plain(call, Completion.answer(call))
  ),
  "huge-line": Reply.tunable("one event of this many characters", 1_000_000, (call, characters) => {
    const message = long(call, characters)
    return call.stream
      ? [
          ...Sse.opening(call),
          Wire.at(call.latency),
          Wire.bytes(Sse.delta(call, message, { content: message.content })),
          Wire.bytes(Sse.finish(call, message) + Sse.usage(call, message) + Sse.DONE)
        ]
      : Completion.plain(call, message)
  }),
  "huge-answer": Reply.tunable("an answer of this many characters", 9_000_000, (call, characters) =>
    Reply.say(call, long(call, characters))
  )
} satisfies Reply.Table
