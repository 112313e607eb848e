/** From the orders of a play to the score. */
import type { Estimate, Play, Score } from "../domain/Score.js"
import * as Markets from "../market/Markets.js"
import * as Exam from "./Exam.js"
import * as Folds from "./Folds.js"
import * as Interval from "./Interval.js"
import * as Ledger from "./Ledger.js"
import * as Metrics from "./Metrics.js"
import * as RandomTrader from "./RandomTrader.js"

const YEAR_DAYS = 252
const CURVE = 40

/** Up to so many values, evenly spaced, with the last one. */
const sampled = (equity: ReadonlyArray<number>, start: number): ReadonlyArray<number> => {
  const points = Math.min(CURVE, equity.length)
  return Array.from({ length: points }, (_, point) => {
    const value = equity[Math.ceil(((point + 1) * equity.length) / points) - 1] ?? start
    return Math.round((value / start) * 10_000) / 10_000
  })
}

/** What buying and keeping makes of each market, as the curves of plays are. */
export const holdCurves = (exam: Exam.Exam): ReadonlyMap<string, ReadonlyArray<number>> =>
  new Map(
    exam.papers.map((paper) => {
      const { equity, startEquity } = Ledger.hold(paper.prices, Exam.startOf(exam, paper))
      return [paper.market, sampled(equity, startEquity)]
    })
  )

/** A play, and what its score is made of besides. */
interface Marked {
  readonly play: Play
  readonly profits: ReadonlyArray<number>
  readonly holdProfits: ReadonlyArray<number>
}

const mark = (exam: Exam.Exam, paper: Exam.Paper, orders: ReadonlyArray<Ledger.Order>): Marked => {
  const { market, prices } = paper
  const start = Exam.startOf(exam, paper)
  const book = Ledger.play(prices, orders, start)
  const held = Ledger.hold(prices, start)
  const random = RandomTrader.compare(prices, book, start)
  const curve = [book.startEquity, ...book.equity]
  const returnOf = ({ equity, startEquity }: Ledger.Book) => (equity.at(-1) ?? startEquity) / startEquity - 1
  const changes = Metrics.returns(curve)
  return {
    play: {
      market,
      ticks: prices.length,
      return: returnOf(book),
      holdReturn: returnOf(held),
      randomReturn: random.meanReturn,
      randomBeaten: random.beaten,
      trades: book.fills.length,
      refused: book.refused,
      reduced: book.reduced,
      exposure: prices.length === 0 ? 0 : book.held / prices.length,
      maxDrawdown: Metrics.maxDrawdown(curve),
      sharpe: Metrics.sharpe(changes, Markets.PER_DAY[exam.bar] * YEAR_DAYS),
      turnover: Metrics.turnover(book.traded, curve),
      costs: book.paid / book.startEquity,
      equity: sampled(book.equity, book.startEquity)
    },
    profits: Folds.profits(book.equity, book.startEquity),
    holdProfits: Folds.profits(held.equity, held.startEquity)
  }
}

/** `answers` are the orders of each paper, a number for each of its prices. */
export const score = (exam: Exam.Exam, answers: ReadonlyArray<ReadonlyArray<Ledger.Order>>): Score => {
  const marked = exam.papers.map((paper, index) => mark(exam, paper, answers[index] ?? []))
  const plays = marked.map(({ play }) => play)
  const sum = (of: (play: Play) => number) => plays.reduce((total, play) => total + of(play), 0)
  const average = (of: (play: Play) => number) => Metrics.mean(plays.map(of))
  const sharpes = plays.flatMap(({ sharpe }) => (sharpe === null ? [] : [sharpe]))
  const [only] = marked.length === 1 ? marked : []
  const profits = only?.profits ?? plays.map((play) => play.return)
  const holds = only?.holdProfits ?? plays.map(({ holdReturn }) => holdReturn)
  const estimate = only === undefined ? Interval.ofMean : Interval.ofSum
  const ticks = sum((play) => play.ticks)
  const isChosenBy = exam.rounds !== undefined && exam.rounds.choice === undefined
  return {
    basis: exam.basis,
    bar: exam.bar,
    ticks,
    parts: { kind: only === undefined ? "market" : "fold", count: profits.length, profits },
    return: estimate(profits),
    overHold: estimate(profits.map((profit, part) => profit - (holds[part] ?? 0))),
    holdReturn: average(({ holdReturn }) => holdReturn),
    randomReturn: average(({ randomReturn }) => randomReturn),
    randomBeaten: average(({ randomBeaten }) => randomBeaten),
    trades: sum(({ trades }) => trades),
    refused: sum(({ refused }) => refused),
    reduced: sum(({ reduced }) => reduced),
    exposure: ticks === 0 ? 0 : sum((play) => play.exposure * play.ticks) / ticks,
    maxDrawdown: Math.max(0, ...plays.map(({ maxDrawdown }) => maxDrawdown)),
    sharpe: sharpes.length === 0 ? null : Metrics.mean(sharpes),
    turnover: average(({ turnover }) => turnover),
    costs: average(({ costs }) => costs),
    fee: exam.fee,
    slippage: exam.slippage,
    plays,
    ...(isChosenBy ? { isChosenBy } : {}),
    ...(exam.rules === undefined ? {} : { rules: "arena" })
  }
}

/** By how much one made more than the other, over the same parts of the same prices. */
export const difference = (one: Score, other: Score): Estimate =>
  (one.parts.kind === "fold" ? Interval.ofSum : Interval.ofMean)(
    one.parts.profits.map((profit, part) => profit - (other.parts.profits[part] ?? 0))
  )
