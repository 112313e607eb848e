/**
 * When to ask a model again: the waits as `Schedule` values. Which failures are retried is decided in `Consequence`;
 * `Generator` combines the two.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { LazyArg } from "effect/Function"
import * as Schedule from "effect/Schedule"
import type { Cause } from "../domain/Attempt.js"
import { isHeldBack, isImposed, isLoading, isPatient, isRetryable, namesAMoment } from "../domain/Consequence.js"
import { MINUTE_MS } from "../domain/Figures.js"
import type { GenerationError } from "../domain/GenerationError.js"
import * as Now from "../telemetry/Now.js"

/** The first wait; each further one is twice as long. The figure of the system this replaces. */
export const BASE_DELAY = Duration.millis(500)

/** Each wait is drawn between itself and 10 % more, so that models that failed together do not come back together. */
export const JITTER = { min: 1, max: 1.1 }

/** Tries after the first attempt: waits of 0.5, 1 and 2 s. */
export const MAX_RETRIES = 3

/**
 * Longer than all retries together, which take 3.5 s plus 10 %: failures that have lasted less than this do not prove that
 * retrying is pointless.
 */
export const MINIMUM_TROUBLE_MS = 4_000

/**
 * Waits that the server itself asks for are not counted as retries, since 3.5 s of retries cannot outlast a window of a
 * minute. Six of them are more than five minutes of one-minute windows: most of a run of 400 s.
 */
export const MAX_HINTED_WAITS = 6

/**
 * A model that the server says it is loading is waited for so long, whatever the retries: from a disk of 150 MB a second
 * 45 GB are there by then, which is a model of 70 billion parameters. The run's deadline, of 400 s by default, ends it earlier.
 */
export const LONGEST_LOADING_MS = 5 * MINUTE_MS
const LONGEST_LOADING = Duration.millis(LONGEST_LOADING_MS)

/** The first wait for it and the longest: small models take seconds, and asking costs next to nothing. */
const LOADING_DELAY = { first: Duration.seconds(1), longest: Duration.seconds(5) }

/** The longest wait that patience makes of 0.5 s, 1 s, 2 s, .. */
export const LONGEST_PATIENT_DELAY = Duration.seconds(30)

/** Waits for a model, drawn from the failures that it meets. */
export type Policy = Schedule.Schedule<unknown, GenerationError>

/** No wait ends before the moment that the failure names. Jitter makes fractions: waits are whole milliseconds. */
const notBeforeTold = (delays: Schedule.Schedule<unknown>): Policy =>
  Schedule.intersect(delays, Schedule.identity<GenerationError>()).pipe(
    Schedule.modifyDelayEffect(([, { retryAt }], delay) =>
      Effect.map(Now.millis, (now) => Math.max(Math.ceil(Duration.toMillis(delay)), (retryAt ?? now) - now))
    )
  )

const growing: Schedule.Schedule<unknown> = Schedule.exponential(BASE_DELAY)

/** The server's own word: exactly as long as it asks for, this often. */
export const asTold = (times: number = MAX_HINTED_WAITS): Policy => notBeforeTold(Schedule.recurs(times))

/** 1 s, 2 s, 4 s, 5 s, .. or as the server says, while it loads the model. */
export const loading: Policy = Schedule.exponential(LOADING_DELAY.first).pipe(
  Schedule.modifyDelay((_, delay) => Duration.min(delay, LOADING_DELAY.longest)),
  Schedule.upTo(LONGEST_LOADING),
  notBeforeTold,
  // A moment that is later than that is none to wait for.
  Schedule.modifyDelay((_, delay) => Duration.min(delay, LONGEST_LOADING))
)

/** 0.5 s, 1 s, 2 s, .. each plus up to 10 %, this often. */
export const backoff = (maxRetries: number = MAX_RETRIES): Policy =>
  growing.pipe(Schedule.jitteredWith(JITTER), Schedule.intersect(Schedule.recurs(maxRetries)), notBeforeTold)

/** 0.5 s, 1 s, 2 s, .. up to 30 s, each plus up to 10 %, this often. */
export const patient = (times: number): Policy =>
  growing.pipe(
    Schedule.modifyDelay((_, delay) => Duration.min(delay, LONGEST_PATIENT_DELAY)),
    Schedule.jitteredWith(JITTER),
    Schedule.intersect(Schedule.recurs(times)),
    notBeforeTold
  )

/**
 * The retries, and after them the waits of patience. What flow control holds back uses patience alone; a timeout, which
 * has cost a whole attempt, uses the retries alone.
 */
export const retries = (maxRetries: number = MAX_RETRIES, patience = 0): Policy =>
  backoff(maxRetries).pipe(
    Schedule.whileInput((error: GenerationError) => !isHeldBack(error)),
    Schedule.andThen(Schedule.whileInput(patient(patience), isPatient))
  )

/** A model waits for its own limits so often, and as long as the run goes on for those that hold everybody back. */
export const waits = (own: { ownWaits: number }) => (error: GenerationError) =>
  isImposed(error) || (namesAMoment(error) && own.ownWaits++ < MAX_HINTED_WAITS)

/** Both need the same request again: what may pass by itself, and what flow control held back. */
export const passes = (error: GenerationError): boolean =>
  isHeldBack(error) || (isRetryable(error) && !namesAMoment(error) && !isLoading(error))

/** Counted retries come first; requests that flow control held back are not counted. */
export const causeOf = (retries: number): ((error: GenerationError) => Cause) => {
  let used = 0
  return (error) => (isHeldBack(error) || used++ >= retries ? "patience" : "backoff")
}

/** Sets up a retry once there is a failure: what succeeds at once, as nearly everything does, goes without. */
export const onFailure =
  <A, E, R>(retry: LazyArg<(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>>) =>
  (self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.catchAll(self, (error) => {
      const tries = [Effect.fail(error)]
      return retry()(Effect.suspend(() => tries.pop() ?? self))
    })
