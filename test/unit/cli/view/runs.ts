/** Made-up runs for what the command prints: outcomes of every kind, with names and paths that are hard to fit. */
import { Option } from "effect"
import { Passed, Skipped } from "../../../../src/code/trial/Trial.js"
import { Usage } from "../../../../src/domain/Answer.js"
import * as CodeFailure from "../../../../src/domain/CodeFailure.js"
import * as GenerationError from "../../../../src/domain/GenerationError.js"
import type { Score } from "../../../../src/domain/Score.js"
import type * as Report from "../../../../src/generation/Report.js"
import * as Markets from "../../../../src/market/Markets.js"
import * as Exam from "../../../../src/score/Exam.js"
import * as Grading from "../../../../src/score/Grading.js"
import { StoreError } from "../../../../src/storage/AlgorithmStore.js"
import { diskFull } from "../../../../src/storage/WriteFailure.js"
import { attempt, costing, failed, outcome } from "../bulk/outcomes.js"

const exam = Exam.ofSeries(Markets.make("decline", { bar: "day", bars: 600, seed: 3, ticker: "AAPL" }))

/** It bought and sold once; the return and its interval are made up. */
export const scoreOf = (value: number, half: number | null, facts: Partial<Score> = {}): Score => ({
  ...Grading.score(exam, [[0, 30]]),
  return: { value, interval: half === null ? null : [value - half, value + half] },
  overHold: { value: value + 0.02, interval: null },
  maxDrawdown: 0.0123,
  trades: 17,
  randomBeaten: 0.625,
  ...facts
})

export const idle: Score = { ...scoreOf(0, null), trades: 0, maxDrawdown: 0 }

export const passed = (score?: Score) =>
  Option.some(
    new Passed({ interpreter: "python3 3.11.7", ticks: 390, sandboxed: true, durationMs: 50, msPerTick: 0.1, score })
  )

export const badCode = (code = "unknown-name") =>
  new GenerationError.BadCode({ failure: CodeFailure.of("names", code, "'np' is not defined", { line: 12 }) })

export const interrupted = new GenerationError.Interrupted()

const free = (model: string) => `${model}-70b-instruct:free`

const LLAMA = free("meta-llama/llama-3.3")

/** Of every kind there is; `scores` gives those that are ok a score. */
export const outcomes = (scores = false): ReadonlyArray<Report.Outcome> =>
  [
    outcome({
      model: LLAMA,
      strategy: "crossover 4/12/3/20",
      durationMs: 1_540,
      file: Option.some("generated/generated_algo_meta_llama_llama_3_3_70b_instruct_free.py"),
      trial: scores ? passed(scoreOf(0.0123, 0.004)) : passed()
    }),
    outcome({
      model: LLAMA,
      sample: 2,
      strategy: "reversion 18/0.9/12/35",
      durationMs: 61_000,
      attempts: [attempt(1, { outcome: "ServerFailed", status: 503 }), { ...costing(0.00123), number: 2 }],
      file: Option.some("generated/generated_algo_meta_llama_llama_3_3_70b_instruct_free_s2.py"),
      trial: scores
        ? passed(scoreOf(-0.05, 0.004))
        : Option.some(new Skipped({ reason: "there is no python3 here, and no Monty for this machine either" }))
    }),
    outcome({
      model: "qwen/qwen3-coder",
      resumed: true,
      attempts: [],
      durationMs: 0,
      file: Option.some("generated/q.py"),
      trial: scores ? passed(idle) : Option.none()
    }),
    failed(
      new GenerationError.RateLimited({
        status: 429,
        scope: "free-per-day",
        message: "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day",
        hinted: true
      }),
      { model: free("z/z"), retryAt: Option.some(Date.UTC(2030, 0, 1)), durationMs: 12_000, strategy: "rsi 9/39/60/35" }
    ),
    failed(badCode(), { model: "x/2", durationMs: 999 }),
    failed(new GenerationError.ModelUnavailable({ message: "this model is not on offer" }), {
      model: "モデル/日本語",
      status: "skipped",
      attempts: []
    }),
    outcome({
      model: "y",
      status: "failed",
      file: Option.none(),
      reason: Option.some(new StoreError({ path: "out/y.py", reason: diskFull("ENOSPC") })),
      usage: Option.some(new Usage({ promptTokens: 1, completionTokens: 2, cost: 0.25 }))
    }),
    failed(interrupted, { model: "never/asked", attempts: [] }),
    failed(interrupted, { model: "never/asked", sample: 2, attempts: [] }),
    failed(interrupted, { model: "half/asked", durationMs: 300 })
  ].map((each, index) => Object.assign(each, { index }))
