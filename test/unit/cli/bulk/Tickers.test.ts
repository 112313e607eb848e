import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Either } from "effect"
import * as Tickers from "../../../../src/cli/bulk/Tickers.js"

const complaint = (text: string) => Either.getOrThrow(Either.flip(Tickers.parse(text, "list.txt")))

describe("a file of tickers", () => {
  it("has one on a line, comments and blank lines, and each ticker counts once", () => {
    const text = "# mine\r\nAAPL\r\n\n  brk-b # Berkshire\nBTC/USD\naapl\n^GSPC"
    deepStrictEqual(Tickers.parse(text, "list.txt"), Either.right(["AAPL", "BRK-B", "BTC/USD", "^GSPC"]))
  })

  it("may have a heading, above the tickers only", () => {
    for (const heading of ["Symbol", "TICKERS", "ticker # of the index"]) {
      deepStrictEqual(Tickers.parse(`\n${heading}\nAAPL\n`, "list.txt"), Either.right(["AAPL"]))
    }
    deepStrictEqual(Tickers.parse("AAPL\nSymbol\n", "list.txt"), Either.right(["AAPL", "SYMBOL"]))
    deepStrictEqual(Tickers.parse("SYM\nAAPL\n", "list.txt"), Either.right(["SYM", "AAPL"]))
    assert.strictEqual(complaint("Symbol\n"), "list.txt has no ticker")
  })

  it("may be a table whose first column is headed so", () => {
    for (const text of [
      'Symbol,Name,Sector\nAAPL,"Apple, Inc.",Technology\nbrk-b,Berkshire,\n',
      "# from a screener\n\nTicker;Name\n AAPL ;Apple\n\nBRK-B;Berkshire",
      '"Symbol"\t"Name"\r\n"AAPL"\t"Apple"\r\n"BRK-B"\t"Berkshire"\r\n'
    ]) {
      deepStrictEqual(Tickers.parse(text, "list.txt"), Either.right(["AAPL", "BRK-B"]))
    }
    assert.match(
      complaint("Symbol,Name\nAAPL,Apple\nTwo Words,x"),
      /^list\.txt, line 3: 'Two Words' is not a ticker: use/
    )
    assert.strictEqual(complaint("Symbol,Name\n"), "list.txt has no ticker")
  })

  it("is refused with the number of the first line that is no ticker", () => {
    assert.match(
      complaint("AAPL\n\n# x\nTwo Words\n../up\n"),
      /^list\.txt, line 4: 'Two Words' is not a ticker: use 1 to 15 /
    )
    for (const several of ["AAPL,MSFT", "Name,Symbol\nApple,AAPL", "AAPL;MSFT"]) {
      assert.match(complaint(several), /^list\.txt, line 1: '.+' is not a ticker: write one ticker a line$/)
    }
  })

  it("is refused with what to write where a symbol is in quotes", () => {
    for (const quoted of ['"MSFT"\n"AAPL"', "AAPL\n'MSFT'", "“MSFT”"]) {
      assert.match(
        complaint(quoted),
        /^list\.txt, line [12]: '.MSFT.' is not a ticker: write one symbol a line, without quotes; a table \(CSV\) needs a heading/
      )
    }
    const table = Tickers.parse('"Symbol","Name"\n"MSFT","Microsoft"', "list.txt")
    deepStrictEqual(table, Either.right(["MSFT"]))
  })

  it("has at least one", () => {
    for (const empty of ["", "\n\n", "# nothing\n"]) assert.strictEqual(complaint(empty), "list.txt has no ticker")
  })
})
