/** Momentum of the trend: the difference of two exponential averages against its own average. */
import type * as Draw from "../Draw.js"

export const title = "a MACD histogram"

export const source = (draw: Draw.Draw): string => {
  const fast = draw.integer(8, 12)
  return `class Ema:
    """Exponential moving average that starts at its first value."""

    def __init__(self, length):
        self.weight = 2.0 / (length + 1)
        self.value = None

    def update(self, x):
        if self.value is None:
            self.value = x
        else:
            self.value += self.weight * (x - self.value)
        return self.value


fast_ema = Ema(${fast})
slow_ema = Ema(${fast * 2 + draw.integer(1, 4)})
signal_ema = Ema(${draw.integer(7, 9)})
seen = 0
last_histogram = 0.0

WARM_UP = ${fast * 3}
LOT = ${draw.integer(5, 12)}


def execute_trade(ticker, price, tick, cash_balance, shares_held):
    global seen, last_histogram
    seen += 1
    macd = fast_ema.update(price) - slow_ema.update(price)
    histogram = macd - signal_ema.update(macd)
    previous = last_histogram
    last_histogram = histogram
    if seen < WARM_UP or price <= 0:
        return "HOLD"

    if previous <= 0 < histogram:
        quantity = min(LOT, int(cash_balance // price))
        if quantity > 0:
            return ("BUY", quantity)
    if previous >= 0 > histogram and shares_held > 0:
        return ("SELL", min(LOT, int(shares_held)) or 1)
    return "HOLD"
`
}
