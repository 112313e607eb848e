/**
 * What one algorithm made of prices that its prompt has not seen: plain numbers that encode to JSON. Shares are fractions
 * (0.05 is 5 %), after costs. The same module, prices and costs always give the same score.
 */
import * as Schema from "effect/Schema"
import { count, percent, share } from "./Figures.js"

export { percent, share }

/** What a single play and a whole score have in common: of a score it is the sum or the mean of its plays. */
const measures = {
  /** Prices that the algorithm was called with. */
  ticks: Schema.Int,
  /** What buying at the first tick and keeping would have made, with the same costs; a fraction of the equity at the start. */
  holdReturn: Schema.Number,
  /** The mean of random traders that make the same trades in the same order at random ticks; a fraction. */
  randomReturn: Schema.Number,
  /** The share of those random traders that made less, from 0 to 1. */
  randomBeaten: Schema.Number,
  /** Orders that were filled, whole or in part. */
  trades: Schema.Int,
  /** Orders of which nothing could be filled: no cash, or no shares to sell. */
  refused: Schema.Int,
  /** Orders that were filled in part, as far as the cash or the shares went. */
  reduced: Schema.Int,
  /** The share of ticks at whose end shares were held, from 0 to 1. */
  exposure: Schema.Number,
  /** The largest drawdown, from a peak to a later low, as a share of the peak; of several plays the worst. */
  maxDrawdown: Schema.Number,
  /** A year, from the returns of ticks, without a risk-free rate; null if the equity never moved. The mean of the plays that have one. */
  sharpe: Schema.NullOr(Schema.Number),
  /** What was traded, as a multiple of the mean equity. */
  turnover: Schema.Number,
  /** Fees and slippage, as a share of the equity at the start. */
  costs: Schema.Number
}

/** One stretch of prices, played from the first to the last without a break. */
export const Play = Schema.Struct({
  /** The ticker, or the name of a made-up market. */
  market: Schema.String,
  /** The gain after costs, as a fraction of the equity at the start: 0.05 is 5 %. */
  return: Schema.Number,
  ...measures,
  /** The equity as a multiple of the start, at up to 40 evenly spaced ticks, the last one included. */
  equity: Schema.Array(Schema.Number)
})
export type Play = typeof Play.Type

/** A number, and where the true one lies with 95 % confidence; no interval where there is one part only. */
export const Estimate = Schema.Struct({
  value: Schema.Number,
  interval: Schema.NullOr(Schema.Tuple(Schema.Number, Schema.Number))
})
export type Estimate = typeof Estimate.Type

export const Score = Schema.Struct({
  /** Whose prices: `data` are the caller's. */
  basis: Schema.Literal("data", "made-up"),
  /** What one price stands for. */
  bar: Schema.Literal("minute", "hour", "day"),
  /** What the intervals are taken over: folds of one stretch of prices, or markets. */
  parts: Schema.Struct({
    kind: Schema.Literal("fold", "market"),
    count: Schema.Int,
    /** What each added, as a share of the equity at the start. */
    profits: Schema.Array(Schema.Number)
  }),
  /** Of all folds together, or the mean of the markets; a fraction of the equity at the start. */
  return: Estimate,
  /** By how much it exceeds buying and keeping; a fraction. */
  overHold: Estimate,
  ...measures,
  /** A fraction of the traded value: 0.001 is 0.1 %. */
  fee: Schema.Number,
  /** A fraction of the price. */
  slippage: Schema.Number,
  /** By whose rules it was played, where more may be spent than there is: those of the AlgoClash arena. */
  rules: Schema.optional(Schema.Literal("arena")),
  /** This score decided which of several modules stayed, so it is a little too good. */
  isChosenBy: Schema.optional(Schema.Literal(true)),
  plays: Schema.Array(Play)
})
export type Score = typeof Score.Type

/** What a line of a manifest has of it: all but the single plays. */
export const Brief = Score.omit("plays")
export type Brief = typeof Brief.Type

export const brief = Schema.decodeSync(Brief)

/** Whether the algorithm did anything that can be judged. */
export const hasTraded = ({ trades }: Pick<Score, "trades">): boolean => trades > 0

/** `+1.23 % (-0.40 % to +2.86 %)`. */
export const estimate = ({ interval, value }: Estimate): string =>
  interval === null ? percent(value) : `${percent(value)} (${percent(interval[0])} to ${percent(interval[1])})`

/** On what the score was reached, such as `4 folds of AAPL`. */
export const basisOf = ({ basis, parts, plays }: Score): string =>
  basis === "made-up"
    ? count(parts.count, "made-up market")
    : parts.kind === "market"
      ? count(parts.count, "ticker")
      : parts.count === 1
        ? `the last third of ${plays[0]?.market ?? "the data"}`
        : `${count(parts.count, "fold")} of ${plays[0]?.market ?? "the data"}`

/** One line for a person, such as the one in the head of a file. */
export const describe = (score: Score): string =>
  hasTraded(score)
    ? `${estimate(score.return)} after costs over ${basisOf(score)}; buy and hold ${percent(score.holdReturn)}; ` +
      `better than ${share(score.randomBeaten)} of random traders; ${count(score.trades, "trade")}`
    : `never traded, over ${basisOf(score)}; buy and hold ${percent(score.holdReturn)}`
