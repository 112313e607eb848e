/** What is measured in a list of prices, the latest last. Too short a list gives NaN, which no comparison lets pass. */

/** Returns that the volatility of one tick is taken from, and the fewest that say anything. */
export const VOLATILITY_WINDOW = 20
export const VOLATILITY_LEAST = 5

type Prices = ReadonlyArray<number>

/** The item `back` places before the last; NaN where there is none. */
export const ago = (prices: Prices, back: number): number => prices[prices.length - 1 - back] ?? Number.NaN

export const latest = (prices: Prices): number => ago(prices, 0)

export const mean = (values: Prices): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Of a whole population, as `statistics.pstdev`. */
export const deviation = (values: Prices): number => {
  const middle = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)))
}

export const highest = (values: Prices): number => values.reduce((most, value) => Math.max(most, value), -Infinity)
export const lowest = (values: Prices): number => values.reduce((least, value) => Math.min(least, value), Infinity)

export const change = (prices: Prices, ticks: number): number => latest(prices) / ago(prices, ticks) - 1

/** Relative changes from each price to the next. */
export const returns = (prices: Prices): Prices =>
  prices.slice(1).map((price, index) => price / (prices[index] ?? Number.NaN) - 1)
