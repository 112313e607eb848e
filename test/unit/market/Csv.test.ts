/** Price files of many kinds: what they say, and where what cannot be read stands. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Either } from "effect"
import type { Series } from "../../../src/market/Bars.js"
import * as Csv from "../../../src/market/Csv.js"
import * as Lookup from "../../../src/market/Lookup.js"
import * as Markets from "../../../src/market/Markets.js"

const parsed = (text: string, name = "prices.csv") => {
  const table = Csv.parse(name, text)
  if (Either.isLeft(table)) throw new Error(table.left)
  return Csv.combine([table.right])
}
const only = (text: string, name?: string): Series => {
  const [series, ...others] = parsed(text, name).series
  assert.strictEqual(others.length, 0)
  if (series === undefined) throw new Error("no series")
  return series
}
const failure = (text: string) => Either.getOrElse(Either.flip(Csv.parse("prices.csv", text)), () => "no failure")
const day = (...dates: ReadonlyArray<string>) => dates.map((date) => Date.parse(`${date}Z`))

/** Rows that were downloaded by others, shortened to a few. */
const REAL: Readonly<
  Record<string, readonly [text: string, ticker: string, times: ReadonlyArray<number>, closes: ReadonlyArray<number>]>
> = {
  "yfinance, Ticker.history": [
    `Symbol,Date,Open,High,Low,Close,Volume,Dividends,Stock Splits
AAPL,2024-11-01 00:00:00-04:00,219.94638005344729,224.30609500692114,219.24962577022424,221.8773956298828,65276700,0.0,0.0
AAPL,2024-11-04 00:00:00-05:00,219.96627293386246,221.75792231303782,218.69220372782075,220.98153686523438,44944500,0.0,0.0
`,
    "AAPL",
    day("2024-11-01T04:00:00", "2024-11-04T05:00:00"),
    [221.8773956298828, 220.98153686523438]
  ],
  "yfinance, download": [
    `Price,Close,High,Low,Open,Volume
Ticker,AAPL,AAPL,AAPL,AAPL,AAPL
Date,,,,,
2020-08-12,110.05,110.31,107.41,107.60,165598000
2020-08-13,112.00,113.00,110.95,111.43,210082000
`,
    "AAPL",
    day("2020-08-12", "2020-08-13"),
    [110.05, 112]
  ],
  Stooq: [
    "Date,Open,High,Low,Close,Volume\r\n2021-03-01,237.4,241,225.2,240.3,1089101\r\n2021-03-02,240.9,245.9,236,241.3,674141\r\n",
    "PRICES",
    day("2021-03-01", "2021-03-02"),
    [240.3, 241.3]
  ],
  "Stooq, in bulk": [
    `<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>
AAPL.US,D,19840907,000000,0.099,0.10,0.097,0.099,99242379,0
`,
    "AAPL.US",
    day("1984-09-07"),
    [0.099]
  ],
  Finam: [
    `<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>
EURRUB,60,20171120,010000,69.4562000,69.6904000,69.4456000,69.6839000,59
`,
    "EURRUB",
    day("2017-11-20T01:00:00"),
    [69.6839]
  ],
  "Investing.com": [
    `"Date","Price","Open","High","Low","Vol.","Change %"
"Apr 09, 2020","7,278.20","7,277.58","7,281.20","7,275.47","190.28M","1.52%"
"Apr 06, 2020","7,264.86","7,257.84","7,267.00","7,248.17","184.52M","6.72%"
"Mar 28, 2020","7,253.42","7,253.42","7,253.42","7,253.42","-","0.00%"
`,
    "PRICES",
    day("2020-03-28", "2020-04-06", "2020-04-09"),
    [7253.42, 7264.86, 7278.2]
  ],
  "Investing.com, in numbers": [
    `"Date","Price","Open","High","Low","Vol.","Change %"
"12/31/2021","0.8299","0.8387","0.8535","0.8029","457.62M","-1.04%"
"12/30/2021","0.8387","0.8168","0.8586","0.8042","502.92M","2.72%"
`,
    "PRICES",
    day("2021-12-30", "2021-12-31"),
    [0.8387, 0.8299]
  ],
  Alpaca: [
    `symbol,timestamp,open,high,low,close,volume,trade_count,vwap
AAPL,2024-12-11 00:00:00+00:00,247.77,247.77,247.77,247.77,142.0,9.0,247.77
`,
    "AAPL",
    day("2024-12-11"),
    [247.77]
  ],
  Nasdaq: [
    `Date,Close/Last,Volume,Open,High,Low
12/13/2024,$191.38,18883220,$192.71,$194.34,$191.26
12/12/2024,$193.63,25197760,$196.30,$196.7053,$193.28
`,
    "PRICES",
    day("2024-12-12", "2024-12-13"),
    [193.63, 191.38]
  ],
  CryptoDataDownload: [
    `https://www.CryptoDataDownload.com
unix,date,symbol,open,high,low,close,Volume BTC,Volume USD
1646106180,2022-03-01 03:43:00,BTC/USD,43046.58,43046.58,43046.58,43046.58,0.00000000,0.0
`,
    "BTC/USD",
    day("2022-03-01T03:43:00"),
    [43046.58]
  ],
  Bitstamp: [
    "https://www.bitstamp.net/api/v2/ohlc/,,,,,,,\r\nunix,date,symbol,open,high,low,close,volume\r\n1668988800,2022-11-21 00:00:00,BTC/USD,1,1,1,1.5,1\r\n",
    "BTC/USD",
    day("2022-11-21"),
    [1.5]
  ],
  Dukascopy: [
    `Gmt time,Open,High,Low,Close,Volume
26.03.2025 00:00:00.000,1.07894,1.07894,1.07888,1.07888,9899.999999999998
26.03.2025 00:00:01.000,1.07888,1.07888,1.07886,1.07886,8100
`,
    "PRICES",
    day("2025-03-26T00:00:00", "2025-03-26T00:00:01"),
    [1.07888, 1.07886]
  ],
  "MetaTrader 5": [
    "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\n2024.01.01\t02:00:00\t1.1\t1.2\t1.0\t1.15\t10\n",
    "PRICES",
    day("2024-01-01T02:00:00"),
    [1.15]
  ],
  "Stooq, in Polish": [
    "Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie,Wolumen\n2021-03-01,237.4,241,225.2,240.3,1089101\n",
    "PRICES",
    day("2021-03-01"),
    [240.3]
  ],
  "a German bank": [
    "\uFEFFDatum;Eröffnung;Hoch;Tief;Schluss;Währung;Volumen\n28.10.2021;87,669;87,669;87,669;87,669;EUR;0\n",
    "PRICES",
    day("2021-10-28"),
    [87.669]
  ],
  "Google Finance": [
    "Date,Open,High,Low,Close,Volume\n14-Sep-17,158.99,159.40,158.09,158.28,23192480\n13-Sep-17,159.87,159.96,157.91,159.65,44907361\n",
    "PRICES",
    day("2017-09-13", "2017-09-14"),
    [159.65, 158.28]
  ]
}

describe("price files", () => {
  for (const [origin, [text, ticker, times, closes]] of Object.entries(REAL)) {
    it(`of ${origin} are read`, () => {
      const series = only(text)
      assert.strictEqual(series.ticker, ticker)
      deepStrictEqual([...series.times], [...times])
      deepStrictEqual([...series.close], [...closes])
    })
  }

  const ROWS = "2024-01-02,1,3,0.5,2,7\n2024-01-03,2,4,1,3,8\n"

  it("may have their columns in any order and case, with a mark, with blank lines and lines before the header", () => {
    const expected = only(`date,open,high,low,close,volume\n${ROWS}`)
    deepStrictEqual(expected.high, [3, 4])
    deepStrictEqual(expected.volume, [7, 8])
    const texts = [
      `\uFEFFDATE,Open,HIGH,Low,Close,Volume\r\n\r\n${ROWS.replaceAll("\n", "\r\n")}`,
      `https://example.com/prices\nDate,Open,High,Low,Close,Volume\n${ROWS}\n,,,,,\n`,
      `Volume;close;LOW;high;open;Timestamp\n7;2;0.5;3;1;2024-01-02\n8;3;1;4;2;2024-01-03`,
      `date\topen\thigh\tlow\tclose\tvolume\n${ROWS.replaceAll(",", "\t")}`,
      `"date","1. open","2. high","3. low","4. close","5. volume"\n${ROWS}`,
      `,open,high,low,close,volume\n${ROWS}`,
      `timestamp,o,h,l,c,v\n2024-01-02T00:00:00Z,1,3,0.5,2,7\n1704240000,2,4,1,3,8`
    ]
    for (const text of texts) deepStrictEqual(only(text), expected, text)
  })

  it("may hold several tickers, in a column, in the header, or one a file", () => {
    const names = ({ series }: Csv.Parsed) => series.map(({ close, ticker }) => [ticker, [...close]])
    const expected = [
      ["AAPL", [1, 3]],
      ["MSFT", [2, 4]]
    ]
    const texts = [
      "Ticker,Date,Open,Close\nAAPL,2024-01-02,1,1\nMSFT,2024-01-02,1,2\nAAPL,2024-01-03,1,3\nMSFT,2024-01-03,1,4",
      "date,close,Name\n2024-01-02,1,aapl\n2024-01-02,2,msft\n2024-01-03,3,aapl\n2024-01-03,4,msft",
      "Price,Close,Close,Open,Open\nTicker,AAPL,MSFT,AAPL,MSFT\nDate,,,,\n2024-01-02,1,2,9,9\n2024-01-03,3,4,9,9",
      "Ticker,AAPL,AAPL,MSFT,MSFT\nPrice,Open,Close,Open,Close\nDate,,,,\n2024-01-02,9,1,9,2\n2024-01-03,9,3,9,4",
      ",Close,Close\n,AAPL,MSFT\nDate,,\n2024-01-02,1,2\n2024-01-03,3,4",
      "Price,Date,Close,Close\nTicker,,AAPL,MSFT\n0,2024-01-02,1,2\n1,2024-01-03,3,4"
    ]
    for (const text of texts) deepStrictEqual(names(parsed(text)), expected, text)
    const tables = [
      Csv.parse("in/AAPL.csv", "date,close\n2024-01-02,1\n"),
      Csv.parse("in/msft_data.csv", "date,close\n2024-01-02,2\n2024-01-03,4"),
      Csv.parse("in/AAPL_2.csv", "date,close\n2024-01-03,3")
    ]
    deepStrictEqual(names(Csv.combine(Either.getOrThrow(Either.all(tables)))), expected)
    deepStrictEqual(
      ["aapl_us_d.csv", "BTC-USD.csv", "^GSPC.csv", "C:\\x\\brk-b.us.txt", "AAPL_1min.csv", "?.csv"].map(Csv.tickerOf),
      ["AAPL.US", "BTC-USD", "^GSPC", "BRK-B.US", "AAPL", "DATA"]
    )
  })

  it("may write numbers as any country does", () => {
    const closes = (header: string, ...rows: ReadonlyArray<string>) => [...only([header, ...rows].join("\n")).close]
    deepStrictEqual(closes("Date;Close", "02.01.2024;1.234,50", "03.01.2024;1.240,00"), [1234.5, 1240])
    deepStrictEqual(closes("Date;Close", "2024-01-02;12,5", "2024-01-03;13"), [12.5, 13])
    deepStrictEqual(closes("Date;Close", "2024-01-02;1,500", "2024-01-03;1,600"), [1.5, 1.6])
    deepStrictEqual(closes("Date,Close", '2024-01-02,"1,500"', '2024-01-03,"1,600.25"'), [1500, 1600.25])
    deepStrictEqual(closes("Date,Close", '2024-01-02,"12,34,567.5"', "2024-01-03,$1.5"), [1_234_567.5, 1.5])
    deepStrictEqual(closes("Date,Close", "2024-01-02,1'234.5", "2024-01-03, 7 ", "2024-01-04,1.5e2"), [1234.5, 7, 150])
    deepStrictEqual(
      [...only("date,close,vol\n2024-01-02,1,1.5K\n2024-01-03,1,2M\n2024-01-04,1,-").volume],
      [1500, 2e6, 0]
    )
    deepStrictEqual([...only("date,close\n2024-01-02,1e15").close], [1e15])
    // A wrong number would be worse than none.
    assert.include(
      failure('Date,Close\n2024-01-02,12.5\n2024-01-03,"12,5"'),
      'line 3, column Close: "12,5" is not a number'
    )
  })

  it("may write dates as any country does", () => {
    const times = (...dates: ReadonlyArray<string>) => [
      ...only(`date,close\n${dates.map((date) => `"${date}",1`).join("\n")}`).times
    ]
    deepStrictEqual(times("01/02/2024", "01/31/2024"), day("2024-01-02", "2024-01-31"))
    deepStrictEqual(times("02/01/2024", "31/01/2024"), day("2024-01-02", "2024-01-31"))
    deepStrictEqual(times("1/2/24", "1/3/24"), day("2024-01-02", "2024-01-03"))
    deepStrictEqual(times("01.02.2024", "02.02.2024"), day("2024-02-01", "2024-02-02"))
    deepStrictEqual(
      times("20240102", "2024/01/03", "Jan 4, 2024", "5 January 2024"),
      day("2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05")
    )
    deepStrictEqual(
      times(
        "2024-01-02 09:30:00-05:00",
        "2024-01-02T14:31Z",
        "2024-01-02 14:32:00.000",
        "2024-01-02 02:33 PM",
        "20240102 143400",
        "1704206100000"
      ),
      day(
        "2024-01-02T14:30:00",
        "2024-01-02T14:31:00",
        "2024-01-02T14:32:00",
        "2024-01-02T14:33:00",
        "2024-01-02T14:34:00",
        "2024-01-02T14:35:00"
      )
    )
    deepStrictEqual(
      [...only("date,time,close\n2024-01-02,09:30,1\n2024-01-02,9:31 AM,1\n2024-01-02,093200,1").times],
      day("2024-01-02T09:30:00", "2024-01-02T09:31:00", "2024-01-02T09:32:00")
    )
  })

  it("lose rows without a price and all but the last of a time, and say so; they are put in order", () => {
    const { notes, series } = parsed(
      "date,open,close\n2024-01-04,1,4\n2024-01-02,1,2\n2024-01-03,,\n2024-01-05,null,NaN\n2024-01-02,1,2.5\n2024-01-06,,6"
    )
    deepStrictEqual(
      series.map(({ close, open }) => [[...open], [...close]]),
      [
        [
          [1, 1, 6],
          [2.5, 4, 6]
        ]
      ]
    )
    deepStrictEqual(notes, [
      "prices.csv: 2 rows without a price are left out",
      "PRICES: 1 row with the time of an earlier one; the last of each counts"
    ])
    deepStrictEqual(parsed("date,close\n2024-01-02,1").notes, [])
  })

  it("have all their prices adjusted where they have an adjusted close, and ranges that hold open and close", () => {
    // A split of 2 for 1.
    const { close, high, low, open } = only(
      "Date,Open,High,Low,Close,Adj Close\n2024-01-02,100,110,90,104,52\n2024-01-03,52,50,53,51,51\n2024-01-04,0,0,0,50,50"
    )
    deepStrictEqual(open, [50, 52, 50])
    deepStrictEqual(high, [55, 52, 50])
    deepStrictEqual(low, [45, 51, 50])
    deepStrictEqual(close, [52, 51, 50])
    deepStrictEqual([...only("date,adj_close\n2024-01-02,5").close], [5])
  })

  it("that cannot be read are an error with line and column", () => {
    const cases: ReadonlyArray<readonly [text: string, message: string]> = [
      ["", "prices.csv: the file is empty"],
      ["\n \n", "prices.csv: the file is empty"],
      ["Prices of 2024\nby me\n", "prices.csv, line 1: neither it nor any other has more than one column"],
      ["a,b\n1,2", "prices.csv, line 1: no column has the date (datetime, date, timestamp): it has a, b"],
      ["date,open\n2024-01-02,1", "prices.csv, line 1: no column has the closing price (close, closelast, closeprice)"],
      ["date,close\n", "prices.csv: it has no prices"],
      ["date,close\n2024-01-02,1\nyesterday,1", 'prices.csv, line 3, column date: "yesterday" is not a date'],
      ["date,close\n2024-02-30,1", 'prices.csv, line 2, column date: "2024-02-30" is not a date'],
      ["date,close\n2024-01-02 25:00:00,1", 'prices.csv, line 2, column date: "2024-01-02 25:00:00" is not a date'],
      ["date,close\n\n2024-01-02,abc", 'prices.csv, line 3, column close: "abc" is not a number'],
      ["date,high,close\n2024-01-02,x,1", 'prices.csv, line 2, column high: "x" is not a number'],
      ["date,close\n2024-01-02,-37.63", "prices.csv, line 2, column close: a price must be above 0, not -37.63"],
      ["date,close\n2024-01-02,1e308", 'prices.csv, line 2, column close: "1e308" is too large for a price'],
      ["date,close\n2024-01-02,1e400", 'prices.csv, line 2, column close: "1e400" is too large for a price'],
      ["date,high,close\n2024-01-02,2e15,1", 'prices.csv, line 2, column high: "2e15" is too large for a price'],
      // As Backtrader's samples are written.
      [
        "Date,Open,Close\n2006-01-02,09:01:00,3602.00,3599.00",
        'line 2, column Open: "09:01:00" is not a number; the row has 4 cells, the header 3'
      ],
      ["date,open,close\n2024-01-02,1", "prices.csv, line 2, column close: this cell is missing: the row has 2 of 3"],
      ['date,close,note\n2024-01-02,1,"a\nb"\n2024-01-03,x,', 'prices.csv, line 4, column close: "x" is not a number']
    ]
    for (const [text, message] of cases) assert.include(failure(text), message)
    assert.isBelow(failure(`date,close\n2024-01-02,${"x".repeat(5000)}`).length, 120)
  })
})

describe("the prices that come with the package", () => {
  it("are three days of minutes of a made-up market, for any ticker", () => {
    const prices = parsed(readFileSync("data/prices.csv", "utf8"), "data/prices.csv")
    const walk = Markets.make("walk", { bar: "minute", bars: 3 * 390, seed: 1, ticker: "PRICES" })
    deepStrictEqual(prices, { series: [{ ...walk, isNamedByFile: true }], notes: [] })
    assert.strictEqual(Lookup.find(prices.series, "AAPL")?.ticker, "PRICES")
  })
})

describe("a ticker among the data", () => {
  const named = (ticker: string, isNamedByFile = false) => ({
    ...only("date,close\n2024-01-02,1"),
    ticker,
    isNamedByFile
  })

  it("is found by its name, without its market, or as the only one that nothing else names", () => {
    const all = [named("AAPL.US"), named("BRK-B"), named("MSFT")]
    deepStrictEqual(
      ["AAPL", "AAPL.US", "BRK-B", "MSFT", "MS", "BRK"].map((ticker) => Lookup.find(all, ticker)?.ticker),
      ["AAPL.US", "AAPL.US", "BRK-B", "MSFT", undefined, undefined]
    )
    assert.strictEqual(Lookup.find([named("PRICES", true)], "AAPL")?.ticker, "PRICES")
    assert.isUndefined(Lookup.find([named("MSFT")], "AAPL"))
    const alone = Lookup.strict([named("TSLA", true)])
    deepStrictEqual([Lookup.find(alone, "TSLA")?.ticker, Lookup.find(alone, "MSFT")], ["TSLA", undefined])
    assert.isUndefined(Lookup.find([named("A", true), named("B", true)], "AAPL"))
    assert.strictEqual(Lookup.missing(all, "X"), "the data have no prices of X, only of AAPL.US, BRK-B, MSFT")
    assert.include(
      Lookup.missing(
        Array.from({ length: 10 }, (_, n) => named(`T${n}`)),
        "X"
      ),
      "T7 and 2 more"
    )
  })
})
