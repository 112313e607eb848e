/** What simulated models can do, as `algogen simulate --list` shows it: what stands in `test/golden/command/simulate.txt`. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import * as Simulate from "../../../../src/cli/commands/Simulate.js"
import { said } from "./said.js"

describe("the list of the simulator", () => {
  it.effect("is what it was, and fits 120 columns", () =>
    Effect.gen(function* () {
      const text = yield* said(
        Simulate.run({ list: true, port: 0, seed: 1, profile: "openrouter", scenario: "healthy" })
      )
      for (const line of text.split("\n")) assert.isAtMost(line.length, 120)
      yield* Effect.promise(() => expect(`${text}\n`).toMatchFileSnapshot("../../../golden/command/simulate.txt"))
    })
  )
})
