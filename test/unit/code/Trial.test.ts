/** What a trial plays, what comes of two trials one behind the other, and how a result is told. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer } from "effect"
import { expect } from "vitest"
import * as Market from "../../../src/code/trial/Market.js"
import * as Nonce from "../../../src/code/trial/Nonce.js"
import * as Trial from "../../../src/code/trial/Trial.js"
import * as CodeFailure from "../../../src/domain/CodeFailure.js"
import { PythonModule } from "../../../src/domain/PythonModule.js"
import type * as Exam from "../../../src/score/Exam.js"
import * as Grading from "../../../src/score/Grading.js"

const module = PythonModule.make({ arity: 3, source: "def execute_trade(): ...\n", imports: [] })

describe("the day of a trial", () => {
  it("is what it was, price by price", async () => {
    const days = Market.regimes(Market.SEED).map(
      ({ cash, fee, name, prices, shares, slippage, ...rules }) =>
        `${name}: ${cash} and ${shares}, ${fee}, ${slippage}, ${JSON.stringify(rules)}\n  ${prices.join(" ")}`
    )
    await expect(`${days.join("\n")}\n`).toMatchFileSnapshot("../../golden/python/day.txt")
  })

  it("has the rules that it is given", () => {
    for (const regime of Market.regimes(1, { leastCash: -7, leastShares: -3 })) {
      assert.deepStrictEqual([regime.leastCash, regime.leastShares], [-7, -3])
    }
  })

  it("is followed by the papers of an exam, with their costs and means", () => {
    const papers = [1, 3].map((price) => ({ market: `M${price}`, prices: [price, price] }))
    const exam: Exam.Exam = { basis: "data", bar: "day", papers, fee: 0.1, slippage: 0.2 }
    assert.deepStrictEqual(
      Market.examined(exam).map(({ fee, name, prices, slippage }) => [name, prices, fee, slippage]),
      [
        ["M1", [1, 1], 0.1, 0.2],
        ["M3", [3, 3], 0.1, 0.2]
      ]
    )
    assert.strictEqual(Market.ticksOf(Market.examined(exam)), 4)
    assert.deepStrictEqual(Market.examined(undefined), [])
    assert.strictEqual(Market.ticksOf([]), 0)
  })
})

const exam: Exam.Exam = { basis: "data", bar: "day", papers: [{ market: "A", prices: [3] }], fee: 0, slippage: 0 }
const score = Grading.score(exam, [[0]])
const passed = new Trial.Passed({ interpreter: "python3 3.11.7", ticks: 390, sandboxed: true, durationMs: 5 })
const scored = new Trial.Passed({ ...passed, score })
const skipped = (reason: string) => new Trial.Skipped({ reason })

describe("of two trials", () => {
  const both = (first: Trial.Result, second: Trial.Result) => {
    const asked: Array<string> = []
    const service = (name: string, result: Trial.Result): Trial.Service => ({
      run: (_, ticker) => Effect.sync(() => (asked.push(`${name} ${ticker}`), result))
    })
    const layer = Trial.layerOrElse(Layer.succeed(Trial.Trial, service("second", second)))(
      Layer.succeed(Trial.Trial, service("first", first))
    )
    const outcome = Effect.runSync(Effect.provide(Trial.run(module, "AAPL"), layer))
    return { asked, outcome }
  }

  it("the second is made where the first was skipped", () => {
    assert.deepStrictEqual(both(passed, scored), { asked: ["first AAPL"], outcome: passed })
    assert.deepStrictEqual(both(skipped("a"), scored), { asked: ["first AAPL", "second AAPL"], outcome: scored })
    assert.deepStrictEqual(both(skipped("a"), skipped("b")).outcome, skipped("a; b"))
  })

  it("a fault in the first is a fault", () => {
    const fault = CodeFailure.of("trial", "raised", "no")
    const first: Trial.Service = { run: () => Effect.fail(fault) }
    const second: Trial.Service = { run: () => Effect.succeed(passed) }
    const exit = Effect.runSyncExit(Trial.orElse(first, second).run(module, "A"))
    assert.deepStrictEqual(exit, Exit.fail(fault))
  })
})

describe("a result", () => {
  it("is told in a line", () => {
    assert.strictEqual(Trial.describe(passed), "390 ticks in python3 3.11.7")
    assert.match(Trial.describe({ ...passed, ticks: 1 }), /^1 tick in /)
    assert.strictEqual(Trial.describe({ ...passed, sandboxed: false }), "390 ticks in python3 3.11.7, not sandboxed")
    assert.strictEqual(Trial.describe(skipped("no python3")), "trial skipped: no python3")
  })

  it("has a score, or none", () => {
    assert.deepStrictEqual(Trial.scoreOf(scored), score)
    assert.isUndefined(Trial.scoreOf(passed))
    assert.isUndefined(Trial.scoreOf(skipped("a")))
  })

  it("is the same without it", () => {
    assert.deepStrictEqual(
      { ...Trial.withoutScore(scored) },
      { ...passed, score: undefined, practice: undefined, choice: undefined }
    )
    assert.strictEqual(Trial.withoutScore(passed), passed)
    const none = skipped("a")
    assert.strictEqual(Trial.withoutScore(none), none)
  })
})

it("the word that marks the lines of a driver has four parts, and is another each time", () => {
  const words = Array.from({ length: 20 }, () => Effect.runSync(Nonce.make))
  assert.strictEqual(new Set(words).size, 20)
  for (const word of words) assert.match(word, /^[a-z\d]{1,6}(?:-[a-z\d]{1,6}){3}$/)
})
