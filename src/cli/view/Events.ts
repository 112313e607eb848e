/**
 * A run as NDJSON, for programs that start the command: a line with the version of the format, a line for each event, and
 * at the end one with the report. A reader ignores fields that it does not know.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Listener } from "../../generation/Listening.js"
import * as Progress from "../../generation/Progress.js"
import * as Json from "../documents/Json.js"
import * as Lines from "./Lines.js"

/** Rises when a field changes or goes; new fields and new kinds of event may come without that. */
const FORMAT = 1

const encode = Schema.encodeSync(Progress.Event)

/** The code stands in `Generated`, and once is enough. */
const withoutCode = (event: Progress.Event): Progress.Event =>
  event._tag === "Settled" ? { ...event, outcome: { ...event.outcome, algorithm: Option.none() } } : event

/** What an event is about, where it is about a single algorithm. */
export interface About {
  readonly ticker: string
  readonly sample: number
}

const first: string = Json.line({ algogen: FORMAT })

/** `messages` are the words of the text protocol for it. */
export const ofProgress = ({ event, percent }: Progress.Progress, about?: About | undefined): string =>
  Json.line({
    percent,
    messages: Progress.toMessages(event),
    ticker: about?.ticker,
    sample: about?.sample,
    event: encode(withoutCode(event))
  })

export const last = (report: unknown): string => Json.line({ report })

/** For a run of one ticker; a stream of requests says itself what each of them is about. */
export const make = (
  write: (line: string) => Effect.Effect<void>,
  aboutRequest: (index: number) => About | undefined = () => undefined
): Effect.Effect<Listener> => {
  let abouts: ReadonlyArray<About> = []
  return Effect.as(write(first), (progress) => {
    const { event } = progress
    if (event._tag === "RunStarted") {
      const { ticker } = event
      abouts = Lines.slotsOf(event.models).map(({ sample }) => ({ ticker, sample }))
    }
    if (event._tag === "SlotAdded") abouts = [...abouts, { ticker: event.ticker, sample: event.sample }]
    const about = "index" in event ? (abouts[event.index] ?? aboutRequest(event.index)) : undefined
    return write(ofProgress(progress, about))
  })
}
