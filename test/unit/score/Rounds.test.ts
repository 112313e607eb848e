/** How prices are shared out for rounds, and what a model may learn of them. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import * as Bars from "../../../src/market/Bars.js"
import * as Markets from "../../../src/market/Markets.js"
import * as Improve from "../../../src/prompt/Improve.js"
import * as Exam from "../../../src/score/Exam.js"
import * as Grading from "../../../src/score/Grading.js"
import * as Ledger from "../../../src/score/Ledger.js"
import * as Marks from "../../../src/score/Marks.js"
import * as Trips from "../../../src/score/Trips.js"

const seriesOf = (bars: number) => Markets.make("walk", { bar: "day", bars, seed: 4, ticker: "AAPL" })

describe("the exam of a run with rounds", () => {
  it("keeps practice, choice and score apart", () => {
    const series = seriesOf(600)
    const exam = Exam.ofSeries(series, { rounds: true })
    deepStrictEqual(
      Exam.all(exam).map(({ prices }) => prices),
      [series.close.slice(0, 400), series.close.slice(400, 500), series.close.slice(500)]
    )
    deepStrictEqual(exam.papers[0]?.prices, series.close.slice(500))
    deepStrictEqual(Exam.all(Exam.ofSeries(series)), Exam.ofSeries(series).papers)
  })

  it("never practises on what a prompt does not describe", () => {
    for (const bars of [3, 30, 359, 360, 20_000]) {
      const series = seriesOf(bars)
      const [practice] = Exam.ofSeries(series, { rounds: true }).rounds?.practice ?? []
      const from = Bars.heldOutFrom(series)
      deepStrictEqual(practice?.prices, series.close.slice(Math.max(0, from - 2000), from))
    }
  })

  it("lets the same prices decide and score where there are fewer than 120, and says so", () => {
    const few = Exam.ofSeries(seriesOf(359), { rounds: true })
    const enough = Exam.ofSeries(seriesOf(360), { rounds: true })
    assert.isUndefined(few.rounds?.choice)
    deepStrictEqual(
      enough.rounds?.choice?.map(({ prices }) => prices.length),
      [60]
    )
    const marks = (exam: Exam.Exam) =>
      Marks.of(
        exam,
        Exam.all(exam).map(() => [0, 5])
      )
    assert.isTrue(marks(few).score.isChosenBy)
    assert.strictEqual(marks(few).choice?.return, marks(few).score.return.value)
    assert.isUndefined(marks(enough).score.isChosenBy)
  })

  it("is made up of other markets where there are no data", () => {
    const exam = Exam.madeUp({ rounds: true })
    const markets = Exam.all(exam).map(({ prices }) => prices.join())
    assert.strictEqual(new Set(markets).size, 18)
    deepStrictEqual(exam.papers, Exam.madeUp().papers)
  })

  it("marks each part by its own orders", () => {
    const exam = Exam.ofSeries(seriesOf(600), { rounds: true })
    const [practice = [], choice = [], own = []] = [[0, 3, -3], [0, 4], [7]]
    const { score, ...marks } = Marks.of(exam, [practice, choice, own])
    deepStrictEqual(score, Grading.score({ ...exam, rounds: undefined }, [own]))
    deepStrictEqual(marks.choice?.trades, 1)
    deepStrictEqual([marks.practice?.trades, marks.practice?.ticks], [2, 400])
  })
})

describe("trades from entry to exit", () => {
  const free = { ...Ledger.FREE }
  const prices = [100, 110, 90, 120]

  it("sell first what was bought first", () => {
    const fills = [
      { tick: 0, shares: 3 },
      { tick: 1, shares: 2 },
      { tick: 2, shares: -4 }
    ]
    deepStrictEqual(Trips.of(prices, fills, free), [
      { from: 0, to: 2, shares: 3, entry: 100, exit: 90, profit: -30 },
      { from: 1, to: 2, shares: 1, entry: 110, exit: 90, profit: -20 },
      { from: 1, to: 3, shares: 1, entry: 110, exit: 120, profit: 10 }
    ])
  })

  it("may begin with a sale, and go from long to short", () => {
    const fills = [
      { tick: 0, shares: -2 },
      { tick: 1, shares: 5 },
      { tick: 3, shares: -4 }
    ]
    deepStrictEqual(Trips.of(prices, fills, free), [
      { from: 0, to: 1, shares: -2, entry: 100, exit: 110, profit: -20 },
      { from: 1, to: 3, shares: 3, entry: 110, exit: 120, profit: 30 },
      { from: 3, to: 3, shares: -1, entry: 120, exit: 120, profit: 0 }
    ])
  })

  it("make together what the book made, costs included", () => {
    const series = seriesOf(300).close
    const orders = series.map((_, tick) => [5, -3, 0, 2, -9][(tick * 7) % 5] ?? 0)
    const start = { cash: 10_000, shares: 0, fee: 0.001, slippage: 0.002 }
    const book = Ledger.play(series, orders, start)
    const profit = Trips.of(series, book.fills, start).reduce((sum, trip) => sum + trip.profit, 0)
    assert.closeTo(profit, (book.equity.at(-1) ?? 0) - book.startEquity, 1e-6)
  })
})

describe("what a model is told", () => {
  it("has no price of what decides or is scored, whatever is traded there", () => {
    const held = 7777.25
    const series = seriesOf(600)
    const close = series.close.map((price, index) => (index < 400 ? price : held + (index % 2)))
    const exam = Exam.ofSeries({ ...series, close }, { rounds: true })
    const busy = Exam.all(exam).map(({ prices }) => prices.map((_, tick) => (tick % 2 === 0 ? 1 : -1)))
    const marks = Marks.of(exam, busy)
    assert.isAbove(marks.score.trades, 90)
    assert.isAbove(marks.choice?.trades ?? 0, 90)
    if (marks.practice === undefined) return assert.fail()
    const facts = {
      round: 2,
      practice: marks.practice,
      others: [marks.practice],
      rejected: [{ round: 1, practice: 0.1 }]
    }
    assert.notMatch(Improve.message(facts), /777[78]/)
    assert.notInclude(JSON.stringify(marks.practice), "7777")
  })

  it("are the worst trades of its practice, the worst first, and at most five", () => {
    const exam = Exam.ofSeries(seriesOf(600), { rounds: true })
    const orders = (exam.rounds?.practice[0]?.prices ?? []).map((_, tick) => (tick % 2 === 0 ? 4 : -4))
    const { practice } = Marks.of(exam, [orders, [], []])
    const profits = practice?.worst.map(({ profit }) => profit) ?? []
    assert.lengthOf(profits, 5)
    assert.isBelow(Math.max(...profits), 0)
    deepStrictEqual(
      profits,
      [...profits].sort((a, b) => a - b)
    )
    if (practice === undefined) return
    const text = Improve.message({ round: 1, practice, others: [], rejected: [] })
    assert.strictEqual(text.match(/^- ticks \d+ to \d+: bought 4 at /gm)?.length, 5)
    assert.notInclude(text, "modules it is number")
    const idle = Improve.message({
      round: 1,
      practice: { ...practice, trades: 0, worst: [] },
      others: [],
      rejected: []
    })
    assert.include(idle, "It never traded.")
    assert.notInclude(idle, "cost most")
  })
})
