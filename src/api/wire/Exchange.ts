/**
 * One exchange over HTTP: sends a request and reads until the answer is complete, ended, too large, or a clock fired.
 * It never fails: whatever happened is a value for `Classify`. Its connection is closed the moment it is left early,
 * whether by interruption or by a verdict.
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberRef from "effect/FiberRef"
import type { LazyArg } from "effect/Function"
import * as Option from "effect/Option"
import * as Connections from "../Connections.js"
import * as Body from "./Body.js"
import type * as Classify from "./Classify.js"
import * as Compression from "./Compression.js"
import * as EventStream from "./EventStream.js"
import * as NetworkFailure from "./NetworkFailure.js"
import type { Secret } from "./Secret.js"
import { isSuccess } from "./ServerError.js"
import * as Transcript from "./Transcript.js"

/**
 * How long a complete answer's connection is given to end, so that it can be used again; some servers never end it.
 * This happens behind the answer's back and delays nobody.
 */
const END_GRACE = Duration.millis(250)

/**
 * How long an exchange whose outcome is known is listened to: after a finish reason for the usage, which counts the
 * cost, and after a bad status for the body that explains it. Ten times what either takes where it comes at all.
 */
const LAST_WORDS = Duration.seconds(5)

/** Hears the text that has come so far, at every token; while a model only reasons it is still empty. */
export type OnToken = (soFar: LazyArg<string>) => Effect.Effect<void>

export interface Terms {
  /** Largest plain body, largest answer of a stream, and largest line of one, in bytes. */
  readonly maxBytes: number
  /** Longest wait for the first token, from the moment at which the request has its connection. */
  readonly firstTokenTimeout: Option.Option<Duration.Duration>
  /** Longest silence between two tokens; comments and white space are silence. */
  readonly silenceTimeout: Option.Option<Duration.Duration>
  /** How long the HTTP client tries to connect, for the message when it gives up. */
  readonly connectTimeout: Duration.Duration
  /** What must not be found in anything that the server sent. */
  readonly secret: Secret
}

export const hold = (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  terms: Terms,
  onToken: OnToken = () => Effect.void
): Effect.Effect<Classify.Exchange> =>
  Effect.flatMap(Effect.zip(Effect.clock, FiberRef.get(Connections.current)), ([clock, wait]) => {
    const reader = EventStream.make(terms.maxBytes)
    let body: Body.Body | undefined
    const opened = (response: HttpClientResponse) =>
      Effect.map(Body.of(response), (coded) => (body = Compression.decoded(coded, response)))
    return converse({
      client,
      request,
      terms,
      reader,
      onToken,
      opened,
      clock: tokenClock(terms, wait ?? Connections.watch(clock))
    }).pipe(
      Effect.onExit((exit) => {
        if (body === undefined) return Effect.void
        if (Exit.isFailure(exit) || !exit.value.goesOn || body.isOver()) return body.leave
        // A fiber that is forked here cannot be interrupted unless it says so, and the time could not end it.
        return Effect.ignore(Effect.forever(body.pull)).pipe(
          Effect.timeoutOption(END_GRACE),
          Effect.interruptible,
          Effect.ensuring(body.leave),
          Effect.forkDaemon
        )
      }),
      Effect.map(({ exchange }) => exchange)
    )
  })

interface Conversation {
  readonly client: HttpClient.HttpClient
  readonly request: HttpClientRequest.HttpClientRequest
  readonly terms: Terms
  readonly reader: EventStream.Reader
  readonly onToken: OnToken
  readonly opened: (response: HttpClientResponse) => Effect.Effect<Body.Body>
  readonly clock: TokenClock
}

interface Heard {
  readonly exchange: Classify.Exchange
  /** The answer is complete, and its stream may still go on. */
  readonly goesOn: boolean
}

/** What broke off the exchange. */
type Break = Exclude<Classify.Exchange, { readonly status: number }>

const converse = ({ client, clock, onToken, opened, reader, request, terms }: Conversation): Effect.Effect<Heard> =>
  Effect.gen(function* () {
    const { scrub, scrubGrowing } = terms.secret
    const { transcript } = reader
    const response = yield* client.execute(request).pipe(Effect.mapError(broken(terms)), clock.limit)
    const { status } = response
    const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, scrub(value)]))
    const body = yield* opened(response)
    const decoder = new TextDecoder()
    let bytes = 0

    /** The next piece of text, `undefined` at the end. */
    const next = clock.limit(
      Effect.matchEffect(body.pull, {
        onSuccess: (chunk) => {
          let text = ""
          for (const piece of chunk) {
            bytes += piece.length
            text += decoder.decode(piece, { stream: true })
          }
          return Effect.succeed(text)
        },
        // No body at all is a body of length zero.
        onFailure: (end) =>
          Option.isNone(end) || end.value.reason === "EmptyBody"
            ? Effect.succeed(undefined)
            : Effect.fail(broken(terms)(end.value))
      })
    )

    /** Listens until the answer is complete, and says whether the stream may still go on. */
    const listen = Effect.gen(function* () {
      let tokens = 0
      let isOver: boolean = false
      for (;;) {
        const piece: string | undefined = yield* next
        if (piece === undefined) reader.end()
        else if (!reader.push(piece) || (!reader.isStream() && bytes > terms.maxBytes)) {
          return yield* Effect.fail<Break>({ _tag: "TooLarge", limitBytes: terms.maxBytes })
        }
        const hasTokens = transcript.tokens > tokens
        tokens = transcript.tokens
        const wasOver: boolean = isOver
        isOver = Transcript.isOver(transcript)
        if (hasTokens || isOver !== wasOver) clock.wind(isOver)
        if (hasTokens && isSuccess(status)) yield* onToken(() => scrubGrowing(transcript.text))
        if (piece === undefined) return false
        if (Transcript.isComplete(transcript)) return true
      }
    })
    const goesOn = yield* isSuccess(status)
      ? Effect.catchAll(listen, (exchange) => {
          reader.breakOff()
          // When only a last word is missing, a break or a silence takes nothing from the answer.
          const isWhole = Transcript.isOver(transcript) || Transcript.isComplete(transcript)
          return isWhole && exchange._tag !== "TooLarge" ? Effect.succeed(false) : Effect.fail(exchange)
        })
      : // The status has decided already: what befalls the body of a failure takes nothing from it.
        listen.pipe(
          Effect.timeoutOption(LAST_WORDS),
          Effect.map(Option.getOrElse(() => false)),
          Effect.orElseSucceed(() => false)
        )
    const exchange: Classify.Exchange = reader.isStream()
      ? { _tag: "Stream", status, headers, transcript }
      : { _tag: "Body", status, headers, text: scrub(reader.body()) }
    return { exchange, goesOn }
  }).pipe(
    // A client of the application may throw instead of failing, and what it throws may repeat the key.
    Effect.catchAllDefect((defect) => {
      const message = `the HTTP client itself failed: ${terms.secret.scrub(String(defect))}`
      return Effect.fail<Break>({ _tag: "Broken", message, permanent: true })
    }),
    // With what had been said until then.
    Effect.catchAll((exchange) =>
      Effect.succeed<Heard>({ exchange: { ...exchange, transcript: reader.transcript }, goesOn: false })
    )
  )

interface TokenClock {
  /** Ends a wait when the clock runs out. */
  readonly limit: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E | Break, R>
  /** There was a token, or the last one: `isOver` when only a last word is awaited. */
  readonly wind: (isOver: boolean) => void
}

/** The clocks that only tokens wind up again: nothing else that arrives counts as progress of the answer. */
const tokenClock = (terms: Terms, { elapsed, time }: Connections.Wait): TokenClock => {
  let running: { readonly clock: "first-token" | "silence"; readonly timeout: Terms["silenceTimeout"] } = {
    clock: "first-token",
    timeout: terms.firstTokenTimeout
  }
  let since = time()
  return {
    limit: (self) =>
      Effect.suspend(() => {
        if (Option.isNone(running.timeout)) return self
        const limitMs = Duration.toMillis(running.timeout.value)
        const fired: Break = { _tag: "ClockFired", clock: running.clock, limitMs }
        const fires = Effect.zipRight(elapsed(since + limitMs - time()), Effect.fail(fired))
        return Effect.raceFirst(self, fires)
      }),
    wind: (isOver) => {
      running = { clock: "silence", timeout: isOver ? Option.some(LAST_WORDS) : terms.silenceTimeout }
      since = time()
    }
  }
}

const broken =
  (terms: Terms) =>
  (error: HttpClientError): Break => {
    const { connectTimedOut, message, permanent } = NetworkFailure.of(error)
    return connectTimedOut
      ? { _tag: "ClockFired", clock: "connect", limitMs: Duration.toMillis(terms.connectTimeout) }
      : { _tag: "Broken", message: terms.secret.scrub(message), permanent: permanent || undefined }
  }
