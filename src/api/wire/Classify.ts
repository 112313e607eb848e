/**
 * The one place that decides what an exchange with the API came to: an answer, or a failure with its reason. Pure and
 * total: it takes what was seen on the wire, whatever that is, and sends nothing, waits for nothing, retries nothing. Half
 * an answer, an error inside a good status and a blank one are told apart, and what text has come goes with the failure.
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
import * as Instance from "../../domain/Instance.js"
import * as Ending from "./Ending.js"
import * as ErrorShape from "./ErrorShape.js"
import * as EventStream from "./EventStream.js"
import * as Excerpt from "./Excerpt.js"
import * as Lenient from "./Lenient.js"
import * as Nesting from "./Nesting.js"
import * as Note from "./Note.js"
import type * as RetryHint from "./RetryHint.js"
import * as Secret from "./Secret.js"
import * as ServerError from "./ServerError.js"
import * as Spoken from "./Spoken.js"
import * as Status from "./Status.js"
import * as TokenCount from "./TokenCount.js"
import * as Transcript from "./Transcript.js"

/** What was seen of one exchange when it was over. What broke it off leaves what had been said until then. */
export type Exchange =
  /** Headers came, and a body that is no stream, read to its end (with a bad status: as far as it came). */
  | { readonly _tag: "Body"; readonly status: number; readonly headers: RetryHint.Headers; readonly text: string }
  /** Headers came, and a stream of events or of lines, read until it was complete or ended. */
  | {
      readonly _tag: "Stream"
      readonly status: number
      readonly headers: RetryHint.Headers
      readonly transcript: Transcript.Transcript
    }
  | (SoFar & { readonly _tag: "ClockFired"; readonly clock: TimeoutClock; readonly limitMs: number })
  | (SoFar & Pick<ConnectionFailed, "message" | "permanent" | "unsent"> & { readonly _tag: "Broken" })
  | (SoFar & { readonly _tag: "TooLarge"; readonly limitBytes: number })

interface SoFar {
  readonly transcript?: Transcript.Transcript | undefined
}

export interface Failure {
  readonly reason: Reason
  readonly retryAt?: number | undefined
  readonly usage?: Usage | undefined
  readonly generationId?: string | undefined
  readonly partial?: Answer | undefined
}

/**
 * `now` is in milliseconds since the epoch; hints are turned into moments with it. The secret is taken out here, since
 * only here is whole what came in pieces.
 */
export const classify = (
  exchange: Exchange,
  asked: ServerError.Asked,
  now: number,
  secret: Secret.Secret
): Either.Either<Answer, Failure> => {
  const { _tag } = exchange
  const transcript = _tag === "Body" ? EventStream.read(exchange.text) : (exchange.transcript ?? Transcript.empty())
  const isOver = _tag === "Body" || _tag === "Stream"
  const facts = factsOf(transcript, isOver ? exchange.headers : {}, asked, secret.scrub)
  const verdict: Judged = isOver
    ? judge({ ...exchange, body: _tag === "Body" ? exchange.text : undefined, transcript, asked, now, secret, facts })
    : Either.left({ reason: interruption(exchange) })
  return Either.mapLeft(verdict, ({ reason, retryAt }) => {
    const { generationId, usage } = facts
    return Instance.present({ reason, retryAt, usage, generationId, partial: partialOf(facts, secret) })
  })
}

const interruption = (exchange: Exclude<Exchange, { readonly status: number }>): Reason => {
  switch (exchange._tag) {
    case "ClockFired":
      return new TimedOut({ clock: exchange.clock, limitMs: exchange.limitMs })
    case "Broken":
      return new ConnectionFailed({
        message: Excerpt.line(exchange.message),
        ...Instance.present({ permanent: exchange.permanent, unsent: exchange.unsent })
      })
    case "TooLarge":
      return new AnswerTooLarge({ limitBytes: exchange.limitBytes })
  }
}

/** What the transcript says, without secrets. */
interface Facts {
  readonly text: string
  readonly reasoning: string
  readonly model: string
  readonly finishReason: string | undefined
  readonly generationId: string | undefined
  readonly usage: Usage | undefined
}

const factsOf = (
  transcript: Transcript.Transcript,
  headers: RetryHint.Headers,
  asked: ServerError.Asked,
  scrub: (text: string) => string
): Facts => {
  const name = (text: string | undefined) => (text === undefined ? undefined : Excerpt.line(scrub(text)))
  return {
    text: scrub(transcript.text),
    reasoning: scrub(transcript.reasoning),
    model: name(transcript.model) ?? asked.model,
    finishReason: name(transcript.finishReason),
    generationId: name(Lenient.words(headers["x-generation-id"]) ?? transcript.generationId),
    usage: transcript.counts === undefined ? undefined : TokenCount.usageOf(transcript.counts)
  }
}

const answerOf = (
  { finishReason, generationId, model, usage }: Facts,
  text: string,
  signs: Pick<Answer, "ending" | "thoughts"> = {}
): Answer => Instance.of(Answer, { text, model, finishReason, generationId, usage, ...signs })

const IMPLIED = { ending: "implied" } as const

/** Nobody said that it is whole. */
const partialOf = (facts: Facts, { scrubTorn }: Secret.Secret): Answer | undefined => {
  const isThought = facts.text.trim() === ""
  const text = scrubTorn(isThought ? facts.reasoning : facts.text)
  return text.trim() === "" ? undefined : answerOf(facts, text, isThought ? { ...IMPLIED, thoughts: true } : IMPLIED)
}

interface Seen {
  readonly status: number
  readonly headers: RetryHint.Headers
  readonly transcript: Transcript.Transcript
  /** Of a plain body, as it came. */
  readonly body: string | undefined
  readonly asked: ServerError.Asked
  readonly now: number
  readonly secret: Secret.Secret
  readonly facts: Facts
}

type Judged = Either.Either<Answer, ServerError.Diagnosis>

const judge = (seen: Seen): Judged => {
  const { asked, body, headers, now, secret, status, transcript } = seen
  const { aside, error } = transcript
  const explained = (root: unknown): Judged => {
    const said = Secret.scrubbed(Spoken.without(Lenient.cut(root)), secret.scrub)
    const facts = { started: transcript.tokens > 0, isForeign: secret.isForeign }
    return Either.left(ServerError.diagnose({ status, headers, root: said, now, asked, ...facts }))
  }
  if (error !== undefined || !Status.isSuccess(status)) {
    const json = Lenient.parse(body ?? "")?.value
    return explained(error ?? aside ?? (typeof json === "object" && json !== null ? json : body) ?? "")
  }
  if (!transcript.hasText && transcript.refusal.trim() === "" && aside !== undefined) return explained(aside)
  if (transcript.damage === "deep") return failed(new MalformedAnswer({ message: Nesting.TOO_DEEP }))
  const ending = Ending.of(transcript, asked)
  return endOf(seen, ending) ?? (!transcript.hasText ? withoutText(seen) : withText(seen, ending, explained))
}

/** What the finish reason and the count of tokens have decided already. */
const endOf = ({ asked, facts, status, transcript }: Seen, ending: Ending.Ending): Judged | undefined => {
  const cut = Instance.present({ maxCompletionTokens: asked.maxCompletionTokens, finishReason: facts.finishReason })
  switch (ending) {
    case "whole":
    case "contested":
      return undefined
    case "failed": {
      const what = facts.finishReason?.toLowerCase() === "error" ? " without saying why" : `: ${facts.finishReason}`
      return failed(new ServerFailed({ status, message: `the provider broke off${what}` }))
    }
    case "filtered":
      return failed(new Refused({ message: "a content filter stopped the answer" }))
    case "unknown":
      return transcript.hasText ? failed(new CutOff({ ...cut, because: "unknown" })) : undefined
    case "token-limit": {
      // Before the check for an empty answer: reasoning may have used up the tokens, and then more tokens help.
      const reasoning = Ending.isUsedUpByThoughts(transcript) ? ({ reasoning: true } as const) : {}
      return failed(new CutOff({ ...cut, because: "token-limit", ...reasoning }))
    }
  }
}

const withoutText = ({ body, facts, headers, secret: { scrub }, transcript }: Seen): Judged => {
  const { choices, closed, ended, finishReason, refusal, tokens, torn } = transcript
  if (refusal.trim() !== "") return failed(new Refused({ message: Excerpt.line(scrub(refusal)) }))
  // A provider that pads its answer with white space and then dies has answered with nothing.
  if (["", "null", '""'].includes(body?.trim() ?? "none")) {
    return failed(new EmptyAnswer({ message: "the body is blank" }))
  }
  const isStated = closed || finishReason !== undefined
  if (facts.reasoning.trim() !== "" && isStated) {
    return Either.right(answerOf(facts, facts.reasoning, { ...IMPLIED, thoughts: true }))
  }
  if (isStated) return failed(new EmptyAnswer({ message: `the answer ${choices ? "is empty" : "has no choices"}` }))
  if (body === undefined || tokens > 0 || torn !== undefined) return failed(brokenOff(torn))
  const what = ended ? "a JSON object" : "JSON"
  const encoding = headers["content-encoding"]
  const noText = encoding === undefined ? "no text" : `no text (content-encoding: ${encoding})`
  return failed(new MalformedAnswer({ message: `the answer is not ${what}: ${Excerpt.page(scrub(body)) || noText}` }))
}

const withText = ({ facts, transcript }: Seen, ending: Ending.Ending, explained: (root: unknown) => Judged): Judged => {
  const { aside, closed, damage, ended, finish, finishReason, torn } = transcript
  if (torn === "text") return failed(brokenOff(torn))
  // Words of a failure after the text, and no finish reason that speaks against them.
  if (finishReason === undefined && ErrorShape.complains(aside)) return explained(aside)
  if (damage === "inside") {
    return failed(
      ended || closed ? new ConnectionFailed({ message: "a part of the stream cannot be read" }) : brokenOff(torn)
    )
  }
  const isFinished = finishReason !== undefined && finish !== "repeated"
  const isSaid = closed || (isFinished && (finish === "sure" || ended))
  if (!isSaid && !ended && !isFinished && torn !== "envelope") return failed(brokenOff(torn))
  const before = Note.before(facts.text)
  const signs = ending === "contested" ? { ending } : isSaid ? {} : IMPLIED
  return Either.right(before === undefined ? answerOf(facts, facts.text, signs) : answerOf(facts, before, IMPLIED))
}

const brokenOff = (torn: Transcript.Transcript["torn"]): Reason =>
  new ConnectionFailed({
    message:
      torn === undefined
        ? "the stream ended before the answer was complete"
        : "the answer broke off in the middle of its JSON"
  })

const failed = (reason: Reason): Judged => Either.left({ reason })
