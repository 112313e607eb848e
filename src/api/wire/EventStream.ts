/**
 * Server-sent events into a transcript. Framing (comments, CRLF, several data lines, chunks split anywhere) is the
 * parser's; here each event's JSON is added to what was said before. An event that is not JSON says nothing.
 */
import { createParser } from "eventsource-parser"
import * as Lenient from "./Lenient.js"
import * as Transcript from "./Transcript.js"

export interface Reader {
  /** Takes the next piece of decoded text; `false` when the answer, or a line, has outgrown the limit. */
  readonly push: (text: string) => boolean
  readonly transcript: () => Transcript.Transcript
}

/** To be pushed when the stream has ended: it ends a last event that came without its newlines. */
export const END = "\n\n"

/**
 * The limit is on what is kept, the answer in bytes and an unfinished line in characters; the wire may carry any number
 * of comments and envelopes around it. `scrub` takes secrets out of an event's text before anything is made of it.
 */
export const make = (limit: number, scrub: (text: string) => string): Reader => {
  let transcript = Transcript.empty
  let overflown = false
  const add = (text: string) => {
    // The parser sees only what is unfinished at the end of a piece: a line may also be whole in one.
    overflown ||= text.length > limit
    if (overflown || Transcript.isComplete(transcript)) return
    transcript =
      text.trim() === "[DONE]"
        ? Transcript.close(transcript)
        : Transcript.add(transcript, Lenient.parse(scrub(text))?.value)
  }
  const parser = createParser({
    maxBufferSize: limit,
    onError: ({ line, type }) => {
      overflown ||= type === "max-buffer-size-exceeded"
      // Some servers call a plain JSON body, mostly an error, an event stream: a line that is no field but JSON.
      if (type === "unknown-field" && line !== undefined) add(line)
    },
    onEvent: ({ data }) => add(data)
  })
  return {
    push: (text) => {
      if (!overflown) parser.feed(text)
      overflown ||= transcript.bytes > limit
      return !overflown
    },
    transcript: () => transcript
  }
}
