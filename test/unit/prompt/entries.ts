/** The entry condition that the directive of each strategy family describes, by the name of the family. */
import { assert } from "@effect/vitest"
import { within } from "../../../src/prompt/Families.js"
import * as M from "../market/measures.js"

type Prices = ReadonlyArray<number>

/** Would it buy now, owning nothing? The prices up to now, the latest last. */
type Entry = (a: number, b: number, c: number) => (prices: Prices) => boolean

const ENTRIES: Readonly<Record<string, Entry>> = {
  crossover: (fast, slow) => (prices) => M.mean(M.last(prices, fast)) > M.mean(M.last(prices, slow)),
  reversion: (window, deviations) => (prices) => {
    const recent = M.last(prices, window)
    return M.latest(prices) < M.mean(recent) - deviations * M.deviation(recent)
  },
  breakout: (entry, margin) => (prices) => {
    const previous = M.last(M.before(prices), entry)
    return previous.length > 0 && M.latest(prices) > M.highest(previous) * (1 + margin * M.volatility(prices))
  },
  rsi: (window, low) => (prices) => M.relativeStrength(prices, window) < low,
  momentum: (window, factor) => (prices) => M.change(prices, window) > within(window, factor) * M.volatility(prices),
  dip: (trend, dip) => (prices) => {
    const recent = M.last(prices, trend)
    const price = M.latest(prices)
    return price > M.mean(recent) && price <= M.highest(recent) * (1 - dip * M.volatility(prices))
  },
  macd: (fast, slow, signal) => (prices) => {
    const long = M.exponential(prices, slow)
    const difference = M.exponential(prices, fast).map((value, index) => value - (long[index] ?? value))
    const line = M.exponential(difference, signal)
    const above = (back: number) => M.ago(difference, back) > M.ago(line, back)
    return prices.length > slow && above(0) && !above(1)
  },
  grid: (step, levels) => (prices) => {
    const first = prices.slice(0, M.VOLATILITY_WINDOW + 1)
    if (prices.length <= first.length) return false
    const height = (price: number) => (price / M.latest(first) - 1) / (step * M.volatility(first))
    // The lowest line at or under a price, of those that there are.
    const line = (price: number) => Math.min(levels, Math.max(-levels - 1, Math.floor(height(price))))
    return line(M.latest(prices)) < line(M.ago(prices, 1))
  },
  trailing: (rise) => (prices) => M.latest(prices) >= M.lowest(prices) * (1 + rise * M.volatility(prices)),
  slope: (window, rise) => (prices) => M.slope(prices, window) > rise * M.volatility(prices),
  stochastic: (window, low) => (prices) =>
    M.rangePosition(M.before(prices), window) < low && M.rangePosition(prices, window) >= low,
  reversal: (window, factor) => (prices) => M.change(prices, window) < -within(window, factor) * M.volatility(prices),
  volatility: (start) => (prices) => prices.length > start && M.volatility(prices) > 0,
  shock: (fall) => (prices) => M.change(prices, 1) < -fall * M.volatility(M.before(prices)),
  acceleration: (window, factor) => (prices) => {
    const earlier = M.change(prices.slice(0, -window), window)
    return M.change(prices, window) - earlier > within(2 * window, factor) * M.volatility(prices)
  },
  accumulation: (every) => (prices) => prices.length > every,
  runs: (falls, depth) => (prices) =>
    M.returns(M.last(prices, falls + 1)).every((move) => move < 0) &&
    M.change(prices, falls) <= -depth * M.volatility(prices),
  opening: (ticks, margin) => (prices) => {
    const range = prices.slice(0, ticks)
    if (prices.length <= ticks) return false
    const room = 1 + margin * M.volatility(prices)
    const wasBelow = M.lowest(prices.slice(ticks)) < M.lowest(range)
    return M.latest(prices) > M.highest(wasBelow ? M.last(M.before(prices), ticks) : range) * room
  }
}

export const entryOf = (name: string): Entry => ENTRIES[name] ?? assert.fail(`no entry condition of ${name}`)
