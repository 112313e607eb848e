/** Bytes in one piece, and how many of them a text has in UTF-8. Pure. */
import * as Chunk from "effect/Chunk"

export const joined = (pieces: Chunk.Chunk<Uint8Array>): Uint8Array => {
  if (pieces.length === 1) return Chunk.unsafeHead(pieces)
  let length = 0
  for (const piece of pieces) length += piece.length
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

const BEYOND_ASCII = /[\u0080-\uffff]/

/** Without encoding it. UTF-8 takes a byte for ASCII, two below U+0800, else three; a pair of surrogates four together. */
export const sizeOf = (text: string): number => {
  if (!BEYOND_ASCII.test(text)) return text.length
  let bytes = text.length
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 0x80) continue
    bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2
  }
  return bytes
}
