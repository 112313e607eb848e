/**
 * What `algogen journal` prints of runs and answers, as it was read and found right: what stands in
 * `test/golden/command/journal.txt`. `npx vitest run --project unit test/unit/cli/commands/Journal.test.ts -u` writes it anew.
 */
import { describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import { Duration, Effect } from "effect"
import { expect } from "vitest"
import type * as Commands from "../../../../src/cli/Commands.js"
import * as Journal from "../../../../src/cli/commands/Journal.js"
import * as Document from "../../../../src/cli/documents/JournalDocument.js"
import * as Look from "../../../../src/cli/view/Look.js"
import { CodeCheck } from "../../../../src/code/CodeCheck.js"
import { Answer, Usage } from "../../../../src/domain/Answer.js"
import * as JournalFile from "../../../../src/storage/journal/File.js"
import { Answered } from "../../../../src/storage/journal/Record.js"
import { said } from "./said.js"

const GOOD = 'def execute_trade(ticker, cash_balance, shares_held):\n\treturn "HOLD"  # \u001b[31m\n'

const answered = (facts: Partial<ConstructorParameters<typeof Answered>[0]> = {}, answer: Partial<Answer> = {}) =>
  new Answered({
    key: "k",
    at: 1_000,
    model: "a/one",
    ticker: "AAPL",
    messages: [{ role: "user", content: "Write." }],
    answer: new Answer({ model: "a/one", text: GOOD, ...answer }),
    startedAt: 10,
    ...facts
  })

const paid = answered(
  { model: "meta-llama/llama-3.3-70b-instruct:free" },
  {
    usage: new Usage({ promptTokens: 310, completionTokens: 1, cost: 0.00123 }),
    finishReason: "stop",
    generationId: "gen-1"
  }
)
const partial = answered({ partial: true }, { usage: new Usage({ promptTokens: 310, completionTokens: 540 }) })
const unpriced = answered({}, { usage: new Usage({ promptTokens: 310, completionTokens: 540 }) })
const costs = { cost: 0.00123, priced: 1, ofUnknownCost: 0 }
const unknown = { cost: 0, priced: 0, ofUnknownCost: 1 }
const run = { run: "r", at: 0, ticker: "AAPL", asked: 3, answered: 2, received: 1, costs, finished: true }
const stream = { ...run, ticker: undefined, asked: undefined, finished: false }
const resumed = { ...stream, answered: 3, received: 0, costs: { cost: 0, priced: 0, ofUnknownCost: 0 } }

const LOOKS = [
  ["40 columns", Look.terminal(40)],
  ["80 columns", Look.terminal(80)],
  ["100 columns", Look.terminal(100)],
  ["a file", Look.plain]
] as const

const SNAPSHOTS = [
  ["nothing", { entries: [], runs: [], unfinished: [], skipped: 0 }],
  ["an answer", { entries: [paid], runs: [run], unfinished: [], skipped: 1 }],
  ["an unpriced answer", { entries: [unpriced], runs: [{ ...run, costs: unknown }], unfinished: [], skipped: 0 }],
  ["an answer of no run", { entries: [paid], runs: [], unfinished: [], skipped: 0 }],
  [
    "all there is",
    {
      entries: [paid, answered(), partial, unpriced, partial],
      runs: [run, { ...stream, received: 2, costs: { ...costs, ofUnknownCost: 1 } }, resumed],
      unfinished: [],
      skipped: 2
    }
  ]
] as const

const ANSWERS = [
  ["a good answer", paid],
  ["one without usage, served by another", answered({}, { model: "b/two" })],
  ["one that keeps", answered({}, { text: "KEEP: it is good enough." })],
  ["a bad one", answered({}, { text: "```python\ndef execute_trade(:\n```" })],
  ["one without a module", answered({}, { text: "No.\n\n" })]
] as const

describe("the journal", () => {
  it.effect("lists runs and answers, and shows an answer, as it did", () =>
    Effect.gen(function* () {
      const { accept } = yield* CodeCheck
      const lists = SNAPSHOTS.flatMap(([title, snapshot]) =>
        LOOKS.map(([name, look]) => `=== ${title}, ${name}\n${Journal.list(Document.make(snapshot), look)}\n`)
      )
      const shown = ANSWERS.flatMap(([title, entry], place) =>
        LOOKS.map(([name, look]) => {
          const document = Document.show(entry, place, accept(entry.answer.text))
          return `=== ${title}, ${name}\n${Journal.shown(document, look)}\n`
        })
      )
      const documents = [
        ...SNAPSHOTS.map(([title, snapshot]) => [title, Document.make(snapshot)] as const),
        ...ANSWERS.map(
          ([title, entry], place) => [title, Document.show(entry, place, accept(entry.answer.text))] as const
        )
      ].map(([title, document]) => `=== ${title}, a document\n${JSON.stringify(document, null, 1)}\n`)
      const text = [...lists, ...shown, ...documents].join("\n")
      yield* Effect.promise(() => expect(text).toMatchFileSnapshot("../../../golden/command/journal.txt"))
    })
  )

  const flags: Commands.Journal = {
    folder: undefined,
    out: undefined,
    show: undefined,
    prune: undefined,
    json: false
  }

  it.effect("that is not there is said to be missing, and why, as far as that can be seen", () =>
    Effect.gen(function* () {
      const files = {
        folder: undefined,
        "folder/a.py": "x = 1\n",
        file: "",
        generated: undefined,
        "generated/report.html": ""
      }
      const journal = (given: Partial<Commands.Journal> = {}) => said(Journal.run({ ...flags, ...given }), { files })
      const none = "there is no journal in"
      const elsewhere = "; name the folder that algogen generate wrote to"
      strictEqual(yield* journal(), `${none} generated${elsewhere}`)
      strictEqual(yield* journal({ out: "folder" }), `${none} folder`)
      strictEqual(yield* journal({ out: "folder", folder: "elsewhere" }), `${none} elsewhere: there is no such folder`)
      strictEqual(yield* journal({ out: "file" }), `! algogen: ${none} file: it is not a folder (exit code 2)`)
      strictEqual(yield* journal({ show: 1 }), `! algogen: ${none} generated${elsewhere} (exit code 2)`)
      strictEqual((yield* journal({ json: true })).replaceAll(/\s/g, ""), '{"runs":[],"answers":[],"skipped":0}')
    })
  )

  it.effect("that is there and empty has no answers", () =>
    Effect.gen(function* () {
      const files = { generated: undefined, [`generated/${JournalFile.FOLDER_NAME}`]: undefined }
      const journal = (given: Partial<Commands.Journal> = {}) => said(Journal.run({ ...flags, ...given }), { files })
      strictEqual(yield* journal(), "the journal in generated has no answers")
      strictEqual((yield* journal({ json: true })).replaceAll(/\s/g, ""), '{"runs":[],"answers":[],"skipped":0}')
      strictEqual(
        yield* journal({ show: 2 }),
        "! algogen: there is no answer 2: the journal has 0 answers (exit code 2)"
      )
    })
  )

  it.effect("is either pruned or looked at", () =>
    Effect.gen(function* () {
      const prune = Duration.days(1)
      const either = (flag: string) => `! algogen: use either --prune or ${flag}, not both (exit code 2)`
      strictEqual(yield* said(Journal.run({ ...flags, prune, json: true })), either("--json"))
      strictEqual(yield* said(Journal.run({ ...flags, prune, show: 1 })), either("--show"))
    })
  )
})
