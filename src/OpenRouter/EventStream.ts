/**
 * Server-sent events into a transcript. Framing (comments, CRLF, several data lines, chunks split anywhere) is the
 * parser's; here each event's JSON is added to what was said before. An event that is not JSON says nothing.
 */
import { createParser } from "eventsource-parser"
import * as Lenient from "./Lenient.js"
import * as Transcript from "./Transcript.js"

export interface Reader {
  /** Takes the next piece of decoded text; `false` when a line outgrew the limit, after which nothing more is taken. */
  readonly push: (text: string) => boolean
  /** Takes what an ended stream left without a final newline. */
  readonly end: () => void
  readonly transcript: () => Transcript.Transcript
}

/** `scrub` takes secrets out of an event's text before anything is made of it. */
export const make = (maxLineLength: number, scrub: (text: string) => string): Reader => {
  let transcript = Transcript.empty
  let overflown = false
  const parser = createParser({
    maxBufferSize: maxLineLength,
    onError: ({ type }) => {
      overflown ||= type === "max-buffer-size-exceeded"
    },
    onEvent: ({ data }) => {
      if (Transcript.isComplete(transcript)) return
      transcript =
        data.trim() === "[DONE]"
          ? Transcript.close(transcript)
          : Transcript.add(transcript, Lenient.parse(scrub(data))?.value)
    }
  })
  const push = (text: string): boolean => {
    if (!overflown) parser.feed(text)
    return !overflown
  }
  return { push, end: () => void push("\n\n"), transcript: () => transcript }
}
