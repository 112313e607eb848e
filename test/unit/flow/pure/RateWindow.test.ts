import { assert, describe, it } from "@effect/vitest"
import * as RateWindow from "../../../../src/flow/pure/RateWindow.js"

const MINUTE = 60_000

/** A window with a memory of what was sent. */
const book = (from: RateWindow.Window) => {
  let window = from
  let latest = 0
  return {
    send: (now: number, count = 1, cost = 1) => {
      for (let n = 0; n < count; n += 1) {
        latest += 1
        window = RateWindow.taken(window, latest, now, cost)
      }
      return latest
    },
    refuse: (sent: number, now: number, reset: number) => {
      window = RateWindow.refused(window, reset, { now, sent, latest })
    },
    turnAway: (sent: number, silently: boolean) => {
      window = RateWindow.turnedAway(window, sent, silently)
    },
    complete: (sent: number, answered: boolean) => {
      window = RateWindow.completed(window, sent, answered)
    },
    roomAt: (now: number, cost?: number) => RateWindow.roomAt(window, now, cost),
    window: () => window
  }
}

describe("a window of more than a thousand", () => {
  for (const [name, window] of [
    ["known", RateWindow.known(1_500, MINUTE)],
    ["shared", RateWindow.shared(1_500, MINUTE)],
    ["kept", RateWindow.kept(1_500, MINUTE)]
  ] as const) {
    it(`is kept to as well (${name})`, () => {
      const { roomAt, send } = book(window)
      send(1, 1_499)
      assert.strictEqual(roomAt(1), 1)
      // Where the server's windows are not known, one more asks for the reset.
      send(1, name === "known" ? 2 : 1)
      assert.isAbove(roomAt(1), 1)
    })
  }
})

describe("a window of which nothing is known", () => {
  it("takes everything at once", () => {
    const { roomAt, send } = book(RateWindow.unknown)
    send(0, 500)
    assert.strictEqual(roomAt(0), 0)
  })

  it("closes until the reset that a refusal names, to the millisecond", () => {
    const { refuse, roomAt, send } = book(RateWindow.unknown)
    refuse(send(0, 9), 100, 40_000)
    assert.strictEqual(roomAt(39_999), 40_000)
    assert.strictEqual(roomAt(40_000), 40_000)
  })

  it("learns the quota from what was let in, each refusal of the same window counted", () => {
    const { refuse, send, window } = book(RateWindow.unknown)
    send(0, 12)
    refuse(9, 100, 40_000)
    assert.strictEqual(window().quota, 11)
    for (const sent of [10, 11, 12]) refuse(sent, 120, 40_000)
    assert.strictEqual(window().quota, 8)
  })

  it("does not count what was let in before the minute began", () => {
    const { refuse, send, window } = book(RateWindow.unknown)
    send(1000, 5)
    refuse(send(30_000, 9), 30_100, 80_000)
    assert.strictEqual(window().quota, 8)
  })

  it("takes a minute for the length when the window began with the first request", () => {
    const { refuse, roomAt, send, window } = book(RateWindow.unknown)
    refuse(send(1000, 9), 1500, 61_400)
    assert.strictEqual(window().period, MINUTE)
    send(61_400, 8)
    assert.strictEqual(roomAt(61_400), 61_400 + MINUTE)
  })

  it("asks for the reset with one request where the length is unknown, and learns it from two resets", () => {
    const { refuse, roomAt, send, window } = book(RateWindow.unknown)
    refuse(send(0, 9), 100, 40_000)
    send(40_000, 8)
    assert.strictEqual(roomAt(41_000), 41_000)
    const asking = send(41_000)
    assert.isAbove(roomAt(41_000), 41_000)
    refuse(asking, 41_100, 100_800)
    assert.deepStrictEqual([window().period, window().quota], [MINUTE, 8])
    send(100_800, 8)
    assert.strictEqual(roomAt(100_900), 160_800)
    assert.strictEqual(roomAt(160_800), 160_800)
  })

  it("learns windows shorter than a second too", () => {
    const { refuse, roomAt, send, window } = book(RateWindow.unknown)
    refuse(send(0, 6), 1, 50)
    send(50, 5)
    refuse(send(50), 52, 100)
    assert.strictEqual(window().period, 50)
    send(100, 5)
    assert.strictEqual(roomAt(100), 150)
  })

  it("takes a larger quota for granted when the request that asks is answered", () => {
    const { complete, refuse, roomAt, send } = book(RateWindow.unknown)
    refuse(send(0, 5), 100, 10_000)
    send(10_000, 4)
    complete(send(10_000), true)
    send(10_000, 2)
    assert.strictEqual(roomAt(10_000), 10_000)
  })

  it("stops asking where a refusal says nothing", () => {
    const { refuse, send, turnAway, window } = book(RateWindow.unknown)
    refuse(send(0, 5), 100, 10_000)
    send(10_000, 4)
    turnAway(send(10_000), true)
    assert.deepStrictEqual([window().probe, window().asks], [undefined, false])
  })
})

describe("a quota that is known in advance", () => {
  it("goes out as a burst, and then a single request asks when the window ends", () => {
    const { refuse, roomAt, send } = book(RateWindow.known(20, MINUTE))
    send(0, 19)
    assert.strictEqual(roomAt(0), 0)
    send(0)
    assert.strictEqual(roomAt(0), 0)
    const asking = send(0)
    assert.isAbove(roomAt(0), 0)
    refuse(asking, 100, 17_000)
    assert.strictEqual(roomAt(100), 17_000)
  })

  it("is aligned to the server's reset from then on", () => {
    const { refuse, roomAt, send } = book(RateWindow.known(20, MINUTE))
    refuse(send(0, 21), 100, 17_000)
    send(17_000, 20)
    assert.strictEqual(roomAt(20_000), 17_000 + MINUTE)
    assert.strictEqual(roomAt(77_000), 77_000)
    send(80_000, 20)
    assert.strictEqual(roomAt(81_000), 137_000)
    // After windows in which nothing was wanted, the next one still ends where the server's does.
    send(200_000, 20)
    assert.strictEqual(roomAt(200_000), 257_000)
  })

  it("lets the next window begin with an answer to the request that asked", () => {
    const { complete, roomAt, send } = book(RateWindow.known(20, MINUTE))
    send(0, 20)
    complete(send(0), true)
    assert.strictEqual(roomAt(5000), 5000)
    send(5000, 19)
    assert.strictEqual(roomAt(5000), 5000)
  })

  it("is not lowered by what went before such an answer", () => {
    const { complete, refuse, send, window } = book(RateWindow.known(20, MINUTE))
    send(0, 10)
    send(10_000, 10)
    complete(send(11_000), true)
    send(12_000, 9)
    refuse(send(12_000), 12_100, 65_000)
    assert.strictEqual(window().quota, 20)
  })

  it("asks again when the request that asked came to nothing", () => {
    const { complete, roomAt, send } = book(RateWindow.known(20, MINUTE))
    send(0, 20)
    complete(send(0), false)
    assert.strictEqual(roomAt(5000), 5000)
  })

  it("is lowered by a refusal, and raised by one after forty requests without", () => {
    const { refuse, roomAt, send, window } = book(RateWindow.known(20, MINUTE))
    refuse(send(0, 11), 100, 55_000)
    for (const start of [55_000, 115_000, 175_000]) {
      send(start, 10)
      assert.strictEqual(window().quota, 10)
      assert.strictEqual(roomAt(start), start + MINUTE)
    }
    send(235_000, 9)
    assert.strictEqual(window().quota, 10)
    send(235_000)
    assert.strictEqual(window().quota, 11)
  })
})

describe("a window that slides", () => {
  it("is known by room that comes back bit by bit", () => {
    const { refuse, roomAt, send, window } = book(RateWindow.known(4, MINUTE))
    send(0, 2)
    send(10_000, 2)
    refuse(send(10_000), 10_100, 60_000)
    send(60_000, 2)
    refuse(send(60_000), 60_100, 70_000)
    assert.isTrue(window().sliding)
    assert.strictEqual(roomAt(60_200), 70_000)
    send(70_000, 2)
    assert.strictEqual(roomAt(70_000), 120_000)
    send(130_000)
    send(140_000, 3)
    const costs = [1, 2, 4].map((cost) => roomAt(140_001, cost))
    assert.deepStrictEqual(costs, [190_000, 200_000, 200_000])
  })

  it("takes less after a refusal", () => {
    const { refuse, send, window } = book(RateWindow.kept(4, MINUTE))
    send(0, 3)
    refuse(send(0), 100, 61_000)
    assert.deepStrictEqual([window().quota, window().start], [3, 61_000])
  })

  it("is not taken for one when the clock is late: nothing was let in then", () => {
    const { refuse, send, window } = book(RateWindow.known(4, MINUTE))
    refuse(send(0, 5), 100, 30_000)
    refuse(send(30_000), 30_100, 30_400)
    assert.deepStrictEqual([window().sliding, window().quota, window().start], [false, 4, 30_400])
  })
})

describe("a limit of one's own", () => {
  it("is kept over any minute, and never asked about", () => {
    const { roomAt, send } = book(RateWindow.kept(1000, MINUTE))
    send(0, 1, 600)
    send(20_000, 1, 300)
    assert.strictEqual(roomAt(30_000, 100), 30_000)
    assert.strictEqual(roomAt(30_000, 101), MINUTE)
    assert.strictEqual(roomAt(30_000, 800), 20_000 + MINUTE)
    assert.strictEqual(roomAt(MINUTE, 101), MINUTE)
  })

  it("lets what is larger than a whole window go alone", () => {
    const { roomAt, send } = book(RateWindow.kept(1000, MINUTE))
    assert.strictEqual(roomAt(0, 5000), 0)
    send(0, 1, 5000)
    assert.strictEqual(roomAt(1, 1), MINUTE)
  })
})

describe("what a learned window expects", () => {
  it("is its reset and the next one, give or take the rounding of whole seconds", () => {
    const { refuse, send, window } = book(RateWindow.unknown)
    send(0, 5)
    const expects = (reset: number) => RateWindow.expects(window(), reset, 35_000)
    assert.isFalse(expects(40_000))
    refuse(send(30_000), 30_100, 40_000)
    for (const reset of [38_500, 41_500, 98_500, 101_500]) assert.isTrue(expects(reset))
    for (const reset of [38_499, 41_501, 98_499, 101_501]) assert.isFalse(expects(reset))
  })

  it("is the end of the oldest request within a period, should room come back bit by bit", () => {
    const { refuse, send, window } = book(RateWindow.unknown)
    send(0, 3)
    send(10_000, 3)
    refuse(send(20_000), 20_100, 40_000)
    const expects = (reset: number, now: number) => RateWindow.expects(window(), reset, now)
    assert.isTrue(expects(60_000, 59_999))
    assert.isFalse(expects(70_000, 59_999))
    assert.isTrue(expects(70_000, 60_000))
  })
})
