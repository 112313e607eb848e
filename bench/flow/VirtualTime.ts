/**
 * Runs an effect in virtual time: whatever can run runs, and when nothing can, the clock jumps to the next thing that
 * waits. The test clock does the same but pauses for real before each jump, which a day of simulated runs cannot afford.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Scheduler from "effect/Scheduler"

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** Well above 1e9 s, so that moments look like dates to whoever reads a hint. */
export const EPOCH = Date.UTC(2026, 0, 1)

export const run = async <A, E>(effect: Effect.Effect<A, E>): Promise<Exit.Exit<A, E>> => {
  let now = EPOCH
  let sleepers: Array<Sleeper> = []
  let tasks: Array<() => void> = []

  const clock: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: () => now,
    unsafeCurrentTimeNanos: () => BigInt(Math.floor(now * 1_000_000)),
    currentTimeMillis: Effect.sync(() => now),
    currentTimeNanos: Effect.sync(() => BigInt(Math.floor(now * 1_000_000))),
    sleep: (duration) =>
      Effect.async((resume) => {
        const sleeper = { at: now + Duration.toMillis(duration), wake: () => resume(Effect.void) }
        const later = sleepers.findIndex(({ at }) => at > sleeper.at)
        sleepers.splice(later === -1 ? sleepers.length : later, 0, sleeper)
        return Effect.sync(() => {
          sleepers = sleepers.filter((other) => other !== sleeper)
        })
      })
  }
  const scheduler: Scheduler.Scheduler = {
    shouldYield: () => false,
    scheduleTask: (task) => {
      tasks.push(task)
    }
  }

  // Hundreds of runs may follow each other: what else the process does has its turn in between.
  await new Promise(setImmediate)
  const fiber = Effect.runFork(Effect.withClock(effect, clock), { scheduler })
  for (;;) {
    while (tasks.length > 0) {
      const batch = tasks
      tasks = []
      for (const task of batch) task()
    }
    const exit = fiber.unsafePoll()
    if (exit !== null) return exit
    const next = sleepers.shift()
    if (next === undefined) {
      // Only hashes take real time, and they are over before anything waits.
      await new Promise(setImmediate)
    } else {
      now = Math.max(now, next.at)
      next.wake()
    }
  }
}
