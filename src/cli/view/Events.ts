/**
 * A run as NDJSON, for programs that start the command: a line with the version of the format, a line for each event, and
 * at the end one with the report. A reader ignores fields that it does not know.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Listener } from "../../generation/Listening.js"
import * as Progress from "../../generation/Progress.js"

/** Rises when a field changes or goes; new fields and new kinds of event may come without that. */
const FORMAT = 1

/** A value as a line. JSON leaves some characters as they are that terminals obey, or that some readers take for the end of a line. */
export const line = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  )

const encode = Schema.encodeSync(Progress.Event)

export const first: string = line({ algogen: FORMAT })

/** `messages` are the words of the text protocol for it. */
export const ofProgress = ({ event, percent }: Progress.Progress): string =>
  line({ percent, messages: Progress.toMessages(event), event: encode(event) })

export const last = (report: unknown): string => line({ report })

export const make = (write: (line: string) => Effect.Effect<void>): Effect.Effect<Listener> =>
  Effect.as(write(first), (progress) => write(ofProgress(progress)))
