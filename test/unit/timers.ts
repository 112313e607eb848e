/**
 * Timers of no time come at once. Node makes a millisecond of them, the `TestClock` awaits three or four at every step of a
 * run, and so the tests of runs would wait longer than they work.
 */
import * as timers from "node:timers"
import { vi } from "vitest"

vi.stubGlobal("setTimeout", (callback: () => void, delay?: number) =>
  delay !== undefined && delay > 0 ? timers.setTimeout(callback, delay) : timers.setImmediate(callback)
)

/** Each of the two leaves alone what is the other's. */
vi.stubGlobal("clearTimeout", (timer: NodeJS.Timeout & NodeJS.Immediate) => {
  timers.clearTimeout(timer)
  timers.clearImmediate(timer)
})
