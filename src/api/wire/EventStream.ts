/**
 * A body into a transcript, as it comes in: server-sent events, JSON by the line, or one JSON value. What a body is, its
 * own lines say; the content type is not asked. Words outside of any answer are kept: they may explain why there is none.
 */
import * as ErrorShape from "./ErrorShape.js"
import * as EventData from "./EventData.js"
import * as Fragment from "./Fragment.js"
import * as Frame from "./Frame.js"
import * as Lenient from "./Lenient.js"
import * as Nesting from "./Nesting.js"
import * as Transcript from "./Transcript.js"

export interface Reader {
  /** Takes the next piece of decoded text; `false` when the answer, or a line, has outgrown the limit. */
  readonly push: (text: string) => boolean
  /** The response has come to its end: an unfinished line is a line, and a plain body is whole. */
  readonly end: () => void
  /** It came no further: what is there without its end is added as far as it can be read. */
  readonly breakOff: () => void
  /** Has it turned out to be a stream: of events, or of lines with JSON. */
  readonly isStream: () => boolean
  /** All that came; empty for a stream. */
  readonly body: () => string
  readonly transcript: Transcript.Transcript
}

/** Words and names of events that say that nothing follows. */
const DONE = /^"?\[?(?:done|end)\]?"?$/i
const DONE_EVENT = /^(?:done|end|complete|completed|finish|finished)$/i

/** Words that keep a connection alive, and explain nothing; alone, whatever marks are around them. */
const NOISE = /^(?:ping|pong|keep ?alive|heartbeat|processing|connected|ok|open|start(?:ed)?|waiting|null)?$/i

/** What a chunk begins with. */
const IS_JSON = /^(?:\[\s*)?\{\s*"/

/** A body that does not read as JSON after so many of its pieces will do so at its end, or never. */
const MAX_ATTEMPTS = 50

/**
 * The limit is on what is kept, the answer in bytes and an unfinished line in characters; the wire may carry any number
 * of comments and envelopes around it.
 */
export const make = (limit: number): Reader => {
  const transcript = Transcript.empty()
  const parse = Frame.make(EventData.parse)
  let pieces: Array<string> | undefined = []
  /** The first JSON value of a body of lines: it is all there is, or what begins a stream. */
  let first: { readonly value: unknown } | undefined
  /** A plain body has a line that is no JSON of its own. */
  let hasOtherLines = false
  let attempts = 0
  let line = ""
  let endedWithReturn = false
  let event = ""
  let data: EventData.EventData | undefined
  let overflown = false
  let hasEnded = false

  /** The first of several values may be the whole answer already. */
  const addFirst = (value: unknown) => Transcript.add(transcript, value, Transcript.isConclusive(value))

  const becomeStream = () => {
    if (first !== undefined) addFirst(first.value)
    first = undefined
    pieces = undefined
  }

  const dispatch = () => {
    const name = event
    const text = data?.text().trim()
    event = ""
    data = undefined
    if (text === undefined && name === "") return
    becomeStream()
    if (overflown || Transcript.isComplete(transcript)) return
    const json = text === undefined ? undefined : parse(text)
    if (/^error$/i.test(name)) Transcript.fail(transcript, asError(json === undefined ? text : json.value))
    else if (json !== undefined) Transcript.add(transcript, json.value)
    else if (text !== undefined && !DONE.test(text)) takeUnreadable(text)
    if (DONE_EVENT.test(name) || (text !== undefined && DONE.test(text))) transcript.closed = true
  }

  const setAside = (text: string) => {
    // JSON that cannot be read is no explanation.
    if (!NOISE.test(text.replace(/\W+/g, " ").trim()) && !/^(?:\{(?!')|\[)/.test(text)) transcript.aside = text
  }

  /** What is no value in one piece: words, several values in a row, or a chunk of which something is missing. */
  const takeUnreadable = (text: string) => {
    if (Nesting.isDeep(text)) return Transcript.damage(transcript, "deep")
    const lines = text.split("\n").map((line) => line.trim().replace(EventData.PREFIXES, ""))
    if (!lines.some((one) => IS_JSON.test(one))) return setAside(lines.join("\n"))
    for (const one of lines) {
      if (!IS_JSON.test(one)) {
        setAside(one)
        continue
      }
      const { torn, values } = Fragment.objects(one)
      for (const value of values) Transcript.add(transcript, value)
      if (torn !== undefined || values.length === 0) Transcript.damage(transcript)
    }
  }

  /** A line that is no field of an event: JSON of its own, llama.cpp's `error: ..`, words, or part of a plain body. */
  const takeLoose = (text: string) => {
    // An event over many lines, and its name on the first of them alone.
    if (data?.isSpread() === true) return takeData(text)
    const bare = text.trim()
    if (bare === "" || Transcript.isComplete(transcript)) return
    const field = /^error:(.*)$/s.exec(bare)?.[1]?.trim()
    const error = field === undefined ? undefined : Lenient.parse(field)
    if (field !== undefined && (pieces === undefined || error !== undefined)) {
      becomeStream()
      Transcript.fail(transcript, asError(error === undefined ? field : error.value))
      return
    }
    const json = /^[[{]/.test(bare) && !hasOtherLines ? Fragment.parse(bare) : undefined
    if (json === undefined) {
      if (pieces === undefined) takeUnreadable(bare)
      else hasOtherLines = true
    } else if (pieces !== undefined && first === undefined) first = json
    else {
      becomeStream()
      Transcript.add(transcript, json.value)
    }
  }

  const takeData = (text: string) => {
    // Servers that leave out the blank lines begin the next event so.
    if (data?.isOver(text) === true) dispatch()
    if (data === undefined) data = EventData.make(text)
    else data.add(text)
    overflown ||= data.length() > limit
  }

  const take = (text: string) => {
    if (text === "") return dispatch()
    const colon = text.indexOf(":")
    switch (colon === -1 ? text : text.slice(0, colon)) {
      case "":
        if (!hasOtherLines && first === undefined) becomeStream()
        return
      case "data":
        return takeData(colon === -1 ? "" : text.slice(text.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1))
      case "event":
        event = text.slice(colon + 1).trim()
        return
      case "id":
      case "retry":
        return
      default:
        takeLoose(text)
    }
  }

  /** Some servers leave the connection open behind an answer, or an error, that is a plain body. */
  const closeEarly = (piece: string) => {
    if (pieces === undefined || attempts >= MAX_ATTEMPTS || !/[}\]]\s*$/.test(piece)) return
    attempts += 1
    const json = Lenient.parse(pieces.join(""))
    if (json !== undefined && Transcript.isConclusive(json.value)) Transcript.add(transcript, json.value, true)
  }

  const endPlain = (body: string) => {
    const json = Fragment.parse(body)
    if (json === undefined) return breakOff(body)
    Transcript.add(transcript, json.value, true)
    transcript.ended = true
  }

  /** Several values in a row, or one without its end. */
  const breakOff = (body: string) => {
    if (!/^\s*[[{]/.test(body)) return
    if (Nesting.isDeep(body)) return Transcript.damage(transcript, "deep")
    const { torn, values } = Fragment.objects(body)
    values.forEach((value, at) => (at === 0 ? addFirst(value) : Transcript.add(transcript, value)))
    if (torn !== undefined) Transcript.addTorn(transcript, torn)
    transcript.ended = torn === undefined
  }

  const end = () => {
    if (hasEnded || Transcript.isComplete(transcript)) return
    hasEnded = true
    const last = line
    line = ""
    const isEvent = data !== undefined || event !== "" || /^(?:data|event):/.test(last)
    if (pieces !== undefined && !isEvent && first === undefined) return endPlain(pieces.join(""))
    if (last !== "") take(last)
    dispatch()
    if (first !== undefined) Transcript.add(transcript, first.value, true)
    first = undefined
    transcript.ended = !/^(?:data:)?\s*[[{]/.test(last) || EventData.parse(last.replace(/^data:/, "")) !== undefined
  }

  return {
    transcript,
    breakOff: () => {
      end()
      transcript.ended = false
    },
    isStream: () => pieces === undefined,
    body: () => pieces?.join("") ?? "",
    push: (text) => {
      if (overflown) return false
      pieces?.push(text)
      let from = endedWithReturn && text.charCodeAt(0) === LF ? 1 : 0
      endedWithReturn = false
      const hasReturns = text.includes("\r")
      for (;;) {
        const feed = text.indexOf("\n", from)
        const back = hasReturns ? text.indexOf("\r", from) : -1
        const end = back !== -1 && (feed === -1 || back < feed) ? back : feed
        if (end === -1) break
        const whole = line + text.slice(from, end)
        line = ""
        from = end + 1
        if (end === back) {
          endedWithReturn = from === text.length
          if (text.charCodeAt(from) === LF) from += 1
        }
        take(whole)
      }
      line += text.slice(from)
      overflown ||= line.length > limit || transcript.bytes > limit
      closeEarly(text)
      return !overflown
    },
    end
  }
}

const [LF, SPACE] = [10, 32]

/** What an event of errors holds is the error, whether it has a field of that name or not. */
const asError = (value: unknown): unknown =>
  Lenient.isRecord(value) && Lenient.get(value, "error") !== undefined ? value : { error: value ?? {} }

export const read = (body: string): Transcript.Transcript => {
  const reader = make(Number.POSITIVE_INFINITY)
  reader.push(body)
  reader.end()
  if (ErrorShape.OUTAGE.test(body)) reader.transcript.aside = body
  return reader.transcript
}
