import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, it } from "@effect/vitest"
import { assertNone, deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Layer, Option, TestClock } from "effect"
import { describe } from "vitest"
import * as Journal from "../../../src/storage/Journal.js"
import * as File from "../../../src/storage/journal/File.js"
import * as Memory from "../../../src/storage/journal/Memory.js"
import { entry } from "./journalling.js"

const inFile = Layer.unwrapScoped(
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    return File.layer({ directory: yield* fs.makeTempDirectoryScoped() })
  })
).pipe(Layer.provide(NodeContext.layer), Layer.orDie)

const textOf = Option.map(({ answer }: { readonly answer: { readonly text: string } }) => answer.text)

const withJournal =
  (layer: Layer.Layer<Journal.Journal>) =>
  <A, E>(use: (journal: Journal.Service) => Effect.Effect<A, E>) =>
    Effect.flatMap(Journal.Journal, use).pipe(Effect.provide(Layer.fresh(layer)))

for (const [where, using] of [
  ["in memory", withJournal(Memory.layer)],
  ["in a file", withJournal(inFile)]
] as const) {
  describe(`a journal ${where}`, () => {
    it.effect("finds the latest answer by its key, with the time at which it came", () =>
      using((journal) =>
        Effect.gen(function* () {
          assertNone(yield* journal.lookup("a"))
          yield* journal.append(entry("a", "first"))
          yield* TestClock.adjust(1_000)
          yield* journal.append(entry("b"))
          yield* journal.append(entry("a", "second"))
          deepStrictEqual(textOf(yield* journal.lookup("a")), Option.some("second"))
          deepStrictEqual(
            (yield* journal.entries).map(({ answer, at, key }) => [key, answer.text, at]),
            [
              ["a", "first", 0],
              ["b", "answer to b", 1_000],
              ["a", "second", 1_000]
            ]
          )
        })
      )
    )

    it.effect("forgets what is older than asked", () =>
      using((journal) =>
        Effect.gen(function* () {
          yield* journal.append(entry("old"))
          yield* TestClock.adjust("10 days")
          yield* journal.append(entry("new"))
          assert.strictEqual(yield* journal.prune("10 days"), 0)
          yield* TestClock.adjust(1)
          assert.strictEqual(yield* journal.prune("10 days"), 1)
          deepStrictEqual(
            (yield* journal.entries).map(({ key }) => key),
            ["new"]
          )
          yield* journal.append(entry("newer"))
          deepStrictEqual(textOf(yield* journal.lookup("newer")), Option.some("answer to newer"))
        })
      )
    )

    it.effect("knows of a run that was cut short, until another has asked the same and finished", () =>
      using((journal) =>
        Effect.gen(function* () {
          const cut = yield* journal.begin("AAPL", ["a", "b", "c"])
          deepStrictEqual(yield* journal.unfinished, [])
          yield* journal.append(entry("a"))
          yield* journal.append(entry("b"))
          yield* journal.append(entry("b"))
          const left = { run: cut, at: 0, ticker: "AAPL", answered: 2, requested: 3 }
          deepStrictEqual(yield* journal.unfinished, [left])

          const other = yield* journal.begin("TSLA", ["d"])
          yield* journal.append(entry("d"))
          yield* journal.finish(other, ["d"])
          deepStrictEqual(yield* journal.unfinished, [left])

          const half = yield* journal.begin("AAPL", ["a", "b"])
          yield* journal.finish(half, ["a"])
          deepStrictEqual(yield* journal.unfinished, [{ ...left, answered: 1 }])

          const again = yield* journal.begin("AAPL", ["a", "b", "c"])
          yield* journal.append(entry("c"))
          yield* journal.finish(again, ["a", "b", "c"])
          deepStrictEqual(yield* journal.unfinished, [])
        })
      )
    )

    it.effect("counts what a run and those cut short before it have paid for, not what a finished one has", () =>
      using((journal) =>
        Effect.gen(function* () {
          const finished = yield* journal.begin("AAPL", ["a", "b", "c"])
          yield* journal.append(entry("a"))
          yield* journal.append(entry("b"))
          yield* journal.finish(finished, ["a", "b"])
          const first = yield* journal.begin("AAPL", ["a", "b", "c"])
          deepStrictEqual(yield* journal.unfinished, [])
          yield* journal.append(entry("b"))
          const second = yield* journal.begin("AAPL", ["a", "b", "c"])
          yield* journal.append(entry("c"))
          const left = { at: 0, ticker: "AAPL", answered: 2, requested: 3 }
          deepStrictEqual(yield* journal.unfinished, [
            { run: first, ...left },
            { run: second, ...left }
          ])
        })
      )
    )

    it.effect("knows of no run that finished", () =>
      using((journal) =>
        Effect.gen(function* () {
          const run = yield* journal.begin("AAPL", ["a"])
          yield* journal.append(entry("a"))
          yield* journal.finish(run, ["a"])
          deepStrictEqual(yield* journal.unfinished, [])
        })
      )
    )
  })
}

describe("the key of a request", () => {
  const request: Journal.Request = {
    baseUrl: "https://openrouter.ai/api/v1",
    model: "x/y",
    messages: [
      { role: "system", content: "s" },
      { role: "user", content: "u" }
    ],
    parameters: { temperature: 0.2, provider: { order: ["a", "b"], only: ["c"] } },
    sample: 1
  }

  it("is the same for the same request, however it was put together", () => {
    const known = Journal.key(request)
    assert.strictEqual(known, "4704fdf6102024dc0f10d9c7dffc81296b4ca207f62fccddd2c5fbf29c5183bb")
    const equal = [
      { ...request, baseUrl: "https://openrouter.ai/api/v1/" },
      { ...request, parameters: { provider: { only: ["c"], order: ["a", "b"] }, temperature: 0.2 } },
      { ...request, parameters: { ...request.parameters, seed: undefined } }
    ]
    deepStrictEqual(
      equal.map(Journal.key),
      equal.map(() => known)
    )
  })

  it("changes with everything that changes the answer", () => {
    const different = [
      request,
      { ...request, baseUrl: "https://openrouter.ai/api/v2" },
      { ...request, model: "x/z" },
      { ...request, messages: request.messages.slice(1) },
      { ...request, messages: request.messages.toReversed() },
      {
        ...request,
        messages: [
          { role: "system", content: "su" },
          { role: "user", content: "" }
        ]
      },
      { ...request, parameters: {} },
      { ...request, parameters: { temperature: 0.3, provider: { order: ["a", "b"], only: ["c"] } } },
      { ...request, parameters: { temperature: 0.2, provider: { order: ["b", "a"], only: ["c"] } } },
      { ...request, sample: 2 }
    ]
    assert.strictEqual(new Set(different.map(Journal.key)).size, different.length)
  })
})
