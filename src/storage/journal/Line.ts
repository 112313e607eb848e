/**
 * A record as a line of text, and back. Every line carries the version of its format and a check sum, so that a damaged
 * line is noticed, even where it is still JSON, and costs nothing but itself.
 */
import * as Either from "effect/Either"
import { constTrue } from "effect/Function"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { shortHash } from "../../domain/Hash.js"
import { answeredHead, type Head, headOf, Record } from "./Record.js"

const VERSION = 1

type Unreadable = "damaged" | "of a newer version"

export type Line = Either.Either<Record, Unreadable>

const encoder = new TextEncoder()
const decoder = new TextDecoder()

// Records are plain JSON as they are: an encoder would only copy them.
export const print = (record: Record): string => {
  const text = JSON.stringify(record)
  return `{"version":${VERSION},"sum":"${shortHash(text)}","record":${text}}\n`
}

export const encode = (record: Record): Uint8Array => encoder.encode(print(record))

const ENVELOPE = /^\{"version":1,"sum":"([0-9a-f]{8})","record":/
const decodeRecord = Schema.decodeOption(Schema.parseJson(Record))
const decodeVersion = Schema.decodeOption(Schema.parseJson(Schema.Struct({ version: Schema.Number })))

const isNewer = (text: string): boolean => Option.exists(decodeVersion(text), ({ version }) => version > VERSION)

export const parse = (line: Uint8Array): Line => {
  const text = decoder.decode(line)
  const [envelope = "", sum] = ENVELOPE.exec(text) ?? []
  const record = text.slice(envelope.length, -1)
  return Either.fromOption(sum === shortHash(record) ? decodeRecord(record) : Option.none(), () =>
    isNewer(text) ? "of a newer version" : "damaged"
  )
}

/** May it be kept: what a newer version wrote, and any other record that is wanted; by default each. */
export const isSound = (line: Line, isWanted: (record: Record) => boolean = constTrue): boolean =>
  Either.match(line, { onLeft: (why) => why === "of a newer version", onRight: isWanted })

export const NEWLINE = 0x0a
const BRACE = 0x7b
const END = 0x7d
const OPENING = encoder.encode('{"version":')

const opensAt = (bytes: Uint8Array, at: number): boolean => OPENING.every((byte, place) => bytes[at + place] === byte)

/** Where a line lies in the bytes that were searched: from `start` to before `end`, without its line break. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * A line ends at its line break, or where the next line begins: inside a JSON string the quotes of that opening would be
 * escaped, so it appears nowhere else. A damaged line break therefore costs neither of its neighbours.
 */
export const spans = (bytes: Uint8Array): ReadonlyArray<Span> => {
  const found: Array<Span> = []
  const add = (start: number, end: number) => {
    // Nearly every line ends with its brace, and a view of the bytes costs more than a look at one of them.
    const brace = bytes[end - 1] === END && end > start ? end - 1 : start + bytes.subarray(start, end).lastIndexOf(END)
    // What stands behind the closing brace is a damaged line break.
    if (brace >= start) found.push({ start, end: brace + 1 })
    else if (decoder.decode(bytes.subarray(start, end)).trim() !== "") found.push({ start, end })
  }
  const braceFrom = (from: number): number => {
    const next = bytes.indexOf(BRACE, from)
    return next === -1 ? bytes.length : next
  }
  // The next opening brace is searched once, however many lines come before it.
  let at = -1
  for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
    end = bytes.indexOf(NEWLINE, start)
    if (end === -1) end = bytes.length
    if (at <= start) at = braceFrom(start + 1)
    for (; at < end; at = braceFrom(at + 1)) {
      if (opensAt(bytes, at)) {
        add(start, at)
        start = at
      }
    }
    add(start, end)
  }
  return found
}

/** Bytes that hold version, sum, key and time of an answer. */
const HEAD_SIZE = 200
/** Bytes behind an answer, where it says that it is only the beginning of one. Inside a string the quotes would be escaped. */
const TAIL_SIZE = 160
const PARTIAL = ',"partial":true'
const ANSWERED = /^\{"version":1,"sum":"[0-9a-f]{8}","record":\{"key":"([^"\\]*)","at":(\d+),/

/** A string of its own: a part of a text keeps the whole of it in memory. */
const copy = (part: string): string => decoder.decode(encoder.encode(part))

const isPartial = (line: Uint8Array): true | undefined =>
  decoder.decode(line.subarray(-TAIL_SIZE)).includes(PARTIAL) || undefined

/** What a record is about. The answer itself is neither read nor checked. */
export const head = (line: Uint8Array): Either.Either<Head, Unreadable> => {
  const [, key, at] = ANSWERED.exec(decoder.decode(line.subarray(0, HEAD_SIZE))) ?? []
  return key === undefined
    ? Either.map(parse(line), headOf)
    : Either.right(answeredHead(copy(key), Number(at), isPartial(line)))
}
