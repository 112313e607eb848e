/** Limits of the account that nobody dates: no hint, no scope, and few models, or samples of a single one. */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { after, answers, api, each, finish, flowControl, http, ids, type Reply, start } from "../generation/doubles.js"
import { times } from "../properties.js"

const refused = after(20, http(429, {}, JSON.stringify({ message: "Rate limit exceeded", type: "rate_limited" })))

/** So many are let in from one moment to the next one after that long. */
const windowOf = (count: number, ms: number, answerMs: number): Reply => {
  let from = Number.NEGATIVE_INFINITY
  let left = 0
  return (request, onToken) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      if (now - from >= ms) {
        from = now
        left = count
      }
      left -= 1
      return (left >= 0 ? after(answerMs, answers()) : refused)(request, onToken)
    })
}

const play = (models: ReadonlyArray<string>, reply: Reply, more: ReturnType<typeof each> = {}) =>
  Effect.gen(function* () {
    const openRouter = api({ ...each([...new Set(models)], reply), ...more })
    const asked = [...Object.keys(more), ...models]
    const run = yield* start({ models: asked, concurrency: 6, deadline: "60 seconds" }, { api: openRouter })
    const { outcomes } = yield* finish(run, 61_000)
    const ok = outcomes.filter(({ status }) => status === "ok").length
    return { ok, requests: openRouter.requests, outcomes }
  }).pipe(Effect.provide(flowControl))

const SETS: Readonly<Record<string, ReadonlyArray<string>>> = {
  "six models": ids(6),
  "one model, six times": Array.from({ length: 6 }, () => "x/1"),
  "two models, three times": ["x/1", "x/1", "x/1", "x/2", "x/2", "x/2"]
}

const WINDOWS = [
  [1, 1_000],
  [2, 2_000],
  [1, 3_000],
  [2, 12_000]
] as const

const LATENCIES = [5, 300, 1_500]
/** Each case takes one, so that each window and each set has all of them; in a long run, each case does. */
const latencies = (nth: number) =>
  Array.from({ length: Math.min(times(1), LATENCIES.length) }, (_, index) => LATENCIES[(nth + index) % 3] ?? 0)

describe("a limit that nobody dates", () => {
  for (const [set, [name, models]] of Object.entries(SETS).entries()) {
    for (const [window, [count, everyMs]] of WINDOWS.entries()) {
      it.effect(`loses no model while others get through: ${count} in ${everyMs} ms, ${name}`, () =>
        Effect.gen(function* () {
          for (const answerMs of latencies(set + window)) {
            const { ok, requests } = yield* play(models, windowOf(count, everyMs, answerMs))
            assert.strictEqual(ok, 6)
            assert.isAtMost(requests.length, 40)
          }
        })
      )
    }
  }

  it.effect("is none where nobody was ever answered: each is asked as often as any that fails", () =>
    Effect.gen(function* () {
      for (const models of Object.values(SETS)) {
        const { ok, requests } = yield* play(models, refused)
        assert.strictEqual(ok, 0)
        assert.isAtMost(requests.length, 24)
      }
    })
  )

  it.effect("is none of models that go on being refused while others are answered", () =>
    Effect.gen(function* () {
      const dead = each(["dead/1", "dead/2", "dead/3"], refused)
      const { ok, outcomes, requests } = yield* play(ids(30), after(1_000, answers()), dead)
      assert.strictEqual(ok, 30)
      const last = Math.max(...requests.map(({ at }) => at)) - (requests[0]?.at ?? 0)
      // Nine of those seconds for the answers.
      assert.isAtMost(last, 45_000)
      for (const { attempts, model } of outcomes) assert.isAtMost(attempts.length, model.startsWith("dead/") ? 12 : 1)
    })
  )
})
