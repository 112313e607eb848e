/**
 * How many answers a server computes at the same time. The rest wait in line without a word, as clients of a small local
 * server do; a client that goes away while it waits leaves the line.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface Seats {
  /** Plays a reply that takes this many milliseconds to compute, as soon as there is a seat. */
  readonly seated: <A, E, R>(reply: Effect.Effect<A, E, R>, millis: number) => Effect.Effect<A, E, R>
}

/** Everybody at once. */
export const unlimited: Seats = { seated: (reply) => reply }

/** With `finishesAbandoned` a seat stays taken until its answer is computed, also where nobody waits for it any more. */
export const make = (count: number, finishesAbandoned: boolean): Effect.Effect<Seats, never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const semaphore = yield* Effect.makeSemaphore(count)
    const leave = Effect.asVoid(semaphore.release(1))

    return {
      seated: (reply, millis) =>
        Effect.uninterruptibleMask((restore) =>
          Effect.gen(function* () {
            yield* restore(semaphore.take(1))
            const started = yield* Clock.currentTimeMillis
            const rest = Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.sleep(started + millis - now))
            return yield* Effect.onExit(restore(reply), (exit) =>
              exit._tag === "Failure" && finishesAbandoned
                ? Effect.asVoid(Effect.forkIn(Effect.ensuring(rest, leave), scope))
                : leave
            )
          })
        )
    }
  })
