/** What has been begun on a disk is brought to its end, at whichever call the interruption comes: a file is never half named. */
import type { FileSystem, Path } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Fiber, FiberId } from "effect"
import { Algorithm } from "../../../src/domain/Algorithm.js"
import { Answer } from "../../../src/domain/Answer.js"
import { AlgorithmStore } from "../../../src/storage/AlgorithmStore.js"
import * as FileSystemStore from "../../../src/storage/algorithmStore/FileSystem.js"
import { FileName } from "../../../src/storage/FileName.js"
import * as Journal from "../../../src/storage/Journal.js"
import * as File from "../../../src/storage/journal/File.js"
import * as WholeFile from "../../../src/storage/WholeFile.js"
import * as Disk from "../../system/world/Disk.js"
import { on } from "./onDisk.js"

type Work = Effect.Effect<unknown, unknown, FileSystem.FileSystem | Path.Path>

/** The files that there are in the end, without what is random in their names and times. Interrupted at a call, or never. */
const filesAfter = (
  work: (begun: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<void, never, R>) => Work,
  nth: number
) => {
  const root = Disk.folder()
  root.names.set("out", Disk.folder())
  let calls = 0
  let fiber: Fiber.RuntimeFiber<unknown, unknown> | undefined
  const begun = <A, E, R>(self: Effect.Effect<A, E, R>) =>
    Effect.gen(function* () {
      fiber = yield* Effect.fork(self)
      yield* Fiber.await(fiber)
      fiber = undefined
    })
  on(root, work(begun), () => {
    if (fiber === undefined) return undefined
    calls += 1
    if (calls === nth) fiber.unsafeInterruptAsFork(FiberId.none)
    return undefined
  })
  const files = Disk.files(root).map(([path, file]) => `${path.replaceAll(/[0-9a-f-]{20,}/g, "")} ${file.data.length}`)
  return { calls, files }
}

const whole = <A, E>(use: (files: WholeFile.WholeFile) => Effect.Effect<A, E>) => Effect.flatMap(WholeFile.make, use)

const entry: Journal.Entry = {
  key: "key",
  model: "x/y",
  ticker: "AAPL",
  messages: [{ role: "user", content: "Write" }],
  answer: new Answer({ text: "answer", model: "x/y" })
}

const algorithm = new Algorithm({
  model: "x/y",
  ticker: "AAPL",
  code: "def execute_trade(): ...\n",
  promptHash: "0",
  generatedAt: DateTime.unsafeMake(0)
})

const NAME = FileName("generated_algo_x_y.py")

describe("what has been begun is done", () => {
  it.each<[name: string, work: Parameters<typeof filesAfter>[0]]>([
    ["a text is staged", (begun) => whole(({ stage }) => begun(stage("/out", "text")))],
    [
      "a file gets its name",
      (begun) =>
        whole(({ place, stage }) => Effect.flatMap(stage("/out", "a"), (staged) => begun(place(staged, "/out/a"))))
    ],
    [
      "a name is claimed",
      (begun) =>
        whole(({ claim, stage }) => Effect.flatMap(stage("/out", "a"), (staged) => begun(claim(staged, "/out/a"))))
    ],
    ["a file is replaced", (begun) => whole(({ replace }) => begun(replace("/out", "a", "text")))],
    ["a folder is prepared", (begun) => whole(({ prepare }) => begun(prepare("/out/b")))],
    [
      "an answer is appended",
      (begun) =>
        Effect.flatMap(Journal.Journal, (journal) => begun(journal.append(entry))).pipe(
          Effect.provide(File.layer({ directory: "/out" }))
        )
    ],
    [
      "an algorithm is saved",
      (begun) =>
        Effect.flatMap(AlgorithmStore, (store) => begun(store.save(NAME, algorithm))).pipe(
          Effect.provide(FileSystemStore.layer({ directory: "/out" }))
        )
    ]
  ])("%s", (_, work) => {
    const { calls, files } = filesAfter(work, 0)
    assert.isAtLeast(calls, 1)
    for (let nth = 1; nth <= calls; nth += 1) {
      assert.deepStrictEqual(filesAfter(work, nth), { calls, files }, `interrupted at call ${nth} of ${calls}`)
    }
  })
})
