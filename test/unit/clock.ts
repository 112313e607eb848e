/**
 * The `TestClock` takes a step once everything else has had three turns of the event loop. That is all its own wait comes to in
 * these tests, at a fifth of the price: for each step it looks for the fibers of the test, of which it is told none, and forks
 * one that would warn after five seconds, which it then interrupts. Simulated runs take tens of thousands of steps.
 */
import { Effect, Predicate, TestClock } from "effect"

const TURNS = 3

const turns = Effect.async<void>((resume) => {
  let left = TURNS
  let turn: NodeJS.Immediate
  const next = (): void => {
    left -= 1
    if (left === 0) resume(Effect.void)
    else turn = setImmediate(next)
  }
  turn = setImmediate(next)
  return Effect.sync(() => clearImmediate(turn))
})

/** Of the class that Effect keeps to itself. */
const WAIT = "awaitSuspended"

const clock: unknown = Reflect.get(TestClock, "TestClockImpl")
if (!Predicate.isFunction(clock) || !Predicate.hasProperty(clock.prototype, WAIT))
  throw new Error("the TestClock of this version of Effect waits in another way: see test/unit/clock.ts")
Object.defineProperty(clock.prototype, WAIT, { value: () => turns, configurable: true, writable: true })
