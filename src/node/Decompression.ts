/**
 * Bodies that come in Brotli or Zstandard though nobody asked for it: what no web stream can undo, and Node can. A gateway
 * that has decoded a body may leave the header as it was, so the first bytes have the last word.
 */
import { Duplex, pipeline, Readable } from "node:stream"
import * as zlib from "node:zlib"
import * as NodeStream from "@effect/platform-node/NodeStream"
import * as HttpClient from "@effect/platform/HttpClient"
import { type HttpClientError, ResponseError } from "@effect/platform/HttpClientError"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Compression from "../api/wire/Compression.js"

type Decoder = () => Duplex

const isDecoder = (value: unknown): value is Decoder => typeof value === "function"

/** Node has Zstandard from 22.15 and 23.8 on. */
const zstd: unknown = Reflect.get(zlib, "createZstdDecompress")

const DECODERS: ReadonlyMap<string, Decoder> = new Map([
  ["br", zlib.createBrotliDecompress],
  ...(isDecoder(zstd) ? [["zstd", zstd] as const] : [])
])

/** Statuses that have no body. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304])

export const decoded = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  HttpClient.transformResponse(client, Effect.map(plain))

/** Without the encoding that was put on last. */
export const plain = (response: HttpClientResponse.HttpClientResponse): HttpClientResponse.HttpClientResponse => {
  const { headers, request, status } = response
  const { "content-encoding": encoding = "", "content-length": _, ...others } = headers
  if (encoding === "") return response
  const [last = "", ...inner] = encoding.toLowerCase().split(",").toReversed()
  const decoder = DECODERS.get(last.trim())
  if (decoder === undefined || BODILESS.has(status)) return response
  // The end of what is decoded is also what a body leaves behind that breaks off before its first byte.
  let failure: HttpClientError | undefined
  const coded = Stream.tapError(response.stream, (error) => Effect.sync(() => (failure = error)))
  const bytes: Stream.Stream<Uint8Array, HttpClientError> = NodeStream.pipeThroughDuplex(
    coded,
    () => Duplex.from((source: AsyncIterable<Uint8Array>) => decode(source, decoder)),
    (cause) => new ResponseError({ request, response, reason: "Decode", cause })
  ).pipe(Stream.concat(Stream.suspend(() => (failure === undefined ? Stream.empty : Stream.fail(failure)))))
  const left = inner.length === 0 ? {} : { "content-encoding": inner.toReversed().join(",") }
  const body = Stream.toReadableStream(bytes)
  return HttpClientResponse.fromWeb(request, new Response(body, { status, headers: { ...others, ...left } }))
}

async function* decode(source: AsyncIterable<Uint8Array>, decoder: Decoder): AsyncGenerator<Uint8Array> {
  const rest = source[Symbol.asyncIterator]()
  let head = new Uint8Array()
  while (head.length < Compression.LOOKED_AT) {
    const { done, value } = await rest.next()
    if (done === true) break
    head = Buffer.concat([head, value])
  }
  async function* all() {
    if (head.length > 0) yield head
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
  }
  if (Compression.isNoText(head)) yield* pipeline(Readable.from(all()), decoder(), () => undefined)
  else yield* all()
}
