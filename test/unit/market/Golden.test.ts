/**
 * What is read from price files, written down as a whole: both sides of every limit, every name of a column, every kind of
 * number and date, and the made-up markets to their last bar. It was read and found right, and stands in `test/golden/market`.
 * Where it is meant to change, `npx vitest run --project unit test/unit/market/Golden.test.ts -u` writes it anew.
 */
import { describe, it } from "@effect/vitest"
import { Either } from "effect"
import { expect } from "vitest"
import { shortHash } from "../../../src/domain/Hash.js"
import * as Bars from "../../../src/market/Bars.js"
import * as Csv from "../../../src/market/Csv.js"
import * as Numbers from "../../../src/market/csv/Numbers.js"
import * as Rows from "../../../src/market/csv/Rows.js"
import * as Times from "../../../src/market/csv/Times.js"
import * as Lookup from "../../../src/market/Lookup.js"
import * as Markets from "../../../src/market/Markets.js"
import { COLUMNS, DATES, FILES, NUMBERS, SAMPLES, SEPARATED } from "./files.js"
import * as M from "./measures.js"

const golden = (name: string, lines: ReadonlyArray<string>) =>
  expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../../golden/market/${name}.txt`)

const short = (value: unknown): string => JSON.stringify(value).replaceAll(/x{9,}/g, (all) => `(${all.length} x)`)

const time = (millis: number | undefined): string => (millis === undefined ? "none" : new Date(millis).toISOString())

const seriesLines = ({ bar, close, high, isNamedByFile, low, open, ticker, times, volume }: Bars.Series) => [
  `  ${ticker}, ${bar}${isNamedByFile === true ? ", named by its file" : ""}`,
  ...times.map((at, n) => `    ${time(at)} ${[open, high, low, close, volume].map((column) => column[n]).join(" ")}`)
]

const fileLines = (name: string, text: string): ReadonlyArray<string> => {
  const table = Csv.parse("prices.csv", text)
  if (Either.isLeft(table)) return [name, `  error: ${table.left}`]
  const { notes, series } = Csv.combine([table.right])
  return [name, ...notes.map((note) => `  note: ${note}`), ...series.flatMap(seriesLines)]
}

describe("what is read from price files is what it was:", () => {
  it("numbers", async () => {
    const lines = NUMBERS.map((text) => {
      const [point, comma] = ([".", ","] as const).map((mark) => Numbers.parse(text, mark) ?? "no number")
      return `${JSON.stringify(text)}: ${point}, with a decimal comma ${comma}`
    })
    const marks = SAMPLES.map((samples) => {
      const [comma, semicolon] = [",", ";"].map((separator) => Numbers.markOf(samples, separator))
      return `${JSON.stringify(samples)}: ${comma} between commas, ${semicolon} between semicolons`
    })
    await golden("numbers", [...lines, ...marks])
  })

  it("dates", async () => {
    const lines = DATES.map((row) => {
      const [text, clock] = typeof row === "string" ? [row, undefined] : row
      const [month, day] = (["month first", "day first"] as const).map((order) => time(Times.parse(text, order, clock)))
      const asked = `${JSON.stringify(text)}${clock === undefined ? "" : ` ${JSON.stringify(clock)}`}`
      return `${asked}: ${month}${month === day ? "" : `, day first ${day}`}: ${Times.orderOf([text])}`
    })
    // The first that shows it decides.
    const orders = [
      ["1/2/2024", "13/2/2024"],
      ["13/2/2024", "1/13/2024"],
      ["1/13/2024", "13/1/2024"],
      ["1.2.2024", "1/2/2024"],
      []
    ]
    await golden("dates", [...lines, ...orders.map((each) => `${each.join(" ")}: ${Times.orderOf(each)}`)])
  })

  it("rows", async () => {
    const rows = SEPARATED.flatMap((text) => {
      const separator = Rows.separatorOf(text)
      const lines = [`${short(text)}, between ${JSON.stringify(separator)}`]
      Rows.each(text, separator, (cells, line) => {
        lines.push(`  ${line}: ${short(cells)}`)
        return cells[0] === "stop" ? "stop" : undefined
      })
      return lines
    })
    await golden("rows", rows)
  })

  it("columns, by each of their names", async () => {
    const lines = COLUMNS.flatMap(([role, ...names]) =>
      names.flatMap((name) => {
        const others = { date: "close", close: "date" }[role] ?? "date,close"
        const cells = others.split(",").map((other) => (other === "date" ? "2024-01-02" : "5"))
        const own = { date: "2024-01-02", time: "09:30", symbol: "own", high: "6" }[role] ?? "4"
        return fileLines(`${role}: ${name}`, `${name},${others}\n${own},${cells.join(",")}\n`)
      })
    )
    await golden("columns", lines)
  })

  it("files", async () => {
    await golden(
      "files",
      FILES.flatMap(([name, text]) => fileLines(name, text))
    )
  })
})

const digest = (values: unknown): string => shortHash(JSON.stringify(values))

describe("the made-up markets are what they were:", () => {
  const digits = (value: number): string => String(Number(value.toPrecision(12)))

  it("bars", async () => {
    const lines = Bars.BAR_SIZES.flatMap((bar) =>
      [1, 2].flatMap((seed) =>
        [1, 8, 390].flatMap((bars) =>
          Markets.all({ bar, bars, seed }).flatMap(([name, series]) =>
            [`${name}, ${bars} bars of a ${bar}, seed ${seed}: ${digest(series)}`].concat(
              bars === 8 && seed === 1 ? seriesLines(series) : []
            )
          )
        )
      )
    )
    const sizes = Bars.BAR_SIZES.map((bar) => `${bar}: ${digits(Markets.volatility(bar))}`)
    await golden("markets", [...lines, ...sizes])
  })

  it("measures", async () => {
    const { close } = Markets.make("crash", { bar: "minute", bars: 40, seed: 3 })
    const lists = [
      [],
      [100],
      [100, 100],
      close.slice(0, 5),
      close.slice(0, 6),
      close.slice(0, 21),
      close.slice(0, 22),
      close
    ]
    const measures: Readonly<Record<string, (prices: ReadonlyArray<number>) => number | ReadonlyArray<number>>> = {
      latest: M.latest,
      "3 ago": (prices) => M.ago(prices, 3),
      "last 5": (prices) => M.last(prices, 5),
      before: M.before,
      mean: M.mean,
      deviation: M.deviation,
      highest: M.highest,
      lowest: M.lowest,
      "change over 4": (prices) => M.change(prices, 4),
      returns: M.returns,
      volatility: M.volatility,
      "exponential 4": (prices) => M.exponential(prices, 4),
      "slope 6": (prices) => M.slope(prices, 6),
      "strength 5": (prices) => M.relativeStrength(prices, 5),
      "strength 1": (prices) => M.relativeStrength(prices, 1),
      "position 6": (prices) => M.rangePosition(prices, 6)
    }
    const lines = Object.entries(measures).flatMap(([name, measure]) =>
      lists.map((prices) => `${name} of ${prices.length}: ${[measure(prices)].flat().map(digits).join(" ")}`)
    )
    await golden("measures", lines)
  })
})

describe("the lines between bars are where they were:", () => {
  const far = (millis: number, count = 3) => Array.from({ length: count }, (_, n) => n * millis)

  it("steps and sizes", () => {
    const [half, day] = [30 * 60_000, 12 * 60 * 60_000]
    const sizes = [1, half - 1, half, day - 1, day].map((millis) => Bars.barOf(far(millis)))
    expect(sizes).toEqual(["minute", "minute", "hour", "hour", "day"])
    // The median of two is the longer one; of two thousand bars and more the first count.
    expect(Bars.stepOf([0, 1, 3])).toBe(2)
    expect(Bars.stepOf([0, 1, 3, 4])).toBe(1)
    const times = [...far(1, 1000), ...Array.from({ length: 1000 }, (_, n) => 999 + 5 * (n + 1))]
    expect(Bars.stepOf(times)).toBe(5)
    expect(Bars.stepOf([...times, 6004])).toBe(5)
    expect(Bars.stepOf([...far(1, 1001), ...Array.from({ length: 5000 }, (_, n) => 1000 + 5 * (n + 1))])).toBe(1)
  })

  it("tickers", () => {
    const named = (ticker: string) => ({ ...Markets.make("walk", { bar: "day", bars: 1, seed: 1 }), ticker })
    const all = Array.from({ length: 9 }, (_, n) => named(`T${n}`))
    expect(Lookup.missing(all.slice(0, 8), "X")).toBe(
      "the data have no prices of X, only of T0, T1, T2, T3, T4, T5, T6, T7"
    )
    expect(Lookup.missing(all, "X")).toBe(
      "the data have no prices of X, only of T0, T1, T2, T3, T4, T5, T6, T7 and 1 more"
    )
    expect(Lookup.named([named("X.US"), named("X")], "X")?.ticker).toBe("X")
  })
})
