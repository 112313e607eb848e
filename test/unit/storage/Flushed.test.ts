/** What is on the disk when a call has returned, and what a file under construction never does to others. */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit } from "effect"
import { afterEach, vi } from "vitest"
import { Answer } from "../../../src/domain/Answer.js"
import * as Journal from "../../../src/storage/Journal.js"
import * as File from "../../../src/storage/journal/File.js"
import * as WholeFile from "../../../src/storage/WholeFile.js"
import * as Disk from "../../system/world/Disk.js"
import type { Call } from "../../system/world/Faults.js"
import { on, textAt } from "./onDisk.js"

const UUID = "00000000-0000-4000-8000-000000000000"

afterEach(() => vi.restoreAllMocks())

const put = (root: Disk.FolderNode, path: string, text: string, modifiedAt = 0) => {
  const [name = "", ...above] = Disk.parts(path).toReversed()
  let folder = root
  for (const step of above.toReversed()) {
    const next = folder.names.get(step)
    const made = next?._tag === "Folder" ? next : Disk.folder()
    folder.names.set(step, made)
    folder = made
  }
  folder.names.set(name, Disk.file(new TextEncoder().encode(text), 0o644, modifiedAt))
}

const paths = (root: Disk.FolderNode) => Disk.files(root).map(([path]) => path)

/** The folder is there, and safe. */
const withFolder = (): Disk.FolderNode => {
  const root = Disk.folder()
  root.names.set("out", Disk.folder())
  return root
}

const files = <A, E>(use: (files: WholeFile.WholeFile) => Effect.Effect<A, E>) => Effect.flatMap(WholeFile.make, use)

const failing =
  (...calls: ReadonlyArray<Call>) =>
  (call: Call) =>
    calls.includes(call) ? "EIO" : undefined

describe("a whole file", () => {
  it("is on the disk under its name when it was replaced", () => {
    const root = withFolder()
    put(root, "/out/a.py", "earlier")
    on(
      root,
      files(({ replace }) => replace("/out", "a.py", "later"))
    )
    assert.deepStrictEqual(paths(root), ["/out/a.py"])
    assert.strictEqual(textAt(Disk.afterCut(root, Disk.worst), "/out/a.py"), "later")
  })

  it("is on the disk when it was staged and its folder is flushed, written piece by piece or not", () => {
    const inPieces: WholeFile.Text = (file) => file.writeAll(new TextEncoder().encode("text"))
    for (const text of ["text", inPieces]) {
      const root = withFolder()
      on(
        root,
        files(({ flush, place, stage }) =>
          Effect.flatMap(stage("/out", text), (staged) => Effect.zipRight(place(staged, "/out/a.py"), flush("/out")))
        )
      )
      assert.strictEqual(textAt(Disk.afterCut(root, Disk.worst), "/out/a.py"), "text")
    }
  })

  it("may be empty", () => {
    const root = withFolder()
    on(
      root,
      files(({ replace }) => replace("/out", "a.py", "")),
      failing("write")
    )
    assert.strictEqual(textAt(root, "/out/a.py"), "")
  })

  it("has the permissions that were asked for", () => {
    const root = withFolder()
    on(
      root,
      files(({ replace }) => Effect.zipRight(replace("/out", "a", "text", 0o600), replace("/out", "b", "text")))
    )
    assert.deepStrictEqual(
      Disk.files(root).map(([, { mode }]) => mode),
      [0o600, 0o666]
    )
  })

  it("is not made of a file that is there already", () => {
    vi.spyOn(crypto, "randomUUID").mockReturnValue(UUID)
    const root = withFolder()
    const taken = `/out/${WholeFile.temporaryName()}`
    put(root, taken, "theirs")
    const exit = on(
      root,
      files(({ stage }) => stage("/out", "ours"))
    )
    assert.isTrue(exit !== undefined && Exit.isFailure(exit))
    assert.strictEqual(textAt(root, taken), "theirs")
  })

  for (const call of ["write", "sync", "rename"] as const) {
    it(`leaves nothing behind, and all as it was, where it fails: ${call}`, () => {
      const root = withFolder()
      put(root, "/out/a.py", "earlier")
      const exit = on(
        root,
        files(({ replace }) => replace("/out", "a.py", "later")),
        failing(call)
      )
      assert.isTrue(exit !== undefined && Exit.isFailure(exit))
      assert.deepStrictEqual(paths(root), ["/out/a.py"])
      assert.strictEqual(textAt(root, "/out/a.py"), "earlier")
    })
  }

  const NONE: ReadonlyArray<Call> = []
  it.each<[name: string, taken: boolean, failing: ReadonlyArray<Call>, claimed: boolean]>([
    ["a free name", false, NONE, true],
    ["a name that something has", true, NONE, false],
    ["a free name, without hard links", false, ["link"], true],
    ["a name that something has, without hard links", true, ["link"], false],
    ["a name of which nobody can tell", false, ["link", "stat"], false]
  ])("claims %s, or says no", (_, taken, calls, claimed) => {
    const root = withFolder()
    if (taken) put(root, "/out/a.py", "theirs")
    const exit = on(
      root,
      files(({ claim, stage }) => Effect.flatMap(stage("/out", "ours"), (staged) => claim(staged, "/out/a.py"))),
      failing(...calls)
    )
    assert.deepStrictEqual(exit, Exit.succeed(claimed))
    assert.strictEqual(textAt(root, "/out/a.py"), claimed ? "ours" : taken ? "theirs" : undefined)
  })
})

describe("what a killed run left under construction", () => {
  const HOUR = 3_600_000
  /** Above what any system gives a process. */
  const GONE = 2 ** 30
  const name = (pid: number | undefined) => `.algogen-${pid === undefined ? "" : `${pid}-`}${UUID}.tmp`

  it.each<[whose: string, name: string, stays: number | undefined]>([
    ["of a process that is gone", name(GONE), 10_000],
    ["of a process that is there", name(process.pid), HOUR],
    ["of nobody knows which process", name(undefined), HOUR],
    ["of process 0, which is none", name(0), HOUR],
    ["of another program", ".algogen-1.tmp", undefined]
  ])("%s is removed at its age, not before: %s", (_, name, stays) => {
    for (const age of [stays ?? 100 * HOUR, (stays ?? 100 * HOUR) + 1]) {
      const root = withFolder()
      const work = Effect.gen(function* () {
        put(root, `/out/${name}`, "half", (yield* Clock.currentTimeMillis) - age)
        const { sweep } = yield* WholeFile.make
        yield* sweep("/out")
      })
      on(root, work)
      assert.strictEqual(paths(root).length, age === stays || stays === undefined ? 1 : 0, `${age} ms`)
    }
  })

  it("is removed by the first file that is made in its folder, and by what prepares it", () => {
    const ways: ReadonlyArray<(files: WholeFile.WholeFile) => Effect.Effect<unknown, unknown>> = [
      ({ replace }) => replace("/out", "a.py", "text"),
      ({ prepare }) => prepare("/out")
    ]
    for (const way of ways) {
      const root = withFolder()
      put(root, `/out/${name(GONE)}`, "half", 0)
      on(root, files(way))
      assert.deepStrictEqual(
        paths(root).filter((path) => path.endsWith(".tmp")),
        []
      )
    }
  })
})

describe("a journal", () => {
  const entry: Journal.Entry = {
    key: "key",
    model: "x/y",
    ticker: "AAPL",
    messages: [{ role: "user", content: "Write" }],
    answer: new Answer({ text: "answer", model: "x/y" })
  }
  const keep = Effect.flatMap(Journal.Journal, (journal) => journal.append(entry))
  const keptIn = (root: Disk.FolderNode) => on(root, File.read({ directory: "/out" }))

  it("has an answer on the disk when it says so, in a file that only its owner reads", () => {
    const root = Disk.folder()
    let after: Disk.FolderNode | undefined
    // Before the journal is closed, which a killed process does not do.
    const work = Effect.tap(keep, () => Effect.sync(() => void (after = Disk.afterCut(root, Disk.worst))))
    on(root, work.pipe(Effect.provide(File.layer({ directory: "/out" }))))
    const kept = keptIn(after ?? Disk.folder())
    assert.isTrue(kept !== undefined && Exit.isSuccess(kept) && kept.value.entries.length === 1)
    assert.deepStrictEqual(
      Disk.files(root).map(([, { mode }]) => mode),
      [0o600]
    )
    assert.strictEqual(Disk.at(root, `/out/${File.FOLDER_NAME}`)?._tag, "Folder")
  })

  it("does not write into a file that another run has made", () => {
    vi.spyOn(crypto, "randomUUID").mockReturnValue(UUID)
    const root = Disk.folder()
    const work = Effect.gen(function* () {
      const now = new Date(yield* Clock.currentTimeMillis).toISOString().replaceAll(/[:.]/g, "-")
      put(root, `/out/${File.FOLDER_NAME}/${now}-${UUID}.jsonl`, "theirs")
      return yield* keep
    })
    const exit = on(root, work.pipe(Effect.provide(File.layer({ directory: "/out" }))))
    assert.isTrue(exit !== undefined && Exit.isFailure(exit))
    assert.deepStrictEqual(
      Disk.files(root).map(([, file]) => Disk.text(file)),
      ["theirs"]
    )
  })
})
