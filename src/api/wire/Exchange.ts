/**
 * One exchange over HTTP: sends a request and reads until the answer is complete, ended, too large, or a clock fired.
 * It never fails: whatever happened is a value for `Classify`. Its connection is closed the moment it is left early,
 * whether by interruption or by a verdict.
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { LazyArg } from "effect/Function"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type * as Classify from "./Classify.js"
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
  /** Longest wait for the first token, from the moment of sending. */
  readonly firstTokenTimeout: Option.Option<Duration.Duration>
  /** Longest silence between two tokens; comments and white space are silence. */
  readonly silenceTimeout: Option.Option<Duration.Duration>
  /** How long the HTTP client tries to connect, for the message when it gives up. */
  readonly connectTimeout: Duration.Duration
  /** What must not be found in anything that the server sent. */
  readonly secret: Secret
}

type Client = HttpClient.HttpClient.With<HttpClientError, Scope.Scope>

export const hold = (
  client: Client,
  request: HttpClientRequest.HttpClientRequest,
  terms: Terms,
  onToken: OnToken = () => Effect.void
): Effect.Effect<Classify.Exchange> =>
  Effect.acquireUseRelease(
    Scope.make(),
    (scope) => Scope.extend(converse(client, request, terms, onToken), scope),
    (scope, exit) => {
      const closed = Scope.close(scope, Exit.void)
      if (Exit.isFailure(exit) || exit.value.rest === undefined) return closed
      // A fiber that is forked here cannot be interrupted unless it says so, and the time could not end it.
      return exit.value.rest.pipe(
        Effect.timeoutOption(END_GRACE),
        Effect.interruptible,
        Effect.ensuring(closed),
        Effect.forkDaemon
      )
    }
  ).pipe(Effect.map(({ exchange }) => exchange))

interface Heard {
  readonly exchange: Classify.Exchange
  /** Reads what may still follow a complete answer. */
  readonly rest?: Effect.Effect<unknown>
}

const converse = (
  client: Client,
  request: HttpClientRequest.HttpClientRequest,
  terms: Terms,
  onToken: OnToken
): Effect.Effect<Heard, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { scrub, scrubGrowing } = terms.secret
    const clock = yield* tokenClock(terms)
    const response = yield* client.execute(request).pipe(Effect.mapError(broken(terms)), clock.limit)
    const { status } = response
    const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, scrub(value)]))
    const pull = yield* Stream.toPull(response.stream)
    const decoder = new TextDecoder()
    let bytes = 0

    /** The next piece of text, `None` at the end. */
    const next = pull.pipe(
      Effect.map((chunk) => {
        let text = ""
        for (const piece of chunk) {
          bytes += piece.length
          text += decoder.decode(piece, { stream: true })
        }
        return Option.some(text)
      }),
      Effect.catchAll(
        Option.match({
          onNone: () => Effect.succeedNone,
          // No body at all is a body of length zero.
          onSome: (e) => (e.reason === "EmptyBody" ? Effect.succeedNone : Effect.fail(broken(terms)(e)))
        })
      ),
      clock.limit
    )

    if (!isSuccess(status) || !(headers["content-type"] ?? "").toLowerCase().includes("text/event-stream")) {
      const pieces: Array<string> = []
      const read = Effect.gen(function* () {
        for (let piece = yield* next; Option.isSome(piece); piece = yield* next) {
          if (bytes > terms.maxBytes) return yield* Effect.fail(tooLarge(terms))
          pieces.push(piece.value)
        }
      })
      // The status has decided already: what befalls the body of a failure takes nothing from it.
      yield* isSuccess(status) ? read : read.pipe(Effect.timeoutOption(LAST_WORDS), Effect.ignore)
      return { exchange: { _tag: "Body" as const, status, headers, text: scrub(pieces.join("")) } }
    }

    const reader = EventStream.make(terms.maxBytes, scrub)
    /** Listens until the answer is complete, and says whether the stream may still go on. */
    const listen = Effect.gen(function* () {
      for (;;) {
        const piece = yield* next
        const before = reader.transcript()
        if (!reader.push(Option.getOrElse(piece, () => EventStream.END))) return yield* Effect.fail(tooLarge(terms))
        const { finishReason, text, tokens } = reader.transcript()
        if (tokens > before.tokens || finishReason !== before.finishReason) {
          yield* finishReason === undefined ? clock.heard : clock.finished
        }
        if (tokens > before.tokens) yield* onToken(() => scrubGrowing(text))
        if (Option.isNone(piece)) return false
        if (Transcript.isComplete(reader.transcript())) return true
      }
    })
    const goesOn = yield* listen.pipe(
      // With a finish reason the answer is whole: a break or a silence after it takes nothing from it.
      Effect.catchIf(
        ({ _tag }) => _tag !== "TooLarge" && reader.transcript().finishReason !== undefined,
        () => Effect.succeed(false)
      )
    )
    return {
      exchange: { _tag: "Stream" as const, status, headers, transcript: reader.transcript() },
      ...(goesOn ? { rest: Effect.ignore(Effect.forever(pull)) } : {})
    }
  }).pipe(Effect.catchAll((exchange) => Effect.succeed({ exchange })))

/** The clocks that only tokens wind up again: nothing else that arrives counts as progress of the answer. */
const tokenClock = (terms: Terms) =>
  Effect.map(Clock.currentTimeMillis, (sent) => {
    let running: { readonly clock: "first-token" | "silence"; readonly timeout: Terms["silenceTimeout"] } = {
      clock: "first-token",
      timeout: terms.firstTokenTimeout
    }
    let since = sent
    const limit = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E | Classify.Exchange, R> =>
      Effect.flatMap(Clock.currentTimeMillis, (now): Effect.Effect<A, E | Classify.Exchange, R> => {
        const { clock, timeout } = running
        if (Option.isNone(timeout)) return self
        const limitMs = Duration.toMillis(timeout.value)
        return Effect.timeoutFail(self, {
          duration: Math.max(0, since + limitMs - now),
          onTimeout: (): Classify.Exchange => ({ _tag: "ClockFired", clock, limitMs })
        })
      })
    const wind = (timeout: Terms["silenceTimeout"]) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        running = { clock: "silence", timeout }
        since = now
      })
    return { limit, heard: wind(terms.silenceTimeout), finished: wind(Option.some(LAST_WORDS)) }
  })

const tooLarge = (terms: Terms): Classify.Exchange => ({ _tag: "TooLarge", limitBytes: terms.maxBytes })

const broken =
  (terms: Terms) =>
  (error: HttpClientError): Classify.Exchange => {
    const { connectTimedOut, message } = NetworkFailure.of(error)
    return connectTimedOut
      ? { _tag: "ClockFired", clock: "connect", limitMs: Duration.toMillis(terms.connectTimeout) }
      : { _tag: "Broken", message: terms.secret.scrub(message) }
  }
