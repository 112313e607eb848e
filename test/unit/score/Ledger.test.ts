import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import * as Ledger from "../../../src/score/Ledger.js"
import * as RandomTrader from "../../../src/score/RandomTrader.js"

const start = { cash: 1000, shares: 0, ...Ledger.FREE }

describe("a ledger", () => {
  it("fills an order at the price of its tick", () => {
    const book = Ledger.play([100, 110, 120, 90], [5, 0, -2, 0], start)
    deepStrictEqual(book.equity, [1000, 1050, 1100, 1010])
    deepStrictEqual(book.fills, [
      { tick: 0, shares: 5 },
      { tick: 2, shares: -2 }
    ])
    assert.strictEqual(book.held, 4)
    assert.strictEqual(book.traded, 740)
    assert.strictEqual(book.paid, 0)
  })

  it("reduces an order to what cash or shares cover, and refuses it where they cover nothing", () => {
    const book = Ledger.play([100, 100, 100, 100, 100], [11, 1, -4, -7, -1], start)
    deepStrictEqual(
      book.fills.map(({ shares }) => shares),
      [10, -4, -6]
    )
    assert.strictEqual(book.reduced, 2)
    assert.strictEqual(book.refused, 2)
    // Neither a buy with the last cent nor a sale of the last share is reduced.
    deepStrictEqual(Ledger.play([100, 100], [10, -10], start).reduced, 0)
  })

  it("charges slippage and fee on both sides", () => {
    const book = Ledger.play([100, 100], [1, -1], { ...start, fee: 0.01, slippage: 0.1 })
    // Bought at 110 plus 1 %, sold at 90 less 1 %.
    assert.closeTo(book.equity[1] ?? 0, 1000 - 111.1 + 89.1, 1e-9)
    assert.closeTo(book.paid, 11.1 + 10.9, 1e-9)
  })

  it("sells no further below zero than the play began", () => {
    const book = Ledger.play([10, 10], [-5, -1], { ...start, shares: 3 })
    deepStrictEqual(
      book.fills.map(({ shares }) => shares),
      [-3]
    )
    const short = Ledger.play([10, 10, 10], [-1, 2, -9], { ...start, shares: -25 })
    deepStrictEqual(
      short.fills.map(({ shares }) => shares),
      [2, -2]
    )
  })

  it("lets cash and shares fall as far as its rules allow, and no further", () => {
    const rules = { leastCash: -500, leastShares: -25 }
    const short = Ledger.play([10, 10, 10, 20], [-20, -6, -1, 30], { ...start, ...rules })
    deepStrictEqual(
      short.fills.map(({ shares }) => shares),
      [-20, -5, 30]
    )
    deepStrictEqual([short.refused, short.reduced, short.held], [1, 1, 4])
    // 25 shares that were sold at 10 are bought back at 20.
    assert.strictEqual(short.equity.at(-1), 750)
    const long = Ledger.play([10, 10], [151, 1], { ...start, ...rules })
    deepStrictEqual(
      long.fills.map(({ shares }) => shares),
      [150]
    )
    deepStrictEqual([long.refused, long.reduced], [1, 1])
    deepStrictEqual(Ledger.hold([10, 20], { ...start, ...rules }).equity, [1000, 2000])
  })

  it("buys the most shares that do not cost more than the cash, to the last digit", () => {
    for (let index = 1; index < 3000; index++) {
      const unit = 0.01 + index * 0.0137
      const cash = unit * (1 + (index % 97)) - (index % 3 === 0 ? Number.EPSILON * unit * 97 : 0)
      const count = Ledger.affordable(cash, unit)
      assert.isAtMost(count * unit, cash)
      assert.isAbove((count + 1) * unit, cash)
    }
    assert.strictEqual(Ledger.affordable(-5, 1), 0)
    assert.isAtLeast(Ledger.affordable(1, 1e-20), Number.MAX_SAFE_INTEGER)
  })

  it("of buying and keeping follows the price", () => {
    const { equity } = Ledger.hold([100, 150], start)
    deepStrictEqual(equity, [1000, 1500])
  })
})

describe("random traders", () => {
  const prices = Array.from({ length: 60 }, (_, tick) => 100 + 10 * Math.sin(tick / 5))
  const orders = prices.map((price) => (price < 92 ? 1 : price > 108 ? -1 : 0))
  const book = Ledger.play(prices, orders, start)

  it("lose to an algorithm that buys low and sells high", () => {
    assert.isAbove(book.fills.length, 4)
    assert.isAbove(RandomTrader.compare(prices, book, start).beaten, 0.95)
  })

  it("beat one that buys high and sells low", () => {
    const worst = Ledger.play(
      prices,
      orders.map((order) => -order),
      { ...start, shares: 20 }
    )
    assert.isBelow(RandomTrader.compare(prices, worst, { ...start, shares: 20 }).beaten, 0.05)
  })

  it("are the same each time", () => {
    deepStrictEqual(RandomTrader.compare(prices, book, start), RandomTrader.compare(prices, book, start))
  })

  it("make exactly the trades of an algorithm that trades at every tick", () => {
    const flat = prices.slice(0, 20)
    const all = Ledger.play(
      flat,
      flat.map((_, tick) => (tick % 2 === 0 ? 1 : -1)),
      start
    )
    // There is one way to put 20 trades into 20 ticks, so all traders are that algorithm: half of a tie.
    deepStrictEqual(RandomTrader.compare(flat, all, start).beaten, 0.5)
  })
})
