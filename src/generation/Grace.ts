/**
 * How long is waited for what keeps answers. They are paid for, so nothing interrupts their saving; but a store or a journal
 * from outside may hang, and that may hold up its own answers only, and for so long.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { LazyArg } from "effect/Function"
import * as Runtime from "effect/Runtime"
import type * as Scope from "effect/Scope"
import * as Now from "../telemetry/Now.js"
import * as Alarm from "./Alarm.js"

/** Longer than a bucket at the other end of a network, or a disk that wakes up, takes; as much as systems leave a process to end in. */
export const GRACE = Duration.seconds(30)

/** "the store did not answer within 30 s" */
export const late = (who: string): string => `the ${who} did not answer within ${Duration.toSeconds(GRACE)} s`

/** Work that nothing interrupts, and that fails when it takes longer. What comes of it later is ignored. */
export type Grace = <E>(onLate: LazyArg<E>) => <A, E1>(work: Effect.Effect<A, E1>) => Effect.Effect<A, E | E1>

/** One alarm for all: none is set for what ends at once. */
export const make: Effect.Effect<Grace, never, Scope.Scope> = Effect.map(
  Alarm.make(Duration.toMillis(GRACE)),
  (alarm) =>
    <E>(onLate: LazyArg<E>) =>
    <A, E1>(work: Effect.Effect<A, E1>): Effect.Effect<A, E | E1> =>
      Effect.uninterruptible(
        Effect.flatMap(Effect.runtime<never>(), (runtime) => {
          // Its failure is a value, as in `Arrival`. What is late is told to end, and not waited for.
          const fiber = Runtime.runFork(runtime)(Effect.exit(Effect.interruptible(work)))
          const ended = fiber.unsafePoll()
          if (ended !== null) return Exit.flatten(ended)
          return Now.withClock((clock) => {
            let cut = () => {}
            const arm = alarm({ time: () => clock.unsafeCurrentTimeMillis() })
            return Effect.flatMap(
              arm(() => cut()),
              (disarm) =>
                Effect.async<A, E | E1>((resume) => {
                  cut = () => resume(Effect.zipRight(Fiber.interruptFork(fiber), Effect.failSync(onLate)))
                  fiber.addObserver((exit) => {
                    disarm()
                    resume(Exit.flatten(exit))
                  })
                })
            )
          })
        })
      )
)

/** The same for work that may be interrupted. */
export const within =
  <E>(onLate: LazyArg<E>) =>
  <A, E1, R>(work: Effect.Effect<A, E1, R>): Effect.Effect<A, E | E1, R> =>
    work.pipe(Effect.disconnect, Effect.timeoutFail({ duration: GRACE, onTimeout: onLate }))
