/**
 * Takes the API key out of what a server sends back, should it repeat it in a message, a header or an answer, however it
 * writes it: see `secret/Search`. Pure.
 */
import * as Redacted from "effect/Redacted"
import { REDACTED } from "../../domain/Redaction.js"
import * as Lenient from "./Lenient.js"
import * as Masked from "./Masked.js"
import * as Search from "./secret/Search.js"

export interface Secret {
  /** The text without the key. */
  readonly scrub: (text: string) => string
  /** The same for a text that still grows: an end that may become the key is held back. */
  readonly scrubGrowing: (text: string) => string
  /** The same for a text that broke off: an end that is a telling part of the key is taken away. */
  readonly scrubTorn: (text: string) => string
  /** Does a text show a key with its middle left out, and not ours; false where we have none. */
  readonly isForeign: (text: string) => boolean
}

/** The letters of a shorter one would be found in every text: what stands in for a key at many a server is "none", or "ollama". */
const MIN_LENGTH = 8

/** A short key is found where it is said to be one: as the header that it is sent in. */
const telling = (key: string): string => (key.length < MIN_LENGTH ? `Bearer ${key}` : key)

const same = (text: string): string => text

/** There is nothing to hide. */
export const NONE: Secret = { scrub: same, scrubGrowing: same, scrubTorn: same, isForeign: () => false }

/** Other `words` are as secret as the key. */
export const make = (apiKey: Redacted.Redacted | undefined, words: ReadonlyArray<string> = []): Secret => {
  const keys = [apiKey === undefined ? "" : Redacted.value(apiKey), ...words].filter((key) => key !== "")
  if (keys.length === 0) return NONE
  const searches = keys.map((key) => Search.make(telling(key)))
  /** With an end taken away that has at least so many letters of a key. */
  const endingBefore = (least: number) => (text: string) =>
    searches.reduce((rest, search) => without(rest, search(rest), least), text)
  return {
    scrub: endingBefore(Number.POSITIVE_INFINITY),
    scrubGrowing: endingBefore(1),
    scrubTorn: endingBefore(MIN_LENGTH),
    isForeign: (text) => Masked.isForeign(text, keys)
  }
}

/** What is found is replaced as a whole, also where the text would end in it. */
const without = (text: string, { spans, tail }: Search.Found, least: number): string => {
  const end = tail(least)
  if (spans.length === 0) return text.slice(0, end)
  const parts: Array<string> = []
  let from = 0
  for (const span of spans) {
    parts.push(text.slice(from, span.start), REDACTED)
    from = span.end
  }
  parts.push(text.slice(from, Math.max(from, end)))
  return parts.join("")
}

/** The same for a value of JSON, or its text where nothing else is left of it. */
export const scrubbed = (root: unknown, scrub: (text: string) => string): unknown => {
  if (typeof root === "string") return scrub(root)
  const text = JSON.stringify(root)
  const clean = scrub(text)
  return clean === text ? root : (Lenient.parse(clean)?.value ?? clean)
}
