/** What a person sees of many jobs: while they go on, and at the end. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Array as Arr, Console, Effect, TestClock } from "effect"
import * as BulkSummary from "../../../../src/cli/bulk/BulkSummary.js"
import * as BulkView from "../../../../src/cli/bulk/BulkView.js"
import * as Tally from "../../../../src/cli/bulk/Tally.js"
import * as Words from "../../../../src/cli/bulk/Words.js"
import * as Look from "../../../../src/cli/view/Look.js"
import type { Attempt } from "../../../../src/domain/Attempt.js"
import * as CodeFailure from "../../../../src/domain/CodeFailure.js"
import { BadCode, OverBudget, RateLimited, Rejected, ServerFailed } from "../../../../src/domain/GenerationError.js"
import { make } from "../../../../src/generation/Progress.js"
import * as Emulator from "../emulator.js"
import { attempt, costing, failed, outcome, settled } from "./outcomes.js"

const rejected = failed(new Rejected({ status: 400, message: "bad\u001b[2J id", fallbackModels: [] }))
const down = failed(new ServerFailed({ status: 503, message: "down" }))
const flow = { limit: 6, inFlight: 5 }

const hear = (tally: Tally.Tally, n: number, each: typeof down, now: number) => {
  for (const index of Arr.range(1, n)) tally.hear(settled({ ...each, index }), now)
}

describe("numbers and times", () => {
  it("are short", () => {
    deepStrictEqual([0, 999, 1_000, 1_234_567].map(Words.number), ["0", "999", "1,000", "1,234,567"])
    deepStrictEqual([0, 499, 119_000, 599_000, 600_000, 3_599_999, 7_200_000, 90_000_000].map(Words.time), [
      "0 s",
      "0 s",
      "119 s",
      "599 s",
      "10 min",
      "1 h 0 min",
      "2 h 0 min",
      "25 h 0 min"
    ])
  })
})

describe("the progress", () => {
  it("has counts, rate, limit, cost and the time that is left", () => {
    const tally = Tally.make(3_000, 0)
    hear(tally, 1_000, outcome(), 30_000)
    hear(tally, 2, down, 30_000)
    hear(tally, 500, outcome({ resumed: true, attempts: [] }), 30_000)
    deepStrictEqual(Words.progress(tally, 30_000, { ...flow, pausedUntil: 35_000 }), [
      "1,502 of 3,000 done: 1,500 ok, 500 of them resumed, 2 failed",
      "5 of 6 requests in flight, the server asks to wait 5 s, 2,004 a minute, cost $250.0000, 45 s left"
    ])
  })

  it("says what has arrived and waits for those before it, and no cost or rate that is not known yet", () => {
    const tally = Tally.make(40, 0)
    const arrive = (...indices: ReadonlyArray<number>) => {
      for (const index of indices) tally.hear(make.Generated({ index, model: "x/1", code: "" }), 0)
    }
    const progress = (spent: number) => Words.progress(tally, 30_000, { ...flow, spent })
    deepStrictEqual(progress(0), ["0 of 40 done: 0 ok", "5 of 6 requests in flight"])
    arrive(3, 1, 2)
    deepStrictEqual(progress(0), ["0 of 40 done: 0 ok, 3 arrived", "5 of 6 requests in flight"])
    deepStrictEqual(progress(0.5)[1], "5 of 6 requests in flight, cost $0.5000")
    // The first one failed; then they are saved.
    hear(tally, 1, down, 30_000)
    arrive(4)
    hear(tally, 3, outcome(), 30_000)
    deepStrictEqual(progress(0.9), [
      "4 of 40 done: 3 ok, 1 failed, 1 more arrived",
      "5 of 6 requests in flight, 8 a minute, cost $0.9000, 270 s left"
    ])
    arrive(5, 6)
    hear(tally, 3, outcome({ attempts: [attempt(1, { status: 200 })] }), 30_000)
    deepStrictEqual(progress(0)[0], "7 of 40 done: 6 ok, 1 failed")
    assert.include(progress(0)[1], "cost at least $0.7500: that of 3 requests is unknown")
  })

  it("says where workers ask how many wait for them, and nothing of requests that it does not send", () => {
    const tally = Tally.make(40, 0)
    deepStrictEqual(Words.progress(tally, 30_000, undefined), ["0 of 40 done: 0 ok", "40 are the workers'"])
    hear(tally, 39, outcome(), 30_000)
    deepStrictEqual(Words.progress(tally, 30_000, undefined), [
      "39 of 40 done: 39 ok",
      "1 more is the workers', 78 a minute, cost $9.7500, 1 s left"
    ])
    hear(tally, 1, outcome(), 30_000)
    deepStrictEqual(Words.progress(tally, 30_000, undefined)[1], "80 a minute, cost $10.0000")
    deepStrictEqual(Words.progress(Tally.make(undefined, 0), 30_000, undefined), ["0 done: 0 ok"])
  })

  it("says neither a total nor the time where nobody knows how much there is", () => {
    const tally = Tally.make(undefined, 0)
    hear(tally, 1, outcome(), 1_000)
    deepStrictEqual(Words.progress(tally, 1_000, { ...flow, pausedUntil: 1_000 }), [
      "1 done: 1 ok",
      "5 of 6 requests in flight, 60 a minute, cost $0.2500"
    ])
  })

  it.scoped("is a line every 10 s where there is no terminal, with what failed since, in groups", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const tally = Tally.make(2_000, 0)
      const console = yield* Console.consoleWith(Effect.succeed)
      const note = yield* BulkView.plain(tally, Effect.succeed(flow)).pipe(
        Console.withConsole({ ...console, error: (line) => Effect.sync(() => void lines.push(String(line))) })
      )
      hear(tally, 2, down, 0)
      hear(tally, 3, rejected, 0)
      yield* TestClock.adjust(9_999)
      deepStrictEqual(lines, ["Asking for 2,000 algorithms; progress follows every 10 s or 5 %."])
      yield* TestClock.adjust(1)
      const [, first, ...others] = lines
      assert.match(first ?? "", /^5 of 2,000 done: 0 ok, 5 failed; 5 of 6 requests in flight, 30 a minute, /)
      deepStrictEqual(others, [
        "✗ 3 x Rejected (HTTP 400), such as AAPL x/1: bad [2J id",
        "✗ 2 x ServerFailed (HTTP 503), such as AAPL x/1: down"
      ])
      hear(tally, 1, down, 10_000)
      yield* TestClock.adjust(10_000)
      deepStrictEqual(lines.slice(5), ["✗ 1 x ServerFailed (HTTP 503), such as AAPL x/1: down"])
      assert.isFunction(note)
    })
  )

  it.effect("is a line for every 5 % as well, one a second at most, and one at the end", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const tally = Tally.make(200, 0)
      const console = yield* Console.consoleWith(Effect.succeed)
      const done = () => lines.map((line) => /^[\d,]+(?= of 200 done)/.exec(line)?.[0] ?? "").filter((n) => n !== "")
      yield* Effect.gen(function* () {
        yield* BulkView.plain(tally, Effect.succeed(flow))
        hear(tally, 9, outcome(), 0)
        yield* TestClock.adjust(5_000)
        deepStrictEqual(done(), [])
        hear(tally, 1, outcome(), 5_000)
        yield* TestClock.adjust(1_000)
        deepStrictEqual(done(), ["10"])
        hear(tally, 90, outcome(), 6_000)
        yield* TestClock.adjust(999)
        deepStrictEqual(done(), ["10"])
        yield* TestClock.adjust(1)
        deepStrictEqual(done(), ["10", "100"])
        // The 10 s begin anew with each line.
        yield* TestClock.adjust(9_999)
        deepStrictEqual(done(), ["10", "100"])
        yield* TestClock.adjust(1)
        deepStrictEqual(done(), ["10", "100", "100"])
        hear(tally, 100, outcome(), 17_000)
      }).pipe(
        Effect.scoped,
        Console.withConsole({ ...console, error: (line) => Effect.sync(() => void lines.push(String(line))) })
      )
      deepStrictEqual(done(), ["10", "100", "100", "200"])
    })
  )

  it.scoped("names five kinds of failure, and says how many more there are", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const tally = Tally.make(undefined, 0)
      const console = yield* Console.consoleWith(Effect.succeed)
      yield* BulkView.plain(tally, Effect.succeed(flow)).pipe(
        Console.withConsole({ ...console, error: (line) => Effect.sync(() => void lines.push(String(line))) })
      )
      const ofKind = (status: number) => failed(new ServerFailed({ status, message: "down" }))
      const kinds = [500, 502, 503, 504, 520, 521, 522]
      for (const [at, status] of kinds.slice(0, 5).entries()) hear(tally, 9 - at, ofKind(status), 0)
      yield* TestClock.adjust(10_000)
      assert.strictEqual(lines[0], "Asking for algorithms; progress follows every 10 s.")
      assert.lengthOf(lines, 7)
      for (const [at, status] of kinds.entries()) hear(tally, 9 - at, ofKind(status), 0)
      yield* TestClock.adjust(10_000)
      deepStrictEqual(lines.slice(8), [
        ...kinds.slice(0, 5).map((status, at) => `✗ ${9 - at} x ServerFailed (HTTP ${status}), such as AAPL x/1: down`),
        "✗ and 2 more kinds of failure"
      ])
    })
  )

  it.effect("is a few lines on a terminal, in place, with the latest failures, and notes above", () =>
    Effect.gen(function* () {
      const { screen, terminal } = Emulator.make({ columns: 60, rows: 20 })
      const tally = Tally.make(100, 0)
      yield* Effect.scoped(
        Effect.gen(function* () {
          const note = yield* BulkView.live(terminal, tally, Effect.succeed(flow))
          yield* note("Something to know, which is too long for a single line of this terminal")
          hear(tally, 1, rejected, 0)
          hear(tally, 3, down, 0)
          yield* TestClock.adjust(1_000)
          hear(tally, 96, outcome(), 1_000)
        })
      )
      const shown = screen()
      deepStrictEqual(shown.splice(0, 2), [
        "Something to know, which is too long for a single line of",
        "    this terminal"
      ])
      assert.strictEqual(shown[0], "100 of 100 done: 96 ok, 4 failed")
      assert.match(shown[1] ?? "", /^5 of 6 requests in flight, /)
      deepStrictEqual(
        shown.slice(2).filter((line) => line !== ""),
        Arr.replicate("✗ AAPL x/1: HTTP 503: down", 3)
      )
      for (const line of shown) assert.isBelow(line.length, 60)
    })
  )

  it.scoped("stays in its place on a terminal that becomes narrower meanwhile", () =>
    Effect.gen(function* () {
      const { history, reflow, terminal } = Emulator.make({ columns: 60, rows: 20 })
      const tally = Tally.make(100, 0)
      hear(tally, 3, down, 0)
      yield* BulkView.live(terminal, tally, Effect.succeed(flow))
      yield* TestClock.adjust(1_000)
      reflow(24)
      yield* TestClock.adjust(1_000)
      deepStrictEqual(history(), [
        "3 of 100 done: 0 ok, 3…",
        "5 of 6 requests in fli…",
        ...Arr.replicate("✗ AAPL x/1: HTTP 503: …", 3),
        ""
      ])
    })
  )

  it.effect("takes a terminal that says 0 columns for one of 80", () =>
    Effect.gen(function* () {
      const { screen, terminal } = Emulator.make({ columns: 80, rows: 20 })
      const unknown = { columns: 0, write: terminal.write }
      yield* Effect.scoped(BulkView.live(unknown, Tally.make(100, 0), Effect.succeed(flow)))
      deepStrictEqual(screen(), ["0 of 100 done: 0 ok", "5 of 6 requests in flight", ""])
    })
  )
})

describe("the end of a run of many jobs", () => {
  const options: BulkSummary.Options = {
    durationMs: 90_000,
    out: "out",
    manifest: "out/manifest.jsonl",
    simulated: false
  }
  const lines = (tally: Tally.Tally, more: Partial<BulkSummary.Options> = {}) =>
    BulkSummary.render(tally, { ...options, ...more }).split("\n")

  it("is a row for each model, a line for each kind of failure, and the sum", () => {
    const tally = Tally.make(1_200, 0)
    hear(tally, 1_000, outcome(), 0)
    hear(tally, 2, rejected, 0)
    hear(tally, 20, { ...down, model: "x/2", ticker: "MSFT" }, 0)
    deepStrictEqual(
      lines(tally, { endedBecause: "the run was interrupted" }).map((line) => line.split(/ {2,}/)),
      [
        ["model", "ok", "failed", "skipped", "requests", "cost", "failures"],
        ["x/1", "1,000", "2", "0", "1,002", "$250.0000", "2 x Rejected (HTTP 400)"],
        ["x/2", "0", "20", "0", "20", "$0", "20 x ServerFailed (HTTP 503)"],
        [""],
        ["20 x ServerFailed (HTTP 503), such as MSFT x/2: down"],
        ["2 x Rejected (HTTP 400), such as AAPL x/1: bad [2J id"],
        [""],
        ["178 more are left: the run was interrupted"],
        ["1,000 of 1,200 algorithms for 2 tickers in 90 s: 1,022 requests, cost $250.0000"],
        ["out/manifest.jsonl has a line for each job that is done."],
        ["run the same command with --resume to ask only for the rest"]
      ]
    )
  })

  it("names the answers of the journal, and one job that is left", () => {
    const tally = Tally.make(1_502, 0)
    hear(tally, 1_500, outcome({ resumed: true, attempts: [] }), 0)
    hear(tally, 1, outcome(), 0)
    deepStrictEqual(lines(tally, { resume: true, endedBecause: "the run was interrupted" }).slice(-4), [
      "1 more is left: the run was interrupted",
      "1,501 of 1,502 algorithms for 1 ticker in 90 s: 1 request, 1,500 answers from the journal, cost $0.2500",
      "out/manifest.jsonl has a line for each job that is done.",
      "run the same command again to ask only for the rest"
    ])
    hear(tally, 1, outcome(), 0)
    assert.include(lines(tally), "out/manifest.jsonl has a line for each job.")
  })

  it("counts what was taken and is not settled, and says whose it is", () => {
    const interrupted = { endedBecause: "the run was interrupted" }
    const none = Tally.make(undefined, 0)
    deepStrictEqual(lines(none, { ...interrupted, taken: 3, hasWorkers: true }), [
      "3 are left to the workers",
      "0 of 3 algorithms in 90 s: 0 requests, cost $0",
      "out/manifest.jsonl has a line for each job that is done."
    ])
    assert.strictEqual(BulkSummary.toJson(none, { ...options, taken: 3 }).jobs, 3)
    hear(none, 1, outcome(), 0)
    deepStrictEqual(lines(none, { ...interrupted, taken: 3 }).slice(-4, -2), [
      "2 more are left: the run was interrupted",
      "1 of 3 algorithms for 1 ticker in 90 s: 1 request, cost $0.2500"
    ])
    // All that was taken is settled.
    assert.include(lines(none, { taken: 1 }), "1 of 1 algorithm for 1 ticker in 90 s: 1 request, cost $0.2500")
  })

  it("is not longer than a screen, however many models there are", () => {
    const tally = Tally.make(undefined, 0)
    for (const index of Arr.range(1, 1_000)) {
      hear(tally, 1, failed(new ServerFailed({ status: index, message: "down" }), { model: `x/${index}` }), 0)
    }
    const text = lines(tally, { look: Look.terminal(51) })
    assert.isBelow(text.length, 60)
    assert.include(text, "and 960 more models")
    assert.include(text, "and 990 more kinds of failure")
    for (const line of text.slice(0, 40)) assert.isAtMost(line.length, 50)
  })

  it("advises to have code corrected, and not where it was", () => {
    const tally = Tally.make(1, 0)
    hear(tally, 1, failed(new BadCode({ failure: CodeFailure.of("syntax", "a", "b") })), 0)
    assert.include(lines(tally).at(-1), "--repair 1")
    assert.notInclude(lines(tally).at(-1), "--resume")
    assert.match(lines(tally, { resume: true }).at(-1) ?? "", /--repair 1 .*, or leave out --resume to ask anew: /)
    assert.notInclude(lines(tally, { repairs: 1 }).join("\n"), "--repair")
    const long = Tally.make(1, 0)
    hear(long, 1, failed(new BadCode({ failure: CodeFailure.of("extract", CodeFailure.TOO_LONG, "b") })), 0)
    assert.notInclude(lines(long).join("\n"), "--repair")
    // A single ticker has no manifest.
    assert.include(lines(tally, { manifest: undefined }), "The files are in out.")
  })

  it("says of each model what is not known of its cost", () => {
    const tally = Tally.make(undefined, 0)
    const answered = (model: string, ...attempts: ReadonlyArray<Attempt>) =>
      hear(tally, 1, outcome({ model, attempts }), 0)
    const refused = attempt(1, { status: 429, outcome: "RateLimited" })
    answered("refused/then-unknown", refused, attempt(2, { status: 200 }))
    answered("known/in-part", costing(0.25), attempt(2, { status: 200 }))
    answered("known/all", refused, costing(0.5))
    const costs = (simulated: boolean) =>
      lines(tally, { simulated })
        .slice(1, 4)
        .map((line) => line.split(/ {2,}/)[5])
    deepStrictEqual(costs(false), ["unknown", "at least $0.2500", "$0.5000"])
    deepStrictEqual(costs(true), ["$0", "$0.2500", "$0.5000"])
    deepStrictEqual(
      BulkSummary.toJson(tally, options).models.map(({ cost }) => cost),
      [undefined, 0.25, 0.5]
    )
  })

  it("says what to do where a budget leaves models out for want of a price, and how to ask for the rest", () => {
    const skipped = (unpriced?: true) => {
      const tally = Tally.make(3, 0)
      hear(tally, 2, failed(new OverBudget({ message: "?", unpriced }), { status: "skipped" }), 0)
      return tally
    }
    const last = (tally: Tally.Tally, endedBecause?: string) =>
      BulkSummary.render(tally, { ...options, endedBecause })
        .split("\n")
        .filter((line) => /^(leave out|run the same)/.test(line))
    const advice = "leave out --budget to ask models whose price the server does not list"
    deepStrictEqual(last(skipped(true)), [advice])
    deepStrictEqual(last(skipped()), [])
    deepStrictEqual(last(skipped(true), "it is late"), [
      advice,
      "run the same command with --resume to ask only for the rest"
    ])
  })

  it("says how what a rate limit has stopped is had later", () => {
    const limited = new RateLimited({ status: 429, scope: "model", message: "slow down", hinted: false })
    const tally = Tally.make(3, 0)
    hear(tally, 1, outcome(), 0)
    hear(tally, 2, failed(limited), 0)
    const advice =
      "a rate limit stopped 2 algorithms: run the same command with --resume later, or with a lower --concurrency"
    deepStrictEqual(lines(tally).at(-1), advice)
    for (const more of [{ simulated: true }, { hasWorkers: true }, { endedBecause: "it is late" }])
      assert.notInclude(lines(tally, more), advice)
  })

  it("is a document of counts for a script", () => {
    const tally = Tally.make(5, 0)
    hear(tally, 2, outcome(), 0)
    hear(tally, 1, down, 0)
    deepStrictEqual(JSON.parse(JSON.stringify(BulkSummary.toJson(tally, options))), {
      success: true,
      simulated: false,
      startedAt: "1970-01-01T00:00:00.000Z",
      durationMs: 90_000,
      manifest: "out/manifest.jsonl",
      jobs: 5,
      tickers: 1,
      totals: { ok: 2, failed: 1, skipped: 0, requests: 3, retries: 0, cost: 0.5, requestsOfUnknownCost: 0, left: 2 },
      models: [
        {
          model: "x/1",
          ok: 2,
          failed: 1,
          skipped: 0,
          requests: 3,
          retries: 0,
          cost: 0.5,
          requestsOfUnknownCost: 0,
          failures: { "ServerFailed (HTTP 503)": 1 }
        }
      ],
      failures: [
        {
          kind: "ServerFailed (HTTP 503)",
          _tag: "ServerFailed",
          status: 503,
          count: 1,
          example: "AAPL x/1: down"
        }
      ]
    })
  })
})
