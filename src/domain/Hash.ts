/** The two hashes of the project: SHA-256 where a name must never be shared, eight digits where a person reads it. */
import { sha256 as digest } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"
import { globalValue } from "effect/GlobalValue"

type Sha256 = (text: string) => string

const portable: Sha256 = (text) => bytesToHex(digest(utf8ToBytes(text)))

/** Entry points may have a copy of this module each, and share this. */
const current = globalValue("algogen/Hash", () => ({ sha256: portable }))

/** SHA-256 of a text, in hexadecimal. Synchronous, unlike the Web Cryptography that Node and browsers share. */
export const sha256: Sha256 = (text) => current.sha256(text)

/** Takes the platform's own in place of the portable one, which is ten times as slow, if it comes to the same. */
export const use = (own: Sha256): void => {
  if (own("\u00e9") === portable("\u00e9")) current.sha256 = own
}

/**
 * FNV-1a over UTF-16 units, 32 bits, in hexadecimal: the same in every run and every version of this package. It guards
 * against accidents, not against malice, and two texts may share one. Changing a single unit always changes the result.
 */
export const shortHash = (text: string): string => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, "0")
}
