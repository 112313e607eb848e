import { execFileSync, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { SystemError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import { assert, it } from "@effect/vitest"
import { assertNone, assertSome, deepStrictEqual } from "@effect/vitest/utils"
import { Array, Effect, Either, Fiber, Option, TestClock } from "effect"
import * as esbuild from "esbuild"
import { describe } from "vitest"
import * as Journal from "../../../src/storage/Journal.js"
import * as File from "../../../src/storage/journal/File.js"
import * as Line from "../../../src/storage/journal/Line.js"
import * as Record from "../../../src/storage/journal/Record.js"
import { entry } from "./journalling.js"
import { canMount, smallDisk } from "./smallDisk.js"

/** Opens the journal, uses it, closes it. */
const using = <A, E, R>(directory: string, use: (journal: Journal.Service) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(Journal.Journal, use).pipe(Effect.provide(File.layer({ directory })))

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

/** The files of runs, the oldest first, with their contents. */
const runsIn = (out: string, fs: FileSystem.FileSystem) =>
  Effect.gen(function* () {
    const names = (yield* fs.readDirectory(`${out}/${File.FOLDER_NAME}`)).sort()
    return yield* Effect.forEach(names, (name) =>
      Effect.map(fs.readFileString(`${out}/${File.FOLDER_NAME}/${name}`), (text) => ({ name, text }))
    )
  })

/** What a run that was killed left, or one of an earlier version. */
const leave = (out: string, fs: FileSystem.FileSystem, text: string | Uint8Array, name = File.EARLIER_FILE_NAME) =>
  Effect.gen(function* () {
    yield* fs.makeDirectory(`${out}/${File.FOLDER_NAME}`, { recursive: true })
    yield* fs.writeFile(`${out}/${name}`, typeof text === "string" ? new TextEncoder().encode(text) : text)
  })
const inRun = (id: string) => `${File.FOLDER_NAME}/1970-01-01T00-00-00-000Z-${id}.jsonl`

const modeOf = (fs: FileSystem.FileSystem, file: string) => Effect.map(fs.stat(file), ({ mode }) => mode & 0o777)

describe("a journal's folder", () => {
  it.effect("keeps answers from run to run, a file each, for its owner's eyes only", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* using(out, (journal) => journal.append(entry("a")))
        yield* TestClock.adjust(1)
        yield* using(out, (journal) => journal.append(entry("b")))
        deepStrictEqual(yield* using(out, keys), ["a", "b"])
        deepStrictEqual(yield* fs.readDirectory(out), [File.FOLDER_NAME])
        assert.strictEqual(yield* modeOf(fs, `${out}/${File.FOLDER_NAME}`), 0o700)
        const runs = yield* runsIn(out, fs)
        assert.match(runs[0]?.name ?? "", /^1970-01-01T00-00-00-000Z-[0-9a-f-]{36}\.finished\.jsonl$/)
        assert.match(runs[1]?.name ?? "", /^1970-01-01T00-00-00-001Z-/)
        assert.lengthOf(runs, 2)
        for (const { name } of runs) {
          assert.strictEqual(yield* modeOf(fs, `${out}/${File.FOLDER_NAME}/${name}`), 0o600)
        }
      })
    )
  )

  it.effect("gets no file from a run that got no answer, also when it finished", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* using(out, (journal) => journal.begin("AAPL", ["a"]))
        yield* using(out, (journal) => Effect.flatMap(journal.begin("AAPL", ["a"]), (run) => journal.finish(run, [])))
        deepStrictEqual(yield* runsIn(out, fs), [])
      })
    )
  )

  it.effect("gets the beginning of a run with its first answer", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* using(out, (journal) =>
          Effect.gen(function* () {
            const run = yield* journal.begin("AAPL", ["a"])
            deepStrictEqual(yield* runsIn(out, fs), [])
            yield* journal.append(entry("a"))
            const [file] = yield* runsIn(out, fs)
            const began = Line.print(new Record.Began({ run, at: 0, ticker: "AAPL", keys: ["a"] }))
            const answered = (file?.text ?? "").slice(began.length)
            assert.strictEqual(file?.text, `${began}${answered}`)
            deepStrictEqual(
              Line.parse(new TextEncoder().encode(answered.trimEnd())),
              Either.right(new Record.Answered({ ...entry("a"), at: 0 }))
            )
            yield* journal.finish(run, ["a"])
          })
        )
        deepStrictEqual(yield* using(out, ({ unfinished }) => unfinished), [])
      })
    )
  )

  it.effect("takes away the permissions that were too many, also after pruning", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* leave(out, fs, lineOf("a"))
        yield* fs.chmod(`${out}/${File.EARLIER_FILE_NAME}`, 0o644)
        yield* fs.chmod(`${out}/${File.FOLDER_NAME}`, 0o755)
        yield* using(out, keys)
        assert.strictEqual(yield* modeOf(fs, `${out}/${File.EARLIER_FILE_NAME}`), 0o600)
        assert.strictEqual(yield* modeOf(fs, `${out}/${File.FOLDER_NAME}`), 0o700)
        yield* leave(out, fs, `${lineOf("b")}nothing\n`, inRun("b"))
        yield* fs.chmod(`${out}/${inRun("b")}`, 0o644)
        assert.strictEqual(yield* using(out, (journal) => journal.prune("1 day")), 0)
        const [pruned] = yield* runsIn(out, fs)
        assert.strictEqual(pruned?.text, lineOf("b"))
        assert.strictEqual(yield* modeOf(fs, `${out}/${File.FOLDER_NAME}/${pruned?.name}`), 0o600)
      })
    )
  )

  it.effect("reads a file whatever its length, and loses only what is cut", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        const first = lineOf("é")
        const all = new TextEncoder().encode(`${first}${lineOf("last")}`)
        const firstSize = new TextEncoder().encode(first).length
        // Every length, without a file, is tried in the tests of its lines.
        const sizes = Array.range(0, all.length).filter(
          (size) => size % 16 === 0 || [0, firstSize, all.length].some((end) => Math.abs(size - end) <= 3)
        )
        for (const name of [File.EARLIER_FILE_NAME, inRun("cut")]) {
          for (const size of sizes) {
            yield* leave(out, fs, all.subarray(0, size), name)
            const kept = [...(size >= firstSize - 1 ? ["é"] : []), ...(size >= all.length - 1 ? ["last"] : [])]
            const seen = yield* File.read({ directory: out })
            deepStrictEqual([seen.entries.map(({ key }) => key), seen.skipped], [kept, 0], `${name}, ${size} bytes`)
          }
          yield* fs.remove(`${out}/${name}`)
        }
      })
    )
  )

  it.effect(
    "skips, counts and keeps what cannot be read until it is pruned, and what a newer version wrote for good",
    () =>
      inFolder((out, fs) =>
        Effect.gen(function* () {
          const unreadable = ['{"version":2,"what":"?"}\n', lineOf("damaged").replace("AAPL", "TSLA"), "notes\n"]
          const text = [lineOf("a"), ...unreadable, lineOf("b")].join("")
          yield* leave(out, fs, text)
          yield* using(out, (journal) =>
            Effect.gen(function* () {
              deepStrictEqual(yield* keys(journal), ["a", "b"])
              assert.strictEqual(yield* journal.skipped, 3)
              yield* TestClock.adjust(1)
              assert.strictEqual(yield* fs.readFileString(`${out}/${File.EARLIER_FILE_NAME}`), text)
              assert.strictEqual(yield* journal.prune(0), 2)
              assert.strictEqual(yield* journal.skipped, 1)
            })
          )
          deepStrictEqual(
            (yield* runsIn(out, fs)).map((run) => run.text),
            unreadable.slice(0, 1)
          )
          assert.isFalse(yield* fs.exists(`${out}/${File.EARLIER_FILE_NAME}`))
        })
      )
  )

  it.effect("gives the earlier answer to a request where the latest is damaged, and counts that", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        const damaged = lineOf("a").replace("answer to", "damaged")
        yield* leave(out, fs, [lineOf("a"), lineOf("b"), damaged, damaged].join(""))
        yield* using(out, (journal) =>
          Effect.gen(function* () {
            assert.strictEqual(yield* journal.skipped, 0)
            assertSome(
              Option.map(yield* journal.lookup("a"), ({ answer }) => answer.text),
              "answer to a"
            )
            assert.strictEqual(yield* journal.skipped, 2)
            assertSome(
              Option.map(yield* journal.lookup("b"), ({ answer }) => answer.text),
              "answer to b"
            )
          })
        )
      })
    )
  )

  it.effect("finds each of many answers, and those of the run that asks", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        // Larger than one piece of reading, and with lines that lie across its edges.
        const names = Array.makeBy(400, (n) => `${n}é`)
        const text = (n: string) => n.repeat(2_000)
        const lines = names.map((n) => Line.print(new Record.Answered({ ...entry(n, text(n)), at: 0 })))
        yield* leave(out, fs, lines.slice(0, 200).join(""))
        yield* leave(out, fs, lines.slice(200).join(""), inRun("x"))
        yield* using(out, (journal) =>
          Effect.gen(function* () {
            const answer = (key: string) =>
              Effect.map(
                journal.lookup(key),
                Option.map((found) => found.answer.text)
              )
            const found = yield* Effect.forEach(names, answer, { concurrency: "unbounded" })
            deepStrictEqual(
              found,
              names.map((n) => Option.some(text(n)))
            )
            const own = yield* Effect.forEach(["own 1", "own 2", "1é"], (key) => journal.append(entry(key)), {
              concurrency: 3
            })
            assert.lengthOf(own, 3)
            for (const key of ["own 2", "1é", "own 1"]) assertSome(yield* answer(key), `answer to ${key}`)
            assertNone(yield* answer("other"))
          })
        )
      })
    )
  )

  it.effect("is not read by a run that only writes, unless an earlier one did not finish", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        const read: Array<string> = []
        const watched: FileSystem.FileSystem = {
          ...fs,
          open: (file, options) => {
            if (options?.flag === undefined && file.endsWith(".jsonl")) read.push(file)
            return fs.open(file, options)
          }
        }
        const run = (finish: boolean) =>
          using(out, (journal) =>
            Effect.gen(function* () {
              yield* TestClock.adjust(1)
              const found = yield* journal.unfinished
              const id = yield* journal.begin("AAPL", ["a"])
              yield* journal.append(entry("a"))
              if (finish) yield* journal.finish(id, ["a"])
              return found.length
            })
          ).pipe(Effect.provideService(FileSystem.FileSystem, watched))
        deepStrictEqual([yield* run(true), yield* run(false)], [0, 0])
        deepStrictEqual(read, [])
        assert.strictEqual(yield* run(true), 1)
        // What the run left that was cut short is opened once more, to be flushed.
        assert.deepStrictEqual([read.length, new Set(read).size], [3, 2])
      })
    )
  )

  it.effect(
    "loses finished runs older than 30 days when a run writes, not those written to since, nor the earlier version's",
    () =>
      inFolder((out, fs) =>
        Effect.gen(function* () {
          const day = 24 * 60 * 60
          yield* leave(out, fs, lineOf("earlier"))
          yield* leave(out, fs, lineOf("old"), inRun("old.finished"))
          yield* leave(out, fs, lineOf("busy"), inRun("busy.finished"))
          yield* fs.utimes(`${out}/${File.EARLIER_FILE_NAME}`, 0, 0)
          yield* fs.utimes(`${out}/${inRun("old.finished")}`, 0, 0)
          yield* fs.utimes(`${out}/${inRun("busy.finished")}`, 1, 1)
          yield* TestClock.setTime(30 * day * 1_000)
          yield* using(out, (journal) => journal.append(entry("a")))
          deepStrictEqual(yield* using(out, keys), ["earlier", "busy", "old", "a"])
          yield* TestClock.adjust(1)
          yield* using(out, keys)
          assert.isTrue(yield* fs.exists(`${out}/${inRun("old.finished")}`))
          yield* using(out, (journal) => journal.append(entry("b")))
          deepStrictEqual(yield* using(out, keys), ["earlier", "busy", "a", "b"])
          const shorter = File.layer({ directory: out, keepFor: "1 hour" })
          yield* TestClock.adjust("1 hour")
          yield* Effect.flatMap(Journal.Journal, (journal) => journal.append(entry("c"))).pipe(Effect.provide(shorter))
          // The system's clock is far from the test's: to it the other files have just been written.
          deepStrictEqual(yield* using(out, keys), ["earlier", "a", "b", "c"])
        })
      )
  )

  it.effect("keeps what an unfinished run left, however old, until it is pruned by hand", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* leave(out, fs, lineOf("old"), inRun("old"))
        yield* fs.utimes(`${out}/${inRun("old")}`, 0, 0)
        yield* TestClock.adjust("400 days")
        yield* using(out, (journal) => journal.append(entry("a")))
        deepStrictEqual(yield* using(out, keys), ["old", "a"])
        assert.strictEqual(yield* using(out, (journal) => journal.prune("30 days")), 1)
        deepStrictEqual(yield* using(out, keys), ["a"])
      })
    )
  )

  it.effect("tells the beginning of an answer from an answer", () =>
    inFolder((out) =>
      Effect.gen(function* () {
        yield* using(out, (journal) =>
          Effect.zipRight(
            journal.append({ ...entry("a"), partial: true }),
            Effect.zipRight(journal.append(entry("b")), journal.append(entry("c")))
          )
        )
        deepStrictEqual(
          (yield* File.read({ directory: out })).entries.map(({ key, partial }) => [key, partial]),
          [
            ["a", true],
            ["b", undefined],
            ["c", undefined]
          ]
        )
        yield* TestClock.adjust(1)
        assert.strictEqual(yield* using(out, (journal) => journal.prune(0)), 2)
      })
    )
  )

  it.effect("is read in pieces, from any place in any order, also while it grows", () =>
    inFolder((out) =>
      Effect.gen(function* () {
        const names = Array.makeBy(200, (n) => `key-${n}`)
        const more = Array.makeBy(50, (n) => `more-${n}`)
        const size = (name: string) => name.repeat(1 + (Number(name.slice(4).replace("-", "")) % 7) * 400)
        const answerTo = (journal: Journal.Service) => (name: string) =>
          Effect.map(journal.lookup(name), (found) => Option.getOrThrow(found).answer.text)
        yield* using(out, (journal) => Effect.forEach(names, (name) => journal.append(entry(name, size(name)))))
        yield* using(out, (journal) =>
          Effect.gen(function* () {
            const backwards = yield* Effect.forEach(names.toReversed(), answerTo(journal))
            deepStrictEqual(backwards, names.toReversed().map(size))
            yield* Effect.forEach(more, (name) => journal.append(entry(name, size(name))))
            const mixed = [...names, ...more].sort((a, b) => size(a).length - size(b).length)
            const found = yield* Effect.forEach(mixed, answerTo(journal), { concurrency: 8 })
            deepStrictEqual(found, mixed.map(size))
          })
        )
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

  it.effect("is flushed once for all answers that come at the same time, before any of them is acknowledged", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        let [appended, flushed, syncs] = [0, 0, 0]
        const counting = (file: FileSystem.File): FileSystem.File =>
          Object.create(file, {
            sync: {
              get: () =>
                Effect.tap(file.sync, () =>
                  Effect.sync(() => {
                    syncs += 1
                    flushed = appended
                  })
                )
            }
          })
        const watched: FileSystem.FileSystem = {
          ...fs,
          open: (name, options) =>
            options?.flag === "ax" ? Effect.map(fs.open(name, options), counting) : fs.open(name, options)
        }
        yield* using(out, (journal) =>
          Effect.forEach(
            Array.makeBy(256, String),
            (key) =>
              Effect.gen(function* () {
                appended += 1
                yield* journal.append(entry(key))
                assert.isAbove(flushed, 0)
              }),
            { concurrency: "unbounded" }
          )
        ).pipe(Effect.provideService(FileSystem.FileSystem, watched))
        deepStrictEqual([appended, flushed], [256, 256])
        assert.isAtMost(syncs, 2)
      })
    )
  )

  it.effect("gives the latest answer of two runs that went on at the same time", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        const at = (moment: number) =>
          Line.print(new Record.Answered({ ...entry("a", `answer of ${moment}`), at: moment }))
        yield* leave(out, fs, `${at(1)}${at(4)}`, inRun("first"))
        yield* leave(out, fs, `${at(2)}${at(3)}`, inRun("second"))
        const texts = yield* using(out, (journal) => Effect.all([journal.lookup("a"), journal.entries]))
        assertSome(
          Option.map(texts[0], ({ answer }) => answer.text),
          "answer of 4"
        )
        deepStrictEqual(
          texts[1].map((record) => record.at),
          [1, 2, 3, 4]
        )
      })
    )
  )

  it.effect("is shared by runs at the same time, each with a file of its own", () =>
    inFolder((out, fs) =>
      using(out, (first) =>
        using(out, (second) =>
          Effect.gen(function* () {
            yield* first.append(entry("a"))
            deepStrictEqual(yield* keys(second), ["a"])
            yield* Effect.forEach([first, second, first, second], (journal, n) => journal.append(entry(`${n}`)), {
              concurrency: "unbounded"
            })
            assert.lengthOf(yield* runsIn(out, fs), 2)
            const seen = yield* File.read({ directory: out })
            deepStrictEqual(seen.entries.map(({ key }) => key).sort(), ["0", "1", "2", "3", "a"])
          })
        )
      )
    )
  )

  it.effect("keeps what a run writes while another one prunes, or somebody removes its file", () =>
    inFolder((out, fs) =>
      using(out, (writing) =>
        Effect.gen(function* () {
          yield* writing.append(entry("old"))
          yield* TestClock.adjust(1_000)
          yield* writing.append(entry("young"))
          assert.strictEqual(yield* using(out, (journal) => journal.prune(500)), 1)
          yield* TestClock.adjust(1)
          yield* writing.append(entry("next"))
          deepStrictEqual(yield* using(out, keys), ["young", "next"])
          yield* fs.remove(`${out}/${File.FOLDER_NAME}`, { recursive: true })
          yield* writing.append(entry("last"))
          deepStrictEqual(yield* using(out, keys), ["last"])
        })
      )
    )
  )

  it.effect("loses nothing that was acknowledged to a run that prunes all the time", () =>
    inFolder((out) =>
      Effect.gen(function* () {
        const names = Array.makeBy(200, (n) => `${n}`)
        yield* using(out, (writing) =>
          Effect.gen(function* () {
            yield* writing.append(entry("old"))
            const pruning = yield* Effect.fork(
              Effect.forever(
                Effect.zipRight(
                  writing.append({ ...entry("old"), ticker: "?" }),
                  using(out, (other) => other.prune(0))
                )
              )
            )
            yield* TestClock.adjust(1)
            yield* Effect.forEach(names, (name) => writing.append(entry(name)), { concurrency: 4 })
            yield* Fiber.interrupt(pruning)
          })
        )
        deepStrictEqual([...new Set(yield* using(out, keys))].filter((key) => key !== "old").sort(), [...names].sort())
      })
    )
  )

  it.effect("is looked for again where a file was renamed or pruned meanwhile", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* leave(out, fs, `${lineOf("a")}${lineOf("b")}`, inRun("x"))
        yield* using(out, (journal) =>
          Effect.gen(function* () {
            assert.strictEqual(yield* journal.skipped, 0)
            yield* fs.rename(`${out}/${inRun("x")}`, `${out}/${inRun("x.finished")}`)
            assertSome(
              Option.map(yield* journal.lookup("b"), ({ key }) => key),
              "b"
            )
          })
        )
        yield* fs.remove(`${out}/${inRun("x.finished")}`)
        yield* leave(out, fs, lineOf("a"), inRun("y"))
        yield* using(out, (journal) =>
          Effect.gen(function* () {
            assert.strictEqual(yield* journal.skipped, 0)
            yield* fs.remove(`${out}/${inRun("y")}`)
            assertNone(yield* journal.lookup("a"))
          })
        )
      })
    )
  )

  it.effect("is empty to a reader when there is none, and not made by reading", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        deepStrictEqual(yield* File.read({ directory: out }), { entries: [], unfinished: [], runs: [], skipped: 0 })
        assert.isFalse(yield* fs.exists(out))
      })
    )
  )

  it.effect("does not follow a symbolic link", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* fs.makeDirectory(out)
        yield* fs.makeDirectory(`${out}-elsewhere`)
        yield* fs.symlink(`${out}-elsewhere`, `${out}/${File.FOLDER_NAME}`)
        const error = yield* Effect.flip(using(out, (journal) => journal.append(entry("a"))))
        assert.include(error.message, `${out}/${File.FOLDER_NAME} is taken by a symbolic link; move it away or`)
        deepStrictEqual(yield* fs.readDirectory(`${out}-elsewhere`), [])
        yield* fs.remove(`${out}/${File.FOLDER_NAME}`)
        yield* fs.writeFileString(`${out}-answers`, lineOf("a"))
        yield* fs.symlink(`${out}-answers`, `${out}/${File.EARLIER_FILE_NAME}`)
        deepStrictEqual(yield* using(out, keys), [])
        const { message } = yield* Effect.flip(File.read({ directory: out }))
        assert.include(message, `${File.EARLIER_FILE_NAME} is taken by a symbolic link; move it away`)
      })
    )
  )

  const canPipe = spawnSync("mkfifo", ["--version"]).error === undefined
  const onPipe = canPipe ? it.effect : it.effect.skip
  onPipe(`waits for no pipe in the earlier file's place${canPipe ? "" : " (skipped: no mkfifo)"}`, () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* fs.makeDirectory(out)
        execFileSync("mkfifo", [`${out}/${File.EARLIER_FILE_NAME}`])
        deepStrictEqual(yield* using(out, keys), [])
        const { message } = yield* Effect.flip(File.read({ directory: out }))
        assert.include(message, `${File.EARLIER_FILE_NAME} is taken by a special file; move it away`)
      })
    )
  )

  const CHECKS = "c".repeat(64)
  const MODULE = "def execute_trade(): pass\n"
  const approval = { source: MODULE, arity: 3 as const, imports: [] }
  /** Looks an answer up, and keeps another one. */
  const approving = ({ approvals }: Journal.Service) =>
    approvals === undefined
      ? Effect.dieMessage("no approvals")
      : Effect.zipLeft(approvals.find(CHECKS, MODULE), approvals.keep(CHECKS, `${MODULE}#`, approval))
  const ofApprovals = `${File.FOLDER_NAME}/checked-1970-01-01-${CHECKS.slice(0, 16)}.jsonl`

  it.effect("follows no symbolic link in the place of approvals", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* using(out, ({ approvals }) => approvals?.keep(CHECKS, MODULE, approval) ?? Effect.void)
        assertSome(yield* using(out, approving), approval)
        const text = yield* fs.readFileString(`${out}/${ofApprovals}`)
        yield* fs.rename(`${out}/${ofApprovals}`, `${out}-elsewhere`)
        yield* fs.symlink(`${out}-elsewhere`, `${out}/${ofApprovals}`)
        assertNone(yield* using(out, approving))
        assert.strictEqual(yield* fs.readFileString(`${out}-elsewhere`), text)
        yield* fs.remove(`${out}-elsewhere`)
        assertNone(yield* using(out, approving))
        assert.isFalse(yield* fs.exists(`${out}-elsewhere`))
      })
    )
  )

  onPipe(`waits for no pipe in the place of approvals${canPipe ? "" : " (skipped: no mkfifo)"}`, () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* fs.makeDirectory(`${out}/${File.FOLDER_NAME}`, { recursive: true })
        execFileSync("mkfifo", [`${out}/${ofApprovals}`])
        assertNone(yield* using(out, approving))
        assert.strictEqual((yield* fs.stat(`${out}/${ofApprovals}`)).type, "FIFO")
      })
    )
  )

  it.effect("says what is in its way", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* fs.writeFileString(`${out}-file`, "a file where the folder should be")
        const noFolder = yield* Effect.flip(using(`${out}-file`, keys))
        deepStrictEqual([noFolder.reason._tag, noFolder.path], ["FolderUnusable", `${out}-file`])
        yield* fs.makeDirectory(out)
        yield* fs.writeFileString(`${out}/${File.FOLDER_NAME}`, "")
        const taken = yield* Effect.flip(using(out, keys))
        deepStrictEqual([taken.reason._tag, taken.path], ["NameTaken", `${out}/${File.FOLDER_NAME}`])
        assert.include(taken.message, "is taken by a file; move it away or, unless you resume, choose another folder")
      })
    )
  )

  it.effect("fails with what it cannot read when that is asked for, not before", () =>
    inFolder((out, fs) =>
      Effect.gen(function* () {
        yield* leave(out, fs, lineOf("a"), inRun("x"))
        const refusing: FileSystem.FileSystem = {
          ...fs,
          open: (file, options) =>
            file.endsWith("x.jsonl")
              ? Effect.fail(
                  new SystemError({
                    reason: "PermissionDenied",
                    module: "FileSystem",
                    method: "open",
                    pathOrDescriptor: file,
                    cause: { code: "EACCES" }
                  })
                )
              : fs.open(file, options)
        }
        yield* using(out, (journal) =>
          Effect.gen(function* () {
            yield* journal.append(entry("b"))
            const asked = [journal.lookup("a"), journal.skipped, journal.entries, journal.unfinished, journal.prune(0)]
            for (const each of asked) {
              const error = yield* Effect.flip<unknown, Journal.JournalError, never>(each)
              assert.include(error.message, `${inRun("x")} cannot be read (EACCES); change its permissions`)
            }
          })
        ).pipe(Effect.provideService(FileSystem.FileSystem, refusing))
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
import { entry } from "./test/system/storage/journalling.js"

const main = Effect.gen(function* () {
  const journal = yield* Journal
  for (let count = (yield* journal.entries).length; ; count++) {
    yield* journal.append(entry(String(count), "x".repeat(20_000)))
    process.stdout.write(count + 1 + "\\n")
  }
})
const files = Layer.merge(NodeFileSystem.layer, NodePath.layer)
Effect.runPromise(main.pipe(Effect.provide(File.layer({ directory: process.argv[2] }).pipe(Layer.provide(files)))))
`

describe("a process that is killed while it writes", () => {
  it.live("loses no answer that was acknowledged", () =>
    inFolder((out) =>
      Effect.gen(function* () {
        const script = `${out}-writer.mjs`
        yield* Effect.sync(() =>
          esbuild.buildSync({
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
