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
import * as Lenient from "./Lenient.js"
import * as Transcript from "./Transcript.js"

/**
 * How long a complete answer's connection is given to end, so that it can be used again; some servers never end it.
 * This happens behind the answer's back and delays nobody.
 */
const END_GRACE = Duration.millis(250)

/** Connecting is the HTTP client's clock; this is how undici and Node call its alarm. */
const CONNECT_TIMEOUTS = new Set(["UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"])

/** Hears the text that has come so far, at every token; while a model only reasons it is still empty. */
export type OnToken = (soFar: LazyArg<string>) => Effect.Effect<void>

export interface Terms {
  /** Largest body, and largest line of a stream, in bytes. */
  readonly maxBytes: number
  /** Longest wait for the first token, from the moment of sending. */
  readonly firstTokenTimeout: Option.Option<Duration.Duration>
  /** Longest silence between two tokens; comments and white space are silence. */
  readonly silenceTimeout: Option.Option<Duration.Duration>
  /** How long the HTTP client tries to connect, for the message when it gives up. */
  readonly connectTimeout: Duration.Duration
  /** Takes secrets out of what the server sent. */
  readonly scrub: (text: string) => string
}

export const hold = (
  client: HttpClient.HttpClient.With<HttpClientError, Scope.Scope>,
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
      return exit.value.rest.pipe(Effect.timeoutOption(END_GRACE), Effect.ensuring(closed), Effect.forkDaemon)
    }
  ).pipe(Effect.map(({ exchange }) => exchange))

interface Heard {
  readonly exchange: Classify.Exchange
  /** Reads what may still follow a complete answer. */
  readonly rest?: Effect.Effect<unknown>
}

const converse = (
  client: HttpClient.HttpClient.With<HttpClientError, Scope.Scope>,
  request: HttpClientRequest.HttpClientRequest,
  terms: Terms,
  onToken: OnToken
): Effect.Effect<Heard, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* tokenClock(terms)
    const response = yield* client.execute(request).pipe(Effect.mapError(broken(terms)), clock.limit)
    const headers = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, terms.scrub(value)])
    )
    const { status } = response
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
      Effect.catchAll(Option.match({ onNone: () => Effect.succeedNone, onSome: (e) => Effect.fail(broken(terms)(e)) })),
      Effect.filterOrFail(() => bytes <= terms.maxBytes, tooLarge(terms)),
      clock.limit
    )

    if (!(headers["content-type"] ?? "").includes("text/event-stream")) {
      const pieces: Array<string> = []
      for (let piece = yield* next; Option.isSome(piece); piece = yield* next) pieces.push(piece.value)
      return { exchange: { _tag: "Body" as const, status, headers, text: terms.scrub(pieces.join("")) } }
    }

    const reader = EventStream.make(terms.maxBytes, terms.scrub)
    let piece = yield* next
    while (Option.isSome(piece)) {
      const before = reader.transcript()
      if (!reader.push(piece.value)) return yield* Effect.fail(tooLarge(terms)())
      const transcript = reader.transcript()
      if (transcript.tokens > before.tokens) {
        yield* clock.heard
        yield* onToken(() => terms.scrub(transcript.text))
      }
      if (Transcript.isComplete(transcript)) break
      piece = yield* next
    }
    reader.end()
    const transcript = reader.transcript()
    return {
      exchange: {
        _tag: "Stream" as const,
        status,
        headers,
        transcript: { ...transcript, text: terms.scrub(transcript.text) }
      },
      ...(Option.isSome(piece) ? { rest: Effect.ignore(Effect.repeat(next, { while: Option.isSome })) } : {})
    }
  }).pipe(Effect.catchAll((exchange) => Effect.succeed({ exchange })))

/** The clocks that only tokens wind up again: nothing else that arrives counts as progress of the answer. */
const tokenClock = (terms: Terms) =>
  Effect.map(Clock.currentTimeMillis, (sent) => {
    let clock: "first-token" | "silence" = "first-token"
    let since = sent
    const limit = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E | Classify.Exchange, R> =>
      Effect.flatMap(Clock.currentTimeMillis, (now): Effect.Effect<A, E | Classify.Exchange, R> => {
        const timeout = clock === "silence" ? terms.silenceTimeout : terms.firstTokenTimeout
        if (Option.isNone(timeout)) return self
        const limitMs = Duration.toMillis(timeout.value)
        return Effect.timeoutFail(self, {
          duration: Math.max(0, since + limitMs - now),
          onTimeout: (): Classify.Exchange => ({ _tag: "ClockFired", clock, limitMs })
        })
      })
    const heard = Effect.map(Clock.currentTimeMillis, (now) => {
      clock = "silence"
      since = now
    })
    return { limit, heard }
  })

const tooLarge = (terms: Terms) => (): Classify.Exchange => ({ _tag: "TooLarge", limitBytes: terms.maxBytes })

/** The platform's errors hold the request with its key, so only their codes and words are taken over. */
const broken =
  (terms: Terms) =>
  (error: HttpClientError): Classify.Exchange => {
    const code = codeOf(error.cause)
    if (code !== undefined && CONNECT_TIMEOUTS.has(code)) {
      return { _tag: "ClockFired", clock: "connect", limitMs: Duration.toMillis(terms.connectTimeout) }
    }
    const said = Lenient.string(Lenient.at(error.cause, "message")) ?? error.reason
    return {
      _tag: "Broken",
      message: terms.scrub(code === undefined || said.includes(code) ? said : `${code}: ${said}`)
    }
  }

/** The code may stand on a cause of the cause: fetch wraps what the socket said. */
const codeOf = (cause: unknown): string | undefined =>
  Lenient.string(Lenient.at(cause, "code")) ?? Lenient.string(Lenient.at(cause, "cause", "code"))
