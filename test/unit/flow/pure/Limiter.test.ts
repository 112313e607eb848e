/** What one request teaches about the next: decisions over sequences of outcomes, without a clock. */
import { assert, describe, it } from "@effect/vitest"
import * as Limiter from "../../../../src/flow/pure/Limiter.js"
import type * as Subject from "../../../../src/flow/pure/Subject.js"

const subject = (model: string): Subject.Subject => ({ model, isFree: false, tokens: 1 })

/** A limiter with a memory; times in milliseconds. */
const made = () => {
  let limiter = Limiter.make({ concurrency: 6 })
  const send = (model: string, now: number) => {
    const [sent, next] = Limiter.start(limiter, subject(model), now)
    limiter = next
    return sent
  }
  const refuse = (sent: Subject.Sent, now: number, until?: number) => {
    limiter = Limiter.complete(limiter, sent, { _tag: "Limited", scope: "model", upstream: false, until }, now)
  }
  const answer = (sent: Subject.Sent, now: number) => {
    limiter = Limiter.complete(limiter, sent, { _tag: "Answered" }, now)
  }
  return {
    send,
    refuse,
    answer,
    decide: (model: string, now: number) => Limiter.decide(limiter, subject(model), now),
    closed: (now: number) =>
      Limiter.closed(limiter, now)
        .map(([key]) => key)
        .toSorted()
  }
}

describe("while nobody knows whom a refusal until a moment concerns", () => {
  it("one request at a time finds out: the next goes half a second later", () => {
    const { decide, refuse, send } = made()
    refuse(send("a", 0), 100, 60_000)
    assert.strictEqual(decide("b", 100)._tag, "Go")
    send("b", 100)
    assert.deepStrictEqual(decide("c", 101), { _tag: "Wait", until: 600, why: "probe", shared: false })
    assert.strictEqual(decide("c", 599)._tag, "Wait")
    assert.strictEqual(decide("c", 600)._tag, "Go")
  })

  it("or as soon as that one is over", () => {
    const { answer, decide, refuse, send } = made()
    refuse(send("a", 0), 100, 60_000)
    const asking = send("b", 100)
    answer(asking, 250)
    assert.strictEqual(decide("c", 250)._tag, "Go")
  })

  it("and nobody waits before the first refusal, or once three models have told", () => {
    const { decide, refuse, send } = made()
    const sent = ["a", "b", "c"].map((model) => send(model, 0))
    assert.strictEqual(decide("d", 0)._tag, "Go")
    for (const request of sent) refuse(request, 100, 400)
    send("d", 700)
    assert.strictEqual(decide("e", 700)._tag, "Go")
  })
})

describe("a refusal that does not say until when", () => {
  it("makes no other model wait", () => {
    const { decide, refuse, send } = made()
    refuse(send("a", 0), 100)
    send("b", 100)
    assert.strictEqual(decide("c", 101)._tag, "Go")
  })
})

describe("an account whose window three models have told", () => {
  /** Nine requests at 0, the last three of them refused until 20 s: six a window. */
  const learned = () => {
    const account = made()
    const sent = Array.from({ length: 9 }, (_, n) => account.send(`m${n}`, 0))
    for (const request of sent.slice(6)) account.refuse(request, 100, 20_000)
    for (const request of sent.slice(0, 6)) account.answer(request, 5000)
    assert.deepStrictEqual(account.closed(5000), ["account", "model:m6", "model:m7"])
    return account
  }

  it("needs no three models again where a refusal names its next reset", () => {
    const { closed, refuse, send } = learned()
    refuse(send("x", 30_000), 30_100, 81_500)
    assert.isTrue(closed(30_100).includes("account"))
  })

  it("does where a refusal names another moment: that is the model's", () => {
    const { closed, refuse, send } = learned()
    refuse(send("x", 30_000), 30_100, 81_501)
    assert.deepStrictEqual(closed(30_100), ["model:x"])
  })

  it("does not hold against a model that it was refused then", () => {
    const { answer, closed, refuse, send } = learned()
    answer(send("x", 20_000), 25_000)
    refuse(send("m8", 30_000), 30_100, 80_000)
    assert.isTrue(closed(30_100).includes("account"))
  })
})
