/** Which file system has a platform's own calls, and what follows when one of them is not done. */
import { FileSystem } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as NativeFiles from "../../../src/storage/NativeFiles.js"
import * as WholeFile from "../../../src/storage/WholeFile.js"
import * as Disk from "../../system/world/Disk.js"
import { on, textAt } from "./onDisk.js"

/** A text is staged and gets its name, where the calls that have these names say that they are done. */
const calls = (
  doing: ReadonlyArray<string>,
  wrap: (fs: FileSystem.FileSystem) => FileSystem.FileSystem = (fs) => fs
) => {
  const root = Disk.folder()
  root.names.set("out", Disk.folder())
  const asked: Array<string> = []
  const native =
    (name: string) =>
    (...given: ReadonlyArray<unknown>) => {
      asked.push(name)
      const done = given.at(-1)
      if (typeof done === "function") done(doing.includes(name))
    }
  const work = Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    NativeFiles.use(fs, {
      write: native("write"),
      link: native("link"),
      remove: native("remove"),
      append: native("append"),
      holds: native("holds")
    })
    const files = yield* Effect.provideService(WholeFile.make, FileSystem.FileSystem, wrap(fs))
    const staged = yield* files.stage("/out", "text")
    const claimed = yield* files.claim(staged, "/out/a.py")
    yield* files.discard(staged)
    return claimed
  })
  const exit = on(root, work)
  return {
    asked,
    claimed: exit?._tag === "Success" && exit.value,
    text: textAt(root, "/out/a.py"),
    files: Disk.files(root).length
  }
}

describe("a platform's own calls", () => {
  it("are used in place of the file system's", () => {
    assert.deepStrictEqual(calls(["write", "link", "remove"]), {
      asked: ["write", "link", "remove"],
      claimed: true,
      text: undefined,
      files: 0
    })
  })

  it.each([
    ["none", []],
    ["that of removing", ["remove"]]
  ])("are followed by the file system's where %s is done", (_, doing) => {
    const { asked, claimed, text } = calls(doing)
    assert.deepStrictEqual(
      { asked, claimed, text },
      { asked: ["write", "link", "remove"], claimed: true, text: "text" }
    )
  })

  it.each(["access", "link", "open", "remove", "stat"] as const)(
    "are not used where a wrapped file system has its own %s",
    (call) => {
      const wrap = (fs: FileSystem.FileSystem) => ({
        ...fs,
        [call]: (...given: Parameters<typeof fs.link>) => Reflect.apply(fs[call], fs, given)
      })
      assert.deepStrictEqual(calls(["write", "link", "remove"], wrap), {
        asked: [],
        claimed: true,
        text: "text",
        files: 1
      })
    }
  )

  it("are used where something else is wrapped", () => {
    const { asked } = calls(["write", "link", "remove"], (fs) => ({ ...fs, readFileString: () => Effect.succeed("") }))
    assert.deepStrictEqual(asked, ["write", "link", "remove"])
  })
})
