/** Trades from entry to exit: what was bought first is sold first, and shares that were sold short are bought back so too. */
import * as Ledger from "./Ledger.js"

export interface Trip {
  readonly from: number
  readonly to: number
  /** Below zero for a short. */
  readonly shares: number
  readonly entry: number
  readonly exit: number
  /** After costs. What is open at the end counts at the last price. */
  readonly profit: number
}

interface Lot {
  readonly tick: number
  shares: number
}

/** What so many shares cost, or bring if below zero. */
const paid = (price: number, shares: number, costs: Ledger.Costs): number =>
  shares * (shares > 0 ? Ledger.buying(price, costs) : Ledger.selling(price, costs))

export const of = (
  prices: ReadonlyArray<number>,
  fills: ReadonlyArray<Ledger.Fill>,
  costs: Ledger.Costs
): ReadonlyArray<Trip> => {
  const lots: Array<Lot> = []
  const trips: Array<Trip> = []
  const priceAt = (tick: number) => prices[tick] ?? 0
  const close = (lot: Lot, to: number, shares: number, brings: number) => {
    const [entry, exit] = [priceAt(lot.tick), priceAt(to)]
    trips.push({ from: lot.tick, to, shares, entry, exit, profit: brings - paid(entry, shares, costs) })
  }
  for (const { shares, tick } of fills) {
    let rest = shares
    for (let lot = lots[0]; lot !== undefined && lot.shares * rest < 0; lot = lots[0]) {
      const count = Math.min(Math.abs(lot.shares), Math.abs(rest)) * Math.sign(lot.shares)
      close(lot, tick, count, -paid(priceAt(tick), -count, costs))
      lot.shares -= count
      rest += count
      if (lot.shares === 0) lots.shift()
    }
    if (rest !== 0) lots.push({ tick, shares: rest })
  }
  const last = prices.length - 1
  for (const lot of lots) close(lot, last, lot.shares, lot.shares * priceAt(last))
  return trips
}
