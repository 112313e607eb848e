/** A manifest as the page shows it: the requests of the latest run, and of what ran beside it. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Option } from "effect"
import * as Manifest from "../../../../src/cli/bulk/Manifest.js"
import * as FromManifest from "../../../../src/cli/folder/FromManifest.js"
import { Passed } from "../../../../src/code/trial/Trial.js"
import type { Attempt } from "../../../../src/domain/Attempt.js"
import * as Figures from "../../../../src/domain/Figures.js"
import * as Totals from "../../../../src/report/Totals.js"
import * as Exam from "../../../../src/score/Exam.js"
import * as Grading from "../../../../src/score/Grading.js"
import { attempt, costing, outcome } from "../bulk/outcomes.js"

const HOUR = 3_600_000

/** One that was asked for a minute, by a run that began at this moment. */
const line = (model: string, runAt: number, startedAt: number, facts: Parameters<typeof outcome>[0] = {}) =>
  Manifest.lineOf(
    { model, ticker: "AAPL" },
    outcome({ model, attempts: [attempt(1, { startedAt, durationMs: 60_000, firstTokenMs: 900 })], ...facts }),
    { startedAt: runAt, simulated: false, folder: "" }
  )

const made = (...lines: ReadonlyArray<Manifest.Line>) => FromManifest.make(lines, () => undefined)

describe("the page of a manifest", () => {
  it("draws the latest run and what went on beside it, and not a run of another hour", () => {
    const run = made(
      line("a/old", HOUR, HOUR + 1000),
      line("a/shard", 3 * HOUR, 3 * HOUR + 1000),
      line("a/latest", 3 * HOUR + 5000, 3 * HOUR + 6000)
    )
    deepStrictEqual(run.startedAt, 3 * HOUR)
    deepStrictEqual(
      run.slots.map(({ attempts, model, requests }) => [model, requests, attempts.map(({ startedAt }) => startedAt)]),
      [
        ["a/old", 1, []],
        ["a/shard", 1, [3 * HOUR + 1000]],
        ["a/latest", 1, [3 * HOUR + 6000]]
      ]
    )
    deepStrictEqual(run.slots[1]?.attempts[0]?.firstTokenMs, 900)
  })

  it("counts the requests of unknown cost, and knows a price of nothing from none", () => {
    const late = attempt(2, {})
    const totals = (...attempts: ReadonlyArray<Attempt>) => {
      const { cost, ofUnknownCost, priced } = Totals.of(made(line("a/b", HOUR, HOUR, { attempts })).slots)
      return [Figures.cost({ cost, ofUnknownCost, priced }), ofUnknownCost]
    }
    deepStrictEqual(totals(costing(0.01), late), ["at least $0.0100", 1])
    deepStrictEqual(totals(costing(0), late), ["at least $0", 1])
    deepStrictEqual(totals(costing(0)), ["$0", 0])
    deepStrictEqual(totals(attempt(1, { status: 429 }), late, late), ["unknown", 2])
    const page = made(
      line("a/free", HOUR, HOUR, { attempts: [costing(0)] }),
      line("a/late", HOUR, HOUR, { attempts: [late] })
    )
    deepStrictEqual(Figures.cost(Totals.of(page.slots)), "at least $0")
    const refused = line("a/no", HOUR, HOUR, { attempts: [attempt(1, { status: 429 })] })
    deepStrictEqual(
      Figures.cost(Totals.of(made(refused, line("a/late", HOUR, HOUR, { attempts: [late] })).slots)),
      "unknown"
    )
  })

  it("says what the rounds brought", () => {
    const rounds = [
      { round: 0, result: "first" as const, choice: -0.02 },
      { round: 1, result: "better" as const, choice: 0.03 }
    ]
    const [slot] = made(line("a/one", 0, 0, { rounds })).slots
    deepStrictEqual(slot?.checks.at(-1), "Rounds: from round 1: first -2.00 %, round 1 +3.00 %.")
  })

  it("has the curve of a score, rounded", () => {
    const exam = Exam.madeUp()
    const score = Grading.score(
      exam,
      exam.papers.map(({ prices }) => prices.map((_, tick) => (tick % 2 === 0 ? 1 : -1)))
    )
    const trial = new Passed({ interpreter: "python3", ticks: 1, sandboxed: true, durationMs: 1, score })
    const [slot] = made(line("a/one", 0, 0, { trial: Option.some(trial) })).slots
    const curve = slot?.score?.plays[0]?.equity ?? []
    deepStrictEqual(curve.length, score.plays[0]?.equity.length)
    const mean = score.plays.reduce((sum, { equity }) => sum + (equity.at(-1) ?? 0), 0) / score.plays.length
    deepStrictEqual(curve.at(-1), Math.round(mean * 1e5) / 1e5)
  })
})
