/**
 * Journals as earlier versions of the package have written them, made by those versions themselves. What was paid for then
 * is found for ever: a file here is never changed, and a new format gets one of its own.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Option, TestClock } from "effect"
import { sha256 } from "../../../src/domain/Hash.js"
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
  },
  {
    name: "timed",
    wrote: "when each request was sent and how long its first token took, and what was thought instead of an answer",
    texts: {
      ...COMMON,
      e: answered("e"),
      f: "implied",
      partial: answered("partial"),
      g: answered("g"),
      h: "thought"
    },
    entries: 9,
    runs: 4
  }
]

/** The first digits of the SHA-256 of what each of them has in its files. */
const SUMS: Readonly<Record<string, string>> = {
  first: "193a38d83417c307",
  "single-file": "117eccd0082a781d",
  folder: "b0001c7edb1c3c3a",
  stream: "430bce010c6a6dab",
  timed: "0e6b7baa7f9fbc3a"
}

/** When all of them are old. */
const LATER = Date.UTC(2027, 0, 1)

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
  it.effect("is the one that was written then, and nothing was added to it", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      deepStrictEqual((yield* fs.readDirectory(GOLDEN)).sort(), Object.keys(SUMS).sort())
      for (const [name, sum] of Object.entries(SUMS)) {
        const files = yield* contents(`${GOLDEN}${name}`)
        assert.strictEqual(sha256(files.map(({ text }) => text).join("")).slice(0, 16), sum, name)
      }
    }).pipe(Effect.provide(NodeContext.layer))
  )

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

    it.scoped(`is pruned: ${wrote}`, () =>
      Effect.gen(function* () {
        const directory = yield* copyOf(name)
        yield* TestClock.setTime(LATER)
        const pruned = yield* Effect.flatMap(Journal, (journal) => journal.prune(0)).pipe(
          Effect.provide(File.layer({ directory }))
        )
        // What had come of a failure is forgotten as well, and is no answer.
        assert.strictEqual(pruned, "partial" in texts ? entries - 1 : entries)
        const { found, unfinished } = yield* findAll(directory, Object.keys(texts))
        deepStrictEqual(
          Object.values(found),
          Object.keys(texts).map(() => undefined)
        )
        assert.strictEqual(unfinished.length, 0)
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
