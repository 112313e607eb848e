/**
 * One alarm for all requests of a run: a fiber that sleeps until the first of them has had its time. Most are answered long
 * before, so that an alarm of its own for each would be set and taken down for nothing.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Arm } from "./Arrival.js"

/** Cuts a request when this clock, in milliseconds, has gone on for the time of a request. */
export type Alarm = (time: () => number) => Arm

interface Entry {
  readonly time: () => number
  readonly endsAt: number
  readonly cut: () => void
}

export const make = (limitMs: number): Effect.Effect<Alarm, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    const entries = new Set<Entry>()
    let isAwake = false

    /** Cuts those whose time is over. How long the first of the others has, in milliseconds. */
    const ring = (): number => {
      let soonest = limitMs
      for (const entry of entries) {
        const left = entry.endsAt - entry.time()
        if (left > 0) soonest = Math.min(soonest, left)
        else {
          entries.delete(entry)
          entry.cut()
        }
      }
      return soonest
    }

    const watch: Effect.Effect<void> = Effect.suspend(() => {
      const millis = ring()
      isAwake = entries.size > 0
      return isAwake ? Effect.zipRight(Clock.sleep(Duration.millis(millis)), watch) : Effect.void
    })

    return (time) => (cut) =>
      Effect.suspend(() => {
        const entry = { time, endsAt: time() + limitMs, cut }
        const disarm = () => entries.delete(entry)
        entries.add(entry)
        // Nobody who comes later has less time.
        if (isAwake) return Effect.succeed(disarm)
        isAwake = true
        return Effect.as(Effect.forkIn(Effect.interruptible(watch), scope), disarm)
      })
  })
