/**
 * The traders that know nothing: each makes the trades of the algorithm, as many, as large and in the same order, but at
 * random ticks. What the algorithm makes beyond them is due to when it trades. Seeded: the same trades meet the same
 * traders.
 */
import { PCGRandom } from "effect/Utils"
import * as Ledger from "./Ledger.js"
import * as Metrics from "./Metrics.js"

const SEED = 20_240_102
/** A share is then known to about 0.1, and 100 books of 390 ticks take a millisecond. */
const TRADERS = 100

export interface Comparison {
  readonly meanReturn: number
  /** The share of the traders that made less; a tie counts half. */
  readonly beaten: number
}

/** So many different ticks in the order of time, each choice as likely as any other: Floyd's way, a draw for each. */
const ticksOf = (random: PCGRandom, wanted: number, ticks: number): ReadonlyArray<number> => {
  const taken = new Uint8Array(ticks)
  for (let last = ticks - wanted; last < ticks; last++) {
    const tick = Math.floor(random.number() * (last + 1))
    taken[taken[tick] === 1 ? last : tick] = 1
  }
  const chosen: Array<number> = []
  for (let tick = 0; tick < ticks; tick++) if (taken[tick] === 1) chosen.push(tick)
  return chosen
}

export const compare = (prices: ReadonlyArray<number>, book: Ledger.Book, start: Ledger.Start): Comparison => {
  const random = new PCGRandom(SEED)
  const last = (curve: ReadonlyArray<number>) => (curve.at(-1) ?? book.startEquity) / book.startEquity - 1
  const own = last(book.equity)
  if (book.fills.length === 0) return { meanReturn: 0, beaten: 0.5 }
  const orders = book.fills.map(({ shares }) => shares)
  const final = prices.at(-1) ?? 0
  const others = Array.from({ length: TRADERS }, () => {
    // Only the prices at which they trade matter, and the last one.
    const met = ticksOf(random, orders.length, prices.length).map((tick) => prices[tick] ?? 0)
    return last(Ledger.play([...met, final], orders, start).equity)
  })
  const less = others.filter((other) => other < own).length
  const equal = others.filter((other) => other === own).length
  return { meanReturn: Metrics.mean(others), beaten: (less + equal / 2) / TRADERS }
}
