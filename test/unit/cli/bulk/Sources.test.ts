/** What a run is to ask for: flags that exclude each other, tickers, and jobs of a product or of a file. */
import { afterEach, describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Chunk, ConfigProvider, Effect, Stream } from "effect"
import { vi } from "vitest"
import * as Sources from "../../../../src/cli/bulk/Sources.js"

const file = (name: string): string => new URL(name, import.meta.url).pathname

const flags: Sources.Flags = {
  apiKeyEnv: undefined,
  models: [],
  tickers: [],
  tickersFile: undefined,
  jobs: undefined,
  shard: undefined,
  samples: 1
}

const why = <A>(effect: Effect.Effect<A, { readonly message: string }>) =>
  Effect.match(effect, { onFailure: ({ message }) => message, onSuccess: () => "" })

afterEach(() => {
  vi.unstubAllEnvs()
})

describe("jobs", () => {
  it.effect("of a file go with nothing that each of them says itself", () =>
    Effect.gen(function* () {
      const check = (given: Partial<Sources.Flags>) => why(Sources.check({ ...flags, ...given }))
      const given: ReadonlyArray<readonly [flag: string, Partial<Sources.Flags>]> = [
        ["--model", { models: [{ model: "a/b" }] }],
        ["--ticker", { tickers: ["AAPL"] }],
        ["--tickers", { tickersFile: "x" }],
        ["--samples", { samples: 2 }]
      ]
      for (const [flag, each] of given) {
        strictEqual(
          yield* check({ ...each, jobs: "jobs.jsonl" }),
          `use either --jobs or ${flag}, not both: each job names its own model, ticker and sample`
        )
        strictEqual(yield* check(each), "")
      }
      strictEqual(yield* check({ jobs: "jobs.jsonl" }), "")
    })
  )

  it.effect("are not read from a standard input that keeps the command alive", () =>
    Effect.gen(function* () {
      const both = "standard input cannot be read while ALGOGEN_LIFELINE=stdin keeps it for something else"
      strictEqual(yield* why(Sources.check({ ...flags, jobs: "-" })), "")
      vi.stubEnv("ALGOGEN_LIFELINE", "stdin")
      strictEqual(yield* why(Sources.check({ ...flags, jobs: "-" })), both)
      strictEqual(yield* why(Sources.check({ ...flags, tickersFile: "-" })), both)
      strictEqual(
        yield* why(Sources.check({ ...flags, jobs: "x", tickersFile: "x" })),
        "use either --jobs or --tickers, not both: each job names its own model, ticker and sample"
      )
      strictEqual(yield* why(Sources.check({ ...flags, jobs: "x" })), "")
    })
  )

  it("are many where there are several tickers, a file, or a part of them", () => {
    deepStrictEqual(
      [
        Sources.isMany(flags, ["A"]),
        Sources.isMany(flags, ["A", "B"]),
        Sources.isMany({ ...flags, jobs: "x" }, []),
        Sources.isMany({ ...flags, shard: { index: 1, of: 1 } }, ["A"])
      ],
      [false, true, true, true]
    )
  })
})

describe("the tickers", () => {
  it.effect("are those that are given, then those of the file, each once", () =>
    Effect.gen(function* () {
      const of = (given: Partial<Sources.Flags>) => Sources.tickersOf({ ...flags, ...given })
      deepStrictEqual(yield* of({}), ["AAPL"])
      deepStrictEqual(yield* of({ tickers: ["TSLA", "GOOG", "TSLA"] }), ["TSLA", "GOOG"])
      deepStrictEqual(yield* of({ tickersFile: file("tickers.txt") }), ["MSFT", "AAPL"])
      deepStrictEqual(yield* of({ tickers: ["TSLA", "AAPL"], tickersFile: file("tickers.txt") }), [
        "TSLA",
        "AAPL",
        "MSFT"
      ])
      strictEqual(
        yield* why(of({ tickersFile: "none.txt" })),
        "none.txt could not be read: there is no such file (ENOENT); check its path"
      )
      strictEqual(yield* why(of({ tickersFile: file("blank.jsonl") })), `${file("blank.jsonl")} has no ticker`)
    })
  )
})

describe("the work", () => {
  const work = (
    given: Partial<Sources.Flags>,
    tickers: ReadonlyArray<string> = [],
    models: ReadonlyArray<string> = []
  ) =>
    Effect.gen(function* () {
      const made = yield* Sources.work({ ...flags, ...given }, tickers, models)
      const jobs = Chunk.toReadonlyArray(yield* Stream.runCollect(made.jobs))
      return { names: jobs.map(({ model, sample, ticker }) => `${ticker} ${model} ${sample}`), ...made }
    }).pipe(Effect.scoped, Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["ALGOGEN_API_KEY", "Trade 1"]]))))

  it.effect("is every ticker, model and sample, or the part of them that is dealt here", () =>
    Effect.gen(function* () {
      const all = yield* work({ samples: 2 }, ["A", "B"], ["x", "y"])
      deepStrictEqual(all.names, ["A x 1", "A x 2", "A y 1", "A y 2", "B x 1", "B x 2", "B y 1", "B y 2"])
      deepStrictEqual([all.total, [...all.tickers]], [8, ["A", "B"]])
      const parts = yield* Effect.forEach([1, 2, 3], (index) =>
        work({ samples: 2, shard: { index, of: 3 } }, ["A", "B"], ["x", "y"])
      )
      deepStrictEqual(parts.flatMap(({ names }) => names).toSorted(), all.names.toSorted())
      for (const { names, total } of parts) strictEqual(total, names.length)
    })
  )

  it.effect("is what a file says, line by line", () =>
    Effect.gen(function* () {
      const all = yield* work({ jobs: file("jobs.jsonl") })
      deepStrictEqual(all.names, ["AAPL a/b undefined", "TSLA a/b undefined", "AAPL c/d 2"])
      // A job with a prompt of its own needs none made for its ticker.
      deepStrictEqual([all.total, [...all.tickers]], [3, ["AAPL"]])
      const parts = yield* Effect.forEach([1, 2], (index) =>
        work({ jobs: file("jobs.jsonl"), shard: { index, of: 2 } })
      )
      deepStrictEqual(parts.flatMap(({ names }) => names).toSorted(), all.names.toSorted())
      for (const { names, total } of parts) strictEqual(total, names.length)
    })
  )

  it.effect("fails for a line that is no job, for no line at all, and for a file that is not there", () =>
    Effect.gen(function* () {
      strictEqual(
        yield* why(work({ jobs: file("wrong.jsonl") })),
        `${file("wrong.jsonl")}, line 3: 'ticker' is missing`
      )
      strictEqual(yield* why(work({ jobs: file("blank.jsonl") })), `${file("blank.jsonl")} has no job`)
      strictEqual(
        yield* why(work({ jobs: "none.jsonl" })),
        "none.jsonl could not be read: there is no such file (ENOENT); check its path"
      )
    })
  )
})
