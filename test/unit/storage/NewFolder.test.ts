import { FileSystem, Path } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as WholeFile from "../../../src/storage/WholeFile.js"
import * as Dice from "../../system/world/Dice.js"
import * as Disk from "../../system/world/Disk.js"
import * as DiskFileSystem from "../../system/world/DiskFileSystem.js"
import * as Machine from "../../system/world/Machine.js"

/** Runs this on a disk without faults. */
const on = (root: Disk.FolderNode, use: (files: WholeFile.WholeFile) => Effect.Effect<unknown, unknown>): void => {
  const machine = Machine.make(Dice.make("new folder"), true)
  const process = machine.spawn()
  const { fs } = DiskFileSystem.make(
    {
      root: () => root,
      machine,
      dice: Dice.make("disk"),
      capacity: () => Number.POSITIVE_INFINITY,
      fault: () => undefined,
      latency: () => 0,
      onCall: () => {},
      hasLinks: true
    },
    process
  )
  let isOver = false
  const work = Effect.flatMap(WholeFile.make, use).pipe(
    Effect.provideService(FileSystem.FileSystem, fs),
    Effect.provide(Path.layer)
  )
  Effect.runFork(work, { scheduler: process.scheduler }).addObserver(() => {
    isOver = true
  })
  machine.run(() => isOver)
}

const textAt = (root: Disk.FolderNode, path: string): string | undefined => {
  const node = Disk.at(root, path)
  return node?._tag === "File" ? Disk.text(node) : undefined
}

describe("a file in a new folder", () => {
  it("survives a power cut, with all folders that were made for it", () => {
    const root = Disk.folder()
    on(root, ({ makeFolder, replace }) =>
      Effect.zipRight(makeFolder("/a/b/c"), replace("/a/b/c", "file.py", "print()\n"))
    )
    assert.strictEqual(textAt(Disk.afterCut(root, Disk.worst), "/a/b/c/file.py"), "print()\n")
  })

  it("survives as well where an earlier run made the folder and was killed before it was flushed", () => {
    const root = Disk.folder()
    Disk.change(root, { out: Disk.folder() })
    on(root, ({ prepare, replace }) => Effect.zipRight(prepare("/out"), replace("/out", "file.py", "print()\n")))
    assert.strictEqual(textAt(Disk.afterCut(root, Disk.worst), "/out/file.py"), "print()\n")
  })
})
