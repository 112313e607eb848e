/** Node's own calls and the file system come to the same, in what they leave and in what they say. */
import { execFileSync, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { DateTime, Effect, Either, Fiber } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { Algorithm, toPython } from "../../../src/domain/Algorithm.js"
import { Answer } from "../../../src/domain/Answer.js"
import * as NativeFiles from "../../../src/node/NativeFiles.js"
import { AlgorithmStore } from "../../../src/storage/AlgorithmStore.js"
import * as Earlier from "../../../src/storage/algorithmStore/Earlier.js"
import * as FileSystemStore from "../../../src/storage/algorithmStore/FileSystem.js"
import { FileName } from "../../../src/storage/FileName.js"
import { Journal } from "../../../src/storage/Journal.js"
import * as JournalFile from "../../../src/storage/journal/File.js"
import * as Storage from "../../../src/storage/NativeFiles.js"
import * as WholeFile from "../../../src/storage/WholeFile.js"
import { canMount, smallDisk } from "./smallDisk.js"

type Work<A, E> = Effect.Effect<A, E, FileSystem.FileSystem | Path.Path>
type Way = <A, E>(work: Work<A, E>) => Effect.Effect<A, E>

/** A file system with a call of its own is used as it is. */
const wrapped = Effect.map(FileSystem.FileSystem, (files) => ({
  ...files,
  open: (...given: Parameters<typeof files.open>) => files.open(...given)
}))

const WAYS: ReadonlyArray<readonly [name: string, way: Way]> = [
  ["Node's own calls", (work) => Effect.provide(work, NodeContext.layer)],
  [
    "the file system",
    (work) =>
      Effect.flatMap(wrapped, (files) => Effect.provideService(work, FileSystem.FileSystem, files)).pipe(
        Effect.provide(NodeContext.layer)
      )
  ]
]

const algorithm = (code: string, ticker = "AAPL") =>
  new Algorithm({ model: "x/y", ticker, code, promptHash: "0", generatedAt: DateTime.unsafeMake(0) })

const NAME = FileName("generated_algo_x_y.py")

const staged = (use: (files: WholeFile.WholeFile) => Effect.Effect<unknown, unknown>) =>
  Effect.flatMap(WholeFile.make, use)

const save = (directory: string, ...algorithms: ReadonlyArray<Algorithm>) =>
  Effect.flatMap(AlgorithmStore, (store) =>
    Effect.forEach(algorithms, (each) => Effect.either(store.save(NAME, each)), { concurrency: 6 })
  ).pipe(Effect.provide(FileSystemStore.layer({ directory })))

const append = (directory: string, texts: ReadonlyArray<string>, between: () => void = () => {}) =>
  Effect.flatMap(Journal, (journal) =>
    Effect.forEach(texts, (text, index) =>
      Effect.sync(index === 0 ? () => {} : between).pipe(
        Effect.zipRight(
          journal.append({
            key: "k",
            at: 1,
            model: "x/y",
            ticker: "A",
            messages: [],
            answer: new Answer({ text, model: "x/y" })
          })
        ),
        Effect.either
      )
    )
  ).pipe(Effect.provide(JournalFile.layer({ directory })), Effect.scoped)

const JOURNAL = ".algogen-journal"

/** Puts the journal's file out of the way. */
const removed = (root: string) => () => {
  const folder = path.join(root, JOURNAL)
  for (const name of fs.readdirSync(folder)) fs.rmSync(path.join(folder, name))
}

type Case = [
  name: string,
  work: (root: string) => Work<unknown, unknown>,
  before?: ((root: string) => void) | undefined
]

const CASES: ReadonlyArray<Case> = [
  ["stages a text", (root) => staged(({ stage }) => Effect.asVoid(stage(root, "x = 'é\ud800'\n")))],
  ["stages an empty text", (root) => staged(({ stage }) => Effect.asVoid(stage(root, "")))],
  ["stages a long text", (root) => staged(({ stage }) => Effect.asVoid(stage(root, "long ".repeat(500_000))))],
  ["stages for the owner alone", (root) => staged(({ stage }) => Effect.asVoid(stage(root, "secret", 0o600)))],
  ["makes the folder", (root) => staged(({ stage }) => Effect.asVoid(stage(path.join(root, "a", "b"), "text")))],
  [
    "finds a file in the place of the folder",
    (root) => staged(({ stage }) => stage(path.join(root, "f"), "text")),
    (root) => fs.writeFileSync(path.join(root, "f"), "")
  ],
  ["is given what is no path", (root) => staged(({ stage }) => stage(path.join(root, "a\0b"), "text"))],
  [
    "claims a name once",
    (root) =>
      staged(({ claim, discard, stage }) =>
        Effect.gen(function* () {
          const first = yield* stage(root, "first")
          const second = yield* stage(root, "second")
          const file = path.join(root, "a.py")
          const claimed = [yield* claim(first, file), yield* claim(second, file)]
          yield* discard(first)
          yield* discard(second)
          yield* discard(second)
          return claimed
        })
      )
  ],
  [
    "cannot claim a name in a folder that is missing",
    (root) =>
      staged(({ claim, stage }) =>
        Effect.flatMap(stage(root, "a"), (from) => claim(from, path.join(root, "no", "a.py")))
      )
  ],
  [
    "claims no name with a link to nothing",
    (root) =>
      staged(({ claim, discard, stage }) =>
        Effect.flatMap(stage(root, "a"), (from) => Effect.zipLeft(claim(from, path.join(root, "a.py")), discard(from)))
      ),
    (root) => fs.symlinkSync("nothing", path.join(root, "a.py"))
  ],
  [
    "saves algorithms in their order",
    (root) => save(root, algorithm("a = 1\n"), algorithm("b = 2\n"), algorithm("c = 3\n"))
  ],
  [
    "leaves the file of another ticker",
    (root) => Effect.zipRight(save(root, algorithm("a = 1\n", "MSFT")), save(root, algorithm("a = 2\n")))
  ],
  [
    "leaves what somebody else wrote",
    (root) => save(root, algorithm("a = 1\n")),
    (root) => fs.writeFileSync(path.join(root, NAME), "mine = 1\n")
  ],
  [
    "saves nothing over a directory",
    (root) => save(root, algorithm("a = 1\n")),
    (root) => fs.mkdirSync(path.join(root, NAME, "full"), { recursive: true })
  ],
  ["appends to the journal", (root) => append(root, ["one", "two é\ud800", "long ".repeat(300_000), "four"])],
  [
    "goes on in another file where the first was removed",
    (root) => append(root, ["one", "two", "three"], removed(root))
  ]
]

const RANDOM = /(?:\d{4}-\d\d-\d\dT[-\d]+Z-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

/** What is left in the folder: names, without what is random or a time in them, permissions, texts. */
const contents = (folder: string): ReadonlyArray<string> =>
  fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => {
      const at = path.join(folder, name)
      const stat = fs.lstatSync(at)
      const text = stat.isFile() ? fs.readFileSync(at, "utf8") : stat.isDirectory() ? "a folder" : "a link"
      return `${name.replaceAll(RANDOM, "*")} ${(stat.mode & 0o777).toString(8)} ${text}`
    })
    .sort()

const roots: Array<string> = []
afterAll(() => roots.forEach((root) => fs.rmSync(root, { recursive: true })))

const folder = () => {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), "algogen-native-"))
  roots.push(made)
  return made
}

/** What a way returns or fails with, and what it leaves. The folder has the same name for both. */
const outcome = (way: Way, work: Case[1], before: Case[2]) => {
  const above = folder()
  const root = path.join(above, "out")
  fs.mkdirSync(root)
  before?.(root)
  return Effect.map(Effect.either(way(work(root))), (result) => ({
    result: JSON.parse(JSON.stringify(result).replaceAll(above, "").replaceAll(RANDOM, "*")),
    left: contents(root)
  }))
}

beforeAll(() => Effect.runPromise(NativeFiles.use))

describe("Node's own calls", () => {
  it.each<Case>(CASES)("%s, as the file system does", async (_, work, before) => {
    const [own, inSteps] = await Promise.all(WAYS.map(([, way]) => Effect.runPromise(outcome(way, work, before))))
    assert.deepStrictEqual(own, inSteps)
  })

  it.each(WAYS)("%s: these are used, and no other", async (name, way) => {
    const used = Effect.flatMap(FileSystem.FileSystem, (files) =>
      Storage.attempt(files)(
        (_, done) => done(true),
        () => "Node's own calls",
        Effect.succeed("the file system")
      )
    )
    assert.strictEqual(await Effect.runPromise(way(used)), name)
  })

  it.each([
    ["has its name", "a.jsonl", true, "one two"],
    ["has its name no more", "b.jsonl", false, "one"]
  ])("add to a file that %s", (_, found, isDone, text) =>
    Effect.gen(function* () {
      const root = folder()
      const files = yield* FileSystem.FileSystem
      const file = yield* files.open(path.join(root, "a.jsonl"), { flag: "ax" })
      yield* file.writeAll(Buffer.from("one"))
      const added = Storage.attempt(files)(
        ({ append }, done) => append({ file, name: path.join(root, found), size: 3 }, Buffer.from(" two"), done),
        () => true,
        Effect.succeed(false)
      )
      assert.strictEqual(yield* added, isDone)
      assert.strictEqual(fs.readFileSync(path.join(root, "a.jsonl"), "utf8"), text)
    }).pipe(Effect.scoped, Effect.provide(NodeContext.layer), Effect.runPromise)
  )

  it.each(WAYS)("%s: what has begun is done, though interrupted", (_, way) =>
    Effect.gen(function* () {
      const root = folder()
      const fiber = yield* Effect.fork(way(save(root, algorithm("a = 1\n"))))
      // By then the file is under way.
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(
        contents(roots.at(-1) ?? assert.fail()).filter((name) => name.includes(".tmp")),
        []
      )
    }).pipe(Effect.runPromise)
  )
})

describe.each(WAYS)("%s: a file of an earlier run", (_, way) => {
  const earlier = algorithm("a = 'é'\n")
  const text = toPython(earlier)
  const canPipe = spawnSync("mkfifo", ["--version"]).error === undefined

  it.each<[what: string, make: (file: string) => void, holds: boolean]>([
    ["holds the text", (file) => fs.writeFileSync(file, text), true],
    [
      "is a link to a file that does",
      (file) => (fs.writeFileSync(`${file}.to`, text), fs.symlinkSync(`${file}.to`, file)),
      true
    ],
    ["ends earlier", (file) => fs.writeFileSync(file, text.slice(0, -1)), false],
    ["goes on", (file) => fs.writeFileSync(file, `${text}\n`), false],
    ["has another letter", (file) => fs.writeFileSync(file, text.replace("é", "è")), false],
    ["is empty", (file) => fs.writeFileSync(file, ""), false],
    ["is a directory", (file) => fs.mkdirSync(file), false],
    ["is a link to nothing", (file) => fs.symlinkSync("nothing", file), false],
    ["is a pipe", (file) => (canPipe ? void execFileSync("mkfifo", [file]) : undefined), false],
    ["is not there", () => undefined, false]
  ])("that %s", (_, make, holds) =>
    Effect.gen(function* () {
      const file = path.join(folder(), NAME)
      make(file)
      const { begin, has } = Earlier.make(yield* FileSystem.FileSystem, yield* Path.Path)
      yield* begin
      assert.strictEqual(yield* has(file, earlier, text), holds)
    }).pipe(way, Effect.runPromise)
  )
})

describe.skipIf(!canMount)("where the disk is full", () => {
  it.each(WAYS)("%s leave nothing behind, and say why", (_, way) =>
    Effect.gen(function* () {
      const root = yield* smallDisk
      const [large] = yield* way(save(root, algorithm(`a = "${"x".repeat(400_000)}"\n`)))
      const [small] = yield* way(save(root, algorithm("a = 1\n")))
      assert.include(String(Either.getLeft(large ?? assert.fail())), "does not fit on the disk (ENOSPC)")
      assert.isTrue(Either.isRight(small ?? assert.fail()))
      assert.lengthOf(contents(root), 1)
    }).pipe(Effect.scoped, Effect.runPromise)
  )

  it.each(WAYS)("%s cut a line off that does not fit, and add one that does", (_, way) =>
    Effect.gen(function* () {
      const root = yield* smallDisk
      const results = yield* way(append(root, ["one", "x".repeat(400_000), "three"]))
      assert.deepStrictEqual(results.map(Either.isRight), [true, false, true])
      const lines = contents(root).flatMap((file) => file.split("\n").slice(0, -1))
      assert.lengthOf(lines, 2)
    }).pipe(Effect.scoped, Effect.runPromise)
  )
})
