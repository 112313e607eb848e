/**
 * Bodies that come compressed though nobody asked for it. Some HTTP clients decode them and leave the header as it was, so
 * the first bytes have the last word. Brotli is the platform's: `node/Brotli`.
 */
import * as Stream from "effect/Stream"

type Format = ConstructorParameters<typeof DecompressionStream>[0]

/** So many bytes tell a text, which has no control characters, from what is compressed. */
export const LOOKED_AT = 64

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

const isZlib = ([first = 0, second = 0]: Uint8Array): boolean =>
  (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0

const isNoText = (bytes: Uint8Array): boolean =>
  bytes.subarray(0, LOOKED_AT).some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) ||
  new TextDecoder().decode(bytes.subarray(0, LOOKED_AT), { stream: true }).includes("\uFFFD")

/** By the header and the first bytes. `deflate` comes with zlib's frame, as the standard has it, or without. */
const FORMATS: ReadonlyArray<readonly [encoding: RegExp, fits: (bytes: Uint8Array) => boolean, format: Format]> = [
  [/^/, isGzip, "gzip"],
  [/deflate/i, (bytes) => isZlib(bytes) && isNoText(bytes), "deflate"],
  [/deflate/i, isNoText, "deflate-raw"]
]

/** Are more bytes needed than these to tell. */
export const isUndecided = (encoding: string | undefined, bytes: Uint8Array): boolean =>
  /deflate/i.test(encoding ?? "") ? bytes.length < LOOKED_AT : bytes.length < 2 && (bytes[0] ?? 0x1f) === 0x1f

/** How a body is compressed that begins with these bytes; `undefined` when it is not. */
export const formatOf = (encoding: string | undefined, bytes: Uint8Array): Format | undefined =>
  FORMATS.find(([header, fits]) => header.test(encoding ?? "") && fits(bytes))?.[2]

export const decode = <E>(
  compressed: Stream.Stream<Uint8Array, E>,
  format: Format,
  onError: (cause: unknown) => E
): Stream.Stream<Uint8Array, E> =>
  Stream.fromReadableStream<Uint8Array, E>(
    () => Stream.toReadableStream(compressed).pipeThrough(new DecompressionStream(format)),
    onError
  )
