/** A place in flight is held by requests, not by waits. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Option } from "effect"
import { after, answers, api, finish, flowControl, http, start } from "../generation/doubles.js"

describe("a place is not held during a wait", () => {
  it.effect("with one place and two models, the second goes out while the first one waits", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [http(503), answers()], "x/2": [after(100, answers())] })
      const run = yield* start({ models: ["x/1", "x/2"], concurrency: 1 }, { api: openRouter })
      const report = yield* finish(run, 525)
      deepStrictEqual(
        openRouter.requests.map(({ at, model }) => [model, at]),
        [
          ["x/1", 0],
          ["x/2", 0],
          ["x/1", 525]
        ]
      )
      assert.strictEqual(openRouter.inFlight().most, 1)
      deepStrictEqual(report.algorithms.map(Option.map(({ model }) => model)), [Option.some("x/1"), Option.some("x/2")])
    }).pipe(Effect.provide(flowControl))
  )

  it.effect("without flow control it is: each model keeps its place to its end", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [http(503), answers()], "x/2": [after(100, answers())] })
      yield* finish(yield* start({ models: ["x/1", "x/2"], concurrency: 1 }, { api: openRouter }), 625)
      deepStrictEqual(
        openRouter.requests.map(({ at, model }) => [model, at]),
        [
          ["x/1", 0],
          ["x/1", 525],
          ["x/2", 525]
        ]
      )
    })
  )

  it.effect("whoever is ready first goes first, and whoever comes back late to a busy place waits for it", () =>
    Effect.gen(function* () {
      const openRouter = api({
        "x/1": [http(503), answers()],
        "x/2": [http(429, { "retry-after": "2" }), answers()],
        "x/3": [after(3_000, answers())]
      })
      const run = yield* start({ models: ["x/1", "x/2", "x/3"], concurrency: 1 }, { api: openRouter })
      const report = yield* finish(run, 3_000)
      deepStrictEqual(
        openRouter.requests.map(({ at, model }) => [model, at]),
        [
          ["x/1", 0],
          ["x/2", 0],
          ["x/3", 0],
          ["x/1", 3_000],
          ["x/2", 3_000]
        ]
      )
      deepStrictEqual(
        report.outcomes.map(({ attempts }) => attempts.map(({ waitedMs }) => waitedMs)),
        [[0, 3_000], [0, 3_000], [0]]
      )
    }).pipe(Effect.provide(flowControl))
  )
})
