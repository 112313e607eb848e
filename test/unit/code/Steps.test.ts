/** Work in slices, on a clock in which each look takes a slice. */
import { assert, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
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
