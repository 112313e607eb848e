/** Work in slices, on a clock in which each look takes a slice. */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, Fiber } from "effect"
import * as Steps from "../../../src/code/Steps.js"

it.live("what is begun rests in memory, so only a few pieces of work do; each comes to its end", () => {
  let [now, open, most] = [0, 0, 0]
  const clock = Object.assign(Clock.make(), { unsafeCurrentTimeMillis: () => (now += 10) })
  function* work(result: number): Steps.Steps<number> {
    open += 1
    most = Math.max(most, open)
    for (let piece = 0; piece < 3; piece++) yield
    open -= 1
    return result
  }
  const inSlices = Steps.sliced(Effect.unsafeMakeSemaphore(1))
  const all = Array.from({ length: 30 }, (_, index) => index)
  return Effect.gen(function* () {
    const results = yield* Effect.forEach(all, (index) => inSlices(work(index)), { concurrency: "unbounded" })
    assert.deepStrictEqual(results, all)
    assert.isAtMost(most, 9)
    assert.isAbove(most, 1)
  }).pipe(Effect.withClock(clock))
})

/** Goes on for ever, with a slice for each rest. */
function* endless(): Steps.Steps<never> {
  for (;;) yield
}

const slow = () => {
  let now = 0
  return Object.assign(Clock.make(), { unsafeCurrentTimeMillis: () => (now += 10) })
}

describe("work that is interrupted", () => {
  const inSlices = Steps.sliced(Effect.unsafeMakeSemaphore(1))

  it.live("ends between two slices, and gives its turn to others", () =>
    Effect.gen(function* () {
      const fibers = yield* Effect.replicateEffect(Effect.fork(inSlices(endless())), 12)
      yield* Effect.sleep(10)
      const exits = yield* Effect.forEach(fibers, Fiber.interrupt)
      assert.isTrue(exits.every(Exit.isInterrupted))
      assert.strictEqual(yield* inSlices(Steps.each([1, 2, 3], () => undefined)), undefined)
    }).pipe(Effect.withClock(slow()))
  )

  it.live("is held by the region around it, and let go by its own, behind the first slice", () =>
    Effect.gen(function* () {
      let done = 0
      const three = () => Steps.each([1, 2, 3], () => void (done += 1))
      const interrupted = (work: Effect.Effect<unknown>) =>
        Effect.uninterruptible(Effect.flatMap(Effect.fork(work), Fiber.interrupt))
      yield* interrupted(inSlices(three()))
      assert.strictEqual(done, 3)
      done = 0
      const exit = yield* interrupted(inSlices(three(), Effect.interruptible))
      assert.isTrue(Exit.isInterrupted(exit))
      assert.strictEqual(done, 1)
    }).pipe(Effect.withClock(slow()))
  )
})
