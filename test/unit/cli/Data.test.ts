/** The prices of `--data`: which files are read, what is said of them, and what is not taken. */
import { assert, describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import { Console, Effect } from "effect"
import * as Data from "../../../src/cli/Data.js"
import { type BarSize, LEAST_BARS } from "../../../src/market/Bars.js"
import { said } from "./commands/said.js"

/** So many days of prices, which go up. */
const table = (bars: number, ticker?: string): string => {
  const rows = Array.from({ length: bars }, (_, day) => {
    const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10)
    const price = 100 + (day % 7)
    return `${date},${price},${price + 1},${price - 1},${price},1000${ticker === undefined ? "" : `,${ticker}`}`
  })
  return [`Date,Open,High,Low,Close,Volume${ticker === undefined ? "" : ",Symbol"}`, ...rows, ""].join("\n")
}

const FILES: Readonly<Record<string, string | undefined>> = {
  "AAPL.csv": table(LEAST_BARS),
  "TSLA.csv": table(LEAST_BARS - 1),
  "one.csv": table(1, "ONE"),
  "data/MSFT.CSV": table(LEAST_BARS),
  "data/GOOG.tsv": table(LEAST_BARS).replaceAll(",", "\t"),
  "data/AMZN.txt": table(LEAST_BARS),
  "data/readme.md": "no prices",
  "data/prices.csv.bak": "no prices",
  data: undefined,
  empty: undefined,
  "short/AAPL.csv": table(LEAST_BARS),
  ...Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`short/S${n}.csv`, table(2)])),
  short: undefined,
  "shortest/AAPL.csv": table(LEAST_BARS),
  ...Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`shortest/S${n}.csv`, table(2)])),
  shortest: undefined,
  "bad.csv": "Date,Price\n2024-01-02,x\n"
}

const load = (data: ReadonlyArray<string>, asked?: ReadonlyArray<string>, bar?: BarSize) =>
  said(
    Effect.flatMap(Data.load({ data, bar }, asked), (series) =>
      Console.log(series === undefined ? "nothing" : series.map((each) => `${each.ticker} ${each.bar}`).join(", "))
    ),
    { files: FILES }
  )

const wrong = (why: string) => `! algogen: ${why} (exit code 2)`
const least = `at least ${LEAST_BARS} are needed`

describe("the prices", () => {
  it.effect("are those of files, and of what looks like prices in folders, by name", () =>
    Effect.gen(function* () {
      strictEqual(yield* load([]), "nothing")
      strictEqual(yield* load(["AAPL.csv"]), "AAPL day")
      strictEqual(yield* load(["AAPL.csv", "data"]), "AAPL day, AMZN day, GOOG day, MSFT day")
      strictEqual(yield* load(["empty"]), wrong("the folder for '--data empty' has no .csv, .txt or .tsv files"))
      assert.match(yield* load(["none.csv"]), /^! algogen: the file for '--data none.csv' could not be read: /)
      assert.match(yield* load(["bad.csv"]), /^! algogen: .*\(exit code 2\)$/)
    })
  )

  it.effect("are enough to score with, or are left out with a note where others will do", () =>
    Effect.gen(function* () {
      const of = (count: string, ticker: string) => `${ticker}.csv: ${count} of ${ticker} `
      const short = `${of(`${LEAST_BARS - 1} prices`, "TSLA")}leave none to score with; ${least}`
      strictEqual(yield* load(["TSLA.csv"]), wrong(short))
      strictEqual(yield* load(["AAPL.csv", "TSLA.csv"]), `! --data: ${short}.\nAAPL day`)
      strictEqual(yield* load(["AAPL.csv", "TSLA.csv"], ["AAPL"]), `! --data: ${short}.\nAAPL day`)
      strictEqual(yield* load(["AAPL.csv", "TSLA.csv"], ["TSLA"]), wrong(short))
      strictEqual(yield* load(["AAPL.csv", "TSLA.csv"], ["AAPL", "TSLA"]), wrong(short))
      strictEqual(yield* load(["one.csv"]), wrong(`one.csv: 1 price of ONE leaves none to score with; ${least}`))
    })
  )

  it.effect("have five notes at most", () =>
    Effect.gen(function* () {
      const some = (yield* load(["shortest"])).split("\n")
      strictEqual(some.length, 6)
      const more = (yield* load(["short"])).split("\n")
      strictEqual(more.length, 7)
      assert.match(more[4] ?? "", /^! --data: short\/S4\.csv: 2 prices of S4 leave none/)
      strictEqual(more[5], "! --data: 2 more notes of this kind.")
    })
  )

  it.effect("have bars of the size that was asked for", () =>
    Effect.gen(function* () {
      strictEqual(yield* load(["AAPL.csv"], undefined, "day"), "AAPL day")
      strictEqual(
        yield* load(["AAPL.csv"], undefined, "hour"),
        wrong("'--bar hour' contradicts the data: a bar of AAPL is a day")
      )
    })
  )

  it.effect("of one ticker are taken for another one, which is said", () =>
    Effect.gen(function* () {
      strictEqual(yield* load(["AAPL.csv"], ["AAPL"]), "AAPL day")
      strictEqual(yield* load(["AAPL.csv"], ["NVDA"]), "! AAPL.csv names AAPL; its prices are taken for NVDA\nAAPL day")
      assert.notMatch(yield* load(["AAPL.csv"], ["NVDA", "TSLA"]), /are taken for/)
      assert.notMatch(yield* load(["AAPL.csv"], []), /are taken for/)
      assert.notMatch(yield* load(["data"], ["NVDA"]), /are taken for/)
    })
  )
})
