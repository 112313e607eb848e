/**
 * Lets signals, timers and sockets have their turn while much is computed. A fiber gives way after 2,048 steps, but Effect's
 * own scheduler then goes on with the fibers before the event loop does: that turns only after 2,048 such times, or never
 * where promises are kept at once.
 */
import * as Scheduler from "effect/Scheduler"

/** A person does not notice it, and an empty turn of the loop costs a thousandth of it. */
const HELD_MS = 10

/** As Effect's own, but the event loop waits for no more than 10 ms of all fibers together, and one stretch of a fiber. */
export const scheduler = (): Scheduler.Scheduler => {
  const queue: Array<() => void> = []
  let isRunning = false
  let turnedAt = performance.now()

  const next = () => {
    const stretch = queue.shift()
    if (stretch === undefined) {
      isRunning = false
      return
    }
    try {
      stretch()
    } finally {
      goOn()
    }
  }
  const goOn = () => {
    if (performance.now() - turnedAt < HELD_MS) {
      queueMicrotask(next)
    } else {
      setImmediate(() => {
        turnedAt = performance.now()
        next()
      })
    }
  }
  const runnerOf = Scheduler.SchedulerRunner.cached((_, drain) => {
    queue.push(() => drain(0))
    if (isRunning) return
    isRunning = true
    goOn()
  })
  return {
    shouldYield: (fiber) => Scheduler.defaultScheduler.shouldYield(fiber),
    scheduleTask: (task, priority, fiber) => runnerOf(fiber).scheduleTask(task, priority)
  }
}
