/** A trial by the arena's rules: the book that a module sees is the one that it is scored by. */
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Monty from "../../../src/code/trial/Monty.js"
import * as Python3 from "../../../src/code/trial/Python3.js"
import * as Trial from "../../../src/code/trial/Trial.js"
import { PythonModule } from "../../../src/domain/PythonModule.js"
import * as Exam from "../../../src/score/Exam.js"
import { python3, withPython3 } from "./available.js"

/** Sells all it may, then buys all it may, and looks each time how far that went. */
const SOURCE = `
low = [0.0, 0]

def execute_trade(ticker, price, tick, cash_balance, shares_held):
    low[0] = min(low[0], cash_balance)
    low[1] = min(low[1], shares_held)
    if tick == 0:
        return ("SELL", 1000)
    if tick == 1:
        if shares_held != -250:
            raise ValueError("short of " + str(shares_held))
        return ("BUY", 1000000)
    if tick == 2 and (cash_balance < -40000 or cash_balance > -40000 + 1.01 * price):
        raise ValueError("cash of " + str(cash_balance))
    return "HOLD"
`

const exam = Exam.examiner(undefined, { arena: true })

const module = PythonModule.make({ arity: 5, source: SOURCE, imports: [] })

const played = (layer: typeof python) =>
  Trial.run(module, "AAPL").pipe(Effect.provide(layer), Effect.provide(NodeContext.layer))

const python = Python3.layer({ wallClock: "25 seconds", exam })
const monty = Monty.layer({ node: process.execPath, wallClock: "25 seconds", exam })

describe.skipIf(!python3)(`the arena's rules${withPython3}`, () => {
  it.live("let a module go short and into debt as far as they say", () =>
    Effect.gen(function* () {
      const outcome = yield* played(python)
      const score = Trial.scoreOf(outcome)
      assert.strictEqual(score?.rules, "arena")
      assert.strictEqual(score?.trades, 12)
      assert.strictEqual(score?.refused, 0)
      const plain = Python3.layer({ wallClock: "25 seconds", exam: Exam.examiner(undefined) })
      assert.match((yield* Effect.flip(played(plain))).message, /short of /)
      const other = yield* played(monty)
      if (other._tag === "Passed") assert.deepEqual(Trial.scoreOf(other), score)
      else assert.match(other.reason, /not installed/)
    })
  )
})
