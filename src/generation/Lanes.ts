/**
 * How many models are in work at once: as many as keep the requests in flight, and beside them those that wait for a moment,
 * which hold up nobody. Each takes memory, so no more are begun.
 */
import * as Effect from "effect/Effect"
import type { Listen } from "../flow/Admission.js"
import * as Permits from "../flow/Permits.js"

/** Of one model. */
export interface Lane {
  /** Runs once there is a place, and keeps it. Fails if it is to give up before. */
  readonly during: <A, E, R, F>(work: Effect.Effect<A, E, R>, listen: Listen<F>) => Effect.Effect<A, E | F, R>
  /** The model waits for a moment: another one gets its place, and it needs none from now on. */
  readonly leave: Effect.Effect<void>
}

export interface Lanes {
  readonly lane: () => Lane
  /** Waits until there is a place, and leaves it to others. */
  readonly room: Effect.Effect<void>
}

/** Models whose answers are being checked and saved while others are asked. */
const BESIDE = 64

/** `most` keeps so many requests in flight. */
export const make = (concurrency: number): Lanes => {
  const most = concurrency + BESIDE
  let waiting = 0
  const permits = Permits.make((given, now) => (given < most + waiting ? now : Permits.NEVER))

  const lane = (): Lane => {
    let isInWork = false
    let waits = false
    const enter = Effect.sync(() => {
      isInWork = true
    })
    const end = Effect.sync(() => {
      if (waits) waiting -= 1
      isInWork = false
      waits = false
    })
    return {
      during: (work, listen) => permits.during(Effect.zipRight(enter, work).pipe(Effect.ensuring(end)), listen),
      leave: Effect.suspend(() => {
        if (waits || !isInWork) return Effect.void
        waits = true
        waiting += 1
        return permits.offer
      })
    }
  }

  return { lane, room: permits.during(Effect.void) }
}
