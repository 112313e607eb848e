/** Jobs that are few enough to be shown one by one. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Console, Effect, Option, Stream } from "effect"
import * as Few from "../../../../src/cli/bulk/Few.js"
import { FEW } from "../../../../src/cli/Flags.js"
import * as Lost from "../../../../src/cli/view/Lost.js"
import { make } from "../../../../src/generation/Progress.js"
import { StoreError } from "../../../../src/storage/AlgorithmStore.js"
import * as FileName from "../../../../src/storage/FileName.js"
import { diskFull } from "../../../../src/storage/WriteFailure.js"
import { badCode } from "../view/runs.js"
import { algorithm, failed, outcome } from "./outcomes.js"

const job = (ticker: string, model: string, sample?: number) => ({ ticker, model, sample })
const JOBS = [job("AAPL", "x/1"), job("AAPL", "x/1", 2), job("TSLA", "x/2")]

/** Of which the second has the number of the third, and so on. */
const REPEATED = [job("X", "x/1"), job("X", "x/1", 1), job("X", "x/1", 2), job("X", "x/1", 3), job("Y", "x/1")]

const workOf = (count: number, total: number | undefined = count) => ({
  jobs: Stream.fromIterable(Array.from({ length: count }, (_, index) => job("AAPL", `x/${index}`))),
  tickers: new Set<string>(),
  total
})

const fewOf = (jobs: Few.Few["jobs"], outcomes: Few.Few["outcomes"]): Few.Few => ({
  jobs,
  outcomes
})

const few = (...outcomes: Few.Few["outcomes"]): Few.Few => fewOf(JOBS, outcomes)

const MANNER = { quiet: false, verbose: false, json: false, events: false }

const listening = (quiet: boolean, jobs: Few.Few["jobs"] = JOBS) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const console = yield* Console.consoleWith(Effect.succeed)
    yield* Effect.gen(function* () {
      const { finish, hear } = yield* Few.view(fewOf(jobs, []), { ...MANNER, quiet })
      yield* hear(make.Note({ message: "a note" }))
      for (const index of [0, 1, 2, 3]) yield* hear(make.ModelStarted({ index, model: "as asked" }))
      yield* hear(make.Failed({ index: 2, model: "x/2", reason: badCode() }))
      yield* finish
    }).pipe(
      Effect.scoped,
      Console.withConsole({ ...console, error: (line) => Effect.sync(() => void lines.push(String(line))) })
    )
    return lines
  })

const rendered = (few: Few.Few, durationMs: number) =>
  Effect.map(Effect.scoped(Few.view(few, { ...MANNER, quiet: true })), ({ render }) =>
    render({ durationMs, out: "out", simulated: false, repairs: 1 })
  )

describe("a few jobs", () => {
  it.effect("are thirty at most, and as many as are known", () =>
    Effect.gen(function* () {
      strictEqual(FEW, 30)
      strictEqual(yield* Few.of(workOf(FEW + 1)), undefined)
      strictEqual(yield* Few.of({ ...workOf(2), total: undefined }), undefined)
      const found = yield* Few.of(workOf(FEW))
      strictEqual(found?.jobs.length, FEW)
      deepStrictEqual(found?.outcomes, [])
    })
  )

  it.effect("have a line for each event, with the ticker before the model", () =>
    Effect.gen(function* () {
      const lines = yield* listening(false)
      deepStrictEqual(lines, [
        "Asking for 3 algorithms to trade 2 tickers.",
        "a note",
        "→ AAPL x/1: asked",
        "→ AAPL x/1 #2: asked",
        "→ TSLA x/2: asked",
        "→ as asked: asked",
        "✗ TSLA x/2: names: line 12: 'np' is not defined"
      ])
    })
  )

  it.effect("have the same names in the progress, in the table and as files where a job is repeated", () =>
    Effect.gen(function* () {
      const names = ["X x/1", "X x/1 #2", "X x/1 #3", "X x/1 #4", "Y x/1"]
      const lines = yield* listening(false, REPEATED)
      deepStrictEqual(
        lines.flatMap((line) => /→ (.*): asked/.exec(line)?.[1] ?? []),
        names.slice(0, 4)
      )
      const nameOf = FileName.namer(true)
      deepStrictEqual(
        REPEATED.map(({ model, sample = 1, ticker }) => nameOf({ model, sample, ticker })),
        ["X/generated_algo_x_1", "X/generated_algo_x_1_s2", "X/generated_algo_x_1_s3", "X/generated_algo_x_1_s4"]
          .concat("Y/generated_algo_x_1")
          .map((name) => `${name}.py`)
      )
      // The first is with the workers still.
      for (const missing of [0, 1]) {
        const outcomes = REPEATED.map(({ sample = 1, ticker }, index) => outcome({ index, sample, ticker }))
        const table = yield* rendered(fewOf(REPEATED, outcomes.slice(missing)), 1)
        deepStrictEqual(
          table.split("\n").flatMap((line) => /^✓ (.*?) {2}/.exec(line)?.[1]?.trim() ?? []),
          names.slice(missing)
        )
        deepStrictEqual(
          Few.results(outcomes.slice(missing)).map(({ sample, ticker }) => `${ticker} ${sample}`),
          ["X 1", "X 1", "X 2", "X 3", "Y 1"].slice(missing)
        )
      }
    })
  )

  it.effect("have errors only where it has to be quiet", () =>
    Effect.gen(function* () {
      const lines = yield* listening(true)
      deepStrictEqual(lines, [
        "Asking for 3 algorithms to trade 2 tickers.",
        "✗ TSLA x/2: names: line 12: 'np' is not defined"
      ])
    })
  )

  it.effect("end in a table in their order, for so many tickers", () =>
    Effect.gen(function* () {
      const all = few(
        failed(badCode(), { index: 2, model: "x/2", ticker: "TSLA" }),
        outcome({ index: 1, sample: 2 }),
        outcome({ index: 0 })
      )
      const lines = (yield* rendered(all, 1500)).split("\n")
      deepStrictEqual(
        lines.map((line) => line.trimEnd()),
        [
          "✓ AAPL x/1     0.0 s  out/AAPL/generated_algo_x_1.py",
          "✓ AAPL x/1 #2  0.0 s  out/AAPL/generated_algo_x_1.py",
          "✗ TSLA x/2     0.0 s  failed: names: line 12: 'np' is not defined",
          "",
          "2 of 3 algorithms for 2 tickers in 1.5 s: 3 requests, cost $0.5000"
        ]
      )
      const report = Few.report(all, 1000, 500)
      deepStrictEqual(
        [report.startedAt, report.durationMs, report.outcomes.map(({ index }) => index)],
        [1000, 500, [0, 1, 2]]
      )
      deepStrictEqual(
        Few.results(all.outcomes).map(({ index, ticker }) => [index, ticker]),
        [
          [0, "AAPL"],
          [1, "AAPL"],
          [2, "TSLA"]
        ]
      )
    })
  )
})

describe("an algorithm that could be saved nowhere", () => {
  const lost = (answerKept?: true) =>
    outcome({
      status: "failed",
      reason: Option.some(new StoreError({ path: "out/a.py", reason: diskFull("ENOSPC"), answerKept })),
      algorithm: Option.some({ ...algorithm, code: "if x:\n\ty = 1 # \u001b[31m\n" })
    })

  it("is known by its reason", () => {
    deepStrictEqual([lost(), lost(true), outcome(), failed(badCode())].map(Lost.is), [true, false, false, false])
  })

  it("is printed with its tabs, and without what a terminal obeys", () => {
    deepStrictEqual(Lost.print("AAPL x/1", lost()), [
      "",
      "# AAPL x/1: could not be saved anywhere, so here it is",
      "if x:",
      "\ty = 1 #  [31m",
      ""
    ])
    assert.lengthOf(Lost.print("AAPL x/1", failed(badCode())), 2)
  })
})
