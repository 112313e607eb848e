/**
 * The one place that decides what an exchange with the API came to: an answer, or a failure with its reason. Pure and
 * total: it takes what was seen on the wire, whatever that is, and sends nothing, waits for nothing, retries nothing.
 * HTTP 200 proves nothing here; half an answer, an error inside a good status and a blank one are told apart.
 */
import * as Either from "effect/Either"
import { Answer, type Usage } from "../../domain/Answer.js"
import {
  AnswerTooLarge,
  ConnectionFailed,
  CutOff,
  EmptyAnswer,
  MalformedAnswer,
  Refused,
  ServerFailed,
  TimedOut,
  type Reason,
  type TimeoutClock
} from "../../domain/GenerationError.js"
import * as Excerpt from "./Excerpt.js"
import * as Lenient from "./Lenient.js"
import type * as RetryHint from "./RetryHint.js"
import * as ServerError from "./ServerError.js"
import * as Transcript from "./Transcript.js"

/** What was seen of one exchange when it was over. */
export type Exchange =
  /** Headers came, and a body that is no event stream, read to its end (with a bad status: as far as it came). */
  | { readonly _tag: "Body"; readonly status: number; readonly headers: RetryHint.Headers; readonly text: string }
  /** Headers came, and an event stream, read until it was complete or ended. */
  | {
      readonly _tag: "Stream"
      readonly status: number
      readonly headers: RetryHint.Headers
      readonly transcript: Transcript.Transcript
    }
  | { readonly _tag: "ClockFired"; readonly clock: TimeoutClock; readonly limitMs: number }
  | { readonly _tag: "Broken"; readonly message: string }
  | { readonly _tag: "TooLarge"; readonly limitBytes: number }

export interface Asked {
  readonly model: string
  readonly maxCompletionTokens?: number | undefined
}

export interface Failure {
  readonly reason: Reason
  readonly retryAt?: number
  readonly usage?: Usage
  readonly generationId?: string
}

/**
 * `now` is in milliseconds since the epoch; hints are turned into moments with it. `scrub` takes secrets out of what
 * came in pieces and is whole only here.
 */
export const classify = (
  exchange: Exchange,
  asked: Asked,
  now: number,
  scrub: (text: string) => string
): Either.Either<Answer, Failure> => {
  switch (exchange._tag) {
    case "ClockFired":
      return Either.left({ reason: new TimedOut({ clock: exchange.clock, limitMs: exchange.limitMs }) })
    case "Broken":
      return Either.left({ reason: new ConnectionFailed({ message: Excerpt.line(exchange.message) }) })
    case "TooLarge":
      return Either.left({ reason: new AnswerTooLarge({ limitBytes: exchange.limitBytes }) })
    case "Stream":
      return judge(exchange, exchange.transcript, "", asked, now, scrub)
    case "Body": {
      const { status, text } = exchange
      const json = Lenient.parse(text)?.value
      if (Lenient.isRecord(json) || !ServerError.isSuccess(status)) {
        return judge(exchange, Transcript.close(Transcript.add(Transcript.empty, json)), text, asked, now, scrub)
      }
      // A provider that pads its answer with white space and then dies has answered with nothing.
      if (text.trim() === "") return Either.left({ reason: new EmptyAnswer({ message: "the body is blank" }) })
      const what = json === undefined ? "JSON" : "a JSON object"
      return Either.left({
        reason: new MalformedAnswer({ message: `the answer is not ${what}: ${Excerpt.page(text)}` })
      })
    }
  }
}

const judge = (
  { headers, status }: { readonly headers: RetryHint.Headers; readonly status: number },
  transcript: Transcript.Transcript,
  body: string,
  asked: Asked,
  now: number,
  scrub: (text: string) => string
): Either.Either<Answer, Failure> => {
  const { error, finishReason, usage } = transcript
  const generationId = Lenient.words(headers["x-generation-id"]) ?? transcript.generationId
  const facts = {
    ...(generationId === undefined ? {} : { generationId: Excerpt.line(generationId) }),
    ...(usage === undefined ? {} : { usage })
  }
  const fail = (reason: Reason) => Either.left({ reason, ...facts })

  if (error !== undefined || !ServerError.isSuccess(status)) {
    return Either.left({ ...facts, ...ServerError.verdict(status, headers, error ?? body, now) })
  }
  if (finishReason === "error") {
    return fail(new ServerFailed({ status, message: "the provider broke off without saying why" }))
  }
  if (!transcript.closed && finishReason === undefined) {
    return fail(new ConnectionFailed({ message: "the stream ended before the answer did" }))
  }
  // Before blankness: a ceiling that reasoning used up leaves no text, and more room is what helps.
  if (finishReason === "length") {
    const { maxCompletionTokens } = asked
    return fail(new CutOff(maxCompletionTokens === undefined ? {} : { maxCompletionTokens }))
  }
  if (finishReason === "content_filter") {
    return fail(new Refused({ message: "a content filter stopped the answer" }))
  }
  if (transcript.text.trim() === "") {
    if (transcript.refusal.trim() === "") return fail(new EmptyAnswer({ message: emptiness(transcript) }))
    return fail(new Refused({ message: Excerpt.line(scrub(transcript.refusal)) }))
  }
  // Any other finish reason is an answer, a missing one too: servers invent names, and leave the field out of plain bodies.
  return Either.right(
    new Answer({
      text: scrub(transcript.text),
      model: Excerpt.line(transcript.model ?? asked.model),
      ...(finishReason === undefined ? {} : { finishReason: Excerpt.line(finishReason) }),
      ...facts
    })
  )
}

const emptiness = ({ choices, reasoned }: Transcript.Transcript): string => {
  if (!choices) return "the answer has no choices"
  return reasoned ? "the answer is empty: reasoning only" : "the answer is empty"
}
