/** What a journal remembers of answers that passed their checks, and that nothing but the same answer and checks finds it. */
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import { assertNone, assertSome } from "@effect/vitest/utils"
import { Clock, Deferred, Effect, Exit, FastCheck as fc, Fiber, Option } from "effect"
import { Answer } from "../../../src/domain/Answer.js"
import * as Journal from "../../../src/storage/Journal.js"
import * as Approval from "../../../src/storage/journal/Approval.js"
import * as File from "../../../src/storage/journal/File.js"
import * as Disk from "../../system/world/Disk.js"
import { on, textAt } from "./onDisk.js"

const CHECKS = "c".repeat(64)
const OTHERS = "c".repeat(63) + "d"
const MODULE = "import math\n\ndef execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return 'é'\n"
const TEXT = `\`\`\`python\n${MODULE}\`\`\`\n`
const approval = { source: MODULE, arity: 5 as const, imports: ["math"] }

const FOLDER = `/out/${File.FOLDER_NAME}`
const DAY = 24 * 60 * 60 * 1000

const answer = (key: string, at: number): Journal.Entry => ({
  key,
  at,
  model: "a/b",
  ticker: "AAPL",
  messages: [],
  answer: new Answer({ text: TEXT, model: "a/b" })
})

const approvalsIn = (root: Disk.FolderNode) =>
  Disk.files(root).flatMap(([path]) => (path.startsWith(`${FOLDER}/checked-`) ? [path] : []))

const isOfApprovals = (path: string) => path.startsWith(`${FOLDER}/checked-`)

/** Opens the journal on a file system that may differ, uses it and closes it. Says what it opened of approvals, too. */
const usingOther = <A, E>(
  root: Disk.FolderNode,
  differs: (fs: FileSystem.FileSystem) => Partial<FileSystem.FileSystem>,
  use: (approvals: Journal.Approvals, journal: Journal.Service) => Effect.Effect<A, E>
): { readonly value: A; readonly opened: ReadonlyArray<string>; readonly millis: number } => {
  const opened: Array<string> = []
  const exit = on(
    root,
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const other = { ...fs, ...differs(fs) }
      const watched: FileSystem.FileSystem = {
        ...other,
        open: (path, options) =>
          Effect.suspend(() => {
            if (isOfApprovals(path)) opened.push(path)
            return other.open(path, options)
          })
      }
      const before = yield* Clock.currentTimeMillis
      const value = yield* Effect.flatMap(Journal.Journal, (journal) => {
        const { approvals } = journal
        return approvals === undefined ? Effect.dieMessage("no approvals") : use(approvals, journal)
      }).pipe(
        Effect.provide(File.layer({ directory: "/out", keepFor: "30 days" })),
        Effect.provideService(FileSystem.FileSystem, watched)
      )
      return { value, millis: (yield* Clock.currentTimeMillis) - before }
    })
  )
  if (exit === undefined || Exit.isFailure(exit)) throw new Error(`failed: ${String(exit)}`)
  return { ...exit.value, opened }
}

const using = <A, E>(
  root: Disk.FolderNode,
  use: (approvals: Journal.Approvals, journal: Journal.Service) => Effect.Effect<A, E>
): A => usingOther(root, () => ({}), use).value

describe("a line about an answer that passed its checks", () => {
  const line = Option.getOrThrow(Approval.print(CHECKS, TEXT, approval))

  it("has the module, as a part of the answer", () => {
    assertSome(Approval.parse(CHECKS, TEXT, line), approval)
    assert.isFalse(line.includes("execute_trade"))
  })

  it("is none for other checks, even where only the last character of their fingerprint differs", () => {
    assertNone(Approval.parse(OTHERS, TEXT, line))
  })

  it("is not made where the module is no part of the answer as it stands", () => {
    assertNone(Approval.print(CHECKS, TEXT.replaceAll("\n", "\r\n"), approval))
    assertNone(Approval.print(CHECKS, TEXT, { ...approval, source: "" }))
  })

  it("never makes another module of an answer, whatever happened to it", () => {
    fc.assert(
      fc.property(fc.nat(line.length - 1), fc.string({ maxLength: 3 }), fc.nat(3), (at, put, gone) => {
        const damaged = line.slice(0, at) + put + line.slice(at + gone)
        const found = Approval.parse(CHECKS, TEXT, damaged)
        if (Option.isSome(found)) assert.deepStrictEqual(found.value, approval)
      })
    )
  })

  it("says nothing else than what it was sealed with", () => {
    for (const change of [{ start: 11 }, { end: 40 }, { arity: 3 }, { imports: [] }, { text: "0".repeat(64) }]) {
      assertNone(Approval.parse(CHECKS, TEXT, JSON.stringify({ ...JSON.parse(line), ...change })))
    }
  })
})

describe("a journal's approvals", () => {
  it("are found by the next process, for the same answer and the same checks", () => {
    const root = Disk.folder()
    using(root, ({ keep }) => keep(CHECKS, TEXT, approval))
    using(root, ({ find }) =>
      Effect.gen(function* () {
        assertSome(yield* find(CHECKS, TEXT), approval)
        assertNone(yield* find(CHECKS, `${TEXT}\n`))
        assertNone(yield* find(OTHERS, TEXT))
        assertNone(yield* find("0".repeat(64), TEXT))
      })
    )
  })

  it("are found in the same process, where it looked before", () => {
    using(Disk.folder(), ({ find, keep }) =>
      Effect.gen(function* () {
        assertNone(yield* find(CHECKS, TEXT))
        yield* keep(CHECKS, TEXT, approval)
        assertSome(yield* find(CHECKS, TEXT), approval)
      })
    )
  })

  it("are written 64 at a time, and what is left when the journal is closed or its run finished", () => {
    const root = Disk.folder()
    const written = () => approvalsIn(root).flatMap((path) => (textAt(root, path) ?? "").split("\n").filter(Boolean))
    using(root, ({ keep }, journal) =>
      Effect.gen(function* () {
        for (let n = 1; n < 64; n++) yield* keep(CHECKS, `${TEXT}${n}`, approval)
        assert.lengthOf(written(), 0)
        yield* keep(CHECKS, `${TEXT}64`, approval)
        assert.lengthOf(written(), 64)
        yield* keep(CHECKS, `${TEXT}65`, approval)
        const run = yield* journal.begin("AAPL", ["a"])
        yield* journal.append(answer("a", 1))
        yield* journal.finish(run, ["a"])
        assert.lengthOf(written(), 65)
        yield* keep(CHECKS, `${TEXT}66`, approval)
      })
    )
    assert.lengthOf(written(), 66)
  })

  it("go on behind a line that was cut off", () => {
    const root = Disk.folder()
    using(root, ({ keep }) => keep(CHECKS, `${TEXT}1`, approval))
    const [path = ""] = approvalsIn(root)
    const text = textAt(root, path) ?? ""
    Disk.at(root, FOLDER)
    const cut = Disk.file(new TextEncoder().encode(text.slice(0, -20)), 0o600, 0)
    const folder = Disk.at(root, FOLDER)
    if (folder?._tag === "Folder") folder.names.set(path.slice(FOLDER.length + 1), cut)
    using(root, ({ keep }) => keep(CHECKS, `${TEXT}2`, approval))
    using(root, ({ find }) =>
      Effect.gen(function* () {
        assertNone(yield* find(CHECKS, `${TEXT}1`))
        assertSome(yield* find(CHECKS, `${TEXT}2`), approval)
      })
    )
  })

  it("are not answers: the journal reads none of their lines", () => {
    const root = Disk.folder()
    using(root, ({ keep }, { append }) => Effect.zipRight(append(answer("a", 1)), keep(CHECKS, TEXT, approval)))
    const [entries, skipped] = using(root, (_, { entries, skipped }) => Effect.all([entries, skipped]))
    assert.deepStrictEqual([entries.length, skipped], [1, 0])
  })

  it("go with the journal: when it is pruned, and when a run begins after as long as answers are kept", () => {
    const root = Disk.folder()
    const put = (day: string) => {
      const folder = Disk.at(root, FOLDER)
      const name = `checked-${day}-${"c".repeat(16)}.jsonl`
      if (folder?._tag === "Folder") folder.names.set(name, Disk.file(new Uint8Array(), 0o600, 0))
    }
    const dayAt = (at: number) => new Date(at).toISOString().slice(0, 10)
    using(root, (_, { append }) => append(answer("a", 1)))
    const now = using(root, () => Clock.currentTimeMillis)
    put(dayAt(now - 31 * DAY))
    put(dayAt(now - 30 * DAY))
    using(root, (_, { append }) => append(answer("b", 1)))
    assert.deepStrictEqual(
      approvalsIn(root).map((path) => path.slice(FOLDER.length + 9, FOLDER.length + 19)),
      [dayAt(now - 30 * DAY)]
    )
    using(root, (_, { prune }) => prune("1 day"))
    assert.deepStrictEqual(approvalsIn(root), [])
  })
})

/** A run with an answer that passes its checks. */
const run = ({ find, keep }: Journal.Approvals, { append, begin, finish }: Journal.Service) =>
  Effect.gen(function* () {
    const run = yield* begin("AAPL", ["a"])
    yield* append(answer("a", 1))
    const found = yield* find(CHECKS, TEXT)
    yield* keep(CHECKS, `${TEXT}1`, approval)
    yield* finish(run, ["a"])
    return found
  })

/** As an earlier run left it, with an approval. */
const left = () => {
  const root = Disk.folder()
  using(root, ({ keep }) => keep(CHECKS, TEXT, approval))
  const [path = ""] = approvalsIn(root)
  const folder = Disk.at(root, FOLDER)
  const names = folder?._tag === "Folder" ? folder.names : new Map<string, Disk.Node>()
  return { root, path, names, name: path.slice(FOLDER.length + 1) }
}

describe("what has the name of a file of approvals", () => {
  it("is read and written where it is a file", () => {
    const { path, root } = left()
    const { opened, value } = usingOther(root, () => ({}), run)
    assertSome(value, approval)
    assert.deepStrictEqual(opened, [path, path])
  })

  it.each<FileSystem.File.Type>(["FIFO", "CharacterDevice", "Socket", "Directory", "Unknown"])(
    "is not opened where it is another thing: %s",
    (type) => {
      const { root } = left()
      const differs = (fs: FileSystem.FileSystem): Partial<FileSystem.FileSystem> => ({
        stat: (path) => Effect.map(fs.stat(path), (info) => (isOfApprovals(path) ? { ...info, type } : info))
      })
      const { opened, value } = usingOther(root, differs, run)
      assertNone(value)
      assert.deepStrictEqual(opened, [])
    }
  )

  it.each(["a file", "nothing"])("is not opened where it is a link to %s", (target) => {
    const { name, names, path, root } = left()
    const file = names.get(name)
    names.set(name, { _tag: "Link", target: "/elsewhere" })
    if (target === "a file" && file !== undefined) root.names.set("elsewhere", file)
    const before = textAt(root, "/elsewhere")
    // As systems do, it follows links wherever it is not asked about the link itself.
    const followed = (at: string) => (at === path ? "/elsewhere" : at)
    const differs = (fs: FileSystem.FileSystem): Partial<FileSystem.FileSystem> => ({
      stat: (at) => fs.stat(followed(at)),
      open: (at, options) => fs.open(followed(at), options)
    })
    const { opened, value } = usingOther(root, differs, run)
    assertNone(value)
    assert.deepStrictEqual(opened, [])
    assert.strictEqual(textAt(root, "/elsewhere"), before)
    assert.strictEqual(names.get(name)?._tag, "Link")
  })

  it("is not opened where nobody can tell what it is", () => {
    const { root } = left()
    const differs = (fs: FileSystem.FileSystem): Partial<FileSystem.FileSystem> => ({
      stat: (path) => (isOfApprovals(path) ? Effect.zipRight(fs.readLink(FOLDER), fs.stat(path)) : fs.stat(path))
    })
    const { opened, value } = usingOther(root, differs, run)
    assertNone(value)
    assert.deepStrictEqual(opened, [])
  })
})

describe("a call for approvals that never returns", () => {
  const hanging = [
    ["and can be interrupted", Effect.never],
    ["and cannot be interrupted", Effect.uninterruptible(Effect.never)]
  ] as const

  it.each(hanging)("holds up the end of a run by 2 s, once, %s", (_, never) => {
    const differs = (fs: FileSystem.FileSystem): Partial<FileSystem.FileSystem> => ({
      open: (path, options) => (isOfApprovals(path) ? never : fs.open(path, options))
    })
    const twice = (approvals: Journal.Approvals, journal: Journal.Service) =>
      Effect.zipRight(run(approvals, journal), run(approvals, journal))
    const { millis, value } = usingOther(Disk.folder(), differs, twice)
    assertNone(value)
    assert.strictEqual(millis, 2_000)
  })

  it.each(hanging)("holds up an answer by 2 s, and what was read before counts, %s", (_, never) => {
    const { name, names, root } = left()
    const later = `checked-9999-12-31${name.slice(18)}`
    names.set(later, Disk.file(new Uint8Array(), 0o600, 0))
    const differs = (fs: FileSystem.FileSystem): Partial<FileSystem.FileSystem> => ({
      open: (path, options) => (path.endsWith(later) ? never : fs.open(path, options))
    })
    const { millis, value } = usingOther(root, differs, run)
    assertSome(value, approval)
    assert.strictEqual(millis, 2_000)
  })

  it("does not hold up an interruption, nor is that the end of what others wait for", () => {
    const { root } = left()
    const [begun, go] = Effect.runSync(Effect.all([Deferred.make<void>(), Deferred.make<void>()]))
    const differs = (fs: FileSystem.FileSystem): Partial<FileSystem.FileSystem> => ({
      open: (path, options) =>
        isOfApprovals(path)
          ? Deferred.succeed(begun, undefined).pipe(
              Effect.zipRight(Deferred.await(go)),
              Effect.zipRight(fs.open(path, options))
            )
          : fs.open(path, options)
    })
    const { millis, value } = usingOther(root, differs, ({ find }) =>
      Effect.gen(function* () {
        const first = yield* Effect.fork(find(CHECKS, TEXT))
        yield* Deferred.await(begun)
        const second = yield* Effect.fork(find(CHECKS, TEXT))
        yield* Fiber.interrupt(first)
        yield* Deferred.succeed(go, undefined)
        return yield* Fiber.join(second)
      })
    )
    assertSome(value, approval)
    assert.strictEqual(millis, 0)
  })

  it("holds up the end of an interrupted run by no more than 2 s", () => {
    const differs = (fs: FileSystem.FileSystem): Partial<FileSystem.FileSystem> => ({
      open: (path, options) => (isOfApprovals(path) ? Effect.uninterruptible(Effect.never) : fs.open(path, options))
    })
    const root = Disk.folder()
    const exit = on(
      root,
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const ready = yield* Deferred.make<void>()
        const running = Effect.flatMap(Journal.Journal, ({ approvals }) =>
          Effect.zipRight(approvals?.keep(CHECKS, TEXT, approval) ?? Effect.void, Deferred.succeed(ready, undefined))
        )
        const fiber = yield* Effect.zipRight(running, Effect.never).pipe(
          Effect.provide(File.layer({ directory: "/out" })),
          Effect.provideService(FileSystem.FileSystem, { ...fs, ...differs(fs) }),
          Effect.fork
        )
        yield* Deferred.await(ready)
        const before = yield* Clock.currentTimeMillis
        yield* Fiber.interrupt(fiber)
        return (yield* Clock.currentTimeMillis) - before
      })
    )
    assert.deepStrictEqual(exit, Exit.succeed(2_000))
  })
})
