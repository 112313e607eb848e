/**
 * A clock for properties: as soon as everybody sleeps, it jumps to whoever wakes first. It knows no waiting, so that
 * hundreds of schedules take less time than a few steps of the TestClock; where a moment itself is tested, that one is right.
 */
import { Clock, Duration, Effect } from "effect"

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

export const make = (): Clock.Clock => {
  let now = 0
  let sleepers: ReadonlyArray<Sleeper> = []
  let armed = false

  // Fibers run in microtasks and macrotasks that are due: an immediate comes when they have all come to rest.
  const arm = () => {
    if (armed || sleepers.length === 0) return
    armed = true
    setImmediate(() => {
      armed = false
      const next = sleepers.reduce((first, sleeper) => (sleeper.at < first.at ? sleeper : first), sleepers[0] ?? rest)
      sleepers = sleepers.filter((sleeper) => sleeper !== next)
      now = Math.max(now, next.at)
      next.wake()
      arm()
    })
  }

  return {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: () => now,
    unsafeCurrentTimeNanos: () => BigInt(Math.round(now * 1e6)),
    currentTimeMillis: Effect.sync(() => now),
    currentTimeNanos: Effect.sync(() => BigInt(Math.round(now * 1e6))),
    sleep: (duration) =>
      Effect.async((resume) => {
        const sleeper: Sleeper = { at: now + Duration.toMillis(duration), wake: () => resume(Effect.void) }
        sleepers = [...sleepers, sleeper]
        arm()
        return Effect.sync(() => {
          sleepers = sleepers.filter((other) => other !== sleeper)
        })
      })
  }
}

/** Nobody is left: they were interrupted meanwhile. */
const rest: Sleeper = { at: 0, wake: () => {} }
