/**
 * A record as a line of text, and back. Every line carries the version of its format and a check sum, so that a damaged
 * line is noticed, even where it is still JSON, and costs nothing but itself.
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { shortHash } from "../../domain/Hash.js"
import { Record } from "./Record.js"

const VERSION = 1

export interface Line {
  /** As it was found. */
  readonly text: string
  readonly record: Either.Either<Record, "damaged" | "of a newer version">
}

const Versioned = Schema.parseJson(Schema.Struct({ version: Schema.Number }))
const Envelope = Schema.parseJson(
  Schema.Struct({ version: Schema.Literal(VERSION), sum: Schema.String, record: Schema.Object })
)
const decodeVersioned = Schema.decodeOption(Versioned)
const decodeEnvelope = Schema.decodeOption(Envelope)
const decodeRecord = Schema.decodeUnknownOption(Record)
const encodeRecord = Schema.encodeSync(Record)

export const print = (record: Record): string => {
  const text = JSON.stringify(encodeRecord(record))
  return `{"version":${VERSION},"sum":"${shortHash(text)}","record":${text}}\n`
}

const isNewer = (text: string): boolean => Option.exists(decodeVersioned(text), ({ version }) => version > VERSION)

const read = (text: string): Line["record"] =>
  decodeEnvelope(text).pipe(
    Option.filter(({ record, sum }) => sum === shortHash(JSON.stringify(record))),
    Option.flatMap(({ record }) => decodeRecord(record)),
    Either.fromOption(() => (isNewer(text) ? "of a newer version" : "damaged"))
  )

/**
 * A line ends where it should, or where the next one begins: inside a JSON string the quotes of that opening would be
 * escaped, so it appears nowhere else. A damaged line break therefore costs neither of its neighbours.
 */
export const parse = (text: string): ReadonlyArray<Line> =>
  text
    .split(/\n|(?=\{"version":)/u)
    .filter((line) => line.trim() !== "")
    .map((line) => ({ text: line, record: read(line.slice(0, line.lastIndexOf("}") + 1)) }))
