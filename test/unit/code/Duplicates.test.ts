import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import * as Duplicates from "../../../src/code/python/Duplicates.js"
import * as Shape from "../../../src/code/python/Shape.js"

const average = `
"""Buys below the average."""
import math
from collections import deque

_seen = deque(maxlen=20)

def _mean(values):
    # The middle.
    return math.fsum(values) / len(values) if values else 0.0

def execute_trade(ticker, price, tick, cash_balance, shares_held):
    _seen.append(price)
    if len(_seen) < 20:
        return "HOLD"
    middle = _mean(_seen)
    if price < middle * 0.99 and cash_balance >= price:
        return ("BUY", max(1, int(cash_balance * 0.1 // price)))
    if price > middle and shares_held > 0:
        return ("SELL", shares_held)
    return "HOLD"
`

/** Other names, numbers, comments, annotations and line breaks. */
const renamed = `
import math as m
from collections import deque as ring
history: ring = ring(maxlen=55)
def average_of(xs: list) -> float:
    """Other words."""
    return m.fsum(xs) / len(xs) if xs else 1.5
def execute_trade(symbol, p: float, n, cash, held) -> str:
    "A docstring"
    history.append(p)
    if len(history) < 55: return "HOLD"
    avg = average_of(history)
    if (p < avg * 0.97
            and cash >= p):
        return ("BUY", max(2, int(cash * 0.25 // p)))
    if p > avg and held > 0:
        return ("SELL", held)
    return "HOLD"
`

const momentum = `
_last = None

def execute_trade(ticker, price, tick, cash_balance, shares_held):
    global _last
    before, _last = _last, price
    if before is None or price <= 0:
        return "HOLD"
    change = (price - before) / before
    if change > 0.002 and cash_balance > price:
        return "BUY"
    if change < -0.002 and shares_held > 0:
        return "SELL"
    return "HOLD"
`

describe("duplicates", () => {
  it("is not made of lists of data, such as the prices at the head of the arena's files", () => {
    const lists = ["DATES", "OPENS", "HIGHS", "LOWS", "CLOSES", "VOLUMES"].map(
      (name) => `_${name} = [${Array.from({ length: 250 }, () => "1.5").join(", ")}]\n`
    )
    const both = [average, momentum].map((source) => `${lists.join("")}${source}`)
    deepStrictEqual(Duplicates.find(both), [undefined, undefined])
    deepStrictEqual(Duplicates.find([both[0], `${lists.join("")}${renamed}`]), [undefined, { of: 0, same: true }])
  })

  it("are found behind other names, constants and layout", () => {
    deepStrictEqual(Duplicates.find([average, momentum, renamed]), [undefined, undefined, { of: 0, same: true }])
  })

  it("are named as nearly the same after a small change", () => {
    const guarded = renamed.replace("    avg =", "    if p <= 0:\n        return 'HOLD'\n    avg =")
    const [, alike] = Duplicates.find([average, guarded])
    deepStrictEqual(alike, { of: 0, same: false })
  })

  it("are not programs that swap buying and selling, or do something else", () => {
    const swapped = average.replace('("BUY"', '("X"').replace('("SELL"', '("BUY"').replace('("X"', '("SELL"')
    const [, other] = Duplicates.find([average, swapped])
    assert.notStrictEqual(other?.same, true)
    deepStrictEqual(Duplicates.find([average, momentum]), [undefined, undefined])
    const [one, two] = [Shape.of(average), Shape.of(momentum)]
    assert.isBelow(one === undefined || two === undefined ? 1 : Shape.likeness(one, two), 0.5)
  })

  it("are not two functions that use a name for different things", () => {
    const a = `def f(a, b):\n    return a - b\n${momentum}`
    const b = `def f(a, b):\n    return b - a\n${momentum}`
    assert.notStrictEqual(Shape.of(a)?.exact, Shape.of(b)?.exact)
  })

  it("point at the first of several, and leave out what is missing or does not compile", () => {
    deepStrictEqual(Duplicates.find([undefined, average, "def", renamed, average]), [
      undefined,
      undefined,
      undefined,
      { of: 1, same: true },
      { of: 1, same: true }
    ])
  })
})
