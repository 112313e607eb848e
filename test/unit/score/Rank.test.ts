import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Schema } from "effect"
import * as Score from "../../../src/domain/Score.js"
import * as Markets from "../../../src/market/Markets.js"
import * as Exam from "../../../src/score/Exam.js"
import * as Grading from "../../../src/score/Grading.js"
import * as Rank from "../../../src/score/Rank.js"

const series = Markets.make("rise", { bar: "day", bars: 600, seed: 3, ticker: "AAPL" })
const exam = Exam.ofSeries(series)
const prices = exam.papers[0]?.prices ?? []
const never = Grading.score(exam, [prices.map(() => 0)])
const keeps = Grading.score(exam, [[10]])

const scoreOf = (value: number, half: number | null, trades = 5): Score.Score => ({
  ...keeps,
  trades,
  return: { value, interval: half === null ? null : [value - half, value + half] }
})

describe("a score", () => {
  it("counts on the last third of somebody's prices", () => {
    assert.strictEqual(prices.length, 200)
    deepStrictEqual(prices, series.close.slice(400))
    assert.deepInclude(keeps.parts, { kind: "fold", count: 10 })
    assert.strictEqual(Score.basisOf(keeps), "10 folds of AAPL")
  })

  it("of keeping everything is that of buying and keeping", () => {
    const all = Grading.score(exam, [[1_000_000]])
    assert.strictEqual(all.plays[0]?.return, all.holdReturn)
    assert.strictEqual(all.overHold.value, 0)
    assert.strictEqual(all.trades, 1)
    assert.strictEqual(all.reduced, 1)
    assert.strictEqual(all.exposure, 1)
  })

  it("says loudly that an algorithm never traded", () => {
    assert.isFalse(Score.hasTraded(never))
    assert.match(Score.describe(never), /^never traded, over 10 folds of AAPL; buy and hold [+-]\d/)
    assert.match(Score.describe(keeps), /^[+-]\d.* % \(.* to .*\) after costs over 10 folds of AAPL; .*; 1 trade$/)
  })

  it("is over every made-up market without data", () => {
    const markets = Exam.madeUp()
    const score = Grading.score(
      markets,
      markets.papers.map(() => [10])
    )
    assert.deepInclude(score.parts, { kind: "market", count: Markets.NAMES.length })
    assert.strictEqual(score.ticks, 390 * Markets.NAMES.length)
    assert.strictEqual(score.trades, Markets.NAMES.length)
  })

  it("is over every ticker of data that have none of the right one, and over the right one else", () => {
    const other = Markets.make("range", { bar: "day", bars: 300, seed: 1, ticker: "MSFT" })
    const examiner = Exam.examiner([series, other])
    deepStrictEqual(
      examiner("MSFT").papers.map(({ market }) => market),
      ["MSFT"]
    )
    assert.strictEqual(examiner("MSFT"), examiner("MSFT"))
    const all = examiner("")
    deepStrictEqual(
      all.papers.map(({ market, prices }) => [market, prices.length]),
      [
        ["AAPL", 200],
        ["MSFT", 100]
      ]
    )
    assert.strictEqual(Score.basisOf(Grading.score(all, [[1], [1]])), "2 tickers")
    assert.strictEqual(Exam.examiner(undefined)("AAPL").basis, "made-up")
  })

  it("can be compared part by part", () => {
    const { interval, value } = Grading.difference(keeps, never)
    assert.strictEqual(value, keeps.return.value)
    deepStrictEqual(interval, keeps.return.interval)
    deepStrictEqual(Grading.difference(keeps, keeps), { value: 0, interval: [0, 0] })
  })

  it("encodes to JSON and back", () => {
    const text = JSON.stringify(Schema.encodeSync(Score.Score)(keeps))
    deepStrictEqual(Schema.decodeUnknownSync(Score.Score)(JSON.parse(text)), keeps)
  })

  it("pays for dear shares, and takes the latest ticks only", () => {
    const dear = Exam.ofSeries({ ...series, close: series.close.map((price) => price * 1000) })
    const [paper] = dear.papers
    assert.isAbove(paper === undefined ? 0 : Exam.startOf(dear, paper).cash, 100 * (prices[0] ?? 0) * 999)
    const long = Markets.make("walk", { bar: "minute", bars: 15_300, seed: 1 })
    deepStrictEqual(Exam.ofSeries(long).papers[0]?.prices, long.close.slice(-Exam.MOST_TICKS))
  })
})

describe("ranks", () => {
  it("are shared where intervals overlap", () => {
    deepStrictEqual(Rank.ranks([scoreOf(0.1, 0.02), scoreOf(0.09, 0.02), scoreOf(0.01, 0.02)]), [1, 1, 3])
    // The second touches both neighbours, which do not touch each other.
    deepStrictEqual(Rank.ranks([scoreOf(0.1, 0.02), scoreOf(0.07, 0.02), scoreOf(0.04, 0.02)]), [1, 1, 2])
  })

  it("are all shared where nothing can be told apart", () => {
    const scores = [scoreOf(0.5, null), scoreOf(-0.5, null)]
    deepStrictEqual(Rank.ranks(scores), [1, 1])
  })

  it("leave out what never traded, which comes last even in a falling market", () => {
    const scores = [never, scoreOf(-0.4, 0.1), scoreOf(-0.2, 0.2)]
    deepStrictEqual(Rank.ranks(scores), [undefined, 1, 1])
    deepStrictEqual(Rank.ranks([never]), [undefined])
    deepStrictEqual(Rank.ranks([scoreOf(-0.1, 0.01), never, scoreOf(0.1, 0.01)]), [2, undefined, 1])
  })
})
