/**
 * Lets signals, timers and sockets have their turn while much is computed. A fiber gives way after 2,048 steps, but Effect's
 * own scheduler then goes on with it before the event loop does: it turns after 2,048 such times, which may take minutes.
 */
import * as Scheduler from "effect/Scheduler"

/** A person does not notice it, and an empty turn of the loop costs a thousandth of it. */
const HELD_MS = 10

/** As Effect's own, but the event loop waits for no more than 10 ms of it, and a step. */
export const scheduler = (): Scheduler.Scheduler => {
  let turnedAt = performance.now()
  const runnerOf = Scheduler.SchedulerRunner.cached((_, drain) => {
    if (performance.now() - turnedAt < HELD_MS) {
      void Promise.resolve().then(() => drain(0))
    } else {
      setImmediate(() => {
        turnedAt = performance.now()
        drain(0)
      })
    }
  })
  return {
    shouldYield: (fiber) => Scheduler.defaultScheduler.shouldYield(fiber),
    scheduleTask: (task, priority, fiber) => runnerOf(fiber).scheduleTask(task, priority)
  }
}
