/** What has been heard of an exchange: at its end, or when something interrupts it. */
import type * as Classify from "./Classify.js"
import type * as EventStream from "./EventStream.js"
import type * as RetryHint from "./RetryHint.js"
import type { Secret } from "./Secret.js"
import { isSuccess } from "./Status.js"
import * as Transcript from "./Transcript.js"

export interface Head {
  readonly status: number
  readonly headers: RetryHint.Headers
}

/** For a caller who may interrupt the exchange: an interrupted fiber hands nothing back by itself. */
export interface Cut {
  /** How long the request may take as a whole, in milliseconds. */
  readonly limitMs: number
  /** Called when the exchange is interrupted, with what it has come to. */
  readonly hand: (exchange: Classify.Exchange) => void
}

type Reader = Pick<EventStream.Reader, "body" | "breakOff" | "isStream" | "transcript">

/** All that came, as if that was meant to be all. */
export const of = (reader: Reader, { scrub }: Secret, head: Head): Classify.Exchange =>
  reader.isStream()
    ? { _tag: "Stream", ...head, transcript: reader.transcript }
    : { _tag: "Body", ...head, text: scrub(reader.body()) }

/** When only a last word is missing, a break or a silence takes nothing from the answer. */
export const isWhole = ({ transcript }: Reader): boolean =>
  Transcript.isOver(transcript) || Transcript.isComplete(transcript)

/** More may have been on its way behind a finish reason that came with the first of the text. */
const isSure = ({ transcript }: Reader): boolean =>
  Transcript.isComplete(transcript) || (Transcript.isOver(transcript) && transcript.finish !== "early")

/** Of an exchange that was interrupted. A bad status has decided already. */
export const cutShort = (
  reader: Reader,
  secret: Secret,
  head: Head | undefined,
  limitMs: number
): Classify.Exchange => {
  reader.breakOff()
  return head !== undefined && (!isSuccess(head.status) || isSure(reader))
    ? of(reader, secret, head)
    : { _tag: "ClockFired", clock: "attempt", limitMs, transcript: reader.transcript }
}
