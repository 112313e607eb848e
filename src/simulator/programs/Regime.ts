/** Two minds: trend following while prices are calm, mean reversion while they are not. */
import type * as Draw from "../Draw.js"

export const title = "a switch between trend and reversion by volatility"

export const source = (draw: Draw.Draw): string => `from collections import deque
from statistics import fmean, pstdev

LENGTH = ${draw.integer(20, 32)}
CALM = 0.00${draw.integer(5, 9)}

closes = deque(maxlen=LENGTH)
returns = deque(maxlen=LENGTH)


def sized(cash, price, share):
    """Whole shares that this share of the cash buys, never fewer than none."""
    if price <= 0 or cash <= 0:
        return 0
    return int(cash * share // price)


def trend(price, mean):
    return 1 if price > mean * 1.00${draw.integer(1, 4)} else -1 if price < mean else 0


def reversion(price, mean, spread):
    if spread == 0:
        return 0
    score = (price - mean) / spread
    return 1 if score < -1.${draw.integer(2, 6)} else -1 if score > 1.2 else 0


def execute_trade(ticker, price, tick, cash_balance, shares_held):
    if closes and closes[-1] > 0:
        returns.append(price / closes[-1] - 1)
    closes.append(price)
    if len(returns) < LENGTH // 2:
        return "HOLD"

    mean = fmean(closes)
    if pstdev(returns) < CALM:
        wish = trend(price, mean)
    else:
        wish = reversion(price, mean, pstdev(closes))

    if wish > 0:
        quantity = sized(cash_balance, price, ${draw.pick(["0.15", "0.2", "0.25"])})
        if quantity > 0:
            return ("BUY", quantity)
    elif wish < 0 and shares_held > 0:
        return ("SELL", int(shares_held) or 1)
    return "HOLD"
`
