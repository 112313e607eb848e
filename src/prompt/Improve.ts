/**
 * What a model is told when it is asked to improve its module: how it did over prices that the model may know, beside the
 * others, and which trades cost most. Nothing here comes from the prices that decide or that are scored.
 */
import { count, percent, price, share } from "../domain/Figures.js"
import type { Practice, Round, Trade } from "../domain/Round.js"

export interface Facts {
  /** From 1. */
  readonly round: number
  readonly practice: Practice
  readonly others: ReadonlyArray<Practice>
  /** Modules of earlier rounds that were not taken, with their returns. */
  readonly rejected: ReadonlyArray<Pick<Round, "round" | "practice" | "reason">>
}

/** More returns than these say nothing new. */
const MOST_OTHERS = 10

/** The latest of them: what a model is told does not grow from round to round. */
const MOST_REJECTED = 3

const played = ({ markets, ticks }: Practice): string =>
  markets === 1
    ? `the last ${ticks} of the earlier ticks, which come before those that decide`
    : `${markets} markets of this kind, ${ticks} ticks in all`

const own = ({ exposure, holdReturn, maxDrawdown, return: made, trades }: Practice): string =>
  trades === 0
    ? `It never traded. Buying and keeping made ${percent(holdReturn)}.`
    : `It made ${percent(made)} after costs with ${count(trades, "trade")}, held shares at ${share(exposure)} of the ticks, and had a drawdown of ${share(maxDrawdown, 2)}. Buying and keeping made ${percent(holdReturn)}.`

const beside = ({ return: made }: Practice, others: ReadonlyArray<Practice>): ReadonlyArray<string> => {
  if (others.length === 0) return []
  const better = others.filter((other) => other.return > made).length
  const best = [...others].sort((a, b) => b.return - a.return).slice(0, MOST_OTHERS)
  const listed = best.map((other) => `${percent(other.return)} (${count(other.trades, "trade")})`).join(", ")
  return [
    `Of ${others.length + 1} modules it is number ${better + 1}; ${others.length > MOST_OTHERS ? "the first of the others" : "the others"} made ${listed}.`
  ]
}

const trade = ({ entry, exit, from, market, profit, shares, to }: Trade, markets: number): string => {
  const where = markets === 1 ? "" : ` of ${market}`
  const [first, second] = shares > 0 ? ["bought", "sold"] : ["sold", "bought back"]
  return `- ticks ${from} to ${to}${where}: ${first} ${Math.abs(shares)} at ${price(entry)}, ${second} at ${price(exit)}: ${percent(profit)} of the cash`
}

const worst = ({ markets, worst: trades }: Practice): ReadonlyArray<string> =>
  trades.length === 0 ? [] : ["The trades that cost most:", ...trades.map((each) => trade(each, markets))]

export const message = ({ others, practice, rejected, round }: Facts): string =>
  [
    `Your module was played over ${played(practice)}.`,
    own(practice),
    ...beside(practice, others),
    ...worst(practice),
    ...rejected
      .slice(-MOST_REJECTED)
      .map(
        (each) =>
          `What you wrote in round ${each.round}${each.practice === undefined ? "" : ` made ${percent(each.practice)} here and`} was not taken: ${each.reason ?? "it made no more than this module"} over the prices that decide.`
      ),
    "",
    `Round ${round}: write a better module. It is taken only if it makes more over other prices, which you are not shown, so do not fit it to these. Signature, return values and rules are as before.`,
    "Answer with the Python source of the whole new module only. If you would change nothing, answer with the single word KEEP."
  ].join("\n")
