/** Made-up runs for the tests of the page. */
import type { Attempt, Play, Run, Score, Slot } from "../../../src/report/Run.js"

export const START = Date.UTC(2026, 10, 29, 12)

export const CODE = `import math

# Averages of the last prices.
def _mean(prices, n=20):
    return sum(prices[-n:]) / n

def execute_trade(ticker, price, shares, cash, state):
    """Buys below the mean,
    sells above it."""
    mean = _mean(state["prices"]) if len(state) else 1e-3
    return f"BUY {ticker}" if price < mean else "HOLD"
`

export const attempt = (facts: Partial<Attempt> = {}): Attempt => ({
  number: 1,
  cause: "first",
  waitedMs: 0,
  startedAt: START + 100,
  durationMs: 4000,
  firstTokenMs: 900,
  outcome: "ok",
  promptTokens: 310,
  completionTokens: 540,
  ...facts
})

export const slot = (facts: Partial<Slot> = {}): Slot => ({
  model: "a/one",
  ticker: "AAPL",
  sample: 1,
  status: "ok",
  code: CODE,
  file: "generated/generated_algo_a_one.py",
  link: "generated/generated_algo_a_one.py",
  attempts: [attempt()],
  requests: 1,
  durationMs: 4000,
  promptTokens: 310,
  completionTokens: 540,
  cost: 0.0002,
  resumed: false,
  checks: ["Checked: syntax, structure, names, and what it may import and call."],
  ...facts
})

export const run = (slots: ReadonlyArray<Slot>, facts: Partial<Run> = {}): Run => ({
  simulated: false,
  startedAt: START,
  durationMs: 20_000,
  deadlineMs: 24_000,
  concurrency: 3,
  limits: [],
  slots,
  ...facts
})

const curve = (seed: number, end: number): ReadonlyArray<number> =>
  Array.from(
    { length: 40 },
    (_, point) => 1 + (end * (point + 1)) / 40 + (0.01 * Math.sin(seed + point / 3) * (39 - point)) / 39
  )

const play = (seed: number, end: number, hold: number): Play => ({
  equity: curve(seed, end),
  holdEquity: curve(7, hold)
})

export const score = (value: number, facts: Partial<Score> = {}): Score => ({
  return: value,
  low: value - 0.012,
  high: value + 0.012,
  buyAndHold: 0.011,
  trades: 34,
  drawdown: 0.021,
  rank: 1,
  plays: [play(1, value, 0.011), play(2, value, 0.011)],
  ...facts
})

const lines = CODE.split("\n")

/** Six models: some that did well, one that waited, one that failed, one whose code is wrong, one that never trades. */
export const six: Run = run(
  [
    slot({ score: score(0.041), strategy: "Mean reversion" }),
    slot({
      model: "b/two-with-a-rather-long-name-70b-instruct:free",
      link: "generated/b.py",
      file: "generated/generated_algo_b_two_with_a_rather_long_name_70b_instruct_free.py",
      code: [...lines.slice(0, 3), "# Of all.", ...lines.slice(3)].join("\n"),
      attempts: [
        attempt({
          durationMs: 300,
          outcome: "RateLimited",
          status: 429,
          message: "Slow down, please",
          firstTokenMs: undefined
        }),
        attempt({ number: 2, cause: "hint", waitedMs: 9000, startedAt: START + 9400, durationMs: 5000 })
      ],
      requests: 2,
      durationMs: 14_300,
      score: score(0.008, { rank: 2 })
    }),
    slot({
      model: "c/three",
      status: "failed",
      code: undefined,
      file: undefined,
      link: undefined,
      reason: "name 'np' is not defined",
      because: "BadCode",
      checks: ["Check failed (names): line 12: name 'np' is not defined"],
      attempts: [
        attempt({ outcome: "BadCode", message: "line 12: name 'np' is not defined" }),
        attempt({
          number: 2,
          cause: "repair",
          waitedMs: 1200,
          startedAt: START + 5300,
          outcome: "BadCode",
          message: "line 12: name 'np' is not defined"
        })
      ],
      requests: 2
    }),
    slot({
      model: "d/four",
      score: score(0, { trades: 0, drawdown: 0, rank: undefined, low: 0, high: 0 }),
      attempts: [
        attempt({
          outcome: "ServerFailed",
          status: 503,
          message: "upstream is down",
          durationMs: 800,
          firstTokenMs: undefined
        }),
        attempt({
          number: 2,
          cause: "backoff",
          waitedMs: 520,
          startedAt: START + 1420,
          durationMs: 900,
          outcome: "TimedOut",
          firstTokenMs: undefined,
          message: "no first token within 900 ms"
        }),
        attempt({ number: 3, cause: "backoff", waitedMs: 1060, startedAt: START + 3380, durationMs: 6000 })
      ],
      requests: 3,
      durationMs: 9280
    }),
    slot({
      model: "e/five",
      resumed: true,
      attempts: [],
      requests: 0,
      durationMs: 0,
      cost: 0,
      score: score(0.012, { rank: 2 })
    }),
    slot({
      model: "f/six",
      status: "failed",
      code: undefined,
      file: undefined,
      link: undefined,
      reason: "the run ended first",
      because: "DeadlineExceeded",
      checks: [],
      attempts: [
        attempt({
          waitedMs: 4000,
          startedAt: START + 4100,
          durationMs: 15_900,
          outcome: "DeadlineExceeded",
          message: "the run ended first"
        })
      ]
    })
  ],
  {
    scoredOn: "Scored on 7 made-up markets; fee 0.01 %, slippage 0.05 %.",
    limits: [
      { at: START, limit: 3 },
      { at: START + 400, limit: 2 },
      { at: START + 9000, limit: 3 }
    ]
  }
)

const REASONS = ["RateLimited", "BadCode", "ServerFailed", "TimedOut"] as const

/** Models times tickers, each with an attempt or two; every seventh fails. */
export const many = (models: number, tickers: number): Run => {
  const slots = Array.from({ length: models * tickers }, (_, index): Slot => {
    const model = `lab/model-${index % models}`
    const ticker = `T${Math.floor(index / models)}`
    const failed = index % 7 === 3
    const because = REASONS[index % REASONS.length]
    const first = attempt({ startedAt: START + index * 40, durationMs: 2000 + (index % 13) * 300, waitedMs: index % 5 })
    return slot({
      model,
      ticker,
      status: failed ? "failed" : "ok",
      because: failed ? because : undefined,
      reason: failed ? `it failed for reason ${index}` : undefined,
      code: failed ? undefined : CODE.replace("20", String(index)),
      attempts: failed ? [{ ...first, outcome: because ?? "" }] : [first],
      durationMs: first.durationMs,
      score: failed ? undefined : score(Math.sin(index) / 20)
    })
  })
  return run(slots, { durationMs: slots.length * 40 + 8000, deadlineMs: undefined, concurrency: 100 })
}
