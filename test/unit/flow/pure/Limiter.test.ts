/** What one request teaches about the next: decisions over sequences of outcomes, without a clock. */
import { assert, describe, it } from "@effect/vitest"
import type * as Candidate from "../../../../src/flow/pure/Candidate.js"
import * as Limiter from "../../../../src/flow/pure/Limiter.js"

const subject = (model: string): Candidate.Candidate => ({ model, isFree: false, tokens: 1 })

/** A limiter with a memory; times in milliseconds. */
const made = () => {
  let limiter = Limiter.make({ concurrency: 6 })
  const send = (model: string, now: number) => {
    const [sent, next] = Limiter.start(limiter, subject(model), now)
    limiter = next
    return sent
  }
  const refuse = (sent: Candidate.Sent, now: number, until?: number) => {
    limiter = Limiter.complete(limiter, sent, { _tag: "Limited", scope: "model", upstream: false, until }, now)
  }
  const answer = (sent: Candidate.Sent, now: number) => {
    limiter = Limiter.complete(limiter, sent, { _tag: "Answered" }, now)
  }
  const fail = (sent: Candidate.Sent, now: number, because?: "loading") => {
    limiter = Limiter.complete(limiter, sent, { _tag: "Failed", until: undefined, late: false, because }, now)
  }
  const takeTurn = (now: number) => {
    limiter = Limiter.takeTurn(limiter, "account", now)
  }
  return {
    send,
    takeTurn,
    refuse,
    fail,
    answer,
    turnAt: (now: number) => Limiter.turnAt(limiter, "account", now),
    isImposed: (sent: Candidate.Sent) => Limiter.isImposed(limiter, sent),
    decide: (model: string, now: number) => Limiter.decide(limiter, subject(model), now),
    closed: (now: number) =>
      Limiter.closed(limiter, now)
        .map(([key]) => key)
        .toSorted()
  }
}

describe("a model that is being loaded", () => {
  it("has failed only when that has taken five minutes without an answer", () => {
    const { decide, fail, send } = made()
    const load = (from: number) => {
      for (let n = 0; n < 10; n += 1) fail(send("m", from + 500 * n), from + 500 * n, "loading")
    }
    load(0)
    assert.strictEqual(decide("m", 299_000)._tag, "Go")
    load(295_000)
    assert.strictEqual(decide("m", 299_500)._tag, "Go")
    load(300_000)
    assert.strictEqual(decide("m", 304_500)._tag, "Open")
    // Nobody asked to the end of it, and an hour later it is loaded again.
    const later = made()
    later.fail(later.send("m", 0), 0, "loading")
    for (let n = 0; n < 10; n += 1) later.fail(later.send("m", 3_600_000 + 500 * n), 3_600_000 + 500 * n, "loading")
    assert.strictEqual(later.decide("m", 3_605_000)._tag, "Go")
    // It was loaded, and is loaded again.
    const other = made()
    other.fail(other.send("m", 0), 0, "loading")
    other.answer(other.send("m", 1_000), 1_000)
    for (let n = 0; n < 10; n += 1) other.fail(other.send("m", 400_000 + 500 * n), 400_000 + 500 * n, "loading")
    assert.strictEqual(other.decide("m", 405_000)._tag, "Go")
  })
})

describe("a refusal for a moment, before any limit was met", () => {
  const started = () => {
    const limiter = made()
    // Enough have gone for the next one to wait.
    const sent = Array.from({ length: 12 }, (_, at) => {
      limiter.takeTurn(0)
      return limiter.send(`m${at % 3}`, 0)
    })
    return { ...limiter, sent }
  }

  it("lets one go, and the next ones soon after", () => {
    const { refuse, sent, turnAt } = started()
    assert.strictEqual(turnAt(100), 558)
    const [first] = sent
    if (first !== undefined) refuse(first, 100, 1_100)
    assert.strictEqual(turnAt(100), 100)
  })

  it("of a model that goes on being refused while others are answered holds up nobody", () => {
    const { answer, refuse, send, takeTurn, turnAt } = started()
    refuse(send("dead", 10), 20, 1_020)
    takeTurn(30)
    answer(send("alive", 30), 40)
    for (let n = 0; n < 12; n += 1) takeTurn(50)
    const before = turnAt(1_100)
    refuse(send("dead", 1_100), 1_110, 2_110)
    assert.strictEqual(turnAt(1_100), before)
  })
})

describe("while nobody knows whom a refusal until a moment concerns", () => {
  it("one request at a time finds out: the next goes half a second later", () => {
    const { decide, refuse, send } = made()
    refuse(send("a", 0), 100, 60_000)
    assert.strictEqual(decide("b", 100)._tag, "Go")
    send("b", 100)
    assert.deepStrictEqual(decide("c", 101), { _tag: "Wait", until: 600, shared: false })
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
  it.each([
    ["the account", "account", 15_000],
    ["a model", "model", 30_000]
  ] as const)("makes %s wait for twice as long each time, up to a limit", (_, scope, longest) => {
    let limiter = Limiter.make({ concurrency: 6 })
    let now = 0
    const waits = Array.from({ length: 8 }, () => {
      const [sent, next] = Limiter.start(limiter, subject("a"), now)
      limiter = Limiter.complete(
        next,
        sent,
        { _tag: "Limited", scope, upstream: scope === "model", until: undefined },
        now
      )
      const decision = Limiter.decide(limiter, subject("a"), now)
      const until = decision._tag === "Wait" ? decision.until : now
      const waited = until - now
      now = until
      return waited
    })
    assert.strictEqual(waits[0], 500)
    assert.strictEqual(waits[7], longest)
    assert.isBelow(waits[3] ?? 0, longest)
  })

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

describe("a refusal for more than that", () => {
  it("is the account's where two models are refused until the same moment, of which one was answered", () => {
    for (const [until, keys] of [
      [6_100, ["account", "model:b"]],
      [8_000, ["model:a", "model:b"]]
    ] as const) {
      const { answer, closed, refuse, send } = made()
      answer(send("a", 0), 50)
      refuse(send("b", 60), 100, 6_800)
      refuse(send("a", 110), 150, until)
      assert.deepStrictEqual(closed(150), [...keys])
    }
  })

  it("is the end of a window that others may have used, however many are refused at once", () => {
    const { closed, refuse, send, turnAt } = made()
    const sent = ["a", "b", "c", "d", "e", "f"].map((model) => send(model, 0))
    for (const each of sent.slice(1)) refuse(each, 100, 5_100)
    assert.include(closed(5_099), "account")
    assert.strictEqual(turnAt(3_000), 3_000)
    // What is sent after it, and refused so soon again behind a single one that was not, tells that one goes at a time.
    const [, second] = [send("a", 5_100), send("b", 5_100)]
    refuse(second, 5_200, 10_200)
    assert.isAbove(turnAt(5_200), 5_200)
  })

  it("lets one sample of its model through at its end, and half a second later the next", () => {
    const { decide, refuse, send } = made()
    refuse(send("a", 0), 100, 6_100)
    send("a", 6_100)
    assert.deepStrictEqual(decide("a", 6_599), { _tag: "Wait", until: 6_600, shared: false })
    assert.deepStrictEqual(decide("a", 6_600), { _tag: "Go" })
  })
})

describe("a refusal for a second or two", () => {
  /** Two models, and answers to all that went before. */
  const two = () => {
    const account = made()
    for (const model of ["a", "b"]) account.answer(account.send(model, 0), 50)
    return account
  }

  it("holds back its model, and no other", () => {
    const { closed, refuse, send, turnAt } = two()
    refuse(send("a", 60), 100, 1_100)
    assert.deepStrictEqual(closed(1_099), ["model:a"])
    assert.deepStrictEqual(closed(1_100), [])
    assert.strictEqual(turnAt(100), 100)
  })

  it("is the account's when both of two models are refused that were answered, and then nobody waits for the hint", () => {
    const { closed, isImposed, refuse, send, turnAt } = two()
    refuse(send("a", 60), 100, 1_100)
    send("b", 105)
    const second = send("b", 110)
    refuse(second, 150, 1_150)
    assert.deepStrictEqual(closed(150), [])
    assert.isTrue(isImposed(second))
    assert.isTrue(turnAt(150) > 150 && turnAt(150) < 250)
  })

  it("is not, where one of the two was never answered", () => {
    const { answer, closed, refuse, send, turnAt } = made()
    answer(send("a", 0), 50)
    refuse(send("dead", 60), 100, 1_100)
    refuse(send("a", 110), 150, 1_150)
    assert.deepStrictEqual(closed(150), ["model:a", "model:dead"])
    assert.strictEqual(turnAt(150), 150)
  })

  it("is the account's where a single model is asked", () => {
    const { answer, closed, refuse, send, turnAt } = made()
    answer(send("a", 0), 50)
    refuse(send("a", 60), 100, 1_100)
    assert.deepStrictEqual(closed(100), [])
    assert.isAbove(turnAt(100), 100)
  })

  it("is the account's where three models are refused, whether they were answered or not", () => {
    const { closed, refuse, send, turnAt } = made()
    const sent = ["a", "b", "c", "d"].map((model) => send(model, 0))
    for (const [index, request] of sent.entries()) refuse(request, 100 + index, 1_100)
    assert.deepStrictEqual(closed(150), [])
    assert.isAbove(turnAt(103), 103)
  })

  it("of a model that goes on being refused lowers the pace twice, and says nothing of the others after that", () => {
    const { answer, closed, isImposed, refuse, send } = two()
    refuse(send("a", 60), 100, 1_100)
    refuse(send("b", 110), 150, 1_150)
    const imposed = Array.from({ length: 4 }, (_, n) => {
      const at = 1_000 * (n + 2)
      answer(send("b", at), at + 50)
      const request = send("a", at + 100)
      refuse(request, at + 150, at + 1_150)
      return isImposed(request)
    })
    assert.deepStrictEqual(imposed, [true, false, false, false])
    assert.deepStrictEqual(closed(5_500), ["model:a"])
  })

  it("from more than two seconds on closes the account", () => {
    const { closed, refuse, send } = two()
    refuse(send("a", 60), 100, 2_101)
    refuse(send("b", 110), 150, 2_151)
    assert.deepStrictEqual(closed(2_000), ["account", "model:a"])
  })
})

describe("a wait", () => {
  it("is imposed on all where the account is closed and somebody was answered since it was closed before", () => {
    const { answer, isImposed, refuse, send } = made()
    const round = (at: number, answered: boolean) => {
      const sent = ["a", "b", "c", "d"].map((model) => send(model, at))
      if (answered) answer(send("e", at), at + 50)
      for (const request of sent) refuse(request, at + 100, at + 60_000)
      return sent.map(isImposed).at(-1)
    }
    assert.isTrue(round(0, true))
    assert.isFalse(round(60_000, false))
    assert.isTrue(round(120_000, true))
  })
})
