/** Momentum with a trailing stop: follow a strong rate of change, leave when the gain melts. */
import type * as Draw from "../Draw.js"

export const title = "rate-of-change momentum with a trailing stop"

export const source = (draw: Draw.Draw): string => `LOOKBACK = ${draw.integer(8, 14)}
THRESHOLD = 0.00${draw.integer(4, 9)}
TRAIL = 0.0${draw.integer(12, 25)}

state = {"prices": [], "peak": 0.0}


def rate_of_change(prices, lookback):
    if len(prices) <= lookback:
        return 0.0
    base = prices[-lookback - 1]
    return 0.0 if base == 0 else (prices[-1] - base) / base


def execute_trade(ticker, price, tick, cash_balance, shares_held):
    prices = state["prices"]
    prices.append(price)
    if len(prices) > 4 * LOOKBACK:
        prices.pop(0)

    if shares_held > 0:
        state["peak"] = max(state["peak"], price)
        if price < state["peak"] * (1 - TRAIL):
            state["peak"] = 0.0
            return "SELL"
        return "HOLD"

    state["peak"] = price
    if rate_of_change(prices, LOOKBACK) > THRESHOLD and 0 < price <= cash_balance:
        budget = max(0.0, cash_balance) * ${draw.pick(["0.5", "0.6", "0.8"])}
        quantity = int(budget / price)
        return ("BUY", quantity) if quantity else "HOLD"
    return "HOLD"
`
