/**
 * Outcomes of every kind on their way into documents, as they were read and found right: what stands in `test/golden/command`.
 * Where they are meant to change, `npx vitest run --project unit test/unit/cli/documents/Golden.test.ts -u` writes them anew.
 */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Duration, Effect, Option } from "effect"
import { expect } from "vitest"
import * as BulkSummary from "../../../../src/cli/bulk/BulkSummary.js"
import * as Manifest from "../../../../src/cli/bulk/Manifest.js"
import * as Tally from "../../../../src/cli/bulk/Tally.js"
import * as Run from "../../../../src/cli/documents/Run.js"
import * as FromJournal from "../../../../src/cli/folder/FromJournal.js"
import * as FromManifest from "../../../../src/cli/folder/FromManifest.js"
import * as Look from "../../../../src/cli/view/Look.js"
import { CodeCheck } from "../../../../src/code/CodeCheck.js"
import { Skipped } from "../../../../src/code/trial/Trial.js"
import { Answer, Usage } from "../../../../src/domain/Answer.js"
import * as CodeFailure from "../../../../src/domain/CodeFailure.js"
import { BadCode, Rejected, ServerFailed } from "../../../../src/domain/GenerationError.js"
import * as Report from "../../../../src/generation/Report.js"
import * as FromReport from "../../../../src/report/FromReport.js"
import { Answered } from "../../../../src/storage/journal/Record.js"
import { attempt, failed, outcome, settled } from "../bulk/outcomes.js"
import { badCode, idle, interrupted, outcomes, passed, scoreOf } from "../view/runs.js"

const file = (name: string): string => `../../../golden/command/${name}`

const json = (value: unknown): string =>
  `${JSON.stringify(value, (key, each) => (key === "equity" || key === "profits" ? each?.length : each), 1)}\n`

const START = Date.UTC(2026, 10, 29, 12)

const usage = new Usage({ promptTokens: 310, completionTokens: 540, cost: 0.00123 })
const rounds = [
  { round: 0, result: "first" as const, practice: 0.01, choice: 0.02 },
  { round: 1, result: "better" as const, practice: 0.02, choice: 0.03 }
]

/** The same program twice, rounds, answers of other models, and each check. */
const ALL: ReadonlyArray<Report.Outcome> = [
  ...outcomes(true),
  outcome({
    model: "s/1",
    rounds,
    trial: passed(scoreOf(0.02, 0.01)),
    usage: Option.some(usage),
    askedModel: "s/1:free"
  }),
  outcome({
    model: "s/2",
    servedModel: Option.some("s/2-2026"),
    trial: Option.some(new Skipped({ reason: "no sandbox" })),
    attempts: [
      attempt(1, {
        outcome: "RateLimited",
        status: 429,
        waitedMs: 0.6,
        startedAt: START + 0.6,
        durationMs: 0.4,
        firstTokenMs: 0.5
      }),
      attempt(2, {
        cause: "hint",
        waitedMs: 1000.4,
        startedAt: START + 1000.6,
        durationMs: 500.5,
        usage,
        firstTokenMs: 300.4
      })
    ]
  }),
  failed(new BadCode({ failure: CodeFailure.of("trial", "raised", "division by zero") }), { model: "s/3" }),
  failed(new Rejected({ status: 400, message: "no", fallbackModels: [] }), { model: "s/4", ticker: "TSLA", sample: 3 }),
  outcome({ model: "s/5", ticker: "TSLA", sample: 2, trial: passed(idle), strategy: "rsi 9/39" })
].map((each, index) => Object.assign({}, each, { index }))

const lines = (simulated = false) =>
  ALL.map((each) =>
    Manifest.lineOf(
      { model: each.model, ticker: each.ticker, sample: each.sample, id: each.model === "s/1" ? "mine" : undefined },
      each,
      {
        startedAt: START,
        simulated,
        folder: Option.exists(each.file, (file) => file.startsWith("out/")) ? "out" : ""
      }
    )
  )

type Facts = Parameters<typeof Run.make>[0]

describe("outcomes", () => {
  it("are lines of a manifest, and what a page makes of them", async () => {
    await expect(json(lines())).toMatchFileSnapshot(file("manifest.txt"))
    await expect(json(FromManifest.make(lines(), (path) => `at/${path}`))).toMatchFileSnapshot(
      file("from-manifest.txt")
    )
    assert.isTrue(lines(true).every(({ simulated }) => simulated))
    assert.isTrue(FromManifest.make(lines(true), () => undefined).simulated)
  })

  it("are what a page makes of them at once", async () => {
    const context = {
      simulated: false,
      deadlineMs: 1,
      concurrency: 2,
      limits: [],
      basis: () => "Scored on prices.",
      holdCurves: () => new Map([["AAPL", [1, 2]]]),
      link: (path: string) => `at/${path}`
    }
    const run = FromReport.make(Report.make("AAPL", START, START + 5, ALL), context)
    await expect(
      json({
        ...run,
        slots: run.slots.map((slot) =>
          Object.assign({}, slot, { score: slot.score && { ...slot.score, plays: slot.score.plays.length } })
        )
      })
    ).toMatchFileSnapshot(file("from-report.txt"))
    strictEqual(FromReport.make(Report.make("AAPL", 0, 5, ALL.slice(0, 3)), context).scoredOn, "Scored on prices.")
  })

  it("are the document of a run", async () => {
    const options: Facts["flags"] = {
      maxCompletionTokens: 1,
      temperature: 2,
      effort: "low",
      system: "Be brief.",
      provider: { order: [] },
      serviceTier: "flex",
      allowPaid: true,
      samples: 3,
      data: ["prices"],
      imports: ["pandas"],
      arena: true,
      fee: 0.1,
      slippage: 0.2,
      bar: "day",
      requestTimeout: Duration.seconds(4),
      deadline: Duration.seconds(5),
      maxRetries: 6,
      patience: 7,
      repairs: 8,
      rounds: 9,
      distinct: 10,
      trial: false,
      trialUnsandboxed: true,
      resume: true,
      stream: true,
      budget: 0.5,
      tickers: [],
      tickersFile: undefined,
      jobs: undefined,
      shard: undefined,
      db: undefined,
      batch: undefined,
      prompt: undefined,
      dryRun: false,
      showPrompt: false,
      baseUrl: undefined,
      apiKeyEnv: undefined,
      simulate: false,
      demo: false,
      report: undefined,
      open: false,
      view: false,
      metrics: undefined,
      otlp: undefined,
      quiet: false,
      verbose: false,
      config: undefined
    }
    const facts = {
      version: "1.2.3",
      simulated: false,
      baseUrl: "http://own.test/v1",
      models: ["a/b", { model: "c/d", effort: "low" as const }],
      concurrency: 11,
      report: Report.make("AAPL", START, START + 5, ALL),
      flow: { limit: 1, limits: [], requests: 2 }
    }
    await expect(json(Run.make({ ...facts, flags: options }))).toMatchFileSnapshot(file("run-document.txt"))
    const tried = (trial: boolean, trialUnsandboxed: boolean) =>
      Run.make({ ...facts, flags: { ...options, trial, trialUnsandboxed } }).options.trial
    deepStrictEqual([tried(false, false), tried(true, false), tried(false, true)], [false, true, true])
  })
})

describe("answers of a journal", () => {
  const CODE = 'def execute_trade(ticker, cash_balance, shares_held):\n    return "HOLD"\n'
  const BETTER = CODE.replace("HOLD", "BUY 1")
  const answered = (
    text: string,
    at: number,
    facts: Partial<ConstructorParameters<typeof Answered>[0]> = {},
    known?: Usage
  ) =>
    new Answered({
      key: `k${at}`,
      at,
      model: "a/one",
      ticker: "AAPL",
      messages: [],
      answer: new Answer({ model: "a/one", text, usage: known }),
      startedAt: at - 10,
      firstTokenMs: 4,
      ...facts
    })
  const after = (said: string) => ({
    messages: [
      { role: "user" as const, content: "Write." },
      { role: "assistant" as const, content: said },
      { role: "user" as const, content: "Again." }
    ]
  })

  it.effect("are what a page makes of them", () =>
    Effect.gen(function* () {
      const check = yield* CodeCheck
      const answers = [
        answered(CODE, 1000, {}, usage),
        answered(BETTER, 2000, after(CODE), usage),
        answered("KEEP: good.", 3000, after(BETTER)),
        answered("no code", 1100, { model: "b/two" }, usage),
        answered(CODE, 2100, { model: "b/two", ...after("no code") }, usage),
        answered("no code", 1200, { model: "c/three", startedAt: undefined }),
        answered(CODE, 40, { model: "d/old" }, usage),
        answered(CODE, 1300, {}, new Usage({ promptTokens: 1, completionTokens: 2 })),
        new Answered({ ...answered(CODE, 1400), answer: new Answer({ model: "e/served", text: CODE }) })
      ]
      const text = json([
        FromJournal.make(answers, [{ at: 500 }, { at: 900 }, { at: 100 }], check),
        FromJournal.make(answers.slice(0, 1), [], check),
        FromJournal.make([], [], check)
      ])
      yield* Effect.promise(() => expect(text).toMatchFileSnapshot(file("from-journal.txt")))
    })
  )
})

describe("many jobs that are over", () => {
  const down = (status: number) => failed(new ServerFailed({ status, message: `down ${status}` }))
  const tallyOf = (total: number | undefined, all: ReadonlyArray<Report.Outcome>) => {
    const tally = Tally.make(total, START)
    all.forEach((each, index) => tally.hear(settled({ ...each, index }), START + 10 * index))
    return tally
  }
  const many = (count: number, make: (index: number) => Report.Outcome) =>
    Array.from({ length: count }, (_, index) => make(index))
  const options = { durationMs: 61_000, out: "out", manifest: "out/manifest.jsonl", simulated: false }
  const left = outcome({
    status: "failed",
    attempts: [],
    reason: Option.some(interrupted),
    algorithm: Option.none(),
    file: Option.none()
  })

  const cases: ReadonlyArray<readonly [title: string, tally: Tally.Tally, options: BulkSummary.Options]> = [
    ["nothing", tallyOf(0, []), options],
    ["one", tallyOf(1, [outcome()]), options],
    ["of every kind", tallyOf(20, ALL), options],
    ["of every kind, on a terminal", tallyOf(20, ALL), { ...options, look: Look.terminal(61) }],
    ["of every kind, simulated", tallyOf(20, ALL), { ...options, simulated: true, resume: true }],
    ["of every kind, repaired", tallyOf(20, ALL), { ...options, repairs: 1, endedBecause: "the run was interrupted" }],
    ["without a manifest", tallyOf(1, [outcome()]), { ...options, manifest: undefined }],
    ["bad code", tallyOf(2, [failed(badCode()), failed(badCode())]), { ...options, resume: true }],
    ["an answer too long to repair", tallyOf(1, [failed(badCode("too-long"))]), options],
    ["unknown costs", tallyOf(2, [failed(interrupted), outcome({ attempts: [attempt(1)] })]), options],
    ["interrupted", tallyOf(5, [outcome(), left]), { ...options, endedBecause: "the run was interrupted" }],
    ["one left", tallyOf(2, [outcome(), left]), { ...options, endedBecause: "the run was interrupted", resume: true }],
    [
      "interrupted, and nobody knows how many",
      tallyOf(undefined, [outcome(), left]),
      { ...options, taken: 5, endedBecause: "it ended" }
    ],
    ["as many as were taken", tallyOf(undefined, [outcome()]), { ...options, taken: 1 }],
    [
      "left to workers",
      tallyOf(undefined, [outcome(), left]),
      { ...options, taken: 5, hasWorkers: true, endedBecause: "it ended" }
    ],
    ["one left to workers", tallyOf(undefined, [outcome()]), { ...options, taken: 2, hasWorkers: true }],
    [
      "forty models",
      tallyOf(
        40,
        many(40, (index) => outcome({ model: `m/${index}` }))
      ),
      options
    ],
    [
      "more models",
      tallyOf(
        41,
        many(41, (index) => outcome({ model: `m/${index}` }))
      ),
      options
    ],
    [
      "ten kinds of failure",
      tallyOf(
        10,
        many(10, (index) => down(500 + index))
      ),
      options
    ],
    ["more kinds of failure", tallyOf(12, [...many(11, (index) => down(500 + index)), down(510)]), options],
    ["two tickers", tallyOf(2, [outcome(), outcome({ ticker: "TSLA" })]), options]
  ]

  it("are summed up as they were", async () => {
    const pages = cases.map(([title, tally, options]) => `=== ${title}\n${BulkSummary.render(tally, options)}\n`)
    await expect(pages.join("\n")).toMatchFileSnapshot(file("bulk.txt"))
  })

  it("are a document as they were", async () => {
    const documents = cases
      .slice(0, 13)
      .map(([title, tally, options]) => Object.assign({ title }, BulkSummary.toJson(tally, options)))
    await expect(json(documents)).toMatchFileSnapshot(file("bulk-document.txt"))
  })
})
