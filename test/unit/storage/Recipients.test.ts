/** To which run an answer came: of journals on a disk, as `algogen journal` lists them. Each answer counts for one run. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Exit, Layer } from "effect"
import { Answer, Usage } from "../../../src/domain/Answer.js"
import * as Journal from "../../../src/storage/Journal.js"
import * as File from "../../../src/storage/journal/File.js"
import * as Line from "../../../src/storage/journal/Line.js"
import { Answered, Began, Finished, type Record, type Run } from "../../../src/storage/journal/Record.js"
import * as Disk from "../../system/world/Disk.js"
import { on } from "./onDisk.js"

/** Its cost tells which answers a run is said to have paid for: each has a digit of its own. */
const facts = (key: string, ticker: string) => ({
  key,
  model: "x/y",
  ticker,
  messages: [],
  answer: new Answer({
    text: key,
    model: "x/y",
    usage: new Usage({ promptTokens: 1, completionTokens: 1, cost: 10 ** "abcdef".indexOf(key) })
  })
})

/**
 * `B1` begins run 1 for several tickers and `B1:ab` for one ticker and the keys a and b, `Aa` is an answer and `Pa` the
 * beginning of one, `F1:ab` finishes it with the keys of all that was answered. `Aa:TSLA` is an answer for another ticker, and
 * `B1@TSLA:ab` a run for it. The nth word of all files is written in the nth millisecond, but for `Aa-5`.
 */
const WORD = /^([ABPF])(\w)(?:@(\w+))?(?::(\w*))?(?:-(\d+))?$/
const record = (word: string, now: number): Record => {
  const [, kind, name = "", of, more, earlier] = WORD.exec(word) ?? []
  const at = earlier === undefined ? now : Number(earlier)
  const keys = more?.split("")
  switch (kind) {
    case "B":
      return new Began({ run: name, at, ticker: keys && (of ?? "AAPL"), keys })
    case "F":
      return new Finished({ run: name, at, answered: keys })
    default:
      return new Answered({ ...facts(name, more ?? "AAPL"), at, ...(kind === "P" ? { partial: true } : {}) })
  }
}

/** Lines of several files as they are written, each file in a line of its own: a word stands below the moment in which it is written. */
const disk = (files: Readonly<{ [name: string]: string }>) => {
  const root = Disk.folder()
  const [out, journal] = [Disk.folder(), Disk.folder(0o700)]
  root.names.set("out", out)
  out.names.set(File.FOLDER_NAME, journal)
  for (const [name, script] of Object.entries(files)) {
    const lines = [...script.matchAll(/\S+/g)].map(({ 0: word, index }) => Line.encode(record(word, index + 1)))
    const file = Disk.file(Buffer.concat(lines), 0o600, 0)
    if (name === File.EARLIER_FILE_NAME) out.names.set(name, file)
    else journal.names.set(`1970-${name}.jsonl`, file)
  }
  return root
}

const read = (root: Disk.FolderNode): File.Snapshot => {
  const exit = on(root, File.read({ directory: "/out" }))
  return exit !== undefined && Exit.isSuccess(exit) ? exit.value : assert.fail("it could not be read")
}

const told = ({ answered, costs, finished, received, run }: Run) =>
  `${run}: ${answered} answered, ${received} received for ${costs.cost}${finished ? ", finished" : ""}`

describe("an answer came to one run:", () => {
  it.each<[title: string, files: Parameters<typeof disk>[0], runs: ReadonlyArray<string>, left: ReadonlyArray<string>]>(
    [
      [
        "of several tickers, not to the one before, which was cut short",
        {
          a: "B1 Aa Ab",
          b: "         B2 Ac Ad F2:abcd"
        },
        ["1: 2 answered, 2 received for 11", "2: 4 answered, 2 received for 1100, finished"],
        []
      ],
      [
        "of several tickers, which is still to be resumed itself",
        {
          a: "B1 Aa Ab",
          b: "         B2 Ac"
        },
        ["1: 2 answered, 2 received for 11", "2: 1 answered, 1 received for 100"],
        ["1 2", "2 1"]
      ],
      [
        "of a single ticker, which takes over from the one before",
        {
          a: "B1:abc Aa",
          b: "          B2:abc Ab Ac F2:abc"
        },
        ["1: 1 answered, 1 received for 1", "2: 3 answered, 2 received for 110, finished"],
        []
      ],
      [
        "of three, whatever they are for",
        {
          a: "B1 Aa",
          b: "      B2:ab Ab",
          c: "               B3 Ac F3:abc"
        },
        [
          "1: 1 answered, 1 received for 1",
          "2: 1 answered, 1 received for 10",
          "3: 3 answered, 1 received for 100, finished"
        ],
        []
      ],
      [
        "of those at the same time in one folder, for the same tickers",
        {
          a: "B1    Aa    Ac F1:ac",
          b: "   B2    Ab          Ad F2:bd"
        },
        ["1: 2 answered, 2 received for 101, finished", "2: 2 answered, 2 received for 1010, finished"],
        []
      ],
      [
        "of those at the same time in one folder, for the same ticker",
        {
          a: "B1:ab       Aa    Ab F1:ab",
          b: "      B2:ab    Aa          Ab F2:ab"
        },
        ["1: 2 answered, 2 received for 11, finished", "2: 2 answered, 2 received for 11, finished"],
        []
      ],
      [
        "of those at the same time in one process, which share a file",
        { a: "B1:ab B2@TSLA:cd Ac:TSLA Aa F2:c Ab" },
        ["1: 2 answered, 2 received for 11", "2: 1 answered, 1 received for 100, finished"],
        ["1 2"]
      ],
      [
        "of those in one file that have some requests in common: to the later one, if both made it",
        { a: "B1:abc B2:ad Ab Ac Aa Ad F1:abc F2:ad" },
        ["1: 3 answered, 2 received for 110, finished", "2: 2 answered, 2 received for 1001, finished"],
        []
      ],
      [
        "of those for several tickers in one file, which say at their end what they got",
        { a: "B1 B2 Aa Ab F1:a F2:b" },
        ["1: 1 answered, 1 received for 1, finished", "2: 1 answered, 1 received for 10, finished"],
        []
      ],
      ["that is written down twice", { a: "B1 Aa", b: "      B1" }, ["1: 1 answered, 1 received for 1"], ["1 1"]],
      [
        "that asked again with another request, as for a repair: of its ticker",
        { a: "B1:a B2@TSLA:c Ac:TSLA Aa Af:AAPL Ae:TSLA" },
        ["1: 1 answered, 2 received for 100001", "2: 1 answered, 2 received for 10100"],
        ["1 1", "2 1"]
      ],
      [
        "also if the clock was set back since it began",
        {
          a: "       B1 Aa-2 Ab F1:ab",
          b: "B2 Ac F2:c"
        },
        ["2: 1 answered, 1 received for 100, finished", "1: 2 answered, 2 received for 11, finished"],
        []
      ],
      [
        "also if another one pruned meanwhile, so that its end is in a file of its own",
        {
          a: "B1    Aa",
          b: "            Ab F1:ab",
          c: "   B2    Ac          F2:c"
        },
        ["1: 2 answered, 2 received for 11, finished", "2: 1 answered, 1 received for 100, finished"],
        []
      ],
      [
        "that was asked for without a run: to none",
        {
          a: "B1 Aa    Ac",
          b: "      Ab"
        },
        ["1: 2 answered, 2 received for 101"],
        ["1 2"]
      ],
      [
        "and its beginning, where that is all there is, counts for none",
        { a: "B1 Aa Pb", b: "        B2:ab Ab Pa" },
        ["1: 1 answered, 1 received for 1", "2: 1 answered, 1 received for 10"],
        ["1 1", "2 2"]
      ],
      [
        "in the file that all runs of version 0.1 shared",
        { [File.EARLIER_FILE_NAME]: "B1:abc Aa B2:abc Ab Ac F2:abc B3@TSLA:d Ad:TSLA F3", b: "B4 Ae" },
        [
          "4: 1 answered, 1 received for 10000",
          "1: 1 answered, 1 received for 1",
          "2: 3 answered, 2 received for 110, finished",
          "3: 1 answered, 1 received for 1000, finished"
        ],
        ["4 1"]
      ]
    ]
  )("%s", (_, files, runs, left) => {
    const snapshot = read(disk(files))
    deepStrictEqual(snapshot.runs.map(told).toSorted(), runs.toSorted())
    deepStrictEqual(
      snapshot.unfinished.map(({ answered, run }) => `${run} ${answered}`),
      left
    )
  })

  it("however often it was resumed, they are as many as there are, and cost as much", () => {
    const root = Disk.folder()
    const life = (keys: ReadonlyArray<string>, isFinished: boolean) =>
      Effect.flatMap(Journal.Journal, (journal) =>
        Effect.gen(function* () {
          const run = yield* journal.begin()
          yield* Effect.forEach(keys, (key) => journal.append(facts(key, "AAPL")))
          if (isFinished) yield* journal.finish(run, ["a", "b", "c", "d", "e", "f"])
          return (yield* journal.unfinished).map(({ answered }) => answered)
        })
      ).pipe(Effect.provide(Layer.fresh(File.layer({ directory: "/out" }))), Effect.delay(1_000))
    const lives = on(root, Effect.all([life(["a", "b"], false), life(["c"], false), life(["d", "e", "f"], true)]))
    deepStrictEqual(lives, Exit.succeed([[2], [2, 1], []]))
    const { entries, runs } = read(root)
    deepStrictEqual(
      runs.map(({ answered, costs, finished, received }) => [answered, received, costs.cost, finished]),
      [
        [2, 2, 11, false],
        [1, 1, 100, false],
        [6, 3, 111_000, true]
      ]
    )
    assert.strictEqual(
      runs.reduce((sum, { received }) => sum + received, 0),
      entries.length
    )
  })
})
