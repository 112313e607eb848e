/**
 * One exchange over HTTP: sends a request and reads until the answer is complete, ended, too large, or a clock fired.
 * It never fails: whatever happened is a value for `Classify`. Its connection is closed the moment it is left early,
 * whether by interruption or by a verdict.
 */
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { LazyArg } from "effect/Function"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import * as Now from "../../telemetry/Now.js"
import * as Connections from "../Connections.js"
import type * as Begin from "./Begin.js"
import type * as Body from "./Body.js"
import * as Bytes from "./Bytes.js"
import type * as Classify from "./Classify.js"
import * as EventStream from "./EventStream.js"
import * as Heard from "./Heard.js"
import * as NetworkFailure from "./NetworkFailure.js"
import type { Secret } from "./Secret.js"
import { isSuccess } from "./Status.js"
import * as TokenClock from "./TokenClock.js"
import * as Transcript from "./Transcript.js"

/**
 * How long a complete answer's connection is given to end, so that it can be used again; some servers never end it.
 * This happens behind the answer's back and delays nobody.
 */
const END_GRACE = Duration.millis(250)

/** Gets the text that has come so far, at every token; while a model only reasons it is still empty. */
export type OnToken = (soFar: LazyArg<string>) => Effect.Effect<void>

export interface Limits extends TokenClock.Limits {
  /** Largest plain body, largest answer of a stream, and largest line of one, in bytes. */
  readonly maxBytes: number
  /** How long the HTTP client tries to connect, for the message when it gives up. */
  readonly connectTimeout: Duration.Duration
  /** What must not be found in anything that the server sent. */
  readonly secret: Secret
}

export const hold = (
  begin: Begin.Begin,
  limits: Limits,
  onToken: OnToken = () => Effect.void,
  cut?: Heard.Cut
): Effect.Effect<Classify.Exchange> =>
  Effect.withFiberRuntime((fiber) => {
    const wait = fiber.getFiberRef(Connections.current)
    const clock = TokenClock.make(
      limits,
      wait ?? Connections.watch(Now.steady(Context.get(fiber.currentDefaultServices, Clock.Clock)))
    )
    const reader = EventStream.make(limits.maxBytes)
    let body: Body.Body | undefined
    let head: Heard.Head | undefined
    const begun = Effect.map(
      Effect.suspend(() =>
        begin(wait, (given) => {
          body = given
        })
      ),
      ({ body, headers, status }) => {
        head = { status, headers: Record.map(headers, limits.secret.scrub) }
        return { body, head }
      }
    )
    return Effect.map(
      Effect.onExit(converse({ begun, limits, reader, onToken, clock }), (exit) => {
        if (cut !== undefined && Exit.isInterrupted(exit)) {
          cut.hand(Heard.cutShort(reader, limits.secret, head, cut.limitMs))
        }
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
      ({ exchange }) => exchange
    )
  })

interface Conversation {
  readonly begun: Effect.Effect<{ readonly body: Body.Body; readonly head: Heard.Head }, HttpClientError>
  readonly limits: Limits
  readonly reader: EventStream.Reader
  readonly onToken: OnToken
  readonly clock: TokenClock.TokenClock
}

interface Result {
  readonly exchange: Classify.Exchange
  /** The answer is complete, and its stream may still go on. */
  readonly goesOn: boolean
}

/** What broke off the exchange. */
type Break = Exclude<Classify.Exchange, { readonly status: number }>

const converse = ({ begun, clock, onToken, reader, limits }: Conversation): Effect.Effect<Result> =>
  clock.limit(Effect.mapError(begun, broken(limits))).pipe(
    Effect.flatMap(({ body, head }) => {
      const heard = (goesOn: boolean): Result => ({ exchange: Heard.of(reader, limits.secret, head), goesOn })
      if (!isSuccess(head.status)) {
        // The status has decided already: what befalls the body of a failure takes nothing from it.
        return listen({ body, clock, reader, limits, onToken: undefined }).pipe(
          Effect.timeout(TokenClock.LAST_WORDS),
          Effect.orElseSucceed(() => false),
          Effect.map(heard)
        )
      }
      return Effect.matchEffect(listen({ body, clock, reader, limits, onToken }), {
        onSuccess: (goesOn) => Effect.succeed(heard(goesOn)),
        onFailure: (exchange) => {
          reader.breakOff()
          return Heard.isWhole(reader) && exchange._tag !== "TooLarge"
            ? Effect.succeed(heard(false))
            : Effect.fail(exchange)
        }
      })
    }),
    // A client of the application may throw instead of failing, and what it throws may repeat the key.
    Effect.catchAllDefect((defect) => {
      const message = `the HTTP client itself failed: ${limits.secret.scrub(String(defect))}`
      return Effect.fail<Break>({ _tag: "Broken", message, permanent: true })
    }),
    // With what had been said until then.
    Effect.catchAll((ended) =>
      Effect.succeed<Result>({ exchange: { ...ended, transcript: reader.transcript }, goesOn: false })
    )
  )

interface Listening extends Pick<Conversation, "clock" | "reader" | "limits"> {
  readonly body: Body.Body
  /** Not called for a failure. */
  readonly onToken: OnToken | undefined
}

const STREAM = { stream: true }

/** Listens until the answer is complete, and says whether the stream may still go on. */
const listen = ({ body, clock, onToken, reader, limits }: Listening): Effect.Effect<boolean, Break> => {
  const { transcript } = reader
  const soFar = () => limits.secret.scrubGrowing(transcript.text)
  const decoder = new TextDecoder()
  let bytes = 0
  let tokens = 0
  let isOver = false

  /** Takes everything that has come, at once; false when that is too large. */
  const take = (chunk: Chunk.Chunk<Uint8Array>): boolean => {
    // Decoding takes longer to begin than to go on.
    const whole = Bytes.joined(chunk)
    bytes += whole.length
    return reader.push(decoder.decode(whole, STREAM)) && (reader.isStream() || bytes <= limits.maxBytes)
  }
  /** Winds the clock, and tells what is new before going on. */
  const thenOn = (on: Effect.Effect<boolean, Break>): Effect.Effect<boolean, Break> => {
    const hasTokens = transcript.tokens > tokens
    const wasOver = isOver
    tokens = transcript.tokens
    isOver = Transcript.isOver(transcript)
    if (hasTokens || isOver !== wasOver) {
      clock.wind(isOver ? (transcript.finish === "early" ? "perhaps" : "surely") : "no")
    }
    return hasTokens && onToken !== undefined ? Effect.zipRight(onToken(soFar), on) : on
  }
  const next: Effect.Effect<boolean, Break> = Effect.matchEffect(
    clock.limit(Effect.mapError(body.pull, endOf(limits))),
    {
      onSuccess: (chunk) => {
        if (!take(chunk)) return Effect.fail<Break>({ _tag: "TooLarge", limitBytes: limits.maxBytes })
        return thenOn(Transcript.isComplete(transcript) ? Effect.succeed(true) : next)
      },
      onFailure: (end) => {
        if (end !== "end") return Effect.fail(end)
        reader.end()
        return thenOn(Effect.succeed(false))
      }
    }
  )
  return next
}

/** No body at all is a body of length zero. */
const endOf =
  (limits: Limits) =>
  (end: Option.Option<HttpClientError>): Break | "end" =>
    Option.isNone(end) || end.value.reason === "EmptyBody" ? "end" : broken(limits)(end.value)

const broken =
  (limits: Limits) =>
  (error: HttpClientError): Break => {
    const { connectTimedOut, message, permanent, unsent } = NetworkFailure.of(error)
    return connectTimedOut
      ? { _tag: "ClockFired", clock: "connect", limitMs: Duration.toMillis(limits.connectTimeout) }
      : {
          _tag: "Broken",
          message: limits.secret.scrub(message),
          permanent: permanent || undefined,
          unsent: unsent || undefined
        }
  }
