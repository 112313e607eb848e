/** Mean reversion: buy what was sold too hard, sell what was bought too hard, by the relative strength index. */
import type * as Draw from "../Draw.js"

export const title = "mean reversion on the relative strength index"

export const source = (draw: Draw.Draw): string => {
  const low = draw.integer(24, 32)
  return `"""Mean reversion on the relative strength index (RSI)."""

PERIOD = ${draw.integer(10, 16)}
OVERSOLD = ${low}.0
OVERBOUGHT = ${100 - low}.0

history = []


def rsi(prices, period):
    gains = 0.0
    losses = 0.0
    for previous, current in zip(prices[-period - 1:-1], prices[-period:]):
        change = current - previous
        if change > 0:
            gains += change
        else:
            losses -= change
    if gains + losses == 0:
        return 50.0
    return 100.0 * gains / (gains + losses)


def execute_trade(ticker, price, tick, cash_balance, shares_held):
    history.append(price)
    if len(history) > 10 * PERIOD:
        del history[:-2 * PERIOD]
    if len(history) <= PERIOD or price <= 0:
        return "HOLD"

    strength = rsi(history, PERIOD)
    if strength < OVERSOLD and cash_balance >= price:
        quantity = max(1, int(cash_balance * ${draw.pick(["0.10", "0.15"])} / price))
        if quantity * price <= cash_balance:
            return ("BUY", quantity)
    elif strength > OVERBOUGHT and shares_held > 0:
        return ("SELL", max(1, int(shares_held) // 2))
    return "HOLD"
`
}
