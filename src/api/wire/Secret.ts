/**
 * Takes the API key out of what a server sends back, should it repeat it in a message, a header or an answer. It finds
 * the key as it is and as JSON may escape it; a server that disguises it otherwise means to. Pure.
 */
import * as Redacted from "effect/Redacted"
import * as Lenient from "./Lenient.js"

export interface Secret {
  /** The text without the key. */
  readonly scrub: (text: string) => string
  /** The same for a text that still grows: an end that may become the key is held back. */
  readonly scrubGrowing: (text: string) => string
  /** The same for a text that broke off: an end that is a telling part of the key is taken away. */
  readonly scrubTorn: (text: string) => string
}

/** A shorter key is no secret, and its letters would be found in every text. */
const MIN_LENGTH = 8

const MARK = "<redacted>"

const same = (text: string): string => text

/** There is nothing to hide. */
export const NONE: Secret = { scrub: same, scrubGrowing: same, scrubTorn: same }

export const make = (apiKey: Redacted.Redacted | undefined): Secret => {
  const key = apiKey === undefined ? "" : Redacted.value(apiKey)
  if (key.length < MIN_LENGTH) return NONE
  const pattern = new RegExp(Array.from(key, escaped).join(""), "g")
  const scrub = (text: string) => text.replace(pattern, MARK)
  /** Without an end that is the beginning of the key, from so many letters on. */
  const upTo = (text: string, least: number) => {
    const clean = scrub(text)
    let held = Math.min(key.length - 1, clean.length)
    while (held >= least && !clean.endsWith(key.slice(0, held))) held -= 1
    return held < least ? clean : clean.slice(0, clean.length - held)
  }
  return { scrub, scrubGrowing: (text) => upTo(text, 1), scrubTorn: (text) => upTo(text, MIN_LENGTH) }
}

/** A character of the key as itself, behind a backslash, or as `\u` and its code in either case. */
const escaped = (character: string): string => {
  const code = character.charCodeAt(0).toString(16).padStart(4, "0")
  return `(?:\\\\?\\u${code}|\\\\u(?:${code}|${code.toUpperCase()}))`
}

/** The same for a value of JSON, or its text where nothing else is left of it. */
export const scrubbed = (root: unknown, scrub: (text: string) => string): unknown => {
  if (typeof root === "string") return scrub(root)
  const clean = scrub(JSON.stringify(root))
  return Lenient.parse(clean)?.value ?? clean
}
