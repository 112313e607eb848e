/** Which process this is, and whether another one is still there. Where there are no processes, nobody knows. */
import * as Predicate from "effect/Predicate"

const here: unknown = Reflect.get(globalThis, "process")

/** The number of this process; 0 where it has none. */
export const id = (): number => (Predicate.hasProperty(here, "pid") && typeof here.pid === "number" ? here.pid : 0)

/** Asks the system, and does nothing to the process. One of another user counts as running. */
export const isRunning = (pid: number): boolean => {
  if (!Predicate.hasProperty(here, "kill") || typeof here.kill !== "function") return true
  try {
    Reflect.apply(here.kill, here, [pid, 0])
    return true
  } catch (error) {
    return !(Predicate.hasProperty(error, "code") && error.code === "ESRCH")
  }
}
