/**
 * What an algorithm is scored on: prices that its prompt has not seen. Of the caller's data that is the last third, else
 * it is every made-up market.
 */
import type { Score } from "../domain/Score.js"
import * as Bars from "../market/Bars.js"
import * as Lookup from "../market/Lookup.js"
import * as Markets from "../market/Markets.js"
import * as Folds from "./Folds.js"
import type * as Ledger from "./Ledger.js"

export interface Paper {
  readonly market: string
  readonly prices: ReadonlyArray<number>
}

export interface Exam extends Ledger.Costs {
  readonly basis: Score["basis"]
  readonly bar: Bars.BarSize
  /** What may be borrowed; default nothing. */
  readonly rules?: Ledger.Rules | undefined
  /** What the score is reached on. */
  readonly papers: ReadonlyArray<Paper>
  /** What is played besides where models improve their modules. */
  readonly rounds?: Rounds | undefined
}

export interface Rounds {
  /** Prices that the models may know. */
  readonly practice: ReadonlyArray<Paper>
  /** Prices that decide which module stays; undefined where there are too few: then those of the score decide. */
  readonly choice: ReadonlyArray<Paper> | undefined
}

/** All that is played, in this order: practice, choice, score. */
export const all = ({ papers, rounds }: Exam): ReadonlyArray<Paper> =>
  rounds === undefined ? papers : [...rounds.practice, ...(rounds.choice ?? []), ...papers]

/**
 * What trading costs unless told otherwise. A cent on 100 dollars is what a broker takes who takes anything. Five cents
 * are half the spread of a stock that is traded a lot, and what the backtester Zipline takes by default.
 */
export const COSTS: Ledger.Costs = { fee: 0.0001, slippage: 0.0005 }

/** Of the arena: four times as much cash as there is at the start, and shorts. */
const ARENA: Ledger.Rules = { leastCash: -40_000, leastShares: -250 }

/** In all. The latest are taken: a sandbox has seconds, and some modules look at all of the past at every tick. */
export const MOST_TICKS = 5000

/** Of the prices that models may know; the latest as well. */
const PRACTICE_TICKS = 2000

/** A trading day of minutes. */
const MADE_UP_TICKS = 390
/** Of the score, and where there are rounds of what decides and of what the models are told about. */
const [MADE_UP_SEED, CHOICE_SEED, PRACTICE_SEED] = [1, 2, 3]

export interface Options {
  /** Of made-up prices; default minutes. */
  readonly bar?: Bars.BarSize | undefined
  /** Default `COSTS.fee`. */
  readonly fee?: number | undefined
  /** Default `COSTS.slippage`. */
  readonly slippage?: number | undefined
  /** By the rules of the AlgoClash arena: shorts, debts, and 10,000 in cash whatever a share costs. Default false. */
  readonly arena?: boolean | undefined
  /** Models are to improve their modules: the prices are shared out between practice, choice and score. Default false. */
  readonly rounds?: boolean | undefined
}

const termsOf = ({ arena, fee = COSTS.fee, slippage = COSTS.slippage }: Options) => ({
  fee,
  slippage,
  rules: arena === true ? ARENA : undefined
})

/** The last third of somebody's prices, of one ticker or of several. With rounds its first half is for the choice. */
export const ofSeries = (first: Bars.Series, options: Options = {}, others: ReadonlyArray<Bars.Series> = []): Exam => {
  const series = [first, ...others]
  const share = (ticks: number) => Math.ceil(ticks / series.length)
  const papers = series.map((each) => ({
    market: each.ticker,
    prices: Bars.heldOut(each).close.slice(-share(MOST_TICKS))
  }))
  const exam: Exam = { ...termsOf(options), basis: "data", bar: first.bar, papers }
  if (options.rounds !== true) return exam
  const practice = series.map((each) => ({
    market: each.ticker,
    prices: Bars.shown(each).close.slice(-share(PRACTICE_TICKS))
  }))
  const isEnough = papers.every(({ prices }) => prices.length >= 2 * Folds.LEAST_FOR_FOLDS)
  if (!isEnough) return { ...exam, rounds: { practice, choice: undefined } }
  const part = (take: (prices: ReadonlyArray<number>, half: number) => ReadonlyArray<number>) =>
    papers.map(({ market, prices }) => ({ market, prices: take(prices, prices.length >> 1) }))
  return {
    ...exam,
    papers: part((prices, half) => prices.slice(half)),
    rounds: { practice, choice: part((prices, half) => prices.slice(0, half)) }
  }
}

export const madeUp = (options: Options = {}): Exam => {
  const { bar = "minute" } = options
  const papers = (seed: number): ReadonlyArray<Paper> =>
    Markets.all({ bar, bars: MADE_UP_TICKS, seed }).map(([market, { close }]) => ({ market, prices: close }))
  const rounds = { practice: papers(PRACTICE_SEED), choice: papers(CHOICE_SEED) }
  return {
    ...termsOf(options),
    basis: "made-up",
    bar,
    papers: papers(MADE_UP_SEED),
    rounds: options.rounds === true ? rounds : undefined
  }
}

/**
 * The exam of each ticker, made once: over its prices among somebody's; over all of them where none are of this ticker; or
 * over the made-up markets.
 */
export const examiner = (
  series: ReadonlyArray<Bars.Series> | undefined,
  options: Options = {}
): ((ticker: string) => Exam) => {
  const known = new Map<string, Exam>()
  const [first, ...others] = series ?? []
  const make = (ticker: string): Exam => {
    const own = Lookup.find(series ?? [], ticker)
    if (own !== undefined) return ofSeries(own, options)
    return first === undefined ? madeUp(options) : ofSeries(first, options, others)
  }
  return (ticker) => {
    const before = known.get(ticker)
    const exam = before ?? make(ticker)
    known.set(ticker, exam)
    return exam
  }
}

/** What the arena gives, and for dear shares enough for a hundred, so that one share is never more than a hundredth. */
const LEAST_CASH = 10_000
const LEAST_SHARES = 100

export const startOf = (exam: Exam, { prices }: Paper): Ledger.Start => ({
  cash: exam.rules === undefined ? Math.max(LEAST_CASH, LEAST_SHARES * (prices[0] ?? 0)) : LEAST_CASH,
  shares: 0,
  fee: exam.fee,
  slippage: exam.slippage,
  ...exam.rules
})
