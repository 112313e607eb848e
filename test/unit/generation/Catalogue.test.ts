/** Which models are asked: what the list of models says about the ids of a request. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Option, TestClock } from "effect"
import { GenerationError, ServerFailed } from "../../../src/domain/GenerationError.js"
import * as Progress from "../../../src/generation/Progress.js"
import * as Prompt from "../../../src/prompt/Prompt.js"
import { answers, api, finish, start, store } from "./doubles.js"

describe("an id that is missing from the list", () => {
  it.effect(
    "is tried with `:free` when it has not got it, and never as a paid one; the results keep the name of the request",
    () =>
      Effect.gen(function* () {
        const openRouter = api({
          "x/1": [answers()],
          "x/2:free": [answers()],
          "x/3": [answers()],
          "x/3:free": [answers()]
        })
        const models = ["x/1:free", "x/2", "x/3", "x/3:free"]
        const files = store()
        const run = yield* start({ models }, { api: openRouter, store: files })
        const report = yield* finish(run)
        deepStrictEqual(
          openRouter.requests.map(({ model }) => model),
          ["x/2:free", "x/3", "x/3:free"]
        )
        deepStrictEqual(
          report.outcomes.map(({ askedModel, model }) => [model, askedModel]),
          [
            ["x/1:free", "x/1:free"],
            ["x/2", "x/2:free"],
            ["x/3", "x/3"],
            ["x/3:free", "x/3:free"]
          ]
        )
        deepStrictEqual(files.saved, models.slice(1))
        deepStrictEqual(
          run.heard("Note").map(({ message }) => message),
          ["x/2 is not on offer; asking x/2:free"]
        )
      })
  )

  it.effect("and its twin too, is skipped and not asked, its outcome names what there is instead", () =>
    Effect.gen(function* () {
      const openRouter = api({ "meta/llama-3-8b:free": [answers()], "y/z": [answers()] })
      const run = yield* start({ models: ["meta/llama-3-70b", "y/z", "q/q"] }, { api: openRouter })
      const report = yield* finish(run)
      assert.isTrue(report.success)
      deepStrictEqual(
        openRouter.requests.map(({ model }) => model),
        ["y/z"]
      )
      deepStrictEqual(
        report.outcomes.map(({ attempts, reason, status }) => [
          status,
          attempts.length,
          Option.getOrUndefined(reason)?.message
        ]),
        [
          ["skipped", 0, "this model is not on offer; similar: meta/llama-3-8b:free"],
          ["ok", 1, undefined],
          ["skipped", 0, "this model is not on offer; algogen models lists all models"]
        ]
      )
      deepStrictEqual(
        run.heard("Skipped").flatMap((event) => Progress.toMessages(event)),
        ["MODEL_SKIP::meta/llama-3-70b::unavailable", "MODEL_SKIP::q/q::unavailable"]
      )
      deepStrictEqual(run.heard("Failed"), [])
    })
  )

  it.effect("when all are missing, nothing is asked and the run says that it came to nothing", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [answers()] })
      const report = yield* finish(yield* start({ models: ["y/1", "y/2"] }, { api: openRouter }))
      assert.isFalse(report.success)
      deepStrictEqual(openRouter.requests, [])
    })
  )
})

describe("a list of models that cannot be had", () => {
  it.effect("is said, and every id is asked as it is", () =>
    Effect.gen(function* () {
      const models = ["x/1", "x/2:free"]
      const openRouter = api(
        { "x/1": [answers()], "x/2:free": [answers()] },
        new GenerationError({ model: "GET /models", reason: new ServerFailed({ status: 503, message: "busy" }) })
      )
      const run = yield* start({ models }, { api: openRouter })
      const report = yield* finish(run)
      assert.strictEqual(report.algorithms.filter(Option.isSome).length, 2)
      deepStrictEqual(
        openRouter.requests.map(({ maxCompletionTokens, model }) => [model, maxCompletionTokens]),
        models.map((model) => [model, 4_096])
      )
      deepStrictEqual(
        run.heard("Note").map(({ message }) => message),
        ["The list of models is not available (busy); asking for every model anyway"]
      )
    })
  )
})

describe("a budget", () => {
  const notesOf = (budget: number | undefined, hasList: boolean) =>
    Effect.gen(function* () {
      const busy = new GenerationError({
        model: "GET /models",
        reason: new ServerFailed({ status: 503, message: "busy" })
      })
      const models = hasList ? Effect.succeed([{ id: "listed" }]) : Effect.fail(busy)
      const openRouter = api({ "x/1": [answers()] }, models, "http://localhost:1")
      const run = yield* start({ models: ["x/1"], budget }, { api: openRouter })
      yield* finish(run)
      return [run.heard("Note").map(({ message }) => message), openRouter.requests.length]
    })

  for (const [name, baseUrl, budget, asked] of [
    ["three seconds where it is a hint", "http://localhost:1", undefined, 3_000],
    ["as long as the client lets it at OpenRouter", undefined, undefined, 9_000],
    ["as long as the client lets it where prices are needed", "http://localhost:1", 1, 9_000]
  ] as const) {
    it.effect(`waits for a list that does not come: ${name}`, () =>
      Effect.gen(function* () {
        const list = Effect.delay(Effect.succeed([{ id: "x/1", price: { prompt: 0, completion: 0 } }]), 9_000)
        const openRouter = api({ "x/1": [answers()] }, list, baseUrl)
        const run = yield* start({ models: ["x/1"], budget }, { api: openRouter })
        yield* finish(run, 10_000)
        deepStrictEqual(
          openRouter.requests.map(({ at }) => at),
          [asked]
        )
        const why = "The list of models is not available (no complete answer within 3 s); asking for every model anyway"
        deepStrictEqual(run.heard("Note").filter(({ message }) => message === why).length, asked === 3_000 ? 1 : 0)
      })
    )
  }

  it.effect("has the list for the next run where it came too late for the first", () =>
    Effect.gen(function* () {
      let asked = 0
      const list = yield* Effect.cached(
        Effect.suspend(() => {
          asked += 1
          return Effect.delay(Effect.succeed([{ id: "x/1" }]), 5_000)
        })
      )
      const openRouter = api({ "x/1": [answers(), answers()] }, list, "http://localhost:1")
      for (const at of [0, 6_000]) {
        yield* TestClock.setTime(at)
        const run = yield* start({ models: ["x/1"] }, { api: openRouter })
        yield* finish(run, 6_000 - at)
        const late = run
          .heard("Note")
          .filter(({ message }) => message.startsWith("The list of models is not available"))
        deepStrictEqual([late.length, asked], [at === 0 ? 1 : 0, 1])
      }
    })
  )

  it.effect("asks for nothing without a price, and does not say that it does", () =>
    Effect.gen(function* () {
      const unlisted = "x/1 is not in this server's list of models (which has nothing similar, but listed)"
      deepStrictEqual(yield* notesOf(undefined, true), [[`${unlisted}; asking for it anyway`], 1])
      deepStrictEqual(yield* notesOf(1, true), [[unlisted], 0])
      deepStrictEqual(yield* notesOf(1, false), [["The list of models is not available (busy)"], 0])
    })
  )
})

describe("the request", () => {
  it.effect("carries the prompt for the id of the request, and the settings", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1:free": [answers()] })
      yield* finish(yield* start({ models: ["x/1"], temperature: 0.25 }, { api: openRouter }))
      const [asked] = openRouter.requests
      assert.strictEqual(asked?.temperature, 0.25)
      const prompt = Prompt.build({ model: "x/1", ticker: "AAPL", sample: 1, position: 0 })
      deepStrictEqual(asked?.messages, [{ role: "user", content: prompt }])
    })
  )
})
