/** Breakout: buy a new high of the channel, leave on a shorter low. */
import type * as Draw from "../Draw.js"

export const title = "a channel breakout"

export const source = (draw: Draw.Draw): string => {
  const entry = draw.integer(18, 30)
  return `# Channel breakout: buy above the ${entry}-tick high, leave below the shorter low.
ENTRY_TICKS = ${entry}
EXIT_TICKS = ${Math.floor(entry / 2)}
RISK = 0.${draw.integer(20, 40)}

prices = []


def execute_trade(ticker, price, tick, cash_balance, shares_held):
    # The channel is made of earlier ticks only, so that the current price can leave it.
    earlier = prices[-ENTRY_TICKS:]
    prices.append(price)
    if len(prices) > 500:
        del prices[:250]
    if len(earlier) < ENTRY_TICKS:
        return "HOLD"

    highest = max(earlier)
    lowest = min(earlier[-EXIT_TICKS:])
    if shares_held > 0 and price < lowest:
        return "SELL"
    if shares_held == 0 and price > highest and price > 0:
        affordable = int(cash_balance * RISK / price)
        if affordable > 0:
            return ("BUY", affordable)
    return "HOLD"
`
}
