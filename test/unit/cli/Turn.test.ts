/** Signals have their turn while prompts are made. */
import { it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import { describe } from "vitest"
import * as Turn from "../../../src/cli/Turn.js"

describe("work in pieces", () => {
  it.live("lets the event loop turn before the first piece, and before each 64th behind it", () =>
    Effect.gen(function* () {
      const turns: Array<number> = []
      for (let index = 0; index < 200; index++) {
        let turned = false
        const immediate = setImmediate(() => {
          turned = true
        })
        yield* Turn.before(index)
        clearImmediate(immediate)
        if (turned) turns.push(index)
      }
      strictEqual(turns.join(" "), "0 64 128 192")
    })
  )
})
