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

it("names the latest three modules that were not taken, however many there are", () => {
  const rejected = [1, 2, 3, 4].map((round) => ({ round, practice: round / 100 }))
  const textOf = (rounds: number) =>
    Improve.message({ round: rounds + 1, practice: practice(1), others: [], rejected: rejected.slice(0, rounds) })
  const named = (text: string) => [...text.matchAll(/wrote in round (\d)/g)].map(([, round]) => round)
  assert.deepStrictEqual(named(textOf(3)), ["1", "2", "3"])
  assert.deepStrictEqual(named(textOf(4)), ["2", "3", "4"])
})

it("counts one trade and several", () => {
  const text = Improve.message({ round: 1, practice: practice(1), others: [practice(1), practice(2)], rejected: [] })
  assert.include(text, "after costs with 1 trade, held")
  assert.include(text, "made +1.00 % (1 trade), +1.00 % (2 trades).")
})
