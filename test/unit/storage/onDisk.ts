/** Work on a seeded disk, done to its end before this returns. */
import { FileSystem, Path } from "@effect/platform"
import { Effect, type Exit } from "effect"
import * as Dice from "../../system/world/Dice.js"
import * as Disk from "../../system/world/Disk.js"
import * as DiskFileSystem from "../../system/world/DiskFileSystem.js"
import type { Call } from "../../system/world/Faults.js"
import * as Machine from "../../system/world/Machine.js"

/** `fault` says what a call fails with, if it does. */
export const on = <A, E>(
  root: Disk.FolderNode,
  work: Effect.Effect<A, E, FileSystem.FileSystem | Path.Path>,
  fault: (call: Call, path: string) => string | undefined = () => undefined
): Exit.Exit<A, E> | undefined => {
  const machine = Machine.make(Dice.make("on a disk"), true)
  const process = machine.spawn()
  const { fs } = DiskFileSystem.make(
    {
      root: () => root,
      machine,
      dice: Dice.make("disk"),
      capacity: () => Number.POSITIVE_INFINITY,
      fault,
      latency: () => 0,
      onCall: () => {},
      hasLinks: true
    },
    process
  )
  let exit: Exit.Exit<A, E> | undefined
  const provided = work.pipe(
    Effect.provideService(FileSystem.FileSystem, fs),
    Effect.provide(Path.layer),
    Effect.withClock(process.clock)
  )
  Effect.runFork(provided, { scheduler: process.scheduler }).addObserver((end) => {
    exit = end
  })
  machine.run(() => exit !== undefined)
  return exit
}

export const textAt = (root: Disk.FolderNode, path: string): string | undefined => {
  const node = Disk.at(root, path)
  return node?._tag === "File" ? Disk.text(node) : undefined
}
