/** Outcomes of jobs, made up. */
import { DateTime, Option } from "effect"
import { Algorithm } from "../../../../src/domain/Algorithm.js"
import { Usage } from "../../../../src/domain/Answer.js"
import { Attempt } from "../../../../src/domain/Attempt.js"
import * as Progress from "../../../../src/generation/Progress.js"
import type * as Report from "../../../../src/generation/Report.js"

export const attempt = (number: number, facts: Partial<Attempt> = {}): Attempt =>
  new Attempt({ number, cause: "first", waitedMs: 0, startedAt: 0, durationMs: 5, outcome: "ok", ...facts })

export const costing = (cost: number): Attempt =>
  attempt(1, { status: 200, usage: new Usage({ promptTokens: 1, completionTokens: 1, cost }) })

export const algorithm = new Algorithm({
  model: "x/1",
  ticker: "AAPL",
  code: 'def execute_trade(ticker, cash, shares):\n    return "HOLD"  # é\n',
  promptHash: "ab12",
  generatedAt: DateTime.unsafeMake(0)
})

/** One that is ok, unless something else is said. */
export const outcome = (facts: Partial<Report.Outcome> = {}): Report.Outcome => ({
  index: 0,
  model: "x/1",
  ticker: "AAPL",
  sample: 1,
  promptHash: "ab12",
  status: "ok",
  algorithm: Option.some(algorithm),
  reason: Option.none(),
  retryAt: Option.none(),
  file: Option.some("out/AAPL/generated_algo_x_1.py"),
  askedModel: "x/1",
  servedModel: Option.none(),
  attempts: [costing(0.25)],
  resumed: false,
  trial: Option.none(),
  durationMs: 5,
  usage: Option.none(),
  ...facts
})

type Reason = Option.Option.Value<Report.Outcome["reason"]>

export const failed = (reason: Reason, facts: Partial<Report.Outcome> = {}): Report.Outcome =>
  outcome({
    status: "failed",
    algorithm: Option.none(),
    file: Option.none(),
    reason: Option.some(reason),
    attempts: [attempt(1, { outcome: reason._tag, status: 500 })],
    ...facts
  })

export const settled = (outcome: Report.Outcome): Progress.Event =>
  Progress.make.Settled({ index: outcome.index, model: outcome.model, outcome })
