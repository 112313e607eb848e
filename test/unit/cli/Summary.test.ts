/** What a run came to, as a person reads it. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Deferred, Effect, TestClock } from "effect"
import * as Summary from "../../../src/cli/view/Summary.js"
import { ConnectionFailed, OverBudget, Rejected, TimedOut } from "../../../src/domain/GenerationError.js"
import * as Report from "../../../src/generation/Report.js"
import { after, answers, api, fails, finish, http, ids, never, start, type Reply } from "../generation/doubles.js"
import { usage } from "../generation/moneyDoubles.js"

const rejected = new Rejected({ status: 400, message: "bad id", fallbackModels: [] })

describe("the line after the table", () => {
  const lastLine = (replies: Readonly<Record<string, ReadonlyArray<Reply>>>, options?: Summary.Options) =>
    Effect.gen(function* () {
      const run = yield* start({ models: Object.keys(replies), maxRetries: 0, concurrency: 1 }, { api: api(replies) })
      return (
        Summary.render(yield* finish(run, 1_000), options)
          .split("\n")
          .at(-1) ?? ""
      )
    })
  const refused = fails(new ConnectionFailed({ message: "ECONNREFUSED" }))

  it.effect("names the flag of the server only where it was given", () =>
    Effect.gen(function* () {
      const last = (options: Summary.Options) => lastLine({ "x/1": [refused] }, options)
      const said = (flags: string) => `The model failed: run algogen doctor with ${flags} to find the cause`
      deepStrictEqual(
        [yield* last({}), yield* last({ isNamed: false })],
        [said("the same --base-url and --model"), said("--model")]
      )
    })
  )

  it.effect("sends to the doctor where every model failed in the same way, and a doctor knows that way", () =>
    Effect.gen(function* () {
      const doctor = /^Every model failed in the same way: run algogen doctor/
      assert.match(yield* lastLine({ "x/1": [refused], "x/2": [refused] }), doctor)
      // What the account is refused, the second model is not asked any more.
      assert.match(yield* lastLine({ "x/1": [http(401, {}, "invalid API key")], "x/2": [] }), doctor)
      assert.notMatch(yield* lastLine({ "x/1": [refused], "x/2": [http(503)] }), doctor)
      assert.notMatch(yield* lastLine({ "x/1": [refused], "x/2": [answers()] }), doctor)
      assert.notMatch(yield* lastLine({ "x/1": [fails(rejected)], "x/2": [answers({ text: "no" })] }), doctor)
    })
  )

  it.effect("says to wait longer where that is all there is to it: the doctor's request is small", () =>
    Effect.gen(function* () {
      const late = (clock: TimedOut["clock"]) => fails(new TimedOut({ clock, limitMs: 500 }))
      const longer = /--concurrency 1 if you ask several models$/
      assert.match(yield* lastLine({ "x/1": [late("attempt")], "x/2": [late("attempt")] }), longer)
      assert.match(yield* lastLine({ "x/1": [late("connect")] }), /algogen doctor/)
      assert.notMatch(yield* lastLine({ "x/1": [late("attempt")], "x/2": [http(503)] }), /doctor|--concurrency/)
      assert.notMatch(yield* lastLine({ "x/1": [late("attempt")], "x/2": [answers()] }), /doctor|--concurrency/)
    })
  )
})

describe("the table of a run", () => {
  it.effect("has a line for each slot, with its sample, and the sum below", () =>
    Effect.gen(function* () {
      const paid = answers({ usage: usage(0.00123) })
      const openRouter = api({ "x/1": [http(503), after(1_000, paid)], "x/2": [http(400, {}, "x".repeat(90))] })
      const run = yield* start({ models: ["x/1", "x/2", "y/none"], samples: 2, concurrency: 1 }, { api: openRouter })
      const lines = Summary.render(yield* finish(run, 10_000)).split("\n")
      deepStrictEqual(
        lines.map((line) => line.split(/(?<=\S) {2,}/)),
        [
          ["✓ x/1", "crossover 4/12/3/20", "1.5 s", "2 requests", "out/generated_algo_x_1.py"],
          ["✓ x/1 #2", "reversion 18/0.9/12/35", "1.0 s", "out/generated_algo_x_1_s2.py"],
          ["✗ x/2", "reversion 15/1.2/15/20", "0.0 s"],
          [`    failed: HTTP 400: ${"x".repeat(90)}`],
          ["✗ x/2 #2", "breakout 10/0.05/4/35", "0.0 s"],
          [`    failed: HTTP 400: ${"x".repeat(90)}`],
          ["– y/none", "breakout 8/0.1/5/20"],
          ["    skipped: this model is not on offer; algogen models lists all models"],
          ["– y/none #2", "rsi 9/39/60/35"],
          ["    skipped: this model is not on offer; algogen models lists all models"],
          [""],
          ["2 of 6 algorithms for AAPL in 2.5 s: 5 requests, 1 of them a retry, cost $0.002460"]
        ]
      )
    })
  )

  it.effect("says when to ask again", () =>
    Effect.gen(function* () {
      const retryAt = Date.UTC(2030, 0, 1)
      const replies = { "x/1": [fails(rejected, { retryAt })] }
      const report = yield* finish(yield* start({ models: ["x/1"] }, { api: api(replies) }))
      assert.match(Summary.render(report), /failed: HTTP 400: bad id; try again after 2030-01-01T00:00:00\.000Z$/m)
    })
  )

  it.effect("counts in a line those that had not had their turn, and says how the rest is had", () =>
    Effect.gen(function* () {
      const stop = yield* Deferred.make<void>()
      const replies = { "x/1": [answers()], "x/2": [never], "x/3": [answers()], "x/4": [answers()] }
      const stopWhen = Deferred.await(stop)
      const run = yield* start({ models: ids(4), concurrency: 1, stopWhen }, { api: api(replies) })
      yield* TestClock.adjust(1)
      yield* Deferred.succeed(stop, undefined)
      const report = yield* finish(run, 1_000)
      const lines = Summary.render(report).split("\n")
      deepStrictEqual(
        lines.map((line) => line.replace(/ {2,}.*| in .*/, "")),
        [
          "✓ x/1",
          "✗ x/2",
          "",
          "2 more algorithms were not asked for: the run was interrupted",
          "1 of 4 algorithms for AAPL",
          "run the same command with --resume to ask only for the rest"
        ]
      )
      assert.match(Summary.render(report, { resume: true }), /\nrun the same command again to ask only for the rest$/)
    })
  )

  it.effect("says of a run past its deadline how the rest is had, unless there is better advice", () =>
    Effect.gen(function* () {
      const lastLine = (replies: Readonly<Record<string, ReadonlyArray<Reply>>>) =>
        Effect.gen(function* () {
          const run = yield* start({ models: Object.keys(replies), deadline: 1_000 }, { api: api(replies) })
          return Summary.render(yield* finish(run, 1_000))
            .split("\n")
            .at(-1)
        })
      assert.strictEqual(
        yield* lastLine({ "x/1": [answers()], "x/2": [never] }),
        "run the same command with --resume to ask only for the rest"
      )
      assert.match((yield* lastLine({ "x/1": [answers({ text: "no" })], "x/2": [never] })) ?? "", /--repair/)
    })
  )

  it.effect("says how what a rate limit has stopped is had later", () =>
    Effect.gen(function* () {
      const said = (replies: Readonly<Record<string, ReadonlyArray<Reply>>>, options: Summary.Options = {}) =>
        Effect.gen(function* () {
          const run = yield* start({ models: Object.keys(replies), maxRetries: 0 }, { api: api(replies) })
          return Summary.render(yield* finish(run, 1_000), options)
            .split("\n")
            .at(-1)
        })
      const limited = http(429, {}, "slow down")
      const advice =
        "a rate limit stopped 1 algorithm: run the same command with --resume later, or with a lower --concurrency"
      assert.strictEqual(yield* said({ "x/1": [limited] }), advice)
      assert.strictEqual(yield* said({ "x/1": [limited], "x/2": [answers()] }), advice)
      assert.match((yield* said({ "x/1": [limited], "x/2": [limited] })) ?? "", /stopped 2 algorithms/)
      assert.match((yield* said({ "x/1": [limited] }, { resume: true })) ?? "", /run the same command again later/)
      assert.notMatch((yield* said({ "x/1": [limited] }, { simulated: true })) ?? "", /--resume/)
      assert.notMatch((yield* said({ "x/1": [answers()] })) ?? "", /rate limit/)
    })
  )

  it.effect("does not send anybody to a journal that simulated answers are not in", () =>
    Effect.gen(function* () {
      const run = yield* start(
        { models: ids(2), deadline: 1_000 },
        { api: api({ "x/1": [answers()], "x/2": [never] }) }
      )
      yield* TestClock.adjust(1_000)
      const report = yield* finish(run)
      assert.include(Summary.render(report), "--resume")
      assert.notInclude(Summary.render(report, { simulated: true }), "--resume")
      // Another batch.
      assert.notInclude(Summary.render(report, { hasWorkers: true }), "--resume")
    })
  )

  it.effect("calls a cost unknown where only refusals are known to be free", () =>
    Effect.gen(function* () {
      const replies = { "x/1": [answers()], "x/2": [http(400, {}, "no")] }
      const said = Summary.render(yield* finish(yield* start({ models: ids(2) }, { api: api(replies) })))
      assert.match(said, /: 2 requests, cost unknown$/m)
      assert.notInclude(said, "$0.0000")
    })
  )

  it.effect("knows the cost of free answers beside a time-out", () =>
    Effect.gen(function* () {
      const free = answers({ usage: usage(0) })
      const run = yield* start({ models: ids(2), deadline: 1_000 }, { api: api({ "x/1": [free], "x/2": [never] }) })
      yield* TestClock.adjust(1_000)
      const report = yield* finish(run)
      assert.match(Summary.render(report), /cost at least \$0: that of 1 request is unknown$/m)
      const { cost, requestsOfUnknownCost } = Report.totals(report)
      assert.deepStrictEqual([cost, requestsOfUnknownCost], [0, 1])
    })
  )

  it.effect("says what to do where a budget leaves models out for want of a price", () =>
    Effect.gen(function* () {
      const skipped = (unpriced?: true) =>
        api({ "x/1": [fails(new OverBudget({ message: "too dear", unpriced }))], "x/2": [answers()] })
      const last = (unpriced?: true) =>
        Effect.gen(function* () {
          const report = yield* finish(yield* start({ models: ids(2) }, { api: skipped(unpriced) }))
          return Summary.render(report).split("\n").at(-1)
        })
      deepStrictEqual(yield* last(true), "leave out --budget to ask models whose price the server does not list")
      assert.match((yield* last()) ?? "", /^1 of 2 algorithms/)
    })
  )

  it.effect("says how to ask for the rest also where a budget left a model out", () =>
    Effect.gen(function* () {
      const replies = { "x/1": [fails(new OverBudget({ message: "?", unpriced: true }))], "x/2": [never] }
      const run = yield* start({ models: ids(2), deadline: 1_000 }, { api: api(replies) })
      yield* TestClock.adjust(1_000)
      deepStrictEqual(
        Summary.render(yield* finish(run))
          .split("\n")
          .slice(-2),
        [
          "leave out --budget to ask models whose price the server does not list",
          "run the same command with --resume to ask only for the rest"
        ]
      )
    })
  )

  it.effect("names algorithms that are called in the older form, and so do their files and the document", () =>
    Effect.gen(function* () {
      const older = answers({ text: 'def execute_trade(ticker, cash_balance, shares_held):\n    return "HOLD"\n' })
      const said = (replies: Record<string, ReadonlyArray<typeof older>>) =>
        Effect.gen(function* () {
          const report = yield* finish(yield* start({ models: Object.keys(replies) }, { api: api(replies) }))
          const line = Summary.render(report)
            .replaceAll("\n    ", " ")
            .split("\n")
            .find((text) => text.includes("arguments"))
          return [line, ...Report.toJson(report).results.map(({ arity }) => arity)]
        })
      const call = "execute_trade(ticker, cash_balance, shares_held)"
      deepStrictEqual(yield* said({ "x/1": [older], "x/2": [answers()] }), [
        `1 algorithm takes three arguments: call it as ${call}. The first lines of its file say so.`,
        3,
        undefined
      ])
      deepStrictEqual(yield* said({ "x/1": [older], "x/2": [older] }), [
        `2 algorithms take three arguments: call them as ${call}. The first lines of their files say so.`,
        3,
        3
      ])
      deepStrictEqual(yield* said({ "x/1": [answers()] }), [undefined, undefined])
    })
  )

  it.effect("says what is not known of the cost, and that the models were simulated", () =>
    Effect.gen(function* () {
      const replies = { "x/1": [answers({ usage: usage(0.5) })], "x/2": [answers()], "x/3": [answers()] }
      const report = yield* finish(yield* start({ models: ids(3) }, { api: api(replies) }))
      const count = "3 of 3 algorithms for AAPL in 0.0 s: 3 requests, cost"
      deepStrictEqual(Summary.render(report, {}).split("\n").slice(-1), [
        `${count} at least $0.5000: that of 2 requests is unknown`
      ])
      // Nobody is paid for what a simulated model did not finish.
      deepStrictEqual(Summary.render(report, { simulated: true }).split("\n").slice(-2), [
        `${count} $0.5000`,
        "The models were simulated: their answers are made up."
      ])
    })
  )
})
