/** The same plays in a program of Python's own, which knows nothing of this project: every number to the last digit. */
import { execFileSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import * as Markets from "../../../src/market/Markets.js"
import * as Exam from "../../../src/score/Exam.js"
import * as Grading from "../../../src/score/Grading.js"
import { python3, withPython3 } from "./available.js"

const PROGRAM = `
import json, math, sys
from fractions import Fraction

def most(cash, unit):
    # Exact: the largest n whose rounded product does not exceed the cash.
    n = max(0, math.floor(Fraction(cash) / Fraction(unit)) + 2)
    while n > 0 and float(n) * unit > cash:
        n -= 1
    return n

def sharpe(curve, year):
    moves = [later / earlier - 1 for earlier, later in zip(curve, curve[1:])]
    average = 0.0
    for move in moves:
        average += move
    average /= len(moves)
    spread = 0.0
    for move in moves:
        spread += (move - average) * (move - average)
    spread = math.sqrt(spread / (len(moves) - 1))
    return None if spread == 0 else average / spread * math.sqrt(year)

def book(prices, orders, cash, fee, slip, year, least_cash=0, least_shares=0):
    first, shares, trades, refused, partly, traded, paid, inside = cash, 0, 0, 0, 0, 0.0, 0.0, 0
    curve = [cash]
    for price, order in zip(prices, orders):
        if order > 0:
            unit = price * (1 + slip) * (1 + fee)
            n = min(order, most(cash - least_cash, unit))
            cash, shares = cash - n * unit, shares + n
        elif order < 0:
            unit = price * (1 - slip) * (1 - fee)
            n = min(-order, shares - least_shares)
            cash, shares = cash + n * unit, shares - n
        if order != 0:
            trades, refused, partly = trades + (n > 0), refused + (n == 0), partly + (0 < n < abs(order))
            if n > 0:
                traded, paid = traded + n * price, paid + n * abs(unit - price)
        inside += shares != 0
        curve.append(cash + shares * price)
    total, peak, fall = 0.0, 0.0, 0.0
    for value in curve:
        total += value
        peak = max(peak, value)
        fall = max(fall, (peak - value) / peak)
    return {"return": curve[-1] / first - 1, "trades": trades, "refused": refused, "reduced": partly,
            "exposure": inside / len(prices), "maxDrawdown": fall, "sharpe": sharpe(curve, year),
            "turnover": traded / (total / len(curve)), "costs": paid / first, "curve": curve}

for line in sys.stdin:
    job = json.loads(line)
    mine = book(job["prices"], job["orders"], job["cash"], job["fee"], job["slippage"], job["year"],
                job.get("leastCash", 0), job.get("leastShares", 0))
    unit = job["prices"][0] * (1 + job["slippage"]) * (1 + job["fee"])
    keep = book(job["prices"], [most(job["cash"], unit)] + [0] * (len(job["prices"]) - 1), job["cash"], job["fee"], job["slippage"], job["year"])
    mine["holdReturn"] = keep["return"]
    mine["lowest"] = min(mine.pop("curve"))
    print(json.dumps(mine))
`

/** Orders of every kind: within the means and beyond them, and long stretches of none. */
const ordersOf = (prices: ReadonlyArray<number>, seed: number): ReadonlyArray<number> =>
  prices.map((price, tick) => {
    const dice = (Math.imul(tick + 1, 2_654_435_761 + seed) >>> 7) % 100
    if (dice < 55) return 0
    return dice < 80 ? 1 + ((dice * seed) % 40) : -(1 + ((Math.round(price) + dice) % 60))
  })

describe.skipIf(!python3)(`scores and CPython${withPython3}`, () => {
  it("agree to the last digit", () => {
    const exams = [
      Exam.madeUp(),
      Exam.madeUp({ bar: "day", fee: 0, slippage: 0 }),
      Exam.madeUp({ bar: "hour", fee: 0.0123, slippage: 0.031 }),
      // By the arena's rules, with shorts and debts.
      Exam.madeUp({ arena: true }),
      ...[1, 2, 3].map((seed) => Exam.ofSeries(Markets.make("crash", { bar: "day", bars: 900, seed })))
    ]
    const jobs = exams.flatMap((exam, seed) =>
      exam.papers.map((paper) => ({
        exam,
        orders: ordersOf(paper.prices, seed + 3),
        paper,
        start: Exam.startOf(exam, paper)
      }))
    )
    const input = jobs.map(({ exam, orders, paper, start }) =>
      JSON.stringify({ ...start, orders, prices: paper.prices, year: Markets.PER_DAY[exam.bar] * 252 })
    )
    const output = execFileSync("python3", ["-c", PROGRAM], { encoding: "utf8", input: input.join("\n") })
    const books = output.trim().split("\n")
    assert.strictEqual(books.length, 27)
    jobs.forEach(({ exam, orders, paper }, index) => {
      const { lowest, ...book }: Readonly<Record<string, unknown>> = JSON.parse(books[index] ?? "{}")
      assert.isAbove(Number(lowest), 0)
      const [play] = Grading.score({ ...exam, papers: [paper] }, [orders]).plays
      assert.isAbove(play?.trades ?? 0, 40)
      assert.isAbove(play?.refused ?? 0, 0)
      assert.isAbove(play?.reduced ?? 0, 0)
      assert.deepEqual({ ...play, ...book }, { ...play }, paper.market)
    })
  })

  it("agree on random traders, as far as chance does", () => {
    const program = `
import json, random, statistics, sys

def final(prices, orders, cash, fee, slip):
    shares = 0
    for price, order in zip(prices, orders):
        if order > 0:
            unit = price * (1 + slip) * (1 + fee)
            n = min(order, int(cash // unit))
            cash, shares = cash - n * unit, shares + n
        elif order < 0:
            n = min(-order, shares)
            cash, shares = cash + n * price * (1 - slip) * (1 - fee), shares - n
    return cash + shares * prices[-1]

job = json.load(sys.stdin)
prices, cash = job["prices"], job["cash"]
costs = job["fee"], job["slippage"]
own = final(prices, job["orders"], cash, *costs)
fills = [order for order in job["orders"] if order]
made = []
for _ in range(1000):
    orders = [0] * len(prices)
    for tick, order in zip(sorted(random.sample(range(len(prices)), len(fills))), fills):
        orders[tick] = order
    made.append(final(prices, orders, cash, *costs))
less = sum(value < own for value in made) + sum(value == own for value in made) / 2
returns = [value / cash - 1 for value in made]
print(json.dumps({"mean": statistics.fmean(returns), "deviation": statistics.stdev(returns), "beaten": less / len(made)}))
`
    for (const seed of [1, 2, 3]) {
      const exam = Exam.ofSeries(Markets.make("range", { bar: "day", bars: 900, seed }))
      const [paper] = exam.papers
      if (paper === undefined) return assert.fail()
      // Small orders that all can be filled, wherever they are.
      const orders = paper.prices.map((_, tick) => (tick % 20 === 3 ? 2 : tick % 20 === 3 + seed ? -2 : 0))
      const input = JSON.stringify({ ...Exam.startOf(exam, paper), orders, prices: paper.prices })
      const output = execFileSync("python3", ["-c", program], { encoding: "utf8", input })
      const { beaten, deviation, mean }: Readonly<Record<string, number>> = JSON.parse(output)
      const score = Grading.score(exam, [orders])
      // Four standard errors of 100 traders.
      assert.closeTo(score.randomReturn, mean ?? Number.NaN, (4 * (deviation ?? 0)) / 10)
      assert.closeTo(score.randomBeaten, beaten ?? Number.NaN, 0.2)
    }
  })
})
