/** What strategies and summaries measure in a list of prices, the latest last. Too short a list gives NaN, which no comparison lets pass. */

/** Returns that the volatility of one tick is taken from, and the fewest that say anything. */
export const VOLATILITY_WINDOW = 20
export const VOLATILITY_LEAST = 5

type Prices = ReadonlyArray<number>

/** The item `back` places before the last; NaN where there is none. */
export const ago = (prices: Prices, back: number): number => prices[prices.length - 1 - back] ?? Number.NaN

export const latest = (prices: Prices): number => ago(prices, 0)

/** The last items; empty where there are not as many. */
export const last = (prices: Prices, count: number): Prices => (prices.length < count ? [] : prices.slice(-count))

export const before = (prices: Prices): Prices => prices.slice(0, -1)

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

/** The volatility of one tick: the standard deviation of the last 20 returns, or of all while there are fewer. */
export const volatility = (prices: Prices): number => {
  const recent = returns(prices.slice(-VOLATILITY_WINDOW - 1))
  const spread = recent.length < VOLATILITY_LEAST ? 0 : deviation(recent)
  return spread > 0 ? spread : Number.NaN
}

/** An exponential average at each price, from the first one on. */
export const exponential = (prices: Prices, window: number): Prices => {
  let average = prices[0] ?? Number.NaN
  return prices.map((price) => (average += ((price - average) * 2) / (window + 1)))
}

/** The slope of the straight line through the last prices by least squares, as a share of the latest price a tick. */
export const slope = (prices: Prices, window: number): number => {
  const recent = last(prices, window)
  const middle = (window - 1) / 2
  const products = recent.reduce((sum, price, index) => sum + (index - middle) * price, 0)
  const squares = recent.reduce((sum, _, index) => sum + (index - middle) ** 2, 0)
  return products / squares / latest(prices)
}

/** The relative strength index with Wilder's smoothing; 50 where nothing moved. */
export const relativeStrength = (prices: Prices, window: number): number => {
  if (prices.length <= window) return Number.NaN
  let [gain, loss] = [0, 0]
  prices.slice(1).forEach((price, index) => {
    const move = price - (prices[index] ?? price)
    const weight = 1 / Math.min(index + 1, window)
    gain += (Math.max(move, 0) - gain) * weight
    loss += (Math.max(-move, 0) - loss) * weight
  })
  return gain + loss === 0 ? 50 : (100 * gain) / (gain + loss)
}

/** Where the price stands in the range of the last prices, 0 to 100. */
export const rangePosition = (prices: Prices, window: number): number => {
  const recent = last(prices, window)
  const low = lowest(recent)
  return (100 * (latest(prices) - low)) / (highest(recent) - low)
}
