/** SHA-256 of a text, in hexadecimal, from the Web Cryptography that Node and browsers share. */
import * as Effect from "effect/Effect"
import * as Encoding from "effect/Encoding"

export const sha256 = (text: string): Effect.Effect<string> =>
  Effect.map(
    Effect.promise(() => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))),
    (digest) => Encoding.encodeHex(new Uint8Array(digest))
  )
