/** A string literal as the tokenizer finds it: where it ends, what is in it, and what is wrong with that. */
import * as FString from "./FString.js"
import * as Literals from "./Literals.js"
import { knows, type Target } from "./Target.js"

export interface Quoted {
  /** Where its body begins, and where the quotes behind it do. */
  readonly start: number
  readonly close: number
  readonly quote: string
  /** Of an f-string: its fields as far as they have been read. */
  readonly reading: FString.Reading | undefined
}

/** A code, a sentence, and whether the rest may be missing. */
export type Wrong = readonly [code: string, message: string, truncated?: boolean]

export const isWrong = (found: Quoted | Wrong): found is Wrong => Array.isArray(found)

export const wrongField = (wrong: string): readonly [code: string, message: string] => [
  "bad-f-string",
  `f-string: ${wrong}`
]

/** The literal whose prefix begins at a place; of an f-string only so many characters are looked into. */
export const read = (text: string, at: number, prefix: string, target: Target, most: number): Quoted | Wrong => {
  const quote = Literals.quoteAt(text, at + prefix.length)
  const start = at + prefix.length + quote.length
  const interpolated = /f/i.test(prefix)
  const free = interpolated && knows(target, "freeFString")
  const close = free ? FString.closeOf(text, start, quote) : Literals.closeOf(text, start, quote)
  if (close === undefined) {
    return quote.length === 3
      ? ["unterminated-string", "this triple-quoted string is never closed", true]
      : ["unterminated-string", "this string is not closed on its line", !text.includes("\n", at)]
  }
  const body = text.slice(start, close)
  if (!interpolated) {
    const wrong = Literals.wrongWith(prefix, body)
    return wrong === undefined ? { start, close, quote, reading: undefined } : ["bad-string", wrong]
  }
  const reading = new FString.Reading(body, /r/i.test(prefix), free)
  const wrong = reading.read(most)
  return wrong === undefined ? { start, close, quote, reading } : wrongField(wrong)
}
