/** Trend following: a fast and a slow moving average, traded when they cross. */
import type * as Draw from "../Draw.js"

export const title = "a moving average crossover"

export const source = (draw: Draw.Draw): string => {
  const fast = draw.integer(5, 9)
  const slow = fast * draw.integer(2, 4)
  return `from collections import deque

FAST = ${fast}
SLOW = ${slow}
STAKE = ${draw.pick(["0.20", "0.25", "0.30"])}

_prices = deque(maxlen=SLOW + 1)
_above = None


def _average(values, length):
    return sum(values[-length:]) / length


def execute_trade(ticker, price, tick, cash_balance, shares_held):
    global _above
    if price <= 0:
        return "HOLD"
    _prices.append(float(price))
    if len(_prices) < SLOW:
        return "HOLD"

    values = list(_prices)
    above = _average(values, FAST) > _average(values, SLOW)
    crossed = _above is not None and above != _above
    _above = above
    if not crossed:
        return "HOLD"

    if above:
        quantity = int(cash_balance * STAKE // price)
        return ("BUY", quantity) if quantity > 0 else "HOLD"
    return ("SELL", int(shares_held)) if shares_held >= 1 else "HOLD"
`
}
