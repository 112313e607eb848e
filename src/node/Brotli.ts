/** Bodies that come in Brotli though nobody asked for it: the one compression that every Node can undo, and no web stream. */
import { createBrotliDecompress } from "node:zlib"
import * as NodeStream from "@effect/platform-node/NodeStream"
import * as HttpClient from "@effect/platform/HttpClient"
import { type HttpClientError, ResponseError } from "@effect/platform/HttpClientError"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** Statuses that have no body. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304])

export const decoded = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  HttpClient.transformResponse(client, Effect.map(withoutBrotli))

const withoutBrotli = (response: HttpClientResponse.HttpClientResponse): HttpClientResponse.HttpClientResponse => {
  const { headers, request, status } = response
  if (headers["content-encoding"]?.trim().toLowerCase() !== "br" || BODILESS.has(status)) return response
  const { "content-encoding": _, "content-length": __, ...others } = headers
  const plain: Stream.Stream<Uint8Array, HttpClientError> = NodeStream.pipeThroughDuplex(
    response.stream,
    createBrotliDecompress,
    (cause) => new ResponseError({ request, response, reason: "Decode", cause })
  )
  const body = Stream.toReadableStream(plain)
  return HttpClientResponse.fromWeb(request, new Response(body, { status, headers: { ...others } }))
}
