import { assert, describe, it } from "@effect/vitest"
import * as Adaptive from "../../../../src/flow/pure/AdaptiveConcurrency.js"

/** A limiter with a memory of what was sent: requests are named by their numbers. */
const limiter = (max = 6) => {
  let state = Adaptive.make(max)
  let latest = 0
  const send = (count = 1): ReadonlyArray<number> =>
    Array.from({ length: count }, () => {
      state = Adaptive.started(state)
      latest += 1
      return latest
    })
  const end = (sent: number, completion: Adaptive.Completion) => {
    state = Adaptive.completed(state, completion, sent, latest)
  }
  /** So many requests, one after the other but always `width` of them in flight, all answered. */
  const answered = (count: number, width = state.limit) => {
    const flying = [...send(width - 1)]
    for (let n = 0; n < count; n += 1) {
      const [sent = 0] = send()
      end(sent, "clean")
    }
    for (const sent of flying) end(sent, "neutral")
  }
  return { send, end, answered, state: () => state, limit: () => state.limit }
}

describe("the number in flight", () => {
  it("begins at what is configured", () => {
    assert.strictEqual(limiter(6).limit(), 6)
  })

  it("follows the most that there may be, unless it was cut below", () => {
    assert.strictEqual(Adaptive.withMax(Adaptive.make(1), 9).limit, 9)
    assert.strictEqual(Adaptive.withMax(Adaptive.make(9), 4).limit, 4)
    const { end, send, state } = limiter(8)
    const [sent = 0] = send()
    end(sent, "limited")
    assert.strictEqual(Adaptive.withMax(state(), 20).limit, 4)
    assert.strictEqual(Adaptive.withMax(state(), 3).limit, 3)
  })

  it("is halved by a refusal, and never below one", () => {
    const { end, limit, send } = limiter(6)
    for (const expected of [3, 1, 1]) {
      const [sent = 0] = send()
      end(sent, "limited")
      assert.strictEqual(limit(), expected)
    }
  })

  it("is what is in flight besides one that was refused because of the others, and never less than one", () => {
    const { answered, end, limit, send } = limiter(6)
    const sent = send(6)
    for (const number of sent.slice(0, 4)) end(number, "crowded")
    assert.strictEqual(limit(), 2)
    for (const number of sent.slice(4)) end(number, "crowded")
    assert.strictEqual(limit(), 1)
    // One place more is tried after two rounds, and given up at once.
    answered(2)
    assert.strictEqual(limit(), 2)
    const [, second = 0] = send(2)
    end(second, "crowded")
    assert.strictEqual(limit(), 1)
  })

  it("is cut once for all that were sent before the cut", () => {
    const { end, limit, send } = limiter(6)
    const sent = send(6)
    for (const number of sent) end(number, "limited")
    assert.strictEqual(limit(), 3)
    const [later = 0] = send()
    end(later, "limited")
    assert.strictEqual(limit(), 1)
  })

  it("grows by one after as many answers as the limit, not one earlier", () => {
    const { answered, end, limit, send } = limiter(6)
    const [sent = 0] = send()
    end(sent, "limited")
    answered(2)
    assert.strictEqual(limit(), 3)
    answered(1)
    assert.strictEqual(limit(), 4)
    answered(4)
    assert.strictEqual(limit(), 5)
  })

  it("does not grow past what is configured", () => {
    const { answered, limit } = limiter(6)
    answered(100)
    assert.strictEqual(limit(), 6)
  })

  it("grows only when it was in use", () => {
    const { answered, end, limit, send } = limiter(10)
    const [sent = 0] = send()
    end(sent, "limited")
    assert.strictEqual(limit(), 5)
    answered(50, 3)
    assert.strictEqual(limit(), 5)
    answered(5, 4)
    assert.strictEqual(limit(), 6)
  })

  it("is not cut by failures, but they pause its growth", () => {
    const { answered, end, limit, send } = limiter(6)
    const [sent = 0] = send()
    end(sent, "limited")
    answered(2)
    const [failed = 0] = send()
    end(failed, "failed")
    assert.strictEqual(limit(), 3)
    answered(2)
    assert.strictEqual(limit(), 3)
    answered(1)
    assert.strictEqual(limit(), 4)
  })

  it("falls back to what was good when a step up is refused, and waits two and then four rounds", () => {
    const { answered, end, limit, send } = limiter(6)
    const refuse = () => {
      const [sent = 0] = send()
      end(sent, "limited")
    }
    refuse()
    answered(3)
    assert.strictEqual(limit(), 4)
    refuse()
    assert.strictEqual(limit(), 3)
    answered(5)
    assert.strictEqual(limit(), 3)
    answered(1)
    assert.strictEqual(limit(), 4)
    refuse()
    answered(11)
    assert.strictEqual(limit(), 3)
    answered(1)
    assert.strictEqual(limit(), 4)
  })

  it("forgets a refused step once it is good for a round", () => {
    const { answered, end, limit, send } = limiter(6)
    const [sent = 0] = send()
    end(sent, "limited")
    answered(3)
    const [again = 0] = send()
    end(again, "limited")
    answered(6)
    assert.strictEqual(limit(), 4)
    answered(4)
    assert.strictEqual(limit(), 5)
  })

  it("knows when the limit is on trial", () => {
    const { answered, end, send, state } = limiter(6)
    assert.isFalse(Adaptive.isTrying(state()))
    const [sent = 0] = send()
    end(sent, "limited")
    assert.isFalse(Adaptive.isTrying(state()))
    answered(3)
    assert.isTrue(Adaptive.isTrying(state()))
  })

  it("lets those in flight end when it shrinks", () => {
    const { end, limit, send, state } = limiter(6)
    const [first = 0, ...others] = send(6)
    end(first, "limited")
    assert.deepStrictEqual([limit(), state().inFlight], [3, 5])
    for (const sent of others.slice(0, 3)) end(sent, "clean")
    assert.deepStrictEqual([limit(), state().inFlight], [4, 2])
  })
})
