import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc, Option, Schema } from "effect"
import { Ticker } from "../../../src/domain/Ticker.js"
import { folderOf } from "../../../src/storage/FileName.js"

const decode = Schema.decodeSync(Ticker)
const accepted = Schema.decodeOption(Ticker)

const PATHS = [
  ".",
  "..",
  "../A",
  "A/..",
  "/A",
  "A/",
  "A//B",
  ":",
  "A:",
  "A/B/C/D",
  "A\\B",
  "C:\\A",
  "A/ABCDEFGHIJKLMNOP"
]
const PAIRS = [
  "BTC/USD",
  "BTC-USD",
  "BINANCE:BTCUSDT",
  "BTC/USDT:USDT",
  "COINBASE:BTC/USD",
  "NYSE:BRK.B",
  "INDEX:^GSPC"
]

describe("a ticker", () => {
  for (const symbol of ["AAPL", "BRK-B", "BRK.B", "^GSPC", "EURUSD=X", "7203.T", "A", "ABCDEFGHIJKLMNO", ...PAIRS]) {
    it(`may be ${symbol}`, () => assert.strictEqual(decode(symbol), symbol))
  }

  it("is upper-cased", () => {
    assert.strictEqual(decode("brk-b"), "BRK-B")
    assert.strictEqual(decode("binance:btc/usdt"), "BINANCE:BTC/USDT")
  })

  for (const text of [
    "",
    " ",
    "AA PL",
    "AAPL\n",
    "ABCDEFGHIJKLMNOP",
    "$AAPL",
    "ÄPL",
    "ıntc",
    "A\u0000",
    '"',
    ...PATHS
  ]) {
    it(`may not be ${JSON.stringify(text)}`, () => assert.throws(() => decode(text), /is not a symbol/))
  }

  it("is never more than plain letters, digits and four marks, whatever is given", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 20 }), (units) => {
        const text = String.fromCharCode(...units.map((unit, index) => (index % 3 === 0 ? unit : unit % 128)))
        for (const ticker of Option.toArray(accepted(text))) {
          assert.match(ticker, /^[A-Z0-9.^=-]{1,15}([/:][A-Z0-9.^=-]{1,15}){0,2}$/)
          assert.match(folderOf(ticker), /^(?!\.+$)[A-Z0-9.^=_-]{1,49}$/)
        }
      })
    )
  })

  it("quotes what it refuses, cut short", () => {
    assert.throws(() => decode("x".repeat(1_000)), `the ticker "${"x".repeat(40)}" is not a symbol`)
  })
})
