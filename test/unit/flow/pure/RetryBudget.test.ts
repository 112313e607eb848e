import { assert, describe, it } from "@effect/vitest"
import { RateLimited, type Reason, ServerFailed, TimedOut } from "../../../../src/domain/GenerationError.js"
import * as RetryBudget from "../../../../src/flow/pure/RetryBudget.js"

const busy = new ServerFailed({ status: 503, message: "busy" })
const late = new TimedOut({ clock: "attempt", limitMs: 60_000 })
const limited = new RateLimited({ status: 429, scope: "model", hinted: false, message: "slow down" })

/** How many retries the models get in turn, in so many rounds of a second. */
const granted = (models: ReadonlyArray<string>, reason: Reason, most: number, from = RetryBudget.full) => {
  let budget = from
  const counts = new Map<string, number>()
  for (let round = 0; round < most; round += 1) {
    for (const model of models) {
      const next = RetryBudget.withdraw(budget, model, reason, round * 1000)
      if (next === undefined) continue
      budget = next
      counts.set(model, (counts.get(model) ?? 0) + 1)
    }
  }
  return { budget, total: [...counts.values()].reduce((sum, count) => sum + count, 0), counts }
}

describe("the retry budget", () => {
  it("is no limit for one or two models, timeouts included", () => {
    assert.strictEqual(granted(["a"], late, 20).total, 20)
    assert.strictEqual(granted(["a", "b"], late, 20).total, 40)
  })

  it("holds six, the two models that cost most left out", () => {
    const { budget, counts } = granted(["a", "b", "c", "d", "e", "f"], busy, 20)
    assert.strictEqual(RetryBudget.left(budget), 0)
    const others = [...counts.values()].sort((a, b) => b - a).slice(2)
    // Four of them in each of the first four seconds are not refused.
    assert.strictEqual(
      others.reduce((sum, count) => sum + count, 0),
      16
    )
  })

  it("refuses nobody in the first four seconds, and then at once", () => {
    const { budget } = granted(["a", "b", "c", "d", "e", "f"], busy, 4)
    assert.strictEqual(RetryBudget.left(budget), 0)
    assert.isDefined(RetryBudget.withdraw(budget, "f", busy, 3999))
    assert.isUndefined(RetryBudget.withdraw(budget, "f", busy, 4000))
  })

  it("charges a timeout twice, and a rate limit not at all", () => {
    const { budget } = granted(["a", "b", "c"], late, 1)
    assert.strictEqual(RetryBudget.left(budget), 4)
    assert.strictEqual(RetryBudget.left(granted(["a", "b", "c"], limited, 20).budget), 6)
    assert.strictEqual(granted(["a", "b", "c"], limited, 20).total, 60)
  })

  it("holds half a retry for each job of a large run", () => {
    assert.strictEqual(RetryBudget.left(RetryBudget.withJobs(RetryBudget.full, 12)), 6)
    assert.strictEqual(RetryBudget.left(RetryBudget.withJobs(RetryBudget.full, 40)), 20)
  })

  it("gets a fifth back for each success, and never more than was drawn", () => {
    let { budget } = granted(["a", "b", "c"], busy, 6)
    assert.strictEqual(RetryBudget.left(budget), 0)
    for (let n = 0; n < 5; n += 1) budget = RetryBudget.succeeded(budget)
    assert.closeTo(RetryBudget.left(budget), 1, 1e-9)
    for (let n = 0; n < 100; n += 1) budget = RetryBudget.succeeded(budget)
    assert.closeTo(RetryBudget.left(budget), 6, 1e-9)
  })

  it("leaves retries to a healthy model beside two dead ones", () => {
    const { budget } = granted(["a", "b"], busy, 50)
    assert.strictEqual(granted(["c"], busy, 3, budget).total, 3)
  })

  it("is full again when the last job is done", () => {
    const { budget } = granted(["a", "b", "c"], busy, 6)
    assert.strictEqual(RetryBudget.left(RetryBudget.withJobs(budget, 0)), 6)
  })
})
