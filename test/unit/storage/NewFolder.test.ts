import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as WholeFile from "../../../src/storage/WholeFile.js"
import * as Disk from "../../system/world/Disk.js"
import { on, textAt } from "./onDisk.js"

describe("a file in a new folder", () => {
  it("survives a power cut, with all folders that were made for it", () => {
    const root = Disk.folder()
    const work = Effect.flatMap(WholeFile.make, ({ makeFolder, replace }) =>
      Effect.zipRight(makeFolder("/a/b/c"), replace("/a/b/c", "file.py", "print()\n"))
    )
    on(root, work)
    assert.strictEqual(textAt(Disk.afterCut(root, Disk.worst), "/a/b/c/file.py"), "print()\n")
  })

  it("survives as well where an earlier run made the folder and was killed before it was flushed", () => {
    const root = Disk.folder()
    Disk.change(root, { out: Disk.folder() })
    const work = Effect.flatMap(WholeFile.make, ({ prepare, replace }) =>
      Effect.zipRight(prepare("/out"), replace("/out", "file.py", "print()\n"))
    )
    on(root, work)
    assert.strictEqual(textAt(Disk.afterCut(root, Disk.worst), "/out/file.py"), "print()\n")
  })
})
