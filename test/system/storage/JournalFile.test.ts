import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { createInterface } from "node:readline"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import { assert, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Array, Effect, Fiber, TestClock } from "effect"
import * as esbuild from "esbuild"
import { describe } from "vitest"
import { processOwner } from "../../../src/node/ProcessOwner.js"
import * as Journal from "../../../src/storage/Journal.js"
import * as File from "../../../src/storage/journal/File.js"
import * as Line from "../../../src/storage/journal/Line.js"
import * as Record from "../../../src/storage/journal/Record.js"
import { entry } from "./journalling.js"
import { canMount, smallDisk } from "./smallDisk.js"

/** Opens the journal, uses it, closes it. */
const using = <A, E, R>(directory: string, use: (journal: Journal.Service) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(Journal.Journal, use).pipe(Effect.provide(File.layer({ directory, owner: processOwner })))

const keys = (journal: Journal.Service) =>
  Effect.map(
    journal.entries,
    Array.map(({ key }) => key)
  )

const inFolder = <A, E>(
  use: (out: string, fs: FileSystem.FileSystem) => Effect.Effect<A, E, FileSystem.FileSystem | Path.Path>
) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    return yield* use(`${yield* fs.makeTempDirectoryScoped()}/out`, fs)
  }).pipe(Effect.scoped, Effect.provide(NodeContext.layer))

const lineOf = (key: string) => Line.print(new Record.Answered({ ...entry(key), at: 0 }))
const short = (run: string) => Line.print(new Record.Finished({ run, at: 0 }))

describe("a journal's file", () => {
  it.effect("keeps answers from run to run, for its owner's eyes only, and gives the folder back", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* using(out, (journal) => journal.append(entry("a")))
        yield* using(out, (journal) => journal.append(entry("b")))
        deepStrictEqual(yield* using(out, keys), ["a", "b"])
        const { mode } = yield* fs.stat(`${out}/${File.FILE_NAME}`)
        assert.strictEqual(mode & 0o777, 0o600)
        deepStrictEqual(yield* fs.readDirectory(out), [File.FILE_NAME])
      })
    )
  )

  it.effect("takes away the permissions that an earlier one had too many, and those of a pruned one", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* using(out, (journal) => journal.append(entry("a")))
        yield* fs.chmod(`${out}/${File.FILE_NAME}`, 0o644)
        const mode = Effect.map(fs.stat(`${out}/${File.FILE_NAME}`), (info) => info.mode & 0o777)
        yield* using(out, keys)
        assert.strictEqual(yield* mode, 0o600)
        yield* using(out, (journal) => journal.prune("1 day"))
        assert.strictEqual(yield* mode, 0o600)
      })
    )
  )

  it.effect("opens whatever its length, loses only what is cut, and goes on from there", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* fs.makeDirectory(out)
        const file = `${out}/${File.FILE_NAME}`
        const first = lineOf("é")
        const all = new TextEncoder().encode(`${first}${short("last")}`)
        const firstSize = new TextEncoder().encode(first).length
        for (let size = 0; size <= all.length; size++) {
          yield* fs.writeFile(file, all.subarray(0, size))
          yield* using(out, (journal) => journal.append(entry("next")))
          const text = yield* fs.readFileString(file)
          const kept = [...(size >= firstSize - 1 ? [first] : []), ...(size >= all.length - 1 ? [short("last")] : [])]
          assert.strictEqual(text, [...kept, lineOf("next")].join(""), `${size} bytes`)
        }
      })
    )
  )

  it.effect(
    "skips, counts and keeps what it cannot read until it is pruned, and what a newer version wrote for good",
    () =>
      inFolder((out, fs) =>
        Effect.gen(function* () {
          yield* fs.makeDirectory(out)
          const file = `${out}/${File.FILE_NAME}`
          const unreadable = ['{"version":2,"what":"?"}\n', lineOf("damaged").replace("AAPL", "TSLA"), "notes\n"]
          yield* fs.writeFileString(file, [lineOf("a"), ...unreadable, lineOf("b")].join(""))
          yield* using(out, (journal) =>
            Effect.gen(function* () {
              deepStrictEqual(yield* keys(journal), ["a", "b"])
              assert.strictEqual(yield* journal.skipped, 3)
              yield* TestClock.adjust(1)
              deepStrictEqual(yield* fs.readFileString(file), [lineOf("a"), ...unreadable, lineOf("b")].join(""))
              assert.strictEqual(yield* journal.prune(0), 2)
              assert.strictEqual(yield* journal.skipped, 1)
            })
          )
          assert.strictEqual(yield* fs.readFileString(file), unreadable[0])
        })
      )
  )

  it.effect("keeps a last line of a newer version that lacks its line break", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* fs.makeDirectory(out)
        yield* fs.writeFileString(`${out}/${File.FILE_NAME}`, '{"version":2}')
        yield* using(out, (journal) => journal.append(entry("a")))
        assert.strictEqual(yield* fs.readFileString(`${out}/${File.FILE_NAME}`), `{"version":2}\n${lineOf("a")}`)
      })
    )
  )

  it.effect("takes answers that come at the same time", () =>
    inFolder((out) =>
      Effect.gen(function* () {
        const names = Array.makeBy(100, (index) => `${index}`)
        yield* using(out, (journal) =>
          Effect.forEach(names, (name) => journal.append(entry(name, name.repeat(3_000))), { concurrency: "unbounded" })
        )
        yield* using(out, (journal) =>
          Effect.gen(function* () {
            const found = yield* journal.entries
            deepStrictEqual(found.map(({ key }) => key).sort(), [...names].sort())
            assert.isTrue(found.every(({ answer, key }) => answer.text === key.repeat(3_000)))
          })
        )
      })
    )
  )

  it.effect("takes an answer to its end though the run is interrupted", () =>
    inFolder((out) =>
      Effect.gen(function* () {
        yield* using(out, (journal) =>
          Effect.gen(function* () {
            const appending = yield* Effect.forEach(["a", "b", "c"], (key) => Effect.fork(journal.append(entry(key))))
            yield* Effect.yieldNow()
            yield* Fiber.interruptAll(appending)
          })
        )
        deepStrictEqual(yield* using(out, keys), ["a", "b", "c"])
      })
    )
  )

  it.effect("has one writer: the second run is told who the first is, and may read", () =>
    inFolder((out) =>
      using(out, (journal) =>
        Effect.gen(function* () {
          yield* journal.append(entry("a"))
          const error = yield* Effect.flip(using(out, keys))
          assert.strictEqual(error.reason._tag, "Locked")
          assert.strictEqual(error.path, out)
          assert.include(error.message, `${out} is in use by another run (process ${process.pid} on `)
          const seen = yield* File.read({ directory: out })
          deepStrictEqual(
            seen.entries.map(({ key }) => key),
            ["a"]
          )
        })
      )
    )
  )

  it.effect("is empty to a reader when there is none, and not made by reading", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        deepStrictEqual(yield* File.read({ directory: out }), { entries: [], unfinished: [], skipped: 0 })
        assert.isFalse(yield* fs.exists(out))
      })
    )
  )

  it.effect("does not follow a symbolic link", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* fs.makeDirectory(out)
        yield* fs.writeFileString(`${out}-precious`, "untouched")
        yield* fs.symlink(`${out}-precious`, `${out}/${File.FILE_NAME}`)
        const error = yield* Effect.flip(using(out, (journal) => journal.append(entry("a"))))
        assert.include(error.message, "is the name of a symbolic link")
        assert.strictEqual(yield* fs.readFileString(`${out}-precious`), "untouched")
      })
    )
  )

  const canPipe = existsSync("/usr/bin/mkfifo")
  const onPipe = canPipe ? it.effect : it.effect.skip
  onPipe(`waits for no pipe in its place or its lock's${canPipe ? "" : " (skipped: no mkfifo)"}`, () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* fs.makeDirectory(out)
        execFileSync("mkfifo", [`${out}/${File.FILE_NAME}`])
        for (const opening of [Effect.asVoid(using(out, keys)), Effect.asVoid(File.read({ directory: out }))]) {
          assert.include((yield* Effect.flip(opening)).message, `${out}/${File.FILE_NAME} is the name of a pipe`)
        }
        yield* fs.remove(`${out}/${File.FILE_NAME}`)
        execFileSync("mkfifo", [`${out}/.algogen-journal.lock`])
        // The clock of this test is years behind the file's: such a lock has lapsed.
        deepStrictEqual(yield* using(out, keys), [])
      })
    )
  )

  it.effect("names the file that is in the way, be it the lock", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* fs.makeDirectory(`${out}/.algogen-journal.lock`, { recursive: true })
        assert.include(
          (yield* Effect.flip(using(out, keys))).message,
          `${out}/.algogen-journal.lock is the name of a dir`
        )
      })
    )
  )

  it.effect("says what is in its way", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* fs.writeFileString(`${out}-file`, "a file where the folder should be")
        assert.strictEqual((yield* Effect.flip(using(`${out}-file`, keys))).reason._tag, "FolderUnusable")
        yield* fs.makeDirectory(`${out}/${File.FILE_NAME}`, { recursive: true })
        const error = yield* Effect.flip(using(out, keys))
        assert.strictEqual(error.reason._tag, "NameTaken")
        assert.strictEqual(error.path, `${out}/${File.FILE_NAME}`)
        // Nothing stays locked by a run that could not begin.
        deepStrictEqual(yield* fs.readDirectory(out), [File.FILE_NAME])
      })
    )
  )

  const onSmallDisk = canMount ? it.live : it.live.skip
  onSmallDisk(
    `tells a full disk, stays whole, and takes what still fits${canMount ? "" : " (skipped: no tmpfs)"}`,
    () =>
      Effect.gen(function* () {
        const out = yield* smallDisk
        yield* using(out, (journal) =>
          Effect.gen(function* () {
            yield* journal.append(entry("a"))
            const error = yield* Effect.flip(journal.append(entry("large", "x".repeat(500_000))))
            assert.strictEqual(error.reason._tag, "DiskFull")
            yield* journal.append(entry("b"))
            deepStrictEqual(yield* keys(journal), ["a", "b"])
            const together = yield* Effect.forEach(
              Array.makeBy(20, (index) =>
                index % 4 === 0 ? entry(`${index}`, "x".repeat(500_000)) : entry(`${index}`)
              ),
              (each) => Effect.either(journal.append(each)),
              { concurrency: "unbounded" }
            )
            assert.strictEqual(Array.getRights(together).length, 15)
          })
        )
        const seen = yield* File.read({ directory: out })
        deepStrictEqual([seen.entries.length, seen.skipped], [17, 0])
      }).pipe(Effect.scoped, Effect.provide(NodeContext.layer))
  )
})

/** A process that appends until it is killed, and says after each how many there are. */
const writer = `
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Journal } from "./src/storage/Journal.js"
import * as File from "./src/storage/journal/File.js"
import { processOwner } from "./src/node/ProcessOwner.js"
import { entry } from "./test/system/storage/journalling.js"

const main = Effect.gen(function* () {
  const journal = yield* Journal
  for (let count = (yield* journal.entries).length; ; count++) {
    yield* journal.append(entry(String(count), "x".repeat(20_000)))
    process.stdout.write(count + 1 + "\\n")
  }
})
const files = Layer.merge(NodeFileSystem.layer, NodePath.layer)
Effect.runPromise(main.pipe(Effect.provide(File.layer({ directory: process.argv[2], owner: processOwner }).pipe(Layer.provide(files)))))
`

describe("a process that is killed while it writes", () => {
  it.live("loses no answer that was acknowledged, and leaves no lock to the next", () =>
    inFolder((out) =>
      Effect.gen(function* () {
        const script = `${out}-writer.mjs`
        yield* Effect.promise(() =>
          esbuild.build({
            stdin: { contents: writer, resolveDir: process.cwd(), loader: "ts" },
            outfile: script,
            bundle: true,
            platform: "node",
            format: "esm",
            banner: {
              js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url)'
            }
          })
        )
        let acknowledged = 0
        for (const more of [1, 7, 3]) {
          const until = acknowledged + more
          yield* Effect.promise(async () => {
            const child = spawn(process.execPath, [script, out], { stdio: ["ignore", "pipe", "inherit"] })
            const gone = once(child, "exit")
            for await (const line of createInterface(child.stdout)) {
              acknowledged = Number(line)
              if (acknowledged >= until) child.kill("SIGKILL")
            }
            await gone
          })
          assert.isAtLeast(acknowledged, until)
          const found = yield* using(out, keys)
          deepStrictEqual(found, Array.makeBy(found.length, String))
          assert.isAtLeast(found.length, acknowledged)
        }
      })
    )
  )
})
