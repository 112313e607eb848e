/** Volatility bands: the distance of the price from its mean, in standard deviations. */
import type * as Draw from "../Draw.js"

export const title = "Bollinger bands"

export const source = (draw: Draw.Draw): string => `import math
import statistics

WINDOW = ${draw.integer(16, 24)}
ENTRY = ${draw.pick(["1.6", "1.8", "2.0"])}
EXIT = ${draw.pick(["0.0", "0.25", "0.5"])}

_window = []


def _z_score(price):
    mean = statistics.fmean(_window)
    deviation = statistics.pstdev(_window)
    if deviation < 1e-9 or not math.isfinite(deviation):
        return 0.0
    return (price - mean) / deviation


def execute_trade(ticker, price, tick, cash_balance, shares_held):
    _window.append(price)
    if len(_window) > WINDOW:
        _window.pop(0)
    if len(_window) < WINDOW or price <= 0:
        return "HOLD"

    z = _z_score(price)
    if z <= -ENTRY and cash_balance > price:
        # The further below the band, the larger the stake, up to a third of the cash.
        stake = min(1 / 3, 0.1 * abs(z))
        quantity = int(math.floor(cash_balance * stake / price))
        if quantity >= 1:
            return ("BUY", quantity)
    if z >= EXIT and shares_held >= 1:
        return ("SELL", int(shares_held))
    return "HOLD"
`
