/**
 * Bodies that come compressed though nobody asked for it. Some HTTP clients decode them and leave the header as it was, so
 * the first bytes have the last word. Brotli and Zstandard are the platform's: `node/Decompression`.
 */
import { type HttpClientError, ResponseError } from "@effect/platform/HttpClientError"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import type { LazyArg } from "effect/Function"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Body from "./Body.js"
import * as Bytes from "./Bytes.js"

type Format = ConstructorParameters<typeof DecompressionStream>[0]

/** So many bytes tell a text, which has no control characters, from what is compressed. */
export const LOOKED_AT = 64

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

const isZstd = ([first, second, third, fourth]: Uint8Array): boolean =>
  first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd

const isZlib = ([first = 0, second = 0]: Uint8Array): boolean =>
  (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0

export const isNoText = (bytes: Uint8Array): boolean =>
  bytes.subarray(0, LOOKED_AT).some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) ||
  new TextDecoder().decode(bytes.subarray(0, LOOKED_AT), { stream: true }).includes("\uFFFD")

/** By the header and the first bytes. `deflate` comes with zlib's frame, as the standard has it, or without. */
const FORMATS: ReadonlyArray<readonly [encoding: RegExp, fits: (bytes: Uint8Array) => boolean, format: Format]> = [
  [/^/, isGzip, "gzip"],
  [/^/, (bytes) => isZlib(bytes) && isNoText(bytes), "deflate"],
  [/deflate/i, isNoText, "deflate-raw"]
]

/** The first bytes of what is compressed. */
const FIRST: ReadonlySet<number> = new Set([0x1f, 0x28, 0x78])

/** Are more bytes needed than these to tell. */
const isUndecided = (encoding: string | undefined, bytes: Uint8Array): boolean => {
  const [first] = bytes
  return bytes.length < LOOKED_AT && (first === undefined || FIRST.has(first) || /deflate/i.test(encoding ?? ""))
}

/** Node says nothing of it by itself. */
const NO_ZSTD = "the answer is compressed with zstd, which this version of Node cannot undo; Node 22.15 can"

/** How a body is compressed that begins with these bytes; `undefined` when it is not. */
const formatOf = (encoding: string | undefined, bytes: Uint8Array): Format | undefined =>
  FORMATS.find(([header, fits]) => header.test(encoding ?? "") && fits(bytes))?.[2]

const decode = <E>(
  compressed: Stream.Stream<Uint8Array, E>,
  format: Format,
  onError: (cause: unknown) => E
): Stream.Stream<Uint8Array, E> =>
  Stream.fromReadableStream<Uint8Array, E>(
    () => Stream.toReadableStream(compressed).pipeThrough(new DecompressionStream(format)),
    onError
  )

/** Surely not compressed, by what nearly every body begins with. */
const isPlain = (encoding: string | undefined, chunk: Chunk.Chunk<Uint8Array>): boolean => {
  const first = Chunk.isNonEmpty(chunk) ? Chunk.headNonEmpty(chunk)[0] : undefined
  return encoding === undefined && first !== undefined && !FIRST.has(first)
}

/** The same body, decoded should it be compressed. `response` is the one that it belongs to. */
export const decoded = (
  body: Body.Body,
  encoding: string | undefined,
  response: LazyArg<HttpClientResponse>
): Body.Body => {
  let current: Body.Body | undefined
  const failed = (cause: unknown) => {
    const whole = response()
    return new ResponseError({ request: whole.request, response: whole, reason: "Decode", cause })
  }
  const look = Effect.fnUntraced(function* (begun: Chunk.Chunk<Uint8Array>) {
    let chunk = begun
    let first = Bytes.joined(chunk)
    while (isUndecided(encoding, first)) {
      const more = yield* body.pull.pipe(
        Effect.asSome,
        Effect.catchIf(Option.isNone, () => Effect.succeedNone)
      )
      if (Option.isNone(more)) break
      chunk = Chunk.appendAll(chunk, more.value)
      first = Bytes.joined(chunk)
    }
    if (isZstd(first)) return yield* Effect.fail(Option.some(failed({ message: NO_ZSTD })))
    current = body
    const format = formatOf(encoding, first)
    if (format === undefined) return chunk
    const compressed = Stream.concat(Stream.fromChunk(chunk), Stream.repeatEffectChunkOption(body.pull))
    current = yield* Body.fromStream(decode<HttpClientError>(compressed, format, failed))
    return yield* current.pull
  })
  const begin = Effect.flatMap(body.pull, (chunk) => {
    if (!isPlain(encoding, chunk)) return look(chunk)
    current = body
    return Effect.succeed(chunk)
  })
  return {
    pull: Effect.suspend(() => current?.pull ?? begin),
    leave: Effect.suspend(() =>
      current === undefined || current === body ? body.leave : Effect.ensuring(current.leave, body.leave)
    ),
    isOver: () => current?.isOver() ?? false
  }
}
