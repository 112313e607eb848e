/**
 * What modules are scored on, and what their scores come to, to the tenth digit: what stands in `test/golden/score`, as it
 * was read and found right. Where it is meant to change, `npx vitest run --project unit test/unit/score/Golden.test.ts -u`
 * writes it anew.
 */
import { describe, it } from "@effect/vitest"
import { expect } from "vitest"
import { shortHash } from "../../../src/domain/Hash.js"
import type * as Bars from "../../../src/market/Bars.js"
import * as Markets from "../../../src/market/Markets.js"
import * as Exam from "../../../src/score/Exam.js"
import * as Folds from "../../../src/score/Folds.js"
import * as Grading from "../../../src/score/Grading.js"
import * as Interval from "../../../src/score/Interval.js"
import * as Ledger from "../../../src/score/Ledger.js"
import * as Marks from "../../../src/score/Marks.js"
import * as Trips from "../../../src/score/Trips.js"

const golden = (name: string, lines: ReadonlyArray<string>) =>
  expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../../golden/score/${name}.txt`)

/** Small numbers whole, others to ten digits; long lists by what tells them apart. */
const shown = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === "number" ? Number(part.toPrecision(10)) : part
  ).replaceAll(/\[[^[\]]{400,}\]/g, (list) => `(${list.split(",").length} values, ${shortHash(list)})`)

const series = (bars: number, name: Markets.Name = "walk", bar: Bars.BarSize = "day") => {
  const whole = Markets.make(name, { bar, bars: Math.min(bars, 400), seed: 4, ticker: name.toUpperCase() })
  const column = (values: ReadonlyArray<number>) =>
    Array.from({ length: bars }, (_, n) => values[n % values.length] ?? 0)
  return {
    ...whole,
    times: whole.times,
    open: column(whole.open),
    high: column(whole.high),
    low: column(whole.low),
    close: column(whole.close)
  }
}

/** Buys, sells and holds by the prices alone; too much now and then. */
const ordersOf = ({ prices }: Exam.Paper): ReadonlyArray<number> =>
  prices.map((price, tick) => {
    const before = prices[tick - 3] ?? price
    return tick % 17 === 5
      ? 100_000
      : tick % 19 === 7
        ? -100_000
        : price > before * 1.01
          ? 3
          : price < before * 0.99
            ? -2
            : 0
  })

const EXAMS: Readonly<Record<string, () => Exam.Exam>> = {
  "three prices": () => Exam.ofSeries(series(3)),
  "one below several folds": () => Exam.ofSeries(series(179)),
  "three folds": () => Exam.ofSeries(series(180)),
  "of hours": () => Exam.ofSeries(series(200, "crash", "hour"), { fee: 0.002 }),
  "two tickers": () => Exam.ofSeries(series(180), { slippage: 0 }, [series(200, "rise")]),
  "the arena's rules": () => Exam.ofSeries(series(300, "crash"), { arena: true }),
  "rounds, and too few prices for a choice": () => Exam.ofSeries(series(359), { rounds: true }),
  "rounds, and just enough": () => Exam.ofSeries(series(360), { rounds: true }),
  "rounds of two tickers": () => Exam.ofSeries(series(366), { rounds: true }, [series(364, "decline")]),
  "rounds of two tickers, one of them too short": () =>
    Exam.ofSeries(series(366), { rounds: true }, [series(300, "decline")]),
  "made up": () => Exam.madeUp(),
  "made up, of days, with rounds": () => Exam.madeUp({ bar: "day", rounds: true })
}

describe("what it was:", () => {
  it("exams and marks", async () => {
    const lines = Object.entries(EXAMS).flatMap(([name, make]) => {
      const exam = make()
      const { choice, practice, score } = Marks.of(exam, Exam.all(exam).map(ordersOf))
      const { plays, ...whole } = score
      const { papers, rounds, ...terms } = exam
      return [
        name,
        `  ${shown(terms)}`,
        `  ${shown(papers)}`,
        `  ${shown(papers.map((paper) => Exam.startOf(exam, paper)))}`,
        `  rounds: ${shown(rounds ?? null)}`,
        `  score: ${shown(whole)}`,
        `  plays:\n    ${plays.map(shown).join("\n    ")}`,
        `  practice: ${shown(practice ?? null)}`,
        `  choice: ${shown(choice ?? null)}`,
        `  over another: ${shown(Grading.difference(score, Grading.score(exam, [])))}`,
        `  kept: ${shown([...Grading.holdCurves(exam)])}`
      ]
    })
    await golden("marks", lines)
  })

  it("the lengths that are played", () => {
    const lengths = (exam: Exam.Exam) =>
      [exam.papers, exam.rounds?.practice, exam.rounds?.choice].map((papers) =>
        papers?.map(({ prices }) => prices.length)
      )
    const of = (bars: number, more: ReadonlyArray<Bars.Series> = [], rounds = true) =>
      lengths(Exam.ofSeries(series(bars), { rounds }, more))
    expect(of(15_000, [], false)).toEqual([[5000], undefined, undefined])
    expect(of(15_003, [], false)).toEqual([[5000], undefined, undefined])
    expect(of(15_003)).toEqual([[2500], [2000], [2500]])
    expect(of(2999)).toEqual([[500], [2000], [499]])
    expect(of(9000, [series(8000), series(300)])).toEqual([[1667, 1667, 100], [667, 667, 200], undefined])
  })

  it("the exam of a ticker, made once", () => {
    const two = [series(300), series(300, "rise")]
    const examiner = Exam.examiner(two)
    const names = (exam: Exam.Exam) => exam.papers.map(({ market }) => market)
    expect(["RISE", "WALK", "OTHER"].map((ticker) => names(examiner(ticker)))).toEqual([
      ["RISE"],
      ["WALK"],
      ["WALK", "RISE"]
    ])
    expect(examiner("RISE")).toBe(examiner("RISE"))
    for (const none of [undefined, []])
      expect(names(Exam.examiner(none)("RISE"))).toEqual(["walk", "rise", "decline", "range", "gaps", "crash"])
  })

  it("the trades that cost most are those that lost", () => {
    const prices = [100, 90, 110, 110, 120, 100]
    const paper = { market: "M", prices }
    const exam: Exam.Exam = {
      fee: 0,
      slippage: 0,
      basis: "data",
      bar: "day",
      papers: [paper],
      rounds: { practice: [paper], choice: undefined }
    }
    const worst = (...orders: ReadonlyArray<number>) =>
      Marks.of(exam, [orders, []]).practice?.worst.map(({ from, profit, to }) => [from, to, profit])
    expect(worst(1, -1)).toEqual([[0, 1, -0.001]])
    // Even, and won.
    expect(worst(0, 0, 1, -1)).toEqual([])
    expect(worst(0, 1, -1)).toEqual([])
    expect(worst(1, -1, 0, 0, 1, -1)).toEqual([
      [4, 5, -0.002],
      [0, 1, -0.001]
    ])
    expect(worst(2, -1, -1)).toEqual([[0, 1, -0.001]])
  })

  it("intervals and folds", async () => {
    const parts = Array.from({ length: 13 }, (_, count) => Array.from({ length: count }, (_, n) => ((n * 7) % 5) / 10))
    const intervals = parts.map(
      (each) => `${each.length}: ${shown(Interval.ofMean(each))} ${shown(Interval.ofSum(each))}`
    )
    const folds = [0, 1, 20, 59, 60, 61, 100, 199, 200, 219, 220, 1000].map((ticks) => {
      const equity = Array.from({ length: ticks }, (_, n) => 100 + ((n * 37) % 11))
      return `${ticks}: ${Folds.starts(ticks).join(" ")}: ${shown(Folds.profits(equity, 90))}`
    })
    await golden("intervals", [...intervals, ...folds])
  })

  it("trips", async () => {
    const prices = [10, 11, 12, 9, 8, 10, 14, 7]
    const orders = [
      [0, 0, 0],
      [5, 0, 0, 0, 0, 0, 0, -5],
      [5, 3, -6, 0, -2],
      [5, 3, 0, -8],
      [-5, 2, 3, 1],
      [4, -6, 0, 3],
      [-3, 6, 0, -9, 2],
      [2, 2, -4, 0, -1, -1, 2, 1]
    ]
    const start = { cash: 10_000, shares: 0, fee: 0.01, slippage: 0.1, leastCash: -1000, leastShares: -20 }
    const lines = orders.flatMap((each) => {
      const book = Ledger.play(prices, each, start)
      return [`${each.join(" ")}: ${shown(book)}`].concat(
        Trips.of(prices, book.fills, start).map((trip) => `  ${shown(trip)}`)
      )
    })
    await golden("trips", lines)
  })
})
