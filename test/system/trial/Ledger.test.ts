/** The same plays in a program of Python's own, which knows nothing of this project: every number to the last digit. */
import { execFileSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import * as Markets from "../../../src/market/Markets.js"
import * as Exam from "../../../src/score/Exam.js"
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

def book(prices, orders, cash, fee, slip, year):
    first, shares, trades, refused, partly, traded, paid, inside = cash, 0, 0, 0, 0, 0.0, 0.0, 0
    curve = [cash]
    for price, order in zip(prices, orders):
        if order > 0:
            unit = price * (1 + slip) * (1 + fee)
            n = min(order, most(cash, unit))
            cash, shares = cash - n * unit, shares + n
        elif order < 0:
            unit = price * (1 - slip) * (1 - fee)
            n = min(-order, shares)
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
    mine = book(job["prices"], job["orders"], job["cash"], job["fee"], job["slippage"], job["year"])
    unit = job["prices"][0] * (1 + job["slippage"]) * (1 + job["fee"])
    keep = book(job["prices"], [most(job["cash"], unit)] + [0] * (len(job["prices"]) - 1), job["cash"], job["fee"], job["slippage"], job["year"])
    mine["holdReturn"] = keep["return"]
    del mine["curve"]
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
    assert.strictEqual(books.length, 21)
    jobs.forEach(({ exam, orders, paper }, index) => {
      const book: Readonly<Record<string, unknown>> = JSON.parse(books[index] ?? "{}")
      const [play] = Exam.score({ ...exam, papers: [paper] }, [orders]).plays
      assert.isAbove(play?.trades ?? 0, 40)
      assert.isAbove(play?.refused ?? 0, 0)
      assert.isAbove(play?.reduced ?? 0, 0)
      assert.deepEqual({ ...play, ...book }, { ...play }, paper.market)
    })
  })
})
