import { assert, describe, it } from "@effect/vitest"
import * as RateLimit from "../../../src/simulator/RateLimit.js"

const fixed = { requests: 2, per: 1000, burst: undefined }
const bucket = { requests: 20, per: 1000, burst: 5 }

describe("RateLimit", () => {
  it("a fixed window is full again at its boundary, not before", () => {
    const empty = { left: 0, at: 1400 }
    assert.strictEqual(RateLimit.wait(fixed, empty), 600)
    assert.deepStrictEqual(RateLimit.refill(fixed, empty, 1999.9), { left: 0, at: 1999.9 })
    assert.deepStrictEqual(RateLimit.refill(fixed, empty, 2000), { left: 2, at: 2000 })
    assert.deepStrictEqual(RateLimit.refill(fixed, { left: 1, at: 2000 }, 2999), { left: 1, at: 2999 })
  })

  it("a bucket earns evenly and saves no more than its burst", () => {
    const empty = { left: 0, at: 0 }
    assert.strictEqual(RateLimit.wait(bucket, empty), 50)
    assert.deepStrictEqual(RateLimit.refill(bucket, empty, 50), { left: 1, at: 50 })
    assert.deepStrictEqual(RateLimit.refill(bucket, empty, 60_000), { left: 5, at: 60_000 })
    assert.strictEqual(RateLimit.wait(bucket, { left: 1, at: 0 }), 0)
    assert.deepStrictEqual(RateLimit.full(bucket, 7), { left: 5, at: 7 })
    assert.deepStrictEqual(RateLimit.full(fixed, 7), { left: 2, at: 7 })
  })
})
