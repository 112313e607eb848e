/** Prices so small that the cash pays for more shares than can be counted one by one. */
import { assert, describe, it } from "@effect/vitest"
import * as Ledger from "../../../src/score/Ledger.js"

describe("the most shares that the cash pays for", () => {
  for (const unit of [1e-13, 1e-300, 5e-324]) {
    it(`is found at a price of ${unit}`, () => {
      assert.strictEqual(Ledger.affordable(10_000, unit), Number.MAX_SAFE_INTEGER)
    })
  }
})
