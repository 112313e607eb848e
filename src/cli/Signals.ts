/** Signals that ask the command to end: the first is obeyed in order, a later second one at once. */
import * as Effect from "effect/Effect"
import { HUNG_UP, INTERRUPTED, TERMINATED } from "./Failure.js"

const CODES = { SIGHUP: HUNG_UP, SIGINT: INTERRUPTED, SIGTERM: TERMINATED } as const

type Signal = keyof typeof CODES

/**
 * One request to end often comes as several signals: from the kernel and the shell of a closed terminal, to a process group and
 * from a parent that passes it on, SIGTERM and SIGHUP of systemd. They are milliseconds apart, or a few more on a busy machine. A
 * person who sees nothing happen takes about a second to press Ctrl-C again.
 */
const SAME_MS = 500

let first: { readonly at: number; readonly code: number } | undefined

const hear = (signal: Signal): void => {
  const now = performance.now()
  if (first !== undefined && now - first.at < SAME_MS) return
  const isLater = first !== undefined
  first ??= { at: now, code: CODES[signal] }
  // What runs the command listens to SIGTERM until that has ended.
  if (isLater || process.listenerCount("SIGTERM") === 1) {
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  } else if (signal === "SIGHUP") {
    // The terminal has been closed: nobody is left to ask the process to end, and it would at once.
    process.emit("SIGTERM", "SIGTERM")
  }
}

process.on("SIGINT", hear)
process.on("SIGTERM", hear)
process.on("SIGHUP", hear)

/** What a command that a signal has ended exits with. */
export const exitCode = (): number => first?.code ?? INTERRUPTED

/** For a service: SIGTERM is how it is stopped, so that all went well when it has cleaned up after itself. */
export const endsWell = <A, E, R>(service: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.onInterrupt(service, () =>
    Effect.sync(() => {
      if (first?.code === TERMINATED) first = { ...first, code: 0 }
    })
  )
