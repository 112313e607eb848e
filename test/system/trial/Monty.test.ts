import { createRequire } from "node:module"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Monty from "../../../src/code/trial/Monty.js"
import * as Python3 from "../../../src/code/trial/Python3.js"
import * as Trial from "../../../src/code/trial/Trial.js"
import { PythonModule } from "../../../src/domain/PythonModule.js"
import * as Exam from "../../../src/score/Exam.js"
import { children, python3 } from "./available.js"

const installed = (() => {
  try {
    return createRequire(import.meta.url).resolve("@pydantic/monty") !== ""
  } catch {
    return false
  }
})()

const play = (source: string, arity: 3 | 5 = 3, node = process.execPath) =>
  Trial.run(PythonModule.make({ arity, source, imports: [] }), "AAPL").pipe(
    Effect.provide(Monty.layer({ node })),
    Effect.provide(NodeContext.layer)
  )
const three = (body: string) => `def execute_trade(ticker, cash_balance, shares_held):\n    ${body}\n`

describe.skipIf(!installed)(
  `a trial in Monty${installed ? "" : " (not run: @pydantic/monty is not installed)"}`,
  () => {
    it.live("passes what Monty can run", () =>
      Effect.gen(function* () {
        const source = `
_seen = []

def execute_trade(ticker, price, tick, cash_balance, shares_held):
    _seen.append(price)
    print(tick)
    if len(_seen) > 5 and price < sum(_seen[-5:]) / 5 and cash_balance > price:
        return ("BUY", 1)
    return "SELL" if shares_held > 0 else "HOLD"
`
        const outcome = yield* play(source, 5)
        assert.deepInclude(outcome, { _tag: "Passed", interpreter: "monty", ticks: 390, sandboxed: true })
      })
    )

    it.live.skipIf(!python3)("scores a module as python3 does, whose orders follow from cash and shares", () =>
      Effect.gen(function* () {
        const exam = Exam.madeUp({ fee: 0.0013, slippage: 0.0007 })
        const source = `
def execute_trade(ticker, price, tick, cash_balance, shares_held):
    left = (int(cash_balance * 100) + tick) % 7
    if left > 2:
        return ("BUY", 1 + int(cash_balance / price / 3))
    return ("SELL", 1 + (shares_held // 2)) if left > 0 else "HOLD"
`
        const module = PythonModule.make({ arity: 5, source, imports: [] })
        const [one, other] = yield* Effect.forEach(
          [Monty.layer({ node: process.execPath, exam: () => exam }), Python3.layer({ exam: () => exam })],
          (layer) => Trial.run(module, "AAPL").pipe(Effect.provide(layer), Effect.provide(NodeContext.layer))
        )
        const [first, second] = [one, other].map((outcome) => outcome && Trial.scoreOf(outcome))
        assert.isAbove(first?.trades ?? 0, 500)
        assert.deepEqual(first, second)
      })
    )

    for (const [name, source] of Object.entries({
      "what it cannot run": `class Held:\n    pass\n\n${three('return "HOLD"')}`,
      "a fault": three("return 1 / 0"),
      "an answer that is not legal": three('return ("BUY", True)'),
      "a loop": three("while True: pass"),
      "too much memory": three('return "a" * 10 ** 11'),
      "a file": three('return open("/etc/passwd").read()'),
      "a shadowed check": `def isinstance(value, kind):\n    return kind is not bool\n\n${three('return ("BUY", 1.5)')}`
    })) {
      it.live(`says nothing of ${name}`, () =>
        Effect.gen(function* () {
          const outcome = yield* play(source)
          assert.match(outcome._tag === "Skipped" ? outcome.reason : "passed", /^monty: /)
          assert.deepStrictEqual(children(), [])
        })
      )
    }

    it.live("is skipped where Node cannot be started", () =>
      Effect.gen(function* () {
        const outcome = yield* play(three('return "HOLD"'), 3, "/no/node")
        assert.deepStrictEqual(outcome, new Trial.Skipped({ reason: "monty: /no/node could not be started" }))
      })
    )
  }
)
