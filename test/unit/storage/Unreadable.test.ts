import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Exit } from "effect"
import { Algorithm, toPython } from "../../../src/domain/Algorithm.js"
import { AlgorithmStore } from "../../../src/storage/AlgorithmStore.js"
import * as FileSystemStore from "../../../src/storage/algorithmStore/FileSystem.js"
import { FileName } from "../../../src/storage/FileName.js"
import * as Disk from "../../system/world/Disk.js"
import type { Call } from "../../system/world/Faults.js"
import { on, textAt } from "./onDisk.js"

const algorithm = (ticker: string) =>
  new Algorithm({
    model: "x/y",
    ticker,
    code: "def execute_trade(): ...\n",
    promptHash: "0",
    generatedAt: DateTime.unsafeMake(0)
  })

const NAME = FileName("generated_algo_x_y.py")
const FILE = `/out/${NAME}`
const THEIRS = toPython(algorithm("TSLA"))

const folderWith = (text: string) => {
  const root = Disk.folder()
  const out = Disk.folder()
  root.names.set("out", out)
  out.names.set(NAME, Disk.file(new TextEncoder().encode(text), 0o644, 0))
  return root
}

const save = Effect.flatMap(AlgorithmStore, (store) => store.save(NAME, algorithm("AAPL"))).pipe(
  Effect.provide(FileSystemStore.layer({ directory: "/out" }))
)

describe("a file of which nobody can tell whose it is", () => {
  for (const failing of [["stat"], ["open"], ["read"], ["link", "stat"]] satisfies ReadonlyArray<ReadonlyArray<Call>>) {
    it(`is not replaced: ${failing.join(" and ")} fails`, () => {
      const root = folderWith(THEIRS)
      const saved = on(root, save, (call, path) =>
        path === FILE && failing.some((one) => one === call) ? "EIO" : undefined
      )
      assert.strictEqual(textAt(root, FILE), THEIRS)
      assert.isTrue(saved !== undefined && Exit.isSuccess(saved))
      const path = saved !== undefined && Exit.isSuccess(saved) ? saved.value : ""
      assert.match(path, /^\/out\/generated_algo_x_y_[0-9a-f]{8}\.py$/)
      assert.include(textAt(root, path), "# ticker: AAPL")
    })
  }

  it("is replaced where it can be read and is of the same model and ticker", () => {
    const root = folderWith(toPython(algorithm("AAPL")).replace("1970", "1969"))
    on(root, save)
    assert.strictEqual(textAt(root, FILE), toPython(algorithm("AAPL")))
  })
})
