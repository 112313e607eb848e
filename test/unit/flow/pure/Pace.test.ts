/** How fast requests follow each other, from what was let in and what was refused; moments in milliseconds, no clock. */
import { assert, describe, it } from "@effect/vitest"
import type { Call } from "../../../../src/flow/pure/Candidate.js"
import * as Pace from "../../../../src/flow/pure/Pace.js"

/** A pace without bounds must not make a test without end. */
const MOST = 100_000

/** The server says: in a second. */
const refused = (pace: Pace.Pace, call: Call) => Pace.refused(pace, call, call.now + 1_000)

/** Sends requests to a bucket at the pace, and learns of each refusal `lag` later. */
const play = (options: {
  readonly perSecond: (at: number) => number
  readonly burst: number
  readonly lag?: number
  readonly until: number
}) => {
  const { burst, lag = 50, perSecond, until } = options
  let pace = Pace.unlimited
  let tokens = burst
  let sent = 0
  const refusals: Array<{ readonly sent: number; readonly learnedAt: number }> = []
  const refusedAt: Array<number> = []
  const letInAt: Array<number> = []
  for (let now = 0; now < until && sent < MOST; now += 1) {
    tokens = Math.min(burst, tokens + perSecond(now) / 1000)
    while (refusals[0] !== undefined && refusals[0].learnedAt <= now) {
      pace = refused(pace, { now, sent: refusals[0].sent, latest: sent })
      refusals.shift()
    }
    while (Pace.roomAt(pace, now) <= now && sent < MOST) {
      sent += 1
      pace = Pace.taken(Pace.passed(pace, now), { number: sent, model: "m", at: now })
      if (tokens >= 1) {
        tokens -= 1
        letInAt.push(now)
      } else {
        refusals.push({ sent, learnedAt: now + lag })
        refusedAt.push(now)
      }
    }
  }
  const between = (times: ReadonlyArray<number>, from: number, to: number) =>
    times.filter((at) => at >= from && at < to).length
  return { pace, letInAt, refusedAt, between }
}

const started = (answered: number, count: number) => {
  let pace = Pace.unlimited
  for (let n = 1; n <= count; n += 1) pace = Pace.taken(Pace.passed(pace, 0), { number: n, model: "m", at: 0 })
  for (let n = 1; n <= answered; n += 1) pace = Pace.answered(pace, n)
  return pace
}

describe("before any limit was met", () => {
  it("six go at once, and the next one when twice as many may go within half a second", () => {
    assert.strictEqual(Pace.roomAt(started(0, 5), 0), 0)
    assert.strictEqual(Pace.roomAt(started(0, 6), 0), 112)
    assert.strictEqual(Pace.roomAt(started(0, 11), 0), 500)
    assert.strictEqual(Pace.roomAt(started(0, 12), 499), 558)
    assert.strictEqual(Pace.roomAt(started(0, 47), 0), 1500)
  })

  it("half as many again go as soon as those are answered", () => {
    assert.strictEqual(Pace.roomAt(started(5, 7), 10), 208)
    assert.strictEqual(Pace.roomAt(started(6, 8), 10), 10)
    assert.isAbove(Pace.roomAt(started(6, 9), 10), 10)
    assert.strictEqual(Pace.roomAt(started(40, 59), 10), 10)
  })
})

describe("when somebody was refused for a moment", () => {
  const before = started(20, 30)
  const suspected = Pace.suspected(before, { now: 300, sent: 30, latest: 30 })
  const sent = (pace: Pace.Pace, number: number, at: number) =>
    Pace.taken(Pace.passed(pace, at), { number, model: "m", at })
  const one = (pace: Pace.Pace, at: number) => {
    assert.strictEqual(Pace.roomAt(pace, at), at)
    return sent(pace, 31, at)
  }

  it("and many are on their way, it starts again with one, however long the wait was", () => {
    assert.strictEqual(Pace.roomAt(one(suspected, 1_300), 1_300), 1_300 + 112)
  })

  it("answers to what was sent before let no more go", () => {
    let pace = suspected
    for (let number = 1; number <= 30; number += 1) pace = Pace.answered(pace, number)
    pace = Pace.answered(one(pace, 1_300), 31)
    assert.strictEqual(Pace.roomAt(pace, 1_310), 1_300 + 112)
    pace = sent(pace, 32, 1_412)
    assert.strictEqual(Pace.roomAt(pace, 1_420), 1_300 + 208)
    assert.strictEqual(Pace.roomAt(Pace.answered(pace, 32), 1_420), 1_420)
  })

  it("and all wait for that moment, what did not go meanwhile does not go then at once", () => {
    const few = Pace.suspected(started(0, 6), { now: 100, sent: 6, latest: 6 })
    let pace = few
    let went = 0
    for (; Pace.roomAt(pace, 1_000) <= 1_000; went += 1) pace = sent(pace, 7 + went, 1_000)
    // The seventh, and what a late timer may catch up on; else it would be 18.
    assert.strictEqual(went, 2)
    assert.strictEqual(Pace.roomAt(sent(few, 7, 112), 112), 208)
  })

  it("and who had a turn and did not go gives nobody time", () => {
    const returned = Pace.returned(Pace.passed(suspected, 310))
    assert.strictEqual(Pace.roomAt(one(returned, 1_300), 1_300), 1_300 + 112)
  })

  it("and no more are on their way than go at once, nothing changes", () => {
    const call = { now: 300, sent: 30, latest: 30 }
    for (const [answered, changes] of [
      [24, false],
      [23, true]
    ] as const) {
      const pace = started(answered, 30)
      assert.strictEqual(Pace.suspected(pace, call).started !== pace.started, changes)
    }
  })

  it("those that were on their way already change nothing", () => {
    let next = one(suspected, 1_300)
    for (let number = 32; number <= 37; number += 1) next = sent(next, number, Pace.roomAt(next, 1_300))
    const now = 1_300 + 500
    const after = (sent: number) => Pace.roomAt(Pace.suspected(next, { now, latest: 37, sent }), now)
    assert.isAbove(Pace.roomAt(next, now), now)
    assert.strictEqual(after(30), Pace.roomAt(next, now))
    assert.strictEqual(after(37), now)
  })

  it("and again right after, nobody takes the moment between for the pace", () => {
    const { rate = 0 } = refused(suspected, { now: 301, sent: 29, latest: 30 })
    assert.isAtMost(rate * 1_000, 20)
    assert.isAtLeast(rate * 1_000, 10)
  })

  it("and nothing is let in, one goes every two seconds however long that lasts", () => {
    let pace = suspected
    for (let now = 1_000; now < 60_000; now += 2_000) {
      pace = refused(sent(pace, 30 + now, now), { now: now + 100, sent: 30 + now, latest: 30 + now })
      assert.isAtMost(Pace.roomAt(pace, now + 100), now + 2_100)
    }
  })

  it("who was let in before a pause is still known to be alive", () => {
    const later = sent(suspected, 31, 5_000)
    assert.isTrue(Pace.modelsLetIn(later, { number: 31, model: "m", at: 5_000 }, 5_100).has("m"))
  })
})

describe("a bucket of 20 a second", () => {
  const played = play({ perSecond: () => 20, burst: 5, until: 30_000 })

  it("is used up to a twentieth from the second second on", () => {
    const { between, letInAt } = played
    for (const from of [1_000, 5_000, 10_000, 20_000]) {
      assert.isAtLeast(between(letInAt, from, from + 5_000), 95)
    }
  })

  it("refuses a dozen at first, and later one in thirty", () => {
    const { between, refusedAt } = played
    assert.isAtMost(between(refusedAt, 0, 2_000), 12)
    assert.isAtMost(between(refusedAt, 10_000, 30_000), 20 * 20 * 0.034)
  })

  it("is followed when it becomes four times as large, and as small", () => {
    const up = play({ perSecond: (at) => (at < 10_000 ? 20 : 80), burst: 5, until: 40_000 })
    assert.isAtLeast(up.between(up.letInAt, 30_000, 40_000), 0.9 * 800)
    const down = play({ perSecond: (at) => (at < 10_000 ? 80 : 20), burst: 5, until: 30_000 })
    assert.isAtLeast(down.between(down.letInAt, 20_000, 30_000), 0.9 * 200)
    assert.isAtMost(down.between(down.refusedAt, 20_000, 30_000), 10)
  })
})

describe("other buckets", () => {
  for (const perSecond of [0.7, 3, 100]) {
    it(`of ${perSecond} a second are found as well`, () => {
      const until = Math.max(20_000, 400_000 / perSecond)
      const due = (0.75 * until * perSecond) / 1000
      const { between, letInAt, refusedAt } = play({ perSecond: () => perSecond, burst: 5, lag: 200, until })
      assert.isAtLeast(between(letInAt, until / 4, until), 0.93 * due)
      assert.isAtMost(between(refusedAt, until / 4, until), 0.08 * due)
    })
  }
})

describe("a refusal", () => {
  /** Where the limit was met at 0, with six sent a while before; then so many more in even intervals. */
  const steady = (count: number, interval: number) => {
    const first = { ...started(0, 6), log: started(0, 6).log.map(({ model, number }) => ({ model, number, at: -300 })) }
    let pace = refused(first, { now: 0, sent: 6, latest: 6 })
    for (let n = 1; n <= count; n += 1) pace = Pace.taken(pace, { number: 6 + n, model: "m", at: n * interval })
    return pace
  }

  it("sets the pace a little below what was let in since the one before", () => {
    const pace = steady(41, 50)
    const { rate = 0 } = refused(pace, { now: 41 * 50, sent: 47, latest: 47 })
    assert.approximately(rate * 1000, 0.9 * 20, 0.3)
  })

  it("of a request that was sent before the pace was set lowers it by that request, once", () => {
    const cut = refused(steady(20, 50), { now: 1_000, sent: 26, latest: 26 })
    const late = refused(cut, { now: 1_010, sent: 25, latest: 26 })
    assert.strictEqual(late.measured, cut.measured - 1)
    assert.isBelow(late.rate ?? 0, cut.rate ?? 0)
    assert.deepStrictEqual(refused(late, { now: 1_020, sent: 25, latest: 26 }), late)
  })

  it("lets it fall by no more than a fifth where it was measured by many, since they may not all have been wanted", () => {
    const fast = steady(60, 10)
    const cut = refused(fast, { now: 600, sent: 66, latest: 66 })
    let slow = cut
    for (let n = 1; n <= 60; n += 1) slow = Pace.taken(slow, { number: 66 + n, model: "m", at: 600 + n * 100 })
    const again = refused(slow, { now: 6_600, sent: 126, latest: 126 })
    assert.approximately((again.rate ?? 0) / (slow.rate ?? 1), 0.8, 0.001)
  })

  it("after a pause is measured anew, since nobody knows what was saved up", () => {
    const cut = refused(steady(20, 50), { now: 1_000, sent: 26, latest: 26 })
    const next = (at: number) => Pace.taken(cut, { number: 27, model: "m", at })
    assert.isDefined(next(1_450).metAt)
    assert.isUndefined(next(1_451).metAt)
  })
})

describe("a pace", () => {
  const paced = refused(started(0, 6), { now: 100, sent: 6, latest: 6 })

  it("grows with those who had to wait for their turn, and not with others", () => {
    const { nextAt, rate = 0 } = paced
    assert.isAbove(Pace.passed(paced, nextAt).rate ?? 0, rate)
    assert.strictEqual(Pace.passed(paced, nextAt + 1_000).rate, rate)
  })

  it("doubles within a second while it is a guess, by no more than 6 % with a request", () => {
    /** By how much it grows within so many requests. */
    const growth = (pace: Pace.Pace, requests: number) => {
      let next = pace
      for (let n = 0; n < requests; n += 1) next = Pace.passed(next, next.nextAt)
      return (next.rate ?? 0) / (pace.rate ?? 1)
    }
    const guess = { ...paced, isExact: false, measured: 50, since: 30 }
    // At 100 a second each request adds a hundredth of a doubling; the growth without a guess is less by then.
    const fast = { ...guess, rate: 0.1 }
    assert.approximately(growth(fast, 1), 1 + Math.LN2 / 100, 0.00001)
    assert.isBelow(growth({ ...fast, isExact: true }, 1), 1.004)
    const slow = { ...guess, rate: 0.004 }
    assert.approximately(growth(slow, 10), 1.06 ** 10, 0.001)
  })

  it("catches up on late timers, for one request", () => {
    const { nextAt, rate = 0 } = paced
    const late = Pace.passed(paced, nextAt + 15)
    assert.isBelow(late.nextAt, nextAt + 1 / rate)
    assert.isAtLeast(Pace.passed(paced, nextAt + 1_000).nextAt, nextAt + 1_000 - 20)
  })

  it("ends when the limit turns out to have a reset", () => {
    assert.isUndefined(Pace.lifted(paced).rate)
    assert.strictEqual(Pace.lifted(Pace.unlimited), Pace.unlimited)
  })
})

describe("a model", () => {
  it("is alive when a request of it has waited for more than twice as long as a refusal took", () => {
    const pace = started(0, 2)
    const refused = (at: number) => ({ number: 3, model: "m", at })
    assert.deepStrictEqual(Pace.modelsLetIn(pace, refused(100), 200), new Set(["m"]))
    assert.deepStrictEqual(Pace.modelsLetIn(pace, refused(100), 201), new Set())
  })
})
