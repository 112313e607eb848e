/**
 * The book of one play: orders filled at the price that the algorithm saw, made worse by slippage and fee. No more is
 * bought than the cash pays for and no more is sold than is held, unless rules allow debts and shorts. The driver of the
 * trial keeps the same book, so it is written with operations that every language rounds alike.
 */

export interface Costs {
  /** Of the traded value. */
  readonly fee: number
  /** Of the price: buys are filled above it, sells below. */
  readonly slippage: number
}

export const FREE: Costs = { fee: 0, slippage: 0 }

/** How far cash and shares may fall by an order. */
export interface Rules {
  readonly leastCash: number
  readonly leastShares: number
}

export const OWN_MEANS: Rules = { leastCash: 0, leastShares: 0 }

export interface Start extends Costs, Partial<Rules> {
  readonly cash: number
  readonly shares: number
}

/** Shares to buy, or, below zero, to sell; 0 is HOLD. */
export type Order = number

export interface Fill {
  readonly tick: number
  /** As in an order, and never 0. */
  readonly shares: number
}

export interface Book {
  readonly fills: ReadonlyArray<Fill>
  /** Cash and shares at the end of each tick. */
  readonly equity: ReadonlyArray<number>
  readonly startEquity: number
  readonly refused: number
  readonly reduced: number
  /** Ticks at whose end shares were held. */
  readonly held: number
  /** The value of all trades, at the prices without costs. */
  readonly traded: number
  /** Fees and slippage. */
  readonly paid: number
}

/** What one share costs, and what it brings. */
export const buying = (price: number, { fee, slippage }: Costs): number => price * (1 + slippage) * (1 + fee)
export const selling = (price: number, { fee, slippage }: Costs): number => price * (1 - slippage) * (1 - fee)

/** The most shares whose cost does not exceed the cash. A quotient alone could be one too many or too few. */
export const affordable = (cash: number, unit: number): number => {
  let count = Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, Math.floor(cash / unit)))
  while (count > 0 && count * unit > cash) count -= 1
  while (count < Number.MAX_SAFE_INTEGER && (count + 1) * unit <= cash) count += 1
  return count
}

export const play = (prices: ReadonlyArray<number>, orders: ReadonlyArray<Order>, start: Start): Book => {
  let { cash, shares } = start
  let [refused, reduced, held, traded, paid] = [0, 0, 0, 0, 0]
  const fills: Array<Fill> = []
  const { leastCash, leastShares } = { ...OWN_MEANS, ...start }
  const floor = Math.min(leastShares, shares)
  const equity = prices.map((price, tick) => {
    const order = orders[tick] ?? 0
    const wanted = Math.abs(order)
    if (order !== 0) {
      const unit = order > 0 ? buying(price, start) : selling(price, start)
      const count = Math.min(wanted, order > 0 ? affordable(cash - leastCash, unit) : Math.max(0, shares - floor))
      if (count === 0) refused += 1
      else {
        if (count < wanted) reduced += 1
        const signed = order > 0 ? count : -count
        cash -= signed * unit
        shares += signed
        traded += count * price
        paid += count * Math.abs(unit - price)
        fills.push({ tick, shares: signed })
      }
    }
    if (shares !== 0) held += 1
    return cash + shares * price
  })
  const startEquity = start.cash + start.shares * (prices[0] ?? 0)
  return { fills, equity, startEquity, refused, reduced, held, traded, paid }
}

/** All cash into shares at the first tick, and never anything again. */
export const hold = (prices: ReadonlyArray<number>, start: Start): Book =>
  play(prices, [affordable(start.cash, buying(prices[0] ?? 1, start))], start)
