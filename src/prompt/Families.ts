/**
 * The strategy families: what a directive says. Every distance is a multiple of v, the volatility of one tick, which makes a
 * directive fit minutes, hours and days alike; every window fits into 60 ticks. `test/unit/prompt/entries.ts` has the same
 * entry conditions as code, which the tests play.
 */
import { VOLATILITY_WINDOW } from "../market/Measures.js"

export interface Family {
  /** One word, for tables. */
  readonly name: string
  readonly title: string
  /** What each of the four numbers may be, the usual value first. The last one is a share of the cash in percent. */
  readonly numbers: readonly [a: Values, b: Values, c: Values, share: Values]
  readonly directive: (a: number, b: number, c: number, share: number) => string
}

type Values = ReadonlyArray<number>

const SHARES: Values = [20, 25, 30, 15, 35, 40, 50, 10]
const STOPS: Values = [3, 2, 2.5, 3.5, 4, 5]

/** How far a price usually moves within some ticks, times a factor, in v: chance moves grow with the root of the time. */
export const within = (ticks: number, factor: number): number => Math.round(10 * factor * Math.sqrt(ticks)) / 10

const stop = (distance: number): string => `when the price is ${distance} v under its highest since the purchase`

export const FAMILIES: ReadonlyArray<Family> = [
  {
    name: "crossover",
    title: "moving-average crossover",
    numbers: [[4, 3, 5, 6, 7, 8], [12, 13, 14, 15, 16, 18], STOPS, SHARES],
    directive: (fast, slow, distance, share) =>
      `Compare the average of the last ${fast} prices with that of the last ${slow}. Owning nothing, buy with ${share} % of the cash when the short average is above the long one. Sell everything when it falls below, or ${stop(distance)}.`
  },
  {
    name: "reversion",
    title: "mean reversion",
    numbers: [[15, 10, 12, 14, 16, 18], [1.2, 0.9, 1, 1.1, 1.3, 1.4], [15, 10, 12, 20, 25, 30], SHARES],
    directive: (window, deviations, ticks, share) =>
      `Keep the mean and the standard deviation of the last ${window} prices. Owning nothing, buy with ${share} % of the cash when the price is more than ${deviations} standard deviations below the mean. Sell everything once it is back at the mean, or after ${ticks} ticks.`
  },
  {
    name: "breakout",
    title: "channel breakout",
    numbers: [[8, 5, 6, 7, 9, 10], [0.1, 0.05, 0.15, 0.2, 0.25, 0.3], [5, 3, 4, 6, 8, 10], SHARES],
    directive: (entry, margin, exit, share) =>
      `Owning nothing, buy with ${share} % of the cash when the price is more than ${margin} v above the highest of the previous ${entry} prices. Sell everything when it drops under the lowest of the previous ${exit}.`
  },
  {
    name: "rsi",
    title: "relative strength index",
    numbers: [[7, 4, 5, 6, 8, 9], [40, 39, 41, 42, 44, 45], [65, 58, 60, 62, 68, 70], SHARES],
    directive: (window, low, high, share) =>
      `Compute a relative strength index over ${window} price changes with Wilder's smoothing. Buy with ${share} % of the cash when it is below ${low}, at most once in ${window} ticks. Sell half of the shares when it is above ${high}.`
  },
  {
    name: "momentum",
    title: "momentum",
    numbers: [[6, 4, 5, 7, 8, 10], [0.6, 0.4, 0.5, 0.55, 0.7, 0.8], STOPS, SHARES],
    directive: (window, factor, distance, share) =>
      `Measure the return over the last ${window} ticks. Owning nothing, buy with ${share} % of the cash when it is above ${within(window, factor)} v. Sell everything when it turns negative, or ${stop(distance)}.`
  },
  {
    name: "dip",
    title: "dip buying in an uptrend",
    numbers: [[12, 10, 14, 15, 16, 18], [0.8, 0.6, 0.7, 0.9, 1, 1.1], [2, 1.5, 2.5, 3, 3.5, 4], SHARES],
    directive: (trend, dip, gain, share) =>
      `Trade only while the price is above the average of the last ${trend} prices. Owning nothing, buy with ${share} % of the cash when the price is at least ${dip} v below the highest of these ${trend}. Take the profit ${gain} v above the entry, and sell everything ${gain} v below it.`
  },
  {
    name: "macd",
    title: "exponential trend with signal line",
    numbers: [[5, 3, 4, 6, 7, 8], [12, 13, 14, 15, 16, 18], [4, 3, 5, 6, 7, 8], SHARES],
    directive: (fast, slow, signal, share) =>
      `From the first price on, update exponential averages of ${fast} and ${slow} ticks and smooth their difference over ${signal}. After ${slow} ticks buy with ${share} % of the cash when the difference rises through its smoothed line; sell everything when it falls through it.`
  },
  {
    name: "grid",
    title: "grid",
    numbers: [[1.5, 0.8, 1, 1.25, 1.75, 2], [4, 3, 5, 6, 7, 8], [2, 1, 3, 4, 5, 6], SHARES],
    directive: (step, levels, floor, share) =>
      `After ${VOLATILITY_WINDOW} ticks take the price as the middle and ${step} v as the step, and keep both. Lay ${levels} lines over the middle and ${levels} under it, a step apart. Buy with ${share} % of the cash whenever the price crosses a line or the middle downwards; sell as many shares as one purchase bought whenever it crosses one upwards. ${floor} steps under the lowest line sell everything and lay the grid anew.`
  },
  {
    name: "trailing",
    title: "trailing stop",
    numbers: [[2, 1.5, 1.75, 2.25, 2.5, 3], STOPS, [5, 3, 8, 10, 12, 15], SHARES],
    directive: (rise, distance, pause, share) =>
      `Owning nothing, remember the lowest price since the last sale and buy with ${share} % of the cash once the price is ${rise} v above it. From then on remember the highest price and sell everything when the price is ${distance} v under it; after a sale buy nothing for ${pause} ticks.`
  },
  {
    name: "slope",
    title: "regression slope",
    numbers: [[8, 6, 7, 9, 10, 12], [0.1, 0.05, 0.08, 0.12, 0.15, 0.18], [0.1, 0.05, 0.15, 0.2, 0.25, 0.3], SHARES],
    directive: (window, rise, fall, share) =>
      `Fit a straight line by least squares through the last ${window} prices. Owning nothing, buy with ${share} % of the cash when it rises by more than ${rise} v a tick. Sell everything when it falls by more than ${fall} v a tick.`
  },
  {
    name: "stochastic",
    title: "stochastic range position",
    numbers: [[10, 7, 8, 9, 11, 12], [20, 15, 18, 25, 28, 30], [80, 70, 72, 75, 82, 85], SHARES],
    directive: (window, low, high, share) =>
      `Express the price as a percentage of the range between the lowest and the highest of the last ${window} prices. Buy with ${share} % of the cash when the figure climbs from below ${low} to ${low} or more. Sell half of the shares when it drops from above ${high} to ${high} or less.`
  },
  {
    name: "reversal",
    title: "rate-of-change reversal",
    numbers: [[4, 2, 3, 5, 6, 7], [0.8, 0.5, 0.6, 0.7, 0.9, 1], [8, 5, 6, 10, 12, 15], SHARES],
    directive: (window, factor, ticks, share) =>
      `Owning nothing, buy with ${share} % of the cash after a fall of more than ${within(window, factor)} v within ${window} ticks. Sell everything ${ticks} ticks later, or as soon as half of the fall is made good.`
  },
  {
    name: "volatility",
    title: "volatility targeting",
    numbers: [[15, 8, 10, 12, 18, 20], [10, 5, 8, 12, 15, 20], [80, 60, 70, 75, 90, 95], SHARES],
    directive: (start, band, cap, share) =>
      `After ${start} ticks hold ${share} % of the portfolio in shares while v equals its own average so far, proportionally more while v is lower and less while it is higher, but never more than ${cap} %. Buy or sell the difference when it is more than ${band} % of the position wanted.`
  },
  {
    name: "shock",
    title: "fading a single shock",
    numbers: [[1.2, 0.9, 1, 1.1, 1.3, 1.4], [1, 0.6, 0.8, 1.2, 1.5, 2], [6, 3, 4, 8, 10, 12], SHARES],
    directive: (fall, gain, ticks, share) =>
      `Owning nothing, buy with ${share} % of the cash after a single tick that loses more than ${fall} v, where v is that of the ticks before it. Sell everything ${gain} v above the entry, or ${ticks} ticks after it.`
  },
  {
    name: "acceleration",
    title: "acceleration",
    numbers: [[5, 3, 4, 6, 7, 8], [0.7, 0.5, 0.6, 0.8, 0.9, 1], STOPS, SHARES],
    directive: (window, factor, distance, share) =>
      `Subtract the return over the ${window} ticks before the last ${window} from the return over the last ${window}. Owning nothing, buy with ${share} % of the cash when the difference is above ${within(2 * window, factor)} v. Sell everything when it is below the negative of that, or ${stop(distance)}.`
  },
  {
    name: "accumulation",
    title: "scheduled accumulation with take-profit",
    numbers: [[6, 4, 5, 8, 10, 12], [2, 1, 1.5, 2.5, 3, 4], STOPS, SHARES],
    directive: (every, limit, gain, share) =>
      `Every ${every} ticks buy with ${share} % of the cash unless the price is more than ${limit} v above the average cost of the position. Keep that average cost, and sell half of the shares when the price is ${gain} v above it.`
  },
  {
    name: "runs",
    title: "run counting",
    numbers: [
      [2, 3],
      [0.8, 0.5, 0.6, 0.7, 0.9, 1],
      [4, 3, 5, 6, 7, 8],
      Array.from({ length: 24 }, (_, n) => 10 + 2 * n)
    ],
    directive: (falls, depth, ticks, share) =>
      `Owning nothing, buy with ${share} % of the cash after ${falls} falls in a row that together lose at least ${depth} v. Sell everything after ${falls} rises in a row, or ${ticks} ticks after the purchase.`
  },
  {
    name: "opening",
    title: "opening range",
    numbers: [[8, 5, 6, 7, 9, 10], [0.1, 0.05, 0.15, 0.2, 0.25, 0.3], STOPS, SHARES],
    directive: (ticks, margin, distance, share) =>
      `Remember the highest and the lowest of the first ${ticks} prices. Later, owning nothing, buy with ${share} % of the cash when the price is more than ${margin} v above that high, or, once it has been below that low, by as much above the highest of the previous ${ticks} prices. Sell everything ${stop(distance)}.`
  }
]
