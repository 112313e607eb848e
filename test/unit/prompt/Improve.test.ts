/** What a model is told of its module, in words. */
import { assert, it } from "@effect/vitest"
import * as Improve from "../../../src/prompt/Improve.js"

const practice = (trades: number) => ({
  markets: 1,
  ticks: 200,
  return: 0.01,
  holdReturn: 0.02,
  trades,
  exposure: 0.5,
  maxDrawdown: 0.03,
  worst: []
})

it("counts one trade and several", () => {
  const text = Improve.message({ round: 1, practice: practice(1), others: [practice(1), practice(2)], rejected: [] })
  assert.include(text, "after costs with 1 trade, held")
  assert.include(text, "made +1.00 % (1 trade), +1.00 % (2 trades).")
})
