/**
 * Journals as earlier versions of the package have written them, made by those versions themselves. What was paid for then
 * is found for ever: a file here is never changed, and a new format gets one of its own.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Option } from "effect"
import { Journal } from "../../../src/storage/Journal.js"
import * as File from "../../../src/storage/journal/File.js"

const GOLDEN = new URL("../../golden/journals/", import.meta.url).pathname

const answered = (key: string) =>
  `\`\`\`python\n# ${key}: é 🐍 "quoted" \\\ndef execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD"\n\`\`\``

/** A first run finished with `a` and `b`; a second was to ask for `c` and `d`, and was killed after `c` and another `a`. */
const COMMON = { a: "later", b: answered("b"), c: answered("c"), d: undefined }

interface Golden {
  readonly name: string
  readonly wrote: string
  readonly texts: Readonly<Record<string, string | undefined>>
  readonly entries: number
  readonly runs: number
}

const journals: ReadonlyArray<Golden> = [
  { name: "first", wrote: "one file, where a finished run says no more than that", texts: COMMON, entries: 4, runs: 2 },
  {
    name: "single-file",
    wrote: "one file, where a finished run lists its answers",
    texts: COMMON,
    entries: 4,
    runs: 2
  },
  { name: "folder", wrote: "a file a run", texts: COMMON, entries: 4, runs: 2 },
  {
    name: "stream",
    wrote: "a file a run, streams of requests, and what had come of answers",
    texts: { ...COMMON, e: answered("e"), f: "implied", partial: answered("partial") },
    entries: 7,
    runs: 3
  }
]

const copyOf = (name: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const directory = `${yield* fs.makeTempDirectoryScoped()}/out`
    yield* fs.copy(`${GOLDEN}${name}`, directory)
    return directory
  })

const contents = (directory: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const names = (yield* fs.readDirectory(directory, { recursive: true })).filter((name) => name.endsWith(".jsonl"))
    return yield* Effect.forEach(names.sort(), (name) =>
      Effect.map(fs.readFileString(`${directory}/${name}`), (text) => ({ name, text }))
    )
  })

const findAll = (directory: string, keys: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    const found = yield* Effect.forEach(keys, (key) =>
      Effect.map(journal.lookup(key), (answer) => [key, Option.getOrUndefined(answer)?.answer.text] as const)
    )
    return { found: Object.fromEntries(found), unfinished: yield* journal.unfinished, skipped: yield* journal.skipped }
  }).pipe(Effect.provide(File.layer({ directory })))

describe("a journal of an earlier version", () => {
  for (const { entries, name, runs, texts, wrote } of journals) {
    it.scoped(`is read: ${wrote}`, () =>
      Effect.gen(function* () {
        const directory = yield* copyOf(name)
        const before = yield* contents(directory)
        const { found, skipped, unfinished } = yield* findAll(directory, Object.keys(texts))
        deepStrictEqual(found, texts)
        assert.strictEqual(skipped, 0)
        // The run that was killed is there to be resumed, with one of the two answers that it asked for.
        assert.strictEqual(unfinished[0]?.ticker, "AAPL")
        assert.strictEqual(unfinished[0]?.requested, 2)
        assert.strictEqual(unfinished[0]?.answered, 1)
        const snapshot = yield* File.read({ directory })
        assert.strictEqual(snapshot.entries.length, entries)
        assert.strictEqual(snapshot.runs.length, runs)
        assert.isTrue(snapshot.runs[0]?.finished)
        assert.isFalse(snapshot.runs[1]?.finished)
        // Reading changes nothing.
        deepStrictEqual(yield* contents(directory), before)
      }).pipe(Effect.provide(NodeContext.layer))
    )

    it.scoped(`takes new answers beside it: ${wrote}`, () =>
      Effect.gen(function* () {
        const directory = yield* copyOf(name)
        const [entry] = (yield* File.read({ directory })).entries
        if (entry === undefined) return assert.fail("there is no answer")
        const { answer, messages, model, ticker } = entry
        yield* Effect.flatMap(Journal, (journal) =>
          journal.append({ key: "new", answer, messages, model, ticker })
        ).pipe(Effect.provide(File.layer({ directory })))
        const { found } = yield* findAll(directory, [...Object.keys(texts), "new"])
        deepStrictEqual(found, { ...texts, new: answer.text })
      }).pipe(Effect.provide(NodeContext.layer))
    )
  }
})
