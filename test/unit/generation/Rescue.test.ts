/** A failure behind an answer that is whole by its looks. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Answer } from "../../../src/domain/Answer.js"
import { ConnectionFailed, GenerationError, Refused, ServerFailed } from "../../../src/domain/GenerationError.js"
import { api, finish, start, type Reply } from "./doubles.js"

const CODE = 'def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD"\n'
const CLOSED = `Here it is:\n\n\`\`\`python\n${CODE}\`\`\`\n`

const broken = new ConnectionFailed({ message: "reset" })
const failing =
  (text: string, reason: GenerationError["reason"] = broken, thoughts?: true): Reply =>
  ({ model }) =>
    Effect.fail(
      new GenerationError({ model, reason, partial: new Answer({ text, model, ending: "implied", thoughts }) })
    )

const run = (reply: Reply) =>
  Effect.gen(function* () {
    const openRouter = api({ "x/1": [reply] })
    const report = yield* finish(yield* start({ models: ["x/1"] }, { api: openRouter }), 20_000)
    return { requests: openRouter.requests.length, success: report.success }
  })

describe("an answer that a failure came behind", () => {
  for (const [name, reply] of [
    ["a connection that broke off", failing(CLOSED)],
    ["blank lines behind it", failing(`${CLOSED}\n \n`)],
    ["an error of the server", failing(CLOSED, new ServerFailed({ status: 500, message: "late" }))]
  ] as const) {
    it.effect(`is kept if its block is closed and holds a module: ${name}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* run(reply), { requests: 1, success: true })
      })
    )
  }

  for (const [name, reply, requests] of [
    ["its block is open", failing(`\`\`\`python\n${CODE}`), 4],
    ["it has no block", failing(CODE), 4],
    ["its block holds no module", failing("```python\nx = 1\n```\n"), 4],
    ["the model calls it wrong", failing(`${CLOSED}\nWait, this has a bug: it never sells. Corrected:\n`), 4],
    ["it is all thoughts", failing(CLOSED, broken, true), 4],
    ["the model declined", failing(CLOSED, new Refused({ message: "no" })), 1]
  ] as const) {
    it.effect(`is not where ${name}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* run(reply), { requests, success: false })
      })
    )
  }
})
