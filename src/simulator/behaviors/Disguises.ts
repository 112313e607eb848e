/** Good answers whose headers do not tell what the body is: under another type, or encoded although nobody asked for it. */
import * as Zlib from "node:zlib"
import type * as Call from "../Call.js"
import * as Completion from "../Completion.js"
import * as Reply from "../Reply.js"
import * as Sse from "../Sse.js"
import * as Wire from "../Wire.js"

/** A good answer with other headers. */
const headed = (description: string, change: (headers: Wire.Headers) => Wire.Headers) =>
  Reply.streaming(description, (call) =>
    Sse.streamed(call, Completion.answer(call)).map((step) =>
      step._tag === "Head" ? Wire.head(step.status, change(step.headers)) : step
    )
  )

const typed = (type: string) =>
  headed(`a stream that says it is ${type}`, (headers) => ({ ...headers, "content-type": type }))

/** JSON that says it is a stream. */
const posing = (description: string, indent: number) =>
  Reply.streaming(description, (call) => [
    Wire.at(call.latency),
    Wire.head(200, Completion.headers(call, call.dialect.types.stream)),
    Wire.bytes(JSON.stringify(Completion.plainBody(call, Completion.answer(call)), null, indent))
  ])

const encoded = (name: string, encode: (text: string) => Uint8Array) =>
  Reply.fixed(`encoded with ${name}, whatever the request accepts`, (call) => {
    const message = Completion.answer(call)
    const { plain, stream } = call.dialect.types
    return [
      Wire.at(call.latency),
      Wire.head(200, { ...Completion.headers(call, call.stream ? stream : plain), "content-encoding": name }),
      Wire.bytes(
        encode(call.stream ? Sse.transcript(call, message) : JSON.stringify(Completion.plainBody(call, message)))
      )
    ]
  })

/** Ollama's own stream: an object a line, without `data:`. */
const ndjson = (call: Call.Call): Wire.Script => {
  const message = Completion.answer(call)
  const line = (fields: Wire.Json) =>
    `${JSON.stringify({ model: call.asked, created_at: new Date(call.now).toISOString(), ...fields })}\n`
  return [
    Wire.at(call.latency),
    Wire.head(200, Completion.headers(call, "application/x-ndjson")),
    ...(Completion.textOf(message).match(/[^]{1,40}/g) ?? []).map((content) =>
      Wire.bytes(line({ message: { role: "assistant", content }, done: false }))
    ),
    Wire.bytes(line({ message: { role: "assistant", content: "" }, done: true, done_reason: message.finish }))
  ]
}

export const table = {
  "as-json": typed("application/json"),
  "as-text": typed("text/plain; charset=utf-8"),
  "as-bytes": typed("application/octet-stream"),
  "as-html": typed("text/html"),
  "as-nothing": headed("a stream without a content type", (headers) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "content-type"))
  ),
  "json-as-stream": posing("JSON that says it is a stream", 0),
  "pretty-as-stream": posing("JSON over many lines that says it is a stream", 2),
  "encoded-gzip": encoded("gzip", Zlib.gzipSync),
  "encoded-br": encoded("br", Zlib.brotliCompressSync),
  "encoded-deflate": encoded("deflate", Zlib.deflateSync),
  ndjson: Reply.streaming("a stream of Ollama's own kind, an object a line", ndjson)
} satisfies Reply.Table
