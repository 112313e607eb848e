import { assert, describe, it } from "@effect/vitest"
import { assertLeft, assertRight, deepStrictEqual } from "@effect/vitest/utils"
import { Either } from "effect"
import { finding, type Run } from "../../../src/code/trial/Finding.js"
import * as Market from "../../../src/code/trial/Market.js"
import { Passed, Skipped } from "../../../src/code/trial/Trial.js"
import * as CodeFailure from "../../../src/domain/CodeFailure.js"
import * as Grading from "../../../src/score/Grading.js"

const regimes = [
  { name: "a morning", cash: 1, shares: 0, fee: 0, slippage: 0, prices: [1, 2] },
  { name: "an evening", cash: 1, shares: 0, fee: 0, slippage: 0, prices: [3] }
]
const ready = { _tag: "Ready", sandboxed: true }
const loaded = { _tag: "Loaded" }
const orders = (...orders: ReadonlyArray<number | string>) => ({ _tag: "Orders", orders: orders.join(" ") })
const hold = orders(0)

const judge = (messages: ReadonlyArray<unknown>, run: Partial<Run> = {}) =>
  finding({
    interpreter: "python3 3.11.7",
    dated: false,
    regimes,
    nonce: "n",
    output: messages.map((message) => `n ${JSON.stringify(message)}\n`).join(""),
    ending: { _tag: "Exited" },
    durationMs: 5,
    ...run
  })
const facts = { interpreter: "python3 3.11.7", ticks: 3, sandboxed: true, durationMs: 5 }
const passed = new Passed({ ...facts, msPerTick: undefined, score: undefined })
const refusal = (code: string, message: string, line?: number) =>
  CodeFailure.of("trial", code, message, line === undefined ? {} : { line })

describe("the verdict of a trial", () => {
  it("is a pass when each tick of each regime has a legal order", () => {
    assertRight(judge([ready, loaded, hold, orders(2), loaded, hold]), passed)
    assertRight(judge([ready, loaded, orders(0, -2), loaded, hold]), passed)
    const done = { _tag: "Done", seconds: 0.006 }
    assertRight(judge([ready, loaded, orders(0, -2), loaded, hold, done]), new Passed({ ...passed, msPerTick: 2 }))
  })

  it("has a score for the regimes of an exam", () => {
    const paper = { market: "AAPL", prices: [3] }
    const exam = { basis: "data" as const, bar: "day" as const, papers: [paper], fee: 0, slippage: 0 }
    assertRight(
      judge([ready, loaded, orders(1, 1), loaded, orders(5)], { exam }),
      new Passed({ ...passed, score: Grading.score(exam, [[5]]) })
    )
  })

  it("is no pass for orders that are none, or too few, too many, or out of place", () => {
    for (const wrong of [
      orders("1.5"),
      orders("BUY"),
      orders(""),
      orders(0, 0, 0),
      { _tag: "Orders", orders: 1 },
      { _tag: "Orders", orders: "0", shares: 1 },
      loaded
    ]) {
      assert.isTrue(Either.isLeft(judge([ready, loaded, hold, wrong, loaded, hold])), JSON.stringify(wrong))
    }
    assertLeft(
      judge([ready, loaded, hold, hold, loaded]),
      refusal("ended-early", "tick 0 of an evening: the module ended the process instead of answering")
    )
  })

  it("takes no line that lacks the word", () => {
    const output = [ready, loaded, hold, hold, loaded, hold].map((message) => `m ${JSON.stringify(message)}`).join("\n")
    assertRight(
      judge([], { output }),
      new Skipped({ reason: "python3 3.11.7: the interpreter ended before the trial began" })
    )
  })

  it("names the place and the cause of what stopped it", () => {
    const begun = [ready, loaded, hold]
    assertLeft(
      judge([...begun, { _tag: "Fault", code: "raised", message: "ZeroDivisionError: division by zero", line: 40 }]),
      refusal("raised", "tick 1 of a morning: ZeroDivisionError: division by zero", 40)
    )
    const code = (ending: Run["ending"]) =>
      Either.match(judge(begun, { ending }), { onLeft: (failure) => failure.code, onRight: () => "passed" })
    assert.strictEqual(code({ _tag: "TimedOut" }), "time-limit")
    assert.strictEqual(code({ _tag: "Flooded" }), "output-limit")
    assert.strictEqual(code({ _tag: "Killed", signal: "SIGKILL" }), "cpu-limit")
    assert.strictEqual(code({ _tag: "Killed", signal: "SIGSEGV" }), "crashed")
  })

  it("holds nothing against a module that an older Python cannot load", () => {
    const fault = { _tag: "Fault", code: "syntax-error", message: "SyntaxError: invalid syntax", line: 3 }
    assert.isTrue(Either.isLeft(judge([ready, fault])))
    assert.isTrue(Either.isRight(judge([ready, fault], { dated: true })))
    assert.isTrue(Either.isLeft(judge([ready, loaded, fault], { dated: true })))
    assert.isTrue(
      Either.isLeft(judge([ready, { ...fault, code: "raised", message: "RecursionError" }], { dated: true }))
    )
  })
})

describe("the day of a trial", () => {
  it("is the same for the same seed, another for another, and a trading day long", () => {
    const day = Market.regimes(1)
    deepStrictEqual(Market.regimes(1), day)
    assert.notDeepEqual(Market.regimes(2), day)
    assert.strictEqual(Market.ticksOf(day), 390)
    for (const { prices } of day) for (const price of prices) assert.isAbove(price, 0)
  })
})
