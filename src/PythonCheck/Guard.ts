/**
 * What is refused before anything reads the text: files that are too large, and characters that no Python file holds.
 */
import { type CodeFailure, of } from "../CodeFailure.js"

/** Far above any program that a model writes, and still read in well under a second. */
const MAX_BYTES = 256 * 1024

const lineOf = (text: string, index: number): number => text.slice(0, index).split("\n").length

export const check = (text: string): CodeFailure | undefined => {
  // A UTF-16 unit is one to three bytes of UTF-8: only the cases between need counting.
  if (text.length > MAX_BYTES || (text.length * 3 > MAX_BYTES && new TextEncoder().encode(text).length > MAX_BYTES)) {
    return of("guard", "too-large", `the module is larger than ${MAX_BYTES / 1024} kB`)
  }
  const zero = text.indexOf("\0")
  if (zero !== -1)
    return of("syntax", "null-byte", "source code cannot contain null bytes", { line: lineOf(text, zero) })
  const half = text.search(/\p{Surrogate}/u)
  if (half !== -1) {
    return of("syntax", "bad-character", "the text holds half of a surrogate pair", { line: lineOf(text, half) })
  }
  return undefined
}
