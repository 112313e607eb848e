/**
 * The time that waits and durations are measured by. It is the clock's, but never goes back: where a clock is set back, as by
 * the network or with a virtual machine that was put aside, what waits for a moment would wait for so much longer.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { globalValue } from "effect/GlobalValue"

/** Entry points may have a copy of this module each: they have one time. */
const steadied = globalValue("algogen/Now/steadied", () => new WeakMap<Clock.Clock, Clock.Clock>())

const make = (clock: Clock.Clock): Clock.Clock => {
  let last = Number.NEGATIVE_INFINITY
  let lastNanos = 0n
  /** By how much the clock was set back, all in all. */
  let ahead = 0
  const millis = () => {
    const time = clock.unsafeCurrentTimeMillis() + ahead
    // These count on, whatever the time of day is set to.
    const nanos = clock.unsafeCurrentTimeNanos()
    if (time >= last) last = time
    else {
      last += Math.max(0, Math.round(Number(nanos - lastNanos) / 1e6))
      ahead += last - time
    }
    lastNanos = nanos
    return last
  }
  const steady: Clock.Clock = Object.create(clock, {
    unsafeCurrentTimeMillis: { value: millis },
    currentTimeMillis: { value: Effect.sync(millis) }
  })
  steadied.set(clock, steady)
  steadied.set(steady, steady)
  return steady
}

/** The clock with a time that never goes back. */
export const steady = (clock: Clock.Clock): Clock.Clock => steadied.get(clock) ?? make(clock)

/** Goes on with the fiber's clock, made steady: one step of a fiber in place of four. */
export const withClock = <A, E, R>(use: (clock: Clock.Clock) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime((fiber) => use(steady(Context.get(fiber.currentDefaultServices, Clock.Clock))))

/** Goes on with its time, in milliseconds since the epoch. */
export const now = <A, E, R>(use: (now: number) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  withClock((clock) => use(clock.unsafeCurrentTimeMillis()))

/** Its time, in milliseconds since the epoch. */
export const millis: Effect.Effect<number> = now(Effect.succeed)

/** A moment of the clock itself, as servers and other processes name it, as one of its steady time. */
export const since = (clock: Clock.Clock, moment: number): number =>
  moment + steady(clock).unsafeCurrentTimeMillis() - clock.unsafeCurrentTimeMillis()

/** The same of what has such a moment. */
export const inTime = <A extends { readonly retryAt?: number | undefined }>(clock: Clock.Clock, failure: A): A =>
  failure.retryAt === undefined ? failure : { ...failure, retryAt: since(clock, failure.retryAt) }
