import { it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { assert } from "vitest"
import { counter, numbers } from "../../../src/domain/Numbering.js"

const slots = (...list: ReadonlyArray<readonly [model: string, sample: number]>) =>
  list.map(([model, sample]) => ({ model, sample }))

it("the algorithms of each model are counted, whatever stands between them", () => {
  deepStrictEqual(["x", "y", "x", "x", "__proto__", "y", "__proto__"].map(counter()), [1, 1, 2, 3, 1, 2, 2])
})

it("samples have their number, and a model that is named again the next free one", () => {
  deepStrictEqual(numbers(slots(["x", 1], ["x", 2], ["y", 1])), [1, 2, 1])
  deepStrictEqual(numbers(slots(["x", 1], ["y", 1], ["x", 1], ["x", 1])), [1, 1, 2, 3])
  deepStrictEqual(numbers(slots(["x", 1], ["x", 2], ["x", 1], ["x", 2])), [1, 2, 3, 4])
  deepStrictEqual(numbers(slots(["x", 5], ["x", 1], ["x", 5])), [5, 1, 6])
})

it("what is no number of a sample counts as the first", () => {
  deepStrictEqual(numbers(slots(["x", 0], ["y", -1], ["z", 1.5], ["w", Number.NaN])), [1, 1, 1, 1])
})

it("every ticker has numbers of its own", () => {
  const slots = ["AAPL", "MSFT", "AAPL"].map((ticker) => ({ model: "x", sample: 1, ticker }))
  deepStrictEqual(numbers(slots), [1, 1, 2])
})

it("no model has a number twice, however many slots there are", () => {
  const many = numbers(Array.from({ length: 20_000 }, () => ({ model: "x", sample: 1 })))
  assert.strictEqual(new Set(many).size, 20_000)
}, 1_000)
