/** The time, for what is done at every request: one step of a fiber in place of four. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/** Goes on with the fiber's clock. */
export const withClock = <A, E, R>(use: (clock: Clock.Clock) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime((fiber) => use(Context.get(fiber.currentDefaultServices, Clock.Clock)))

/** Goes on with the time of that clock, in milliseconds since the epoch. */
export const now = <A, E, R>(use: (now: number) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  withClock((clock) => use(clock.unsafeCurrentTimeMillis()))
