import { assert, describe, it } from "@effect/vitest"
import * as CircuitBreaker from "../../../../src/flow/pure/CircuitBreaker.js"

/** A circuit with a memory of what was sent. */
const circuit = (options = CircuitBreaker.MODEL) => {
  let state = CircuitBreaker.closed
  let latest = 0
  const send = () => {
    latest += 1
    state = CircuitBreaker.started(state, latest)
    return latest
  }
  const end = (
    sent: number,
    outcome: CircuitBreaker.Completed["outcome"],
    now: number,
    { hint, model = "a" }: { hint?: number; model?: string } = {}
  ) => {
    state = CircuitBreaker.completed(state, { model, outcome, sent, latest, now, hint }, options)
  }
  const fail = (now: number, facts?: { hint?: number; model?: string }) => end(send(), "failed", now, facts)
  const tag = () => state._tag
  return { send, end, fail, tag, decide: (now: number) => CircuitBreaker.decide(state, now) }
}

/** Five failures a second apart: the last one opens the circuit of a model. */
const opened = () => {
  const made = circuit()
  for (const now of [0, 1000, 2000, 3000, 4000]) made.fail(now)
  return made
}

describe("a model's circuit", () => {
  it("opens with the fifth failure in a row", () => {
    const { decide, fail, tag } = circuit()
    for (const now of [0, 1000, 2000, 4000]) fail(now)
    assert.strictEqual(tag(), "Closed")
    fail(5000)
    assert.deepStrictEqual(decide(5000), { _tag: "Open", until: 35_000 })
  })

  it("stays closed while the trouble is younger than what retries outlast", () => {
    const { fail, tag } = circuit()
    for (const now of [0, 1000, 2000, 3000, 3999]) fail(now)
    assert.strictEqual(tag(), "Closed")
    fail(4000)
    assert.strictEqual(tag(), "Open")
  })

  it("counts in the order of sending: an answer forgives what was sent before it", () => {
    const { end, fail, send, tag } = circuit()
    for (const now of [0, 1000, 2000, 3000]) fail(now)
    end(send(), "answered", 4000)
    fail(5000)
    assert.strictEqual(tag(), "Closed")
  })

  it("waits for the end of a request that was sent in between", () => {
    const { end, fail, send, tag } = circuit()
    for (const now of [0, 1000, 2000]) fail(now)
    const slow = send()
    for (const now of [3000, 4000, 5000]) fail(now)
    assert.strictEqual(tag(), "Closed")
    end(slow, "failed", 6000)
    assert.strictEqual(tag(), "Open")
  })

  it("is half open to the millisecond, for one probe", () => {
    const { decide, end, send, tag } = opened()
    assert.strictEqual(decide(33_999)._tag, "Open")
    assert.strictEqual(decide(34_000)._tag, "Closed")
    const probe = send()
    assert.deepStrictEqual([tag(), decide(34_000)._tag], ["HalfOpen", "Probing"])
    end(probe, "answered", 35_000)
    assert.deepStrictEqual([tag(), decide(35_000)._tag], ["Closed", "Closed"])
  })

  it("opens for twice as long after a probe that failed, and never longer than two minutes", () => {
    const { decide, fail } = opened()
    let now = 34_000
    for (const expected of [60_000, 120_000, 120_000]) {
      fail(now)
      assert.deepStrictEqual(decide(now), { _tag: "Open", until: now + expected })
      now += expected
    }
  })

  it("lets the next one probe when a probe says nothing", () => {
    const { decide, end, send } = opened()
    end(send(), "none", 34_500)
    assert.strictEqual(decide(34_500)._tag, "Closed")
  })

  it("takes the server's word for how long", () => {
    const { decide, fail } = circuit()
    for (const now of [0, 1000, 2000, 3000]) fail(now)
    fail(4000, { hint: 10_000 })
    assert.deepStrictEqual(decide(4000), { _tag: "Open", until: 10_000 })
  })

  it("is not changed by what was sent before it opened", () => {
    const { decide, end, fail, send } = circuit()
    for (const now of [0, 1000, 2000, 3000]) fail(now)
    const last = send()
    const early = send()
    end(last, "failed", 4000)
    end(early, "answered", 5000)
    assert.strictEqual(decide(5000)._tag, "Open")
    const probe = send()
    end(early, "answered", 34_500)
    assert.strictEqual(decide(34_500)._tag, "Probing")
    end(probe, "answered", 35_000)
    end(early, "failed", 35_500)
    assert.strictEqual(decide(35_500)._tag, "Closed")
  })
})

describe("the server's circuit", () => {
  const fails = (models: ReadonlyArray<string>, count: number) => {
    const { fail, tag } = circuit(CircuitBreaker.SERVER)
    for (let n = 0; n < count; n += 1) fail(n * 1000, { model: models[n % models.length] ?? "" })
    return tag()
  }

  it("is not opened by one or two dead models", () => {
    assert.strictEqual(fails(["a"], 50), "Closed")
    assert.strictEqual(fails(["a", "b"], 50), "Closed")
  })

  it("is opened by three models and five failures", () => {
    assert.strictEqual(fails(["a", "b", "c"], 4), "Closed")
    assert.strictEqual(fails(["a", "b", "c"], 5), "Open")
  })

  const opens = (every: number) => {
    const { decide, fail } = circuit(CircuitBreaker.SERVER)
    for (const n of [0, 1, 2, 3, 4]) fail(n * every, { model: ["a", "b", "c"][n % 3] ?? "" })
    return decide(4 * every)
  }

  it("opens for as long as the trouble has lasted, 30 s at most", () => {
    assert.deepStrictEqual(opens(999), { _tag: "Closed" })
    assert.deepStrictEqual(opens(1000), { _tag: "Open", until: 8000 })
    assert.deepStrictEqual(opens(7500), { _tag: "Open", until: 60_000 })
    assert.deepStrictEqual(opens(10_000), { _tag: "Open", until: 70_000 })
  })

  it("opens for twice as long after a probe that failed", () => {
    const { decide, fail } = circuit(CircuitBreaker.SERVER)
    for (const n of [0, 1, 2, 3, 4]) fail(n * 1000, { model: ["a", "b", "c"][n % 3] ?? "" })
    fail(8000)
    assert.deepStrictEqual(decide(8000), { _tag: "Open", until: 16_000 })
  })

  it("keeps up with a thousand requests in flight that fail one after the other", () => {
    const { end, send, tag } = circuit(CircuitBreaker.SERVER)
    const inFlight = Array.from({ length: 1_000 }, send)
    const began = performance.now()
    for (let n = 0; n < 2_000; n += 1) {
      const [failing = 0] = inFlight.splice((n * 7) % 1_000, 1, send())
      end(failing, "failed", n, { model: `m${n % 50}` })
    }
    assert.strictEqual(tag(), "Closed")
    assert.isBelow(performance.now() - began, 5_000)
  })
})
