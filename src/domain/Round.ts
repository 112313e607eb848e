/**
 * What came of asking a model to improve its algorithm: an entry for what it wrote at first, and one for each round. Returns
 * are fractions, after costs.
 */
import * as Schema from "effect/Schema"
import { percent } from "./Figures.js"

/** A trade from its beginning to its end, or to the last price. */
export const Trade = Schema.Struct({
  market: Schema.String,
  from: Schema.Int,
  to: Schema.Int,
  /** Below zero for shares that were sold first and bought back later. */
  shares: Schema.Int,
  /** The prices, without costs. */
  entry: Schema.Number,
  exit: Schema.Number,
  /** After costs, as a share of the equity at the start. */
  profit: Schema.Number
})
export type Trade = typeof Trade.Type

/** How a module did over prices that its model may know. */
export const Practice = Schema.Struct({
  /** How many stretches of prices. */
  markets: Schema.Int,
  ticks: Schema.Int,
  return: Schema.Number,
  holdReturn: Schema.Number,
  trades: Schema.Int,
  exposure: Schema.Number,
  maxDrawdown: Schema.Number,
  /** The trades that cost most, the worst first. */
  worst: Schema.Array(Trade)
})
export type Practice = typeof Practice.Type

/** How it did over the prices that decide which module stays. The model never learns of it. */
export const Choice = Schema.Struct({ return: Schema.Number, trades: Schema.Int })
export type Choice = typeof Choice.Type

export const Result = Schema.Literal("first", "better", "worse", "keep", "failed")
export type Result = typeof Result.Type

export const Round = Schema.Struct({
  /** 0 for what the model wrote at first. */
  round: Schema.Int,
  /** `first` and `better` became the algorithm; after the others it stayed what it was. */
  result: Result,
  /** The return of this round's module over the prices that its model may know. */
  practice: Schema.optional(Schema.Number),
  /** And over those that decided. */
  choice: Schema.optional(Schema.Number),
  /** Why a round failed, or why its module was not taken, where that is not its return. */
  reason: Schema.optional(Schema.String)
})
export type Round = typeof Round.Type

/** The round that the algorithm comes from. */
export const originOf = (rounds: ReadonlyArray<Round>): number =>
  rounds.findLast(({ result }) => result === "first" || result === "better")?.round ?? 0

/** `round 2: a better module (+0.52 %)`. */
export const describeRound = ({ choice, reason, result, round }: Round): string => {
  const said = {
    first: "a first module",
    better: "a better module",
    worse: `no better module${reason === undefined ? "" : `: ${reason}`}`,
    keep: "keeps its module",
    failed: `failed: ${reason ?? "no answer"}`
  }
  return `${round === 0 ? "" : `round ${round}: `}${said[result]}${choice === undefined ? "" : ` (${percent(choice)})`}`
}

/** One line for a person: `from round 1: first +0.10 %, round 1 +0.52 %, round 2 -0.20 % not taken`. */
export const describe = (rounds: ReadonlyArray<Round>): string => {
  const results = rounds.map(({ choice, result, round }) => {
    const name = round === 0 ? "first" : `round ${round}`
    if (result === "keep") return `${name} kept it`
    if (result === "failed") return `${name} failed`
    return `${name}${choice === undefined ? "" : ` ${percent(choice)}`}${result === "worse" ? " not taken" : ""}`
  })
  const origin = originOf(rounds)
  return `${origin === 0 ? "as at first" : `from round ${origin}`}: ${results.join(", ")}`
}
