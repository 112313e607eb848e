/** What strategies measure in a list of prices, the latest last, beside what summaries of prices measure. */
import {
  deviation,
  highest,
  latest,
  lowest,
  returns,
  VOLATILITY_LEAST,
  VOLATILITY_WINDOW
} from "../../../src/market/Measures.js"

export * from "../../../src/market/Measures.js"

type Prices = ReadonlyArray<number>

/** The last items; empty where there are not as many. */
export const last = (prices: Prices, count: number): Prices => (prices.length < count ? [] : prices.slice(-count))

export const before = (prices: Prices): Prices => prices.slice(0, -1)

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
