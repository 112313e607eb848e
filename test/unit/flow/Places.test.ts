/** Servers that have a place for one request, or for a few, and refuse all others in words. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as FlowControl from "../../../src/flow/FlowControl.js"
import { after, answers, api, each, finish, flowControl, http, ids, type Reply, start } from "../generation/doubles.js"

const limit = Effect.map(
  Effect.flatMap(FlowControl.FlowControl, ({ state }) => state),
  (state) => state.limit
)

const refusals: Readonly<Record<string, Reply>> = {
  "503, busy": http(503, {}, JSON.stringify({ detail: { msg: "Server is busy; please try again later." } })),
  "429, concurrent": http(
    429,
    {},
    JSON.stringify({ error: { message: "Too many concurrent requests for this model" } })
  ),
  "429, concurrency, a second": http(
    429,
    {},
    JSON.stringify({
      error: { message: "request reached organization max concurrency: 1, please try again after 1 seconds" }
    })
  ),
  "429, in another language": http(
    429,
    {},
    JSON.stringify({ error: { code: "1302", message: "您当前使用该API的并发数过高，请降低并发" } })
  )
}

/** So many at once for so long, and the place of one that is answered is free a moment later; all others are refused after 20 ms. */
const withPlaces = (places: number, ms: number, refused: Reply, lagMs = 0): Reply => {
  let taken = 0
  return (request, onToken) =>
    Effect.suspend(() => {
      if (taken >= places) return after(20, refused)(request, onToken)
      taken += 1
      const free = Effect.sync(() => {
        taken -= 1
      })
      const left = lagMs === 0 ? free : Effect.forkDaemon(Effect.delay(free, lagMs))
      return Effect.zipLeft(after(ms, answers())(request, onToken), left)
    })
}

const play = (models: ReadonlyArray<string>, reply: Reply, withinMs: number) =>
  Effect.gen(function* () {
    const openRouter = api(each([...new Set(models)], reply))
    const run = yield* start({ models, concurrency: 6 }, { api: openRouter })
    const report = yield* finish(run, withinMs)
    const ok = report.outcomes.filter(({ status }) => status === "ok").length
    return { ok, requests: openRouter.requests, report, limit: yield* limit }
  }).pipe(Effect.provide(flowControl))

describe("a server with one place", () => {
  for (const [name, refused] of Object.entries(refusals)) {
    for (const [whose, models] of [
      ["six models", ids(6)],
      ["one model, six times", Array.from({ length: 6 }, () => "x/1")],
      ["two models, three times", ["x/1", "x/1", "x/1", "x/2", "x/2", "x/2"]]
    ] as const) {
      it.effect(`answers all, one as soon as the other is done: ${name}, ${whose}`, () =>
        Effect.gen(function* () {
          const { ok, report, requests } = yield* play(models, withPlaces(1, 4_000, refused), 25_500)
          assert.strictEqual(ok, 6)
          // Each once, five of them refused at first, and a few times two at once are tried.
          assert.isAtMost(requests.length, 14)
          assert.strictEqual(report.outcomes.flatMap(({ attempts }) => attempts).length, requests.length)
          // No retry of the model's own.
          deepStrictEqual(
            report.outcomes.flatMap(({ attempts }) => attempts).filter(({ cause }) => cause === "backoff"),
            []
          )
        })
      )
    }
  }

  it.effect("may see late that it is free", () =>
    Effect.gen(function* () {
      for (const refused of Object.values(refusals)) {
        const { ok } = yield* play(ids(12), withPlaces(1, 4_000, refused, 300), 70_000)
        assert.strictEqual(ok, 12)
      }
    })
  )

  it.effect("whose place somebody else has is asked as often as any that fails", () =>
    Effect.gen(function* () {
      for (const refused of Object.values(refusals)) {
        const { ok, requests } = yield* play(["x/1"], refused, 60_000)
        assert.strictEqual(ok, 0)
        assert.isAtMost(requests.length, 10)
      }
    })
  )
})

describe("a server with three places", () => {
  it.effect("has three requests in work, and soon as many as there come to be places for", () =>
    Effect.gen(function* () {
      const refused = refusals["429, concurrent"] ?? answers()
      const { limit, ok, requests } = yield* play(ids(30), withPlaces(3, 1_000, refused), 12_000)
      assert.strictEqual(ok, 30)
      // Four are tried from time to time.
      assert.isTrue(limit === 3 || limit === 4, `${limit}`)
      assert.isAtMost(requests.length, 40)
    })
  )
})

describe("a model that is refused so while others are answered", () => {
  for (const [name, refused] of Object.entries(refusals)) {
    it.effect(`costs its own slot: ${name}`, () =>
      Effect.gen(function* () {
        const openRouter = api({
          ...each(ids(40), after(1_000, answers())),
          ...each(["dead/1", "dead/2", "dead/3"], after(20, refused))
        })
        const models = ["dead/1", "dead/2", "dead/3", ...ids(40)]
        const run = yield* start({ models, concurrency: 8 }, { api: openRouter })
        const report = yield* finish(run, 60_000)
        const last = Math.max(...openRouter.requests.filter(({ model }) => model.startsWith("x/")).map(({ at }) => at))
        const dead = openRouter.requests.filter(({ model }) => model === "dead/1")
        deepStrictEqual(
          report.outcomes.map(({ status }) => status),
          models.map((model) => (model.startsWith("x/") ? "ok" : "failed"))
        )
        // With eight at a time they take five seconds, and with five eight.
        assert.isAtMost(last - (openRouter.requests[0]?.at ?? 0), 9_000)
        assert.isAtMost(dead.length, 12)
      }).pipe(Effect.provide(flowControl))
    )
  }
})
