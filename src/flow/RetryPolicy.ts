/**
 * When to ask a model again. The waits are a `Schedule`, kept as a value; whether a failure deserves one is
 * `GenerationError.isRetryable`. Nothing here sleeps: a model's waits are drawn one by one, so that whoever runs it can
 * give its place to another model meanwhile.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as ScheduleDecision from "effect/ScheduleDecision"
import * as ScheduleIntervals from "effect/ScheduleIntervals"
import { type GenerationError, isHeldBack, isRetryable } from "../domain/GenerationError.js"

/** The first wait; each further one is twice as long. The figure of the system this replaces. */
export const BASE_DELAY = Duration.millis(500)

/** Each wait is drawn between itself and 10 % more, so that models that failed together do not come back together. */
export const JITTER = { min: 1, max: 1.1 }

/** Tries after the first attempt: waits of 0.5, 1 and 2 s. */
export const MAX_RETRIES = 3

/**
 * Longer than what the retries outlast, which is 3.5 s and a tenth: nothing may conclude from failures of less than this
 * that there is no use in trying.
 */
export const MINIMUM_TROUBLE_MS = 4_000

/**
 * Waits that the server itself asked for are not counted as retries, since 3.5 s of retries cannot outlast a window of a
 * minute. Six of them are more than five minutes of one-minute windows: most of a run of 400 s.
 */
export const MAX_HINTED_WAITS = 6

/** The longest wait that patience makes of 0.5 s, 1 s, 2 s, .. */
export const LONGEST_PATIENT_DELAY = Duration.seconds(30)

/** 0.5 s, 1 s, 2 s, .. up to 30 s, each plus up to 10 %, `times` times. */
export const patient = (times: number): Schedule.Schedule<unknown> =>
  Schedule.exponential(BASE_DELAY).pipe(
    Schedule.modifyDelay((_, delay) => Duration.min(delay, LONGEST_PATIENT_DELAY)),
    Schedule.jitteredWith(JITTER),
    Schedule.intersect(Schedule.recurs(times))
  )

/** 0.5 s, 1 s, 2 s, .. each plus up to 10 %, `maxRetries` times. */
export const backoff = (maxRetries: number = MAX_RETRIES): Schedule.Schedule<unknown> =>
  Schedule.exponential(BASE_DELAY).pipe(Schedule.jitteredWith(JITTER), Schedule.intersect(Schedule.recurs(maxRetries)))

export interface Wait {
  /** The earliest moment of the next attempt, in milliseconds since the epoch. */
  readonly until: number
  /** `backoff` is one of the counted retries, `patience` one of the waits besides; `hint` is the server's own word. */
  readonly why: "backoff" | "hint" | "patience"
}

/** Draws the waits of one model: `None` when the failure is final or its retries are used up. */
export type Waits = (error: GenerationError) => Effect.Effect<Option.Option<Wait>>

/**
 * `patience` is how many waits there are besides the counted retries: for a rate limit without a hint before it costs a
 * retry, for a server that fails when no retry is left, and for what flow control holds back.
 */
export const waits = (maxRetries: number = MAX_RETRIES, patience = 0): Effect.Effect<Waits> =>
  Effect.gen(function* () {
    const nextDelay = yield* delays(backoff(maxRetries))
    const nextPatientDelay = yield* delays(patient(patience))
    const hinted = yield* Ref.make(0)
    return Effect.fnUntraced(function* (error: GenerationError) {
      const { reason, retryAt } = error
      if (reason._tag === "RateLimited" && reason.hinted && retryAt !== undefined && isRetryable(error)) {
        const used = yield* Ref.getAndUpdate(hinted, (n) => n + 1)
        return used < MAX_HINTED_WAITS ? Option.some<Wait>({ until: retryAt, why: "hint" }) : Option.none()
      }
      const now = yield* Clock.currentTimeMillis
      for (const why of kindsOf(error)) {
        const delay = yield* why === "backoff" ? nextDelay : nextPatientDelay
        if (Option.isSome(delay)) {
          return Option.some<Wait>({ until: Math.max(now + delay.value, retryAt ?? now), why })
        }
      }
      return Option.none()
    })
  })

/** Which waits a failure may use, in this order. */
const kindsOf = (error: GenerationError): ReadonlyArray<"backoff" | "patience"> => {
  if (isHeldBack(error)) return ["patience"]
  if (!isRetryable(error)) return []
  switch (error.reason._tag) {
    case "RateLimited":
      return ["patience", "backoff"]
    // A timeout has cost the time of a whole attempt, and often money: three are enough.
    case "TimedOut":
      return ["backoff"]
    default:
      return ["backoff", "patience"]
  }
}

/** The delays of a schedule in milliseconds, one for each call and without sleeping; `None` when it is done. */
const delays = (schedule: Schedule.Schedule<unknown>): Effect.Effect<Effect.Effect<Option.Option<number>>> =>
  Effect.map(Ref.make<unknown>(schedule.initial), (state) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const [next, , decision] = yield* schedule.step(now, undefined, yield* Ref.get(state))
      yield* Ref.set(state, next)
      return ScheduleDecision.isDone(decision)
        ? Option.none()
        : Option.some(Math.max(0, Math.ceil(ScheduleIntervals.start(decision.intervals) - now)))
    })
  )
