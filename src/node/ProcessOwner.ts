/** This process as the owner of a journal's lock, and whether another process of this machine still runs. */
import * as fs from "node:fs"
import * as os from "node:os"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type { Owner } from "../storage/journal/Lock.js"

/** Two containers may have the same host name, and processes of the same number. */
const namespace = Effect.runSync(
  Effect.try(() => fs.readlinkSync("/proc/self/ns/pid")).pipe(Effect.orElseSucceed(() => "pid:[0]"))
)

const started = new Date(performance.timeOrigin).toISOString()

const id = `process ${process.pid} on ${os.hostname()}, started ${started}, ${namespace}`

/** Signal 0 is not sent, only asked about; that it is not permitted means there is somebody. */
const isGone = (pid: number): Effect.Effect<boolean> =>
  Effect.try(() => process.kill(pid, 0)).pipe(
    Effect.as(false),
    Effect.catchAll(({ error }) => Effect.succeed(Predicate.hasProperty(error, "code") && error.code === "ESRCH"))
  )

export const processOwner: Owner = {
  id,
  isGone: (other) =>
    Effect.suspend(() => {
      const [, pid, host] = /^process (\d+) on (.*), started /.exec(other) ?? []
      if (host !== os.hostname() || !other.endsWith(`, ${namespace}`)) {
        return Effect.succeed(false)
      }
      // In a container that was restarted everybody has the number that the one before had.
      return Number(pid) === process.pid ? Effect.succeed(other !== id) : isGone(Number(pid))
    })
}
