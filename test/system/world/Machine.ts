/**
 * Time and order of a world. Fibers, sleepers and everything that happens outside the program are steps in one line, and
 * the seed decides which comes first. Nothing here waits for real: when nobody can go on, the clock jumps to the first who
 * wakes. Effect's own test clock waits for milliseconds at every move, which thousands of worlds cannot afford.
 */
import { Clock, Duration, Effect, type Fiber, FiberRef, type Scheduler } from "effect"
import type { Dice } from "./Dice.js"

/** An operating system's process: what it has under way ends with it. */
export interface Process {
  readonly clock: Clock.Clock
  readonly scheduler: Scheduler.Scheduler
  readonly isAlive: () => boolean
  /** Ends it between two steps, without a word to anybody. */
  readonly kill: () => void
  /** Happens after this time, unless the process is dead by then. Returns how to call it off. */
  readonly after: (millis: number, action: () => void) => () => void
  /** Happens as soon as it is its turn. */
  readonly soon: (action: () => void) => void
}

export interface Machine {
  readonly spawn: () => Process
  /** Milliseconds since the world began; goes forward only. */
  readonly time: () => number
  /** What the clock on the wall shows, in milliseconds since 1970. */
  readonly wall: () => number
  /** Sets the clock on the wall forward or back. */
  readonly jump: (millis: number) => void
  /** Happens whoever is alive. */
  readonly after: (millis: number, action: () => void) => void
  /** How many steps were made so far. */
  readonly steps: () => number
  /** Happens at once if nobody is ready to go on, else as soon as that is so. */
  readonly whenCalm: (action: () => void) => void
  /** Called before each step. */
  readonly onStep: (listener: () => void) => void
  /** Lets the world go on until this is so; says whether that happened. */
  readonly run: (until: () => boolean) => boolean
}

interface Sleeper {
  readonly at: number
  readonly owner: Process | undefined
  readonly action: () => void
}

const BEGINNING = Date.UTC(2026, 2, 3, 14, 15, 16)

/** More than any world needs: one that comes so far goes round in a circle. */
const MOST_STEPS = 500_000

/** `isOrderly`: first come, first served, as Node does it. Else the seed decides who of those that are ready goes on. */
export const make = (dice: Dice, isOrderly: boolean): Machine => {
  let now = 0
  let skew = 0
  let steps = 0
  let listener = () => {}
  let ready: Array<() => void> = []
  let sleepers: Array<Sleeper> = []
  let calm: Array<() => void> = []

  const takeReady = (): (() => void) | undefined => {
    if (isOrderly || ready.length < 2) return ready.shift()
    const [task] = ready.splice(dice.below(ready.length), 1)
    return task
  }

  const wakeNext = (): boolean => {
    let next: Sleeper | undefined
    for (const sleeper of sleepers) if (next === undefined || sleeper.at < next.at) next = sleeper
    if (next === undefined) return false
    const due = next
    sleepers = sleepers.filter((sleeper) => sleeper !== due)
    now = Math.max(now, due.at)
    due.action()
    return true
  }

  const sleep = (millis: number, owner: Process | undefined, action: () => void) => {
    const sleeper = { at: now + Math.max(0, millis), owner, action }
    if (Number.isFinite(sleeper.at)) sleepers.push(sleeper)
    return () => {
      sleepers = sleepers.filter((other) => other !== sleeper)
    }
  }

  const wall = () => Math.floor(BEGINNING + now + skew)

  const spawn = (): Process => {
    let alive = true
    const soon = (action: () => void) => {
      if (alive) ready.push(() => (alive ? action() : undefined))
    }
    const process: Process = {
      isAlive: () => alive,
      kill: () => {
        alive = false
        sleepers = sleepers.filter(({ owner }) => owner !== process)
      },
      soon,
      after: (millis, action) => sleep(millis, process, () => (alive ? action() : undefined)),
      scheduler: {
        scheduleTask: soon,
        shouldYield: (fiber: Fiber.RuntimeFiber<unknown, unknown>) =>
          fiber.currentOpCount > fiber.getFiberRef(FiberRef.currentMaxOpsBeforeYield)
            ? fiber.getFiberRef(FiberRef.currentSchedulingPriority)
            : false
      },
      clock: {
        [Clock.ClockTypeId]: Clock.ClockTypeId,
        unsafeCurrentTimeMillis: wall,
        unsafeCurrentTimeNanos: () => BigInt(wall()) * 1_000_000n,
        currentTimeMillis: Effect.sync(wall),
        currentTimeNanos: Effect.sync(() => BigInt(wall()) * 1_000_000n),
        sleep: (duration) =>
          Effect.async((resume) => {
            const callOff = sleep(Duration.toMillis(duration), process, () => resume(Effect.void))
            return Effect.sync(callOff)
          })
      }
    }
    return process
  }

  return {
    spawn,
    time: () => now,
    wall,
    jump: (millis) => {
      skew += millis
    },
    after: (millis, action) => void sleep(millis, undefined, action),
    steps: () => steps,
    whenCalm: (action) => void calm.push(action),
    onStep: (next) => {
      listener = next
    },
    run: (until) => {
      const most = steps + MOST_STEPS
      while (!until()) {
        if (steps >= most) return false
        steps += 1
        const task = takeReady()
        if (task === undefined) {
          const actions = calm
          calm = []
          for (const action of actions) action()
          if (actions.length === 0 && !wakeNext()) return false
        } else {
          listener()
          task()
        }
      }
      ready = []
      calm = []
      return true
    }
  }
}
