import { assert, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import * as Pulse from "../../../src/cli/view/Pulse.js"
import { OverBudget } from "../../../src/domain/GenerationError.js"
import { make } from "../../../src/generation/Progress.js"

const slot = (index: number) => ({ index, model: "x/1" })

it("the line about a run has what is done, the time, tokens a second and the cost so far", () => {
  const { hear, parts } = Pulse.make()
  hear(make.RunStarted({ ticker: "AAPL", models: ["x/1", "x/2", "x/3"] }), 1_000)
  deepStrictEqual(parts(1_000, 400_000, 0), ["0 of 3 done", "0.0 of 400 s"])
  hear(make.Writing({ ...slot(0), text: "x".repeat(400), offset: 0 }), 2_000)
  deepStrictEqual(parts(2_000, 400_000, 0.0012), [
    "0 of 3 done",
    "1.0 of 400 s",
    "about 100 tokens/s",
    "$0.001200 so far"
  ])
  hear(make.Generated({ ...slot(0), code: "" }), 3_000)
  hear(make.Skipped({ ...slot(1), reason: new OverBudget({ message: "" }) }), 3_000)
  deepStrictEqual(parts(4_999, 2_500, 0), ["2 of 3 done", "4.0 of 2.5 s", "about 33 tokens/s"])
  // What was written more than three seconds ago no longer counts.
  assert.notInclude(parts(5_000, 2_500, 0).join(), "token")
})
