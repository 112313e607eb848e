/** The clocks that only tokens wind up again: nothing else that arrives counts as progress of an answer. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Connections from "../Connections.js"

/**
 * How long an exchange whose outcome is known is listened to: after a finish reason for the usage, which counts the
 * cost, and after a bad status for the body that explains it. Ten times what either takes where it comes at all.
 */
export const LAST_WORDS = Duration.seconds(5)

/**
 * The same where the finish reason came with the first text, as it does where a server puts it into each chunk: then more text
 * may follow, which a slow model takes this long for. Half of what an attempt may take by default.
 */
const MORE_WORDS = Duration.seconds(30)

export interface Limits {
  /** Longest wait for the first token, from the moment at which the request has its connection. */
  readonly firstTokenTimeout: Option.Option<Duration.Duration>
  /** Longest silence between two tokens; comments and white space are silence. */
  readonly silenceTimeout: Option.Option<Duration.Duration>
}

/** The clock that ran out. */
interface Fired {
  readonly _tag: "ClockFired"
  readonly clock: "first-token" | "silence"
  readonly limitMs: number
}

export interface TokenClock {
  /** Ends a wait when the clock runs out. */
  readonly limit: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E | Fired, R>
  /** There was a token, or the last one: is a last word all that is awaited. */
  readonly wind: (isOver: "no" | "perhaps" | "surely") => void
}

export const make = (limits: Limits, { elapsed, time }: Connections.Wait): TokenClock => {
  let running: { readonly clock: Fired["clock"]; readonly timeout: Limits["silenceTimeout"] } = {
    clock: "first-token",
    timeout: limits.firstTokenTimeout
  }
  const { silenceTimeout } = limits
  const timeouts = {
    no: silenceTimeout,
    perhaps: Option.some(
      Duration.min(
        MORE_WORDS,
        Option.getOrElse(silenceTimeout, () => MORE_WORDS)
      )
    ),
    surely: Option.some(LAST_WORDS)
  }
  let since = time()
  return {
    limit: (self) =>
      Effect.suspend(() => {
        if (Option.isNone(running.timeout)) return self
        const limitMs = Duration.toMillis(running.timeout.value)
        const fired: Fired = { _tag: "ClockFired", clock: running.clock, limitMs }
        const fires = Effect.zipRight(elapsed(since + limitMs - time()), Effect.fail(fired))
        return Effect.raceFirst(self, fires)
      }),
    wind: (isOver) => {
      running = { clock: "silence", timeout: timeouts[isOver] }
      since = time()
    }
  }
}
