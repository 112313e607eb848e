/** 200 jobs against a token bucket of 20 a second with a burst of 5, in virtual time: all of them, at the limit. */
import { assert, describe, it } from "@effect/vitest"
import * as Policy from "../../../bench/flow/Policy.js"
import type * as Regime from "../../../bench/flow/Regime.js"
import * as Trial from "../../../bench/flow/Trial.js"
import { times } from "../properties.js"

const JOBS = 200
const LATENCIES = [5, 50, 150]
/** Each case takes one; in a long run, all of them. */
const latencies = (nth: number) =>
  Array.from({ length: Math.min(times(1), LATENCIES.length) }, (_, index) => LATENCIES[(nth + index) % 3] ?? 0)

interface Given {
  readonly hints: Regime.Hints
  readonly models: number
  readonly concurrency: number
  readonly latency: number
  readonly suffix?: string
}

const regime = ({ concurrency, hints, latency, models, suffix = "" }: Given): Regime.Regime => ({
  kind: "bucket, seconds",
  name: "200 jobs",
  seed: `${hints} ${models} ${concurrency} ${latency}`,
  models: Array.from({ length: models }, (_, index) => ({ id: `lab/m${index}${suffix}`, dead: undefined })),
  samples: JOBS / models,
  cap: () => Number.POSITIVE_INFINITY,
  window: { kind: "bucket", perSecond: 20, burst: 5, hints },
  outage: undefined,
  flakiness: 0,
  concurrency,
  answerMs: [latency, latency + 5],
  refusalMs: [latency, latency + 5]
})

/** Without patience: what is refused has its own waits and nothing else. */
const policy = { ...Policy.OURS, patience: 0 }

for (const { concurrency, share } of [
  { concurrency: 6, share: 0.052 },
  { concurrency: 64, share: 0.1 }
]) {
  describe(`with ${concurrency} in flight`, () => {
    let nth = concurrency
    for (const models of [200, 2, 1]) {
      for (const hints of ["whole-seconds", "exact"] as const) {
        const given = latencies(nth++)
        it(`${models} models x ${JOBS / models}, hints: ${hints}, answers in ${given.join(", ")} ms`, async () => {
          for (const latency of given) {
            const result = await Trial.play(policy, regime({ hints, models, concurrency, latency }))
            assert.deepStrictEqual(result.reasons, {})
            assert.strictEqual(result.finished, JOBS)
            assert.isAtMost(result.lastSuccessMs, 11_000)
            assert.isAtMost(result.rateLimited / result.requests, share)
          }
        })
      }
    }
  })
}

describe("two models with a hundred samples each, 64 in flight", () => {
  it("are not refused again and again where hardly any is let in and none answered for seconds", async () => {
    const given = regime({ hints: "whole-seconds", models: 2, concurrency: 64, latency: 0 })
    const [perSecond, slowest] = [2.9, 8_000]
    const window = { kind: "bucket", perSecond, burst: 1, hints: "whole-seconds" } as const
    const result = await Trial.play(policy, { ...given, window, answerMs: [4_300, slowest], refusalMs: [100, 400] })
    assert.strictEqual(result.finished, JOBS)
    assert.isAtMost(result.rateLimited / result.requests, 0.15)
    assert.isAtMost(result.lastSuccessMs, 1.2 * (JOBS / perSecond) * 1_000 + slowest)
  })
})

describe("a model with 200 samples, 64 in flight, whose refusals take longer than some answers", () => {
  const given = regime({ hints: "whole-seconds", models: 1, concurrency: 64, latency: 0 })
  // Before all waited for the model's moment, more or less was let in than the bucket lets in.
  for (const { answerMs, idealMs } of [
    { answerMs: [200, 800], idealMs: 10_250 },
    { answerMs: [2_000, 6_000], idealMs: 16_500 }
  ] as const) {
    for (const seed of ["s1", "s3", "s5", "s6"].slice(0, 2 * times(1))) {
      it(`is asked at the account's pace: answers in ${answerMs.join(" to ")} ms, ${seed}`, async () => {
        const result = await Trial.play(policy, { ...given, seed, answerMs, refusalMs: [20, 400] })
        assert.strictEqual(result.finished, JOBS)
        assert.isAtMost(result.rateLimited / result.requests, 0.08)
        assert.isAtMost(result.lastSuccessMs, 1.4 * idealMs)
      })
    }
  }
})

describe("refusals that take as long as some answers, of a bucket that lets 200 a second in", () => {
  it("do not make the start begin again and again", async () => {
    const given = regime({ hints: "whole-seconds", models: 200, concurrency: 64, latency: 0 })
    const window = { kind: "bucket", perSecond: 200, burst: 5, hints: "whole-seconds" } as const
    const times = { answerMs: [300, 900], refusalMs: [200, 600] } as const
    const result = await Trial.play(policy, { ...given, window, ...times, seed: "t4" })
    assert.strictEqual(result.finished, JOBS)
    assert.isAtMost(result.lastSuccessMs, 6_000)
  })
})

describe("a bucket of so many a minute", () => {
  /** What the account lets in within five minutes. */
  const jobsOf = (perMinute: number, models: number) => models * Math.floor((5 * perMinute) / models)

  for (const { burst, concurrency, hints, models, perMinute } of [
    { perMinute: 3, burst: 1, hints: "whole-seconds", models: 2, concurrency: 6 },
    { perMinute: 10, burst: 1, hints: "whole-seconds", models: 2, concurrency: 64 },
    { perMinute: 10, burst: 1, hints: "exact", models: 50, concurrency: 6 },
    { perMinute: 28, burst: 1, hints: "exact", models: 2, concurrency: 64 },
    { perMinute: 28, burst: 1, hints: "whole-seconds", models: 140, concurrency: 64 },
    { perMinute: 28, burst: 3, hints: "whole-seconds", models: 140, concurrency: 64 }
  ] as const) {
    it(`${perMinute}, burst ${burst}, ${models} models, ${concurrency} in flight, hints: ${hints}: all are asked, few in vain`, async () => {
      const jobs = jobsOf(perMinute, models)
      const result = await Trial.play(policy, {
        ...regime({ hints, models, concurrency, latency: 0 }),
        samples: jobs / models,
        window: { kind: "bucket", perSecond: perMinute / 60, burst, hints },
        answerMs: [3_000, 8_000],
        refusalMs: [100, 400]
      })
      assert.strictEqual(result.finished, jobs)
      assert.isAtMost(result.rateLimited, Math.max(15, 0.35 * jobs))
      assert.isAtMost(result.lastSuccessMs, 1.25 * (jobs / perMinute) * 60_000 + 8_000)
    })
  }
})

describe("free models whose limit is told", () => {
  it("keep the pace where nobody knows of a window", async () => {
    const flow = { ...policy, flow: Policy.withoutWindows }
    const given = { hints: "whole-seconds", models: 200, concurrency: 6, latency: 50, suffix: ":free" } as const
    const result = await Trial.play(flow, regime(given))
    assert.strictEqual(result.finished, JOBS)
    assert.isAtMost(result.lastSuccessMs, 11_000)
    assert.isAtMost(result.rateLimited / result.requests, 0.052)
  })
})
