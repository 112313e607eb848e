/**
 * Where a key stands in a text, however it is written: escaped for URLs, JSON, HTML or a string of a program, several times
 * over, in base64, in hexadecimal, as codes, backwards. Of a long key the letters and digits count, whatever is between them,
 * and a telling part is enough; a short one could be a word, and has to be there as it is. Pure.
 */
import * as Encoding from "effect/Encoding"
import * as Automaton from "./Automaton.js"
import * as Decoding from "./Decoding.js"

type Span = Automaton.Span

export interface Found {
  /** In order, without overlaps. */
  readonly spans: ReadonlyArray<Span>
  /** Where an end begins that may become a part of the key, if it has at least so many letters. */
  readonly tail: (least: number) => number
}

export type Search = (text: string) => Found

/** A key with as many letters and digits is no word, and is found by them alone. */
const LONG = 16

/** A part of so many letters and digits gives a long key away, or of a quarter of them. */
const MOST = 16
const LEAST = 10

/** The layers of escapes that are undone. */
const LAYERS = 6

export const make = (key: string): Search => {
  const letters = Automaton.lettersOf(key).length
  return inLayers(key, letters < LONG ? exactly(key) : byLetters(key, letters))
}

const byLetters = (key: string, letters: number) => {
  const codes = Array.from(key, (letter) => letter.charCodeAt(0))
  return Automaton.make(
    [
      key,
      Array.from(key).toReversed().join(""),
      ...encoded(key),
      codes.join(""),
      codes.map((code) => `0x${code.toString(16)}`).join("")
    ],
    Math.max(LEAST, Math.min(MOST, Math.ceil(letters / 4)))
  )
}

/** In hexadecimal, and what is the same in base64 wherever the key stands in a text. */
const encoded = (key: string): ReadonlyArray<string> => [
  Encoding.encodeHex(key),
  ...["", "x", "xx"].map((before) => {
    const text = Encoding.encodeBase64(before + key)
    const bytes = new TextEncoder().encode(before + key).length
    return text.slice(Math.ceil((before.length * 8) / 6), Math.floor((bytes * 8) / 6))
  })
]

const exactly =
  (key: string) =>
  (text: string): Automaton.Found => {
    const spans: Array<Span> = []
    for (const word of [key, ...encoded(key)]) {
      for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) {
        spans.push({ start: at, end: at + word.length })
      }
    }
    return { spans, tail: { start: text.length, length: 0 } }
  }

/** The beginning of the key that the text ends with. */
const beginning = (key: string, text: string): Automaton.Found["tail"] => {
  let length = Math.min(key.length - 1, text.length)
  while (length > 0 && !text.endsWith(key.slice(0, length))) length -= 1
  return { start: text.length - length, length }
}

/** Looks through the text as it is, and with its escapes undone. */
const inLayers =
  (key: string, find: (text: string) => Automaton.Found): Search =>
  (text) => {
    const spans: Array<Span> = []
    const tails = [beginning(key, text)]
    let view: Decoding.View | undefined = Decoding.plain(text)
    for (let layer = 0; view !== undefined && layer <= LAYERS; layer += 1) {
      const { origin } = view
      const found = find(view.text)
      for (const { end, start } of found.spans) spans.push({ start: origin(start), end: origin(end) })
      tails.push({ start: origin(found.tail.start), length: found.tail.length })
      view = Decoding.decode(view)
    }
    return {
      spans: merged(spans),
      tail: (least) =>
        tails.reduce((first, { length, start }) => (length >= least ? Math.min(first, start) : first), text.length)
    }
  }

const merged = (spans: ReadonlyArray<Span>): ReadonlyArray<Span> => {
  if (spans.length < 2) return spans
  const all: Array<Span> = []
  for (const span of spans.toSorted((one, other) => one.start - other.start)) {
    const last = all.at(-1)
    if (last === undefined || span.start >= last.end) all.push(span)
    else all[all.length - 1] = { start: last.start, end: Math.max(last.end, span.end) }
  }
  return all
}
