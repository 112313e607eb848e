/** What the page is told of a run: taken from a run of the real generator against doubles. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Option } from "effect"
import { Passed } from "../../../src/code/trial/Trial.js"
import * as Report from "../../../src/generation/Report.js"
import * as FromReport from "../../../src/report/FromReport.js"
import * as Exam from "../../../src/score/Exam.js"
import * as Grading from "../../../src/score/Grading.js"
import { after, answers, api, finish, http, start } from "../generation/doubles.js"
import { usage } from "../generation/moneyDoubles.js"

const context = {
  simulated: false,
  deadlineMs: 400_000,
  concurrency: 6,
  limits: [],
  basis: () => "Scored.",
  holdCurves: () => new Map<string, ReadonlyArray<number>>(),
  link: (file: string) => `./${file}`
}

const ran = Effect.gen(function* () {
  const replies = {
    "x/1": [http(503), after(1000, answers({ usage: usage(0.002) }))],
    "x/2": [http(400, {}, "no such thing")]
  }
  const run = yield* start({ models: ["x/1", "x/2", "y/none"], concurrency: 1 }, { api: api(replies) })
  return yield* finish(run, 10_000)
})

describe("a report as a page", () => {
  it.effect("has the slots in order, with their attempts, costs, reasons and links", () =>
    Effect.gen(function* () {
      const { slots, scoredOn } = FromReport.make(yield* ran, context)
      deepStrictEqual(
        slots.map(({ because, cost, link, model, requests, status }) => ({
          because,
          cost,
          link,
          model,
          requests,
          status
        })),
        [
          {
            because: undefined,
            cost: 0.002,
            link: "./out/generated_algo_x_1.py",
            model: "x/1",
            requests: 2,
            status: "ok"
          },
          { because: "Rejected", cost: 0, link: undefined, model: "x/2", requests: 1, status: "failed" },
          { because: "ModelUnavailable", cost: 0, link: undefined, model: "y/none", requests: 0, status: "skipped" }
        ]
      )
      const [first] = slots
      deepStrictEqual(
        first?.attempts.map(({ cause, outcome, status }) => ({ cause, outcome, status })),
        [
          { cause: "first", outcome: "ServerFailed", status: 503 },
          { cause: "backoff", outcome: "ok", status: 200 }
        ]
      )
      assert.match(first?.checks.join() ?? "", /^Checked/)
      assert.isUndefined(first?.score)
      assert.isUndefined(scoredOn)
    })
  )

  it.effect("has the scores of a trial, their ranks, and what holding made of the same prices", () =>
    Effect.gen(function* () {
      const exam = Exam.madeUp()
      const orders = exam.papers.map(({ prices }) => prices.map((_, tick) => (tick % 2 === 0 ? 1 : -1)))
      const trial = new Passed({
        interpreter: "python3 3.11.7",
        ticks: 10,
        sandboxed: true,
        durationMs: 1,
        score: Grading.score(exam, orders)
      })
      const { durationMs, outcomes, startedAt, ticker } = yield* ran
      const scored = outcomes.map((outcome) =>
        outcome.status === "ok" ? Object.assign({}, outcome, { trial: Option.some(trial) }) : outcome
      )
      const run = FromReport.make(Report.make(ticker, startedAt, startedAt + durationMs, scored), {
        ...context,
        holdCurves: () => Grading.holdCurves(exam)
      })
      deepStrictEqual(run.scoredOn, "Scored.")
      const score = run.slots[0]?.score
      deepStrictEqual(score?.rank, 1)
      deepStrictEqual(score?.plays.length, exam.papers.length)
      const ends = score?.plays.map(({ holdEquity }) => holdEquity?.at(-1) ?? 0) ?? []
      const mean = ends.reduce((sum, end) => sum + end, 0) / ends.length
      // The curve is rounded to four digits.
      assert.closeTo(mean - 1, score?.buyAndHold ?? Number.NaN, 1e-4)
      assert.isUndefined(run.slots[1]?.score)
    })
  )
})
