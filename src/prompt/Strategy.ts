/**
 * What keeps several models from writing the same algorithm: each gets one of these strategy families with concrete
 * parameters. The choice is a hash of the model's id, so it stays the same from run to run and from machine to machine.
 */
import { shortHash } from "../domain/Hash.js"

export interface Strategy {
  readonly family: string
  /** A sentence or two that a prompt can carry as it is. */
  readonly directive: string
}

/** Parameter triples by family; the sentence is the same for all of them. */
interface Family {
  readonly name: string
  readonly parameters: ReadonlyArray<readonly [number, number, number]>
  readonly directive: (a: number, b: number, c: number) => string
}

const FAMILIES: ReadonlyArray<Family> = [
  {
    name: "moving-average crossover",
    parameters: [
      [5, 20, 10],
      [8, 34, 15],
      [12, 50, 20]
    ],
    directive: (fast, slow, share) =>
      `Compare a simple moving average of ${fast} prices with one of ${slow}. Buy with ${share} % of the cash when the short one crosses above the long one; sell the position when it crosses below.`
  },
  {
    name: "mean reversion",
    parameters: [
      [20, 2, 15],
      [30, 1.5, 10],
      [14, 2.5, 25]
    ],
    directive: (window, deviations, share) =>
      `Keep the mean and the standard deviation of the last ${window} prices. Buy with ${share} % of the cash when the price falls ${deviations} deviations below the mean; sell once it is back at the mean.`
  },
  {
    name: "channel breakout",
    parameters: [
      [20, 10, 20],
      [40, 15, 25],
      [55, 20, 15]
    ],
    directive: (entry, exit, share) =>
      `Buy with ${share} % of the cash when the price exceeds the highest of the previous ${entry} prices; sell everything when it drops under the lowest of the previous ${exit}.`
  },
  {
    name: "relative strength oscillator",
    parameters: [
      [14, 30, 70],
      [9, 25, 75],
      [21, 35, 65]
    ],
    directive: (window, low, high) =>
      `Compute a relative strength index over ${window} price changes with Wilder's smoothing. Buy a tenth of what the cash allows below ${low}; sell half of the shares above ${high}.`
  },
  {
    name: "momentum",
    parameters: [
      [10, 2, 20],
      [15, 3, 25],
      [25, 4, 30]
    ],
    directive: (window, threshold, share) =>
      `Measure the return over the last ${window} ticks. Buy with ${share} % of the cash when it is above ${threshold} %; sell all shares when it turns negative.`
  },
  {
    name: "trailing stop",
    parameters: [
      [3, 5, 30],
      [4, 8, 20],
      [6, 10, 40]
    ],
    directive: (rise, stop, share) =>
      `Enter with ${share} % of the cash once the price has risen ${rise} % from its latest low. From then on remember the highest price and sell everything when the price is ${stop} % under it.`
  },
  {
    name: "grid",
    parameters: [
      [1, 5, 10],
      [2, 4, 15],
      [3, 6, 12]
    ],
    directive: (step, levels, share) =>
      `Lay ${levels} grid lines, ${step} % apart, under and over the first price seen. Each line crossed downwards buys with ${share} % of the cash; each line crossed upwards sells the same number of shares.`
  },
  {
    name: "exponential trend with signal line",
    parameters: [
      [12, 26, 9],
      [8, 21, 5],
      [19, 39, 9]
    ],
    directive: (fast, slow, signal) =>
      `Update exponential averages of ${fast} and ${slow} ticks and smooth their difference over ${signal}. Buy when the difference rises through its smoothed line, sell when it falls through it.`
  },
  {
    name: "volatility targeting",
    parameters: [
      [20, 1, 50],
      [30, 2, 60],
      [15, 1.5, 40]
    ],
    directive: (window, target, cap) =>
      `Estimate the volatility of the last ${window} returns. Hold a position worth at most ${cap} % of the portfolio, scaled so that one standard deviation moves the portfolio by ${target} %; buy or sell the difference when it exceeds one share in ten.`
  },
  {
    name: "dip buying in an uptrend",
    parameters: [
      [50, 3, 5],
      [40, 4, 6],
      [60, 2, 4]
    ],
    directive: (trend, dip, gain) =>
      `Trade only while the price is above its average of ${trend} ticks. Buy a quarter of what the cash allows after a fall of ${dip} % from the latest high; take the profit ${gain} % above the entry.`
  },
  {
    name: "rate-of-change reversal",
    parameters: [
      [5, 4, 8],
      [8, 6, 12],
      [3, 3, 6]
    ],
    directive: (window, fall, hold) =>
      `After a fall of more than ${fall} % within ${window} ticks buy with a fifth of the cash, and sell again ${hold} ticks later or as soon as half of the fall is made good.`
  },
  {
    name: "scheduled accumulation with take-profit",
    parameters: [
      [10, 5, 12],
      [15, 8, 10],
      [20, 4, 15]
    ],
    directive: (every, share, gain) =>
      `Every ${every} ticks buy with ${share} % of the cash whatever the price is, keeping the average cost of the position. Sell half of the shares when the price is ${gain} % above that cost.`
  },
  {
    name: "regression slope",
    parameters: [
      [20, 0.1, 20],
      [30, 0.05, 25],
      [12, 0.2, 15]
    ],
    directive: (window, slope, share) =>
      `Fit a straight line by least squares through the last ${window} prices. Buy with ${share} % of the cash when it rises by more than ${slope} % of the price a tick; sell when it falls by as much.`
  },
  {
    name: "stochastic range position",
    parameters: [
      [14, 20, 80],
      [21, 15, 85],
      [10, 25, 75]
    ],
    directive: (window, low, high) =>
      `Express the price as a percentage of the range between the lowest and the highest of the last ${window} prices. Buy an eighth of what the cash allows when the figure climbs back over ${low}; sell half when it drops back under ${high}.`
  },
  {
    name: "run counting",
    parameters: [
      [3, 4, 12],
      [4, 3, 18],
      [5, 2, 22]
    ],
    directive: (falls, rises, share) =>
      `Count consecutive ticks in the same direction. Buy with ${share} % of the cash after ${falls} falls in a row; sell half of the shares after ${rises} rises in a row.`
  }
]

/** The strategy of a model's n-th sample, counted from 1; neighbouring samples come from different families. */
export const forModel = (model: string, sample: number = 1): Strategy => {
  const hash = Number.parseInt(shortHash(model), 16)
  const family = at(FAMILIES, hash + (sample - 1))
  const [a, b, c] = at(family.parameters, Math.floor(hash / FAMILIES.length) + (sample - 1))
  return { family: family.name, directive: family.directive(a, b, c) }
}

const at = <A>(items: ReadonlyArray<A>, index: number): A => {
  const item = items[index % items.length]
  if (item === undefined) throw new RangeError("an empty list has no items")
  return item
}
