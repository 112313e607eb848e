/**
 * What is on a disk, and what is said of it, when a single call of the disk fails: each call in turn. And what a journal makes of
 * its records. It was read and found right, and stands in `test/golden/storage`. Where it is meant to change, `npx vitest run
 * --project unit test/unit/storage/Golden.test.ts -u` writes it anew.
 */
import { SystemError } from "@effect/platform/Error"
import { afterEach, describe, it } from "@effect/vitest"
import { DateTime, Effect, Exit, Logger, LogLevel, Option } from "effect"
import { expect, vi } from "vitest"
import { Algorithm, toPython } from "../../../src/domain/Algorithm.js"
import { Answer } from "../../../src/domain/Answer.js"
import { AlgorithmStore } from "../../../src/storage/AlgorithmStore.js"
import * as FileSystemStore from "../../../src/storage/algorithmStore/FileSystem.js"
import * as Names from "../../../src/storage/FileName.js"
import * as Journal from "../../../src/storage/Journal.js"
import * as File from "../../../src/storage/journal/File.js"
import * as Index from "../../../src/storage/journal/Index.js"
import * as Line from "../../../src/storage/journal/Line.js"
import * as Record from "../../../src/storage/journal/Record.js"
import * as WriteFailure from "../../../src/storage/WriteFailure.js"
import * as Disk from "../../system/world/Disk.js"
import type { Call } from "../../system/world/Faults.js"
import { on } from "./onDisk.js"

afterEach(() => vi.restoreAllMocks())

const golden = (name: string, lines: ReadonlyArray<string>) =>
  expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../../golden/storage/${name}.txt`)

/** Names that are drawn come in the same order each time. */
const unrandom = () => {
  let drawn = 0
  vi.spyOn(crypto, "randomUUID").mockImplementation(
    () => `00000000-0000-4000-8000-${String((drawn += 1)).padStart(12, "0")}` as const
  )
}
const shown = (text: string): string =>
  text
    .replaceAll(/\.algogen-\d+-0{8}-0{4}-4000-8000-0*(\d+)\.tmp/g, "temporary-$1")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d-]+Z-0{8}-0{4}-4000-8000-0*(\d+)/g, "run-$1")

const algorithm = (more: Partial<ConstructorParameters<typeof Algorithm>[0]> = {}) =>
  new Algorithm({
    model: "x/y",
    ticker: "AAPL",
    code: "pass\n",
    promptHash: "0",
    generatedAt: DateTime.unsafeMake(5),
    ...more
  })
const NAME = Names.FileName("generated_algo_x_y.py")
const inStore = <A, E>(use: (store: typeof AlgorithmStore.Service) => Effect.Effect<A, E>) =>
  Effect.flatMap(AlgorithmStore, use).pipe(Effect.provide(FileSystemStore.layer({ directory: "/home/out" })))

const answer = (key: string, at: number) => ({
  key,
  at,
  model: "x/y",
  ticker: "AAPL",
  messages: [],
  answer: new Answer({ text: key.repeat(3), model: "x/y" })
})
const inJournal = <A, E>(use: (journal: Journal.Service) => Effect.Effect<A, E>) =>
  Effect.flatMap(Journal.Journal, use).pipe(Effect.provide(File.layer({ directory: "/home/out" })), Effect.scoped)

const told = (exit: Exit.Exit<unknown, unknown> | undefined): string =>
  exit === undefined
    ? "never ends"
    : Exit.match(exit, {
        onSuccess: (value) => `${JSON.stringify(value) ?? "done"}`,
        onFailure: (cause) => String(cause).split("\n")[0] ?? ""
      })

/** Every file with the beginning of its text, as a power cut would leave it at best and at worst. */
const listing = (root: Disk.FolderNode): string => {
  const of = (one: Disk.FolderNode) =>
    Disk.files(one)
      .map(
        ([path, file]) =>
          `${path.replace("/home/out/", "")}(${/# ticker: (.*)/.exec(Disk.text(file))?.[1] ?? [...Disk.text(file).matchAll(/"key":"(\w+)"|"(Began|Finished)"/g)].map(([, key, tag]) => key ?? tag).join(" ")})`
      )
      .join(" ")
  const [now, later] = [of(root), of(Disk.afterCut(root, Disk.worst))]
  return now === later ? now : `${now}, after a power cut ${later}`
}

/** What comes of the work with no fault, and with each of its calls failing. */
const faulty = (prepared: () => Disk.FolderNode, work: Parameters<typeof on>[1]): ReadonlyArray<string> => {
  const calls: Array<Call> = []
  const outcomes = new Map<string, Array<string>>()
  const run = (label: string, fault: (call: Call) => string | undefined) => {
    unrandom()
    const root = prepared()
    const exit = on(root, Logger.withMinimumLogLevel(work, LogLevel.None), fault)
    const outcome = shown(`${told(exit)}: ${listing(root)}`)
    outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), label])
  }
  run("none", (call) => {
    calls.push(call)
    return undefined
  })
  calls.forEach((call, place) => {
    for (const code of call === "write" ? ["EIO", "ENOSPC"] : ["EIO"]) {
      let at = -1
      run(`${place + 1} ${call}${code === "EIO" ? "" : ` ${code}`}`, () => ((at += 1) === place ? code : undefined))
    }
  })
  return [...outcomes].flatMap(([outcome, labels]) => [`  ${outcome}`, `    ${labels.join(", ")}`])
}

const home = () => {
  const root = Disk.folder()
  root.names.set("home", Disk.folder())
  return root
}

const withFile = (text: string) => () => {
  const root = home()
  const folder = Disk.folder()
  const above = root.names.get("home")
  if (above?._tag === "Folder") above.names.set("out", folder)
  folder.names.set(NAME, Disk.file(new TextEncoder().encode(text), 0o644, 0))
  for (const path of ["/", "/home", "/home/out", `/home/out/${NAME}`]) {
    const node = Disk.at(root, path)
    if (node !== undefined) Disk.flush(node)
  }
  return root
}

const withFolder = () => {
  const root = withFile("")()
  const out = Disk.at(root, "/home/out")
  if (out?._tag === "Folder") out.names.set(NAME, Disk.folder())
  if (out !== undefined) Disk.flush(out)
  return root
}

describe("what is on the disk is what it was:", () => {
  it("algorithms", async () => {
    const save = inStore(({ save }) => save(NAME, algorithm()))
    const scenes: Readonly<Record<string, () => Disk.FolderNode>> = {
      "no folder": home,
      "a file of its own": withFile(toPython(algorithm({ code: "earlier\n" }))),
      "a file of another ticker": withFile(toPython(algorithm({ ticker: "TSLA" }))),
      "a file of another model": withFile(toPython(algorithm({ model: "x:y" }))),
      "a simulated file": withFile(toPython(algorithm({ simulated: true }))),
      "a file of somebody": withFile("print(1)\n"),
      "a folder": withFolder
    }
    const lines = Object.entries(scenes).flatMap(([name, prepared]) => [name].concat(faulty(prepared, save)))
    const all = inStore(({ flush = Effect.void, prepare, save }) =>
      prepare.pipe(
        Effect.zipRight(save(NAME, algorithm({ generatedAt: DateTime.unsafeMake(0) }))),
        Effect.zipRight(save(Names.FileName("AAPL/generated_algo_b.py"), algorithm({ model: "b" }))),
        Effect.zipLeft(flush)
      )
    )
    const again = withFile(toPython(algorithm({ generatedAt: DateTime.unsafeMake(0) })))
    await golden("algorithms", [...lines, "a run that resumes", ...faulty(again, all)])
  })

  it("answers", async () => {
    const run = inJournal((journal) =>
      Effect.gen(function* () {
        const id = yield* journal.begin("AAPL", ["a", "b"])
        yield* journal.append(answer("a", 1))
        yield* journal.append(answer("b", 2))
        const found = yield* journal.lookup("a")
        yield* journal.finish(id, ["a"])
        return [
          Option.map(found, ({ answer }) => answer.text),
          (yield* journal.entries).length,
          (yield* journal.unfinished).length,
          yield* journal.skipped
        ]
      })
    )
    const lines = [
      Record.Finished.make({ run: "r", at: 1 }),
      new Record.Answered({ ...answer("old", 1) }),
      new Record.Answered({ ...answer("new", 9_000_000_000_000) })
    ].map(Line.print)
    const earlier = () => {
      const root = withFile("")()
      const out = Disk.at(root, "/home/out")
      if (out?._tag !== "Folder") return root
      const journal = Disk.folder(0o700)
      out.names.delete(NAME)
      out.names.set(".algogen-journal", journal)
      journal.names.set(
        "1970-01-01T00-00-00-000Z-x.jsonl",
        Disk.file(new TextEncoder().encode(lines.join("") + "damaged\n"), 0o600, 0)
      )
      for (const node of [...journal.names.values(), journal, out]) Disk.flush(node)
      return root
    }
    const prune = inJournal((journal) =>
      Effect.flatMap(journal.prune("1 hour"), (pruned) =>
        Effect.map(journal.entries, (left) => [pruned, left.map(({ key }) => key)])
      )
    )
    const read = Effect.map(File.read({ directory: "/home/out" }), ({ entries, runs, skipped, unfinished }) => [
      entries.length,
      runs.length,
      skipped,
      unfinished.length
    ])
    await golden("answers", [
      "a run",
      ...faulty(home, run),
      "pruning",
      ...faulty(earlier, prune),
      "reading",
      ...faulty(earlier, read),
      "reading nothing",
      ...faulty(home, read)
    ])
  })
})

describe("what is made of records is what it was:", () => {
  /** `B1:ab` begins run 1 for the keys a and b, `B1` for a stream; `Aa` is an answer; `F1` and `F1:a` finish it. */
  const records = (script: string): ReadonlyArray<Record.Head> =>
    script.split(" ").map((word, at) => {
      const [kind, name = "", keys] = [word[0], word.slice(1).split(":")[0], word.split(":")[1]?.split("")]
      if (kind === "A") return { _tag: "Answered", key: name, at }
      return kind === "B"
        ? new Record.Began({ run: name, at, ticker: keys && "AAPL", keys })
        : new Record.Finished({ run: name, at, answered: keys })
    })

  it("runs", async () => {
    const scripts = [
      "B1:ab",
      "B1:ab Aa",
      "B1:ab Aa Aa",
      "B1:ab Aa Ab",
      "B1:ab Ac",
      "B1:ab Aa F1",
      "B1:ab Aa F1:a",
      "B1:ab Aa F1:",
      "B1:ab F1",
      "B1 Aa Ab",
      "B1 Aa F1",
      "B1 Aa F1:a",
      "Aa B1:ab",
      "F1",
      "F2 B1:a Aa",
      "B1:ab Aa B2:ab Ab",
      "B1:ab Aa B2:ab Ab F2",
      "B1:ab Aa B2:ab F2:a",
      "B1:ab Aa B2:cd Ac F2",
      "B1:ab Aa B2 Ab F2:ab",
      "B1:ab Aa F1 B2:ab",
      "B1 Aa B2:a",
      "B1:ab Aa B2:b Ab F2 Ab",
      "B1:ab B2:ab Aa F1:a F2:a"
    ]
    const lines = scripts.map((script) => {
      const runs = Record.runs(records(script)).map(
        ({ answered, asked, at, finished, run, ticker }) =>
          `${run}@${at} ${answered}/${asked ?? "?"} ${ticker ?? "stream"}${finished ? " finished" : ""}`
      )
      const left = Record.unfinished(records(script)).map(
        ({ answered, requested, run }) => `${run} ${answered}/${requested ?? "?"}`
      )
      return `${script}: ${runs.join("; ")} | ${left.join("; ")}`
    })
    await golden("runs", lines)
  })

  it("an index", () => {
    const { build, see } = Index.builder()
    const line = (key: string, at: number) => Line.encode(new Record.Answered(answer(key, at))).subarray(0, -1)
    const place = (file: string, offset: number) => ({ file, offset, length: 1 })
    see(line("a", 5), place("one", 0))
    see(line("b", 1), place("one", 1))
    // The clock was set back within a file: the order of its lines counts.
    see(line("a", 2), place("one", 2))
    see(new TextEncoder().encode("damaged"), place("one", 3))
    see(line("a", 1), place("two", 0))
    const index = build()
    const all = () =>
      index
        .entries()
        .map(
          ({ head, place }) =>
            `${head._tag === "Answered" ? head.key : head._tag} ${place.file}${place.offset} ${head.at}`
        )
    expect(all()).toEqual(["b one1 1", "a two0 1", "a one0 2", "a one2 2"])
    const latest = index.latest("a")
    expect([latest?.place.offset, index.skipped()]).toEqual([2, 1])
    if (latest === undefined) return
    index.drop(latest)
    index.drop(latest)
    expect([index.latest("a")?.place.offset, index.skipped(), all().length]).toEqual([0, 2, 3])
    index.add({ head: { _tag: "Answered", key: "a", at: 0 }, place: place("own", 7) })
    index.add({ head: new Record.Finished({ run: "r", at: 9 }), place: place("own", 8) })
    expect([index.latest("a")?.place.file, index.latest("none"), all().length]).toEqual(["own", undefined, 5])
  })
})

describe("limits", () => {
  it("of names are where they were", () => {
    const named = (model: string) => Names.fileNames([{ model, sample: 1 }])[0] ?? ""
    expect(named("a".repeat(90))).toBe(`generated_algo_${"a".repeat(90)}.py`)
    expect(named("a".repeat(91))).toMatch(/^generated_algo_a{90}_[0-9a-f]{8}\.py$/)
    const long = (length: number) => Names.FileName.option(`generated_algo_${"a".repeat(length - 18)}.py`)
    expect([long(255), long(256)].map(Option.isSome)).toEqual([true, false])
    expect(Names.forTicker(NAME, "BTC/USD")).toBe("generated_algo_x_y_BTC_USD.py")
    const numbers = [-1, 0, 1, 1.5, 2, Number.NaN, 2 ** 53].map(
      (sample) => Names.fileNames([{ model: "m", sample }])[0]
    )
    expect(numbers.map((name) => /_s(.*)\.py/.exec(name ?? "")?.[1] ?? "1")).toEqual([
      "1",
      "1",
      "1",
      "1",
      "2",
      "1",
      "1"
    ])
  })

  it("of the head of a line are where they were", () => {
    const head = (key: string, at: number) =>
      Line.head(Line.encode(new Record.Answered(answer(key, at))).subarray(0, -1))
    for (const length of [10, 130, 140, 150, 160, 170, 300]) {
      expect(head("k".repeat(length), 123_456)).toMatchObject({
        right: { _tag: "Answered", key: "k".repeat(length), at: 123_456 }
      })
    }
  })

  it("failures are named by the code of the system", async () => {
    const error = (code: string | undefined) =>
      new SystemError({
        reason: "Unknown",
        module: "FileSystem",
        method: "open",
        pathOrDescriptor: "/x",
        description: "d",
        cause: code === undefined ? undefined : { code }
      })
    const codes = [
      "ENOSPC",
      "EDQUOT",
      "EISDIR",
      "EEXIST",
      "ENOTDIR",
      "EACCES",
      "EPERM",
      "EROFS",
      "ELOOP",
      "ENAMETOOLONG",
      "ENOENT",
      "EIO",
      undefined
    ]
    const lines = codes.map((code) => {
      const reason = WriteFailure.fromPlatform(error(code))
      return `${code}: ${reason._tag}: ${WriteFailure.sentence("/x", reason, "or else")}`
    })
    const own = [
      WriteFailure.unreadable(error("EIO")),
      { _tag: "Unknown", message: "is full" } as const,
      { _tag: "DiskFull", message: "is full" } as const,
      { _tag: "Unknown", message: "is full", remedy: "grow it" } as const
    ]
    await golden("failures", [...lines, ...own.map((reason) => WriteFailure.sentence("/x", reason, "or else"))])
  })
})
