/** A disk of 256 kB, where the system lets the tests mount one. */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { Effect } from "effect"

const mount = (): string => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "algogen-disk-"))
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", directory], { stdio: "ignore" })
  } catch (error) {
    fs.rmdirSync(directory)
    throw error
  }
  return directory
}

const unmount = (directory: string): void => {
  execFileSync("umount", [directory])
  fs.rmdirSync(directory)
}

export const canMount: boolean = Effect.runSync(
  Effect.try(() => unmount(mount())).pipe(
    Effect.as(true),
    Effect.orElseSucceed(() => false)
  )
)

export const smallDisk = Effect.acquireRelease(Effect.sync(mount), (directory) => Effect.sync(() => unmount(directory)))
