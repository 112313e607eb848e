import { assert, describe, it } from "@effect/vitest"
import * as Gate from "../../../../src/flow/pure/Gate.js"

const LONGEST = 30_000

/** Refuses one request after the other, each sent when the gate had opened, and says for how long the gate closed. */
const waits = (count: number, longest = LONGEST, from: Gate.Gate = Gate.open) => {
  let gate = from
  let now = 0
  return Array.from({ length: count }, (_, index) => {
    gate = Gate.unhinted(gate, longest, { now, sent: index + 1, latest: index + 1 })
    const wait = gate.until - now
    now = gate.until
    return wait
  })
}

describe("a gate without a hint", () => {
  it("closes for half a second, doubled each time, up to the longest wait", () => {
    assert.deepStrictEqual(waits(8), [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    assert.deepStrictEqual(waits(7, 15_000), [500, 1000, 2000, 4000, 8000, 15_000, 15_000])
  })

  it("counts requests that were sent before it closed once", () => {
    const once = Gate.unhinted(Gate.open, LONGEST, { now: 0, sent: 1, latest: 6 })
    assert.deepStrictEqual(Gate.unhinted(once, LONGEST, { now: 100, sent: 6, latest: 6 }), once)
    assert.strictEqual(Gate.unhinted(once, LONGEST, { now: 600, sent: 7, latest: 7 }).until, 1600)
  })

  it("begins anew after an answer to a request that it had let through", () => {
    const closed = Gate.unhinted(Gate.open, LONGEST, { now: 0, sent: 1, latest: 2 })
    assert.strictEqual(Gate.answered(closed, 2).streak, 1)
    assert.strictEqual(Gate.answered(closed, 3).streak, 0)
  })

  it("never opens earlier than the server said", () => {
    const hinted = Gate.hinted(Gate.open, 90_000, { now: 0, sent: 1, latest: 1 })
    assert.strictEqual(Gate.unhinted(hinted, LONGEST, { now: 0, sent: 2, latest: 2 }).until, 90_000)
    assert.strictEqual(Gate.hinted(hinted, 60_000, { now: 0, sent: 2, latest: 2 }).until, 90_000)
  })
})

describe("a gate that opens at a moment that the server named", () => {
  const opensAt = (passed: number, gate = Gate.hinted(Gate.open, 60_000, { now: 0, sent: 1, latest: 9 })) =>
    Gate.roomAt(Array.from({ length: passed }).reduce<Gate.Gate>(Gate.taken, gate))

  it("lets one through, and the double within each half second", () => {
    assert.deepStrictEqual(
      [0, 1, 3, 7, 63].map((passed) => opensAt(passed)),
      [60_000, 60_500, 61_000, 61_500, 63_000]
    )
  })

  it("lets another through for each that is answered", () => {
    const passed = [10, 11].reduce<Gate.Gate>(
      Gate.taken,
      Gate.hinted(Gate.open, 60_000, { now: 0, sent: 1, latest: 9 })
    )
    assert.strictEqual(Gate.roomAt(Gate.answered(passed, 9)), Gate.roomAt(passed))
    assert.strictEqual(Gate.roomAt(Gate.answered(passed, 10)), 60_500)
    assert.strictEqual(Gate.roomAt([10, 11, 12].reduce(Gate.answered, passed)), 60_000)
  })

  it("begins anew when it closes again, and lets all through where nobody named a moment", () => {
    const passed = Gate.taken(Gate.hinted(Gate.open, 60_000, { now: 0, sent: 1, latest: 9 }))
    assert.strictEqual(Gate.roomAt(Gate.hinted(passed, 70_000, { now: 0, sent: 10, latest: 10 })), 70_000)
    assert.strictEqual(opensAt(9, Gate.unhinted(Gate.open, LONGEST, { now: 0, sent: 1, latest: 1 })), 500)
    assert.strictEqual(opensAt(9, Gate.open), 0)
    for (const [until, opens] of [
      [2_000, 2_000],
      [2_001, 2_501]
    ] as const) {
      assert.strictEqual(opensAt(1, Gate.hinted(Gate.open, until, { now: 0, sent: 1, latest: 9 })), opens)
    }
  })
})
