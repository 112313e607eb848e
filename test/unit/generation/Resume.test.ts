/** Answers that were paid for once: written down before anything else happens to them, and used again. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Context, Deferred, Effect, Fiber, Layer, Logger, Option, TestClock } from "effect"
import { toPython } from "../../../src/domain/Algorithm.js"
import { CutOff, Rejected } from "../../../src/domain/GenerationError.js"
import type * as Generation from "../../../src/generation/Generation.js"
import * as Report from "../../../src/generation/Report.js"
import * as Prompt from "../../../src/prompt/Prompt.js"
import * as Journal from "../../../src/storage/Journal.js"
import {
  after,
  answers,
  api,
  each,
  fails,
  finish,
  HOLD,
  http,
  ids,
  never,
  start,
  store,
  type Api,
  type Reply,
  type Store
} from "./doubles.js"
import { costing, dime, priced, usage, verdicts } from "./moneyDoubles.js"
import { diskFull, eventually, journal, type Double } from "./resumeDoubles.js"

const BAD = "def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return _sma(price)\n"
/** Stops in the middle: the fence is never closed. */
const TRUNCATED =
  '```python\ndef execute_trade(ticker, price, tick, cash_balance, shares_held):\n    if price > 1:\n        return "B'
const variant = (n: number) => HOLD.replace('"HOLD"', `"HOLD"  # ${n}`)

type Options = Partial<Generation.Options> & Pick<Generation.Options, "models">

const begin = (options: Options, doubles: { readonly api: Api; readonly store?: Store; readonly journal: Double }) =>
  start(options, doubles).pipe(Effect.provide(doubles.journal.layer))

const run = (options: Options, doubles: { readonly api: Api; readonly store?: Store; readonly journal: Double }) =>
  Effect.flatMap(begin(options, doubles), ({ fiber }) => Fiber.join(fiber))

/** An API that must not be asked. */
const silent = (models: ReadonlyArray<string>): Api => api(each(models))

describe("a journal that can be written and not read", () => {
  for (const resume of [true, false]) {
    it.effect(
      `is spoken of once, ${resume ? "by a run that resumes" : "also by one that does not"}, and keeps what comes`,
      () =>
        Effect.gen(function* () {
          const down = new Journal.JournalError({
            path: "redis://x",
            reason: { _tag: "Unreadable", message: "is down" }
          })
          const kept = journal(undefined, 0, down)
          const logged: Array<string> = []
          const logger = Logger.make(({ message }) => logged.push(String(message)))
          const openRouter = api(each(ids(2), answers()))
          const started = yield* begin({ models: ids(2), samples: 2, resume }, { journal: kept, api: openRouter }).pipe(
            Effect.provide(Logger.replace(Logger.defaultLogger, logger))
          )
          deepStrictEqual(verdicts(yield* Fiber.join(started.fiber)), ["ok", "ok", "ok", "ok"])
          deepStrictEqual(
            started.heard("Note").map(({ message }) => message),
            [
              resume
                ? "The journal cannot be read, and what it does not give of earlier runs is asked for again: redis://x is down"
                : "The journal cannot be read, so it is not known whether an earlier run was cut short: redis://x is down"
            ]
          )
          deepStrictEqual(
            logged,
            resume ? ["the journal cannot be read, and what it may have is asked for again: redis://x is down"] : []
          )
          assert.strictEqual(kept.texts().length, 4)
          deepStrictEqual(
            kept.records.flatMap(({ _tag }) => (_tag === "Answered" ? [] : [_tag])),
            ["Began", "Finished"]
          )
        })
    )
  }
})

describe("a journal that knows its answers and not its runs", () => {
  it.effect("gives the answers, and the note does not deny it", () =>
    Effect.gen(function* () {
      const reason = { _tag: "Unreadable", message: "is down" } as const
      const kept = journal()
      const openRouter = api(each(ids(2), answers()))
      yield* run({ models: ids(1) }, { journal: kept, api: openRouter })
      const layer = Layer.map(kept.layer, (context) =>
        Context.add(context, Journal.Journal, {
          ...Context.get(context, Journal.Journal),
          unfinished: new Journal.JournalError({ path: "redis://x", reason })
        })
      )
      const started = yield* start({ models: ids(2), resume: true }, { api: openRouter }).pipe(Effect.provide(layer))
      const { outcomes } = yield* Fiber.join(started.fiber)
      deepStrictEqual(
        outcomes.map(({ resumed }) => resumed),
        [true, false]
      )
      deepStrictEqual(
        started.heard("Note").map(({ message }) => message),
        ["The journal cannot be read, and what it does not give of earlier runs is asked for again: redis://x is down"]
      )
    })
  )
})

describe("a resumed answer", () => {
  it.effect("is missed where there is no journal, which is said", () =>
    Effect.gen(function* () {
      const doubles = { api: api({ "x/1": [answers(), answers()] }), store: store() }
      const notes = (options: Partial<Options>) =>
        Effect.flatMap(start({ models: ["x/1"], ...options }, doubles), (run) =>
          Effect.map(finish(run), () => run.heard("Note").map(({ message }) => message))
        )
      deepStrictEqual(yield* notes({ resume: true }), [
        "There is no journal, so there is nothing to resume and all is asked for: provide a Journal, such as FileJournal.layer({ directory })"
      ])
      deepStrictEqual(yield* notes({}), [])
    })
  )

  it.effect("is used without a request and without cost, and marked in outcome and document", () =>
    Effect.gen(function* () {
      const kept = journal()
      const models = ids(2)
      const first = yield* run({ models }, { journal: kept, api: priced(each(models, costing(0.1))) })
      assert.strictEqual(Report.totals(first).cost, 0.2)
      deepStrictEqual(
        first.outcomes.map(({ resumed }) => resumed),
        [false, false]
      )

      const files = store()
      const started = yield* begin({ models, resume: true }, { journal: kept, api: silent(models), store: files })
      const report = yield* Fiber.join(started.fiber)
      deepStrictEqual(verdicts(report), ["ok", "ok"])
      deepStrictEqual(files.saved, models)
      deepStrictEqual(
        report.outcomes.map(({ attempts, resumed, usage }) => [resumed, attempts.length, Option.isNone(usage)]),
        [
          [true, 0, true],
          [true, 0, true]
        ]
      )
      deepStrictEqual(started.heard("ModelStarted"), [])
      const { results, totals } = Report.toJson(report)
      deepStrictEqual([results[0]?.resumed, results[0]?.attempts, totals.requests, totals.cost], [true, 0, 0, 0])
      assert.isUndefined(Report.toJson(first).results[0]?.resumed)
      assert.strictEqual(kept.texts().length, 2)
    })
  )

  it.effect("is dated by its arrival, so that its file is what it was", () =>
    Effect.gen(function* () {
      const kept = journal()
      const models = ids(2)
      const first = yield* begin({ models }, { journal: kept, api: api(each(models, after(5_000, answers()))) })
      yield* TestClock.adjust(5_000)
      const filesOf = ({ algorithms }: Report.GenerationReport) => algorithms.map(Option.map(toPython))
      const before = filesOf(yield* Fiber.join(first.fiber))
      assert.include(Option.getOrThrow(before[0] ?? Option.none()), "1970-01-01T00:00:05.000Z")

      yield* TestClock.adjust("1 day")
      deepStrictEqual(filesOf(yield* run({ models, resume: true }, { journal: kept, api: silent(models) })), before)
    })
  )

  it.effect("is read once, however many there are, and the files keep the order of the request", () =>
    Effect.gen(function* () {
      const kept = journal()
      const models = ids(75)
      const asked = models.filter((_, place) => place % 25 === 24)
      const paid = models.filter((model) => !asked.includes(model))
      const rejected = fails(new Rejected({ status: 400, message: "no", fallbackModels: [] }))
      yield* run({ models }, { journal: kept, api: api({ ...each(paid, answers()), ...each(asked, rejected) }) })
      kept.lookups.splice(0)
      const files = store()
      const report = yield* run(
        { models, resume: true },
        { journal: kept, api: api(each(asked, answers())), store: files }
      )
      deepStrictEqual(
        report.outcomes.filter(({ resumed }) => !resumed).map(({ model }) => model),
        asked
      )
      deepStrictEqual(files.saved, models)
      const times = (wanted: string) => kept.lookups.filter((key) => key === wanted).length
      const answered = kept.records.flatMap((record) => (record._tag === "Answered" ? [record.key] : []))
      deepStrictEqual(
        answered.slice(0, paid.length).map(times),
        // The first one found says that there is something to resume.
        paid.map((_, place) => (place === 0 ? 2 : 1))
      )
    })
  )

  it.effect("is not used when nobody asked for it, and costs nothing of a budget when it is", () =>
    Effect.gen(function* () {
      const kept = journal()
      const openRouter = priced({ "x/1": [costing(0.1)] })
      yield* run({ models: ["x/1"] }, { journal: kept, api: openRouter })
      yield* run({ models: ["x/1"] }, { journal: kept, api: openRouter })
      assert.strictEqual(openRouter.requests.length, 2)
      const report = yield* run({ models: ["x/1"], resume: true, budget: 0 }, { journal: kept, api: openRouter })
      deepStrictEqual(verdicts(report), ["ok"])
      assert.strictEqual(openRouter.requests.length, 2)
    })
  )

  it.effect("that broke off is asked for again, and its retries are requests", () =>
    Effect.gen(function* () {
      const kept = journal()
      const half = HOLD.slice(0, HOLD.indexOf("return"))
      const broken = { "x/1": [answers({ text: half, ending: "implied" })] }
      deepStrictEqual(verdicts(yield* run({ models: ["x/1"], maxRetries: 0 }, { journal: kept, api: api(broken) })), [
        "failed ConnectionFailed"
      ])
      const openRouter = api({ "x/1": [http(500), answers()] })
      const { fiber } = yield* begin({ models: ["x/1"], resume: true }, { journal: kept, api: openRouter })
      yield* eventually(() => kept.lookups.length > 0)
      assert.strictEqual(openRouter.requests.length, 0)
      yield* TestClock.adjust("5 seconds")
      deepStrictEqual(verdicts(yield* Fiber.join(fiber)), ["ok"])
      assert.strictEqual(openRouter.requests.length, 2)
    })
  )

  it.effect("belongs to the same request only: other parameters, prompts and tickers are asked", () =>
    Effect.gen(function* () {
      const kept = journal()
      const openRouter = api({ "x/1": [answers()] })
      const asks = (options: Partial<Options>, layer: Layer.Layer<never> = Layer.empty) =>
        Effect.gen(function* () {
          const before = openRouter.requests.length
          yield* run({ models: ["x/1"], resume: true, ...options }, { journal: kept, api: openRouter })
          return openRouter.requests.length > before
        }).pipe(Effect.provide(layer))
      assert.isTrue(yield* asks({}))
      assert.isFalse(yield* asks({}))
      assert.isFalse(yield* asks({ maxRetries: 0, requestTimeout: 1_000, concurrency: 1 }))
      assert.isTrue(yield* asks({ ticker: "TSLA" }))
      assert.isTrue(yield* asks({ temperature: 0.5 }))
      assert.isTrue(yield* asks({ maxCompletionTokens: 100 }))
      assert.isTrue(yield* asks({ samples: 2 }))
      assert.isTrue(yield* asks({}, Prompt.layer({ build: () => "another" })))
      assert.isFalse(yield* asks({ ticker: "TSLA" }))
    })
  )

  it.effect("is the first sample's when several are asked for afterwards, also of a model that is named twice", () =>
    Effect.gen(function* () {
      const kept = journal()
      const openRouter = api({ "x/1": [answers()] })
      const models = ["x/1", "x/1"]
      yield* run({ models }, { journal: kept, api: openRouter })
      const report = yield* run({ models, samples: 2, resume: true }, { journal: kept, api: openRouter })
      deepStrictEqual(
        report.outcomes.map(({ resumed, sample }) => [sample, resumed]),
        [
          [1, true],
          [2, true],
          [3, false],
          [4, false]
        ]
      )
      assert.strictEqual(openRouter.requests.length, 4)
    })
  )

  it.effect("is that of as many namings as there were samples, also of the models behind them", () =>
    Effect.gen(function* () {
      const kept = journal()
      const openRouter = api({ "x/1": [answers()], "x/2": [answers()] })
      yield* run({ models: ["x/1", "x/2"], samples: 2 }, { journal: kept, api: openRouter })
      for (const models of [
        ["x/1", "x/1", "x/2", "x/2"],
        ["x/1", "x/2", "x/1", "x/2"]
      ]) {
        const { outcomes } = yield* run({ models, resume: true }, { journal: kept, api: openRouter })
        assert.isTrue(outcomes.every(({ resumed }) => resumed))
      }
      assert.strictEqual(openRouter.requests.length, 4)
    })
  )

  it.effect("goes to the slot it was given for: equal requests are told apart", () =>
    Effect.gen(function* () {
      const kept = journal()
      const models = ["x/1:free", "x/1:free", "x/1"]
      const replies = [1, 2, 3].map((n) => after(100 - 10 * n, answers({ text: variant(n) })))
      const openRouter = api({ "x/1:free": replies })
      const same = Prompt.layer({ build: () => "the same for all" })
      const started = yield* Effect.provide(begin({ models }, { journal: kept, api: openRouter }), same)
      yield* eventually(() => openRouter.requests.length === 3)
      yield* TestClock.adjust(100)
      const first = yield* Fiber.join(started.fiber)
      deepStrictEqual(kept.texts(), [3, 2, 1].map(variant))
      const again = yield* Effect.provide(
        run(
          { models: [...models, "x/1:free"], resume: true },
          { journal: kept, api: api({ "x/1:free": [answers({ text: variant(4) })] }) }
        ),
        same
      )
      const codes = ({ algorithms }: Report.GenerationReport) =>
        algorithms.map(Option.match({ onNone: () => "", onSome: ({ code }) => code }))
      deepStrictEqual(codes(first), [1, 2, 3].map(variant))
      deepStrictEqual(codes(again), [1, 2, 3, 4].map(variant))
      deepStrictEqual(
        again.outcomes.map(({ resumed }) => resumed),
        [true, true, true, false]
      )
    })
  )

  it.effect("goes through the present checks: a bad one fails, and costs nothing again", () =>
    Effect.gen(function* () {
      const kept = journal()
      yield* run({ models: ["x/1"] }, { journal: kept, api: api({ "x/1": [answers({ text: BAD })] }) })
      deepStrictEqual(kept.texts(), [BAD])
      const report = yield* run({ models: ["x/1"], resume: true }, { journal: kept, api: silent(["x/1"]) })
      deepStrictEqual(verdicts(report), ["failed BadCode"])
      deepStrictEqual(
        report.outcomes.map(({ resumed }) => resumed),
        [true]
      )
    })
  )

  it.effect("that is bad is mended in a conversation whose earlier answers are not paid for again", () =>
    Effect.gen(function* () {
      const kept = journal()
      const worse = BAD.replace("_sma", "_ema")
      yield* run(
        { models: ["x/1"], repairs: 1 },
        { journal: kept, api: api({ "x/1": [answers({ text: BAD }), answers({ text: worse })] }) }
      )
      deepStrictEqual(kept.texts(), [BAD, worse])

      const openRouter = api({ "x/1": [answers()] })
      const started = yield* begin({ models: ["x/1"], resume: true, repairs: 2 }, { journal: kept, api: openRouter })
      const report = yield* Fiber.join(started.fiber)
      deepStrictEqual(verdicts(report), ["ok"])
      deepStrictEqual(
        openRouter.requests.map(({ messages }) => messages.map(({ content, role }) => [role, content.slice(0, 40)])),
        [
          [
            ["user", openRouter.requests[0]?.messages[0]?.content.slice(0, 40) ?? ""],
            ["assistant", BAD.slice(0, 40)],
            ["user", "This module cannot be used: line 2: name"],
            ["assistant", worse.slice(0, 40)],
            ["user", "This module cannot be used: line 2: name"]
          ]
        ]
      )
      deepStrictEqual(
        report.outcomes.map(({ attempts, resumed }) => [resumed, attempts.map(({ cause, number }) => [number, cause])]),
        [[false, [[1, "repair"]]]]
      )
      assert.strictEqual(started.heard("ModelStarted").length, 1)

      const third = yield* run({ models: ["x/1"], resume: true, repairs: 2 }, { journal: kept, api: silent(["x/1"]) })
      deepStrictEqual(
        third.outcomes.map(({ resumed, status }) => [status, resumed]),
        [["ok", true]]
      )
    })
  )

  it.effect("that breaks off is asked for with more room, and not taken from the journal a second time", () =>
    Effect.gen(function* () {
      const kept = journal()
      yield* run({ models: ["x/1"] }, { journal: kept, api: api({ "x/1": [answers({ text: TRUNCATED })] }) })
      const openRouter = api({ "x/1": [answers()] })
      const report = yield* run({ models: ["x/1"], resume: true, repairs: 1 }, { journal: kept, api: openRouter })
      deepStrictEqual(verdicts(report), ["ok"])
      deepStrictEqual(
        openRouter.requests.map(({ maxCompletionTokens, messages }) => [maxCompletionTokens, messages.length]),
        [[8_192, 1]]
      )
      deepStrictEqual(
        verdicts(yield* run({ models: ["x/1"], resume: true }, { journal: kept, api: silent(["x/1"]) })),
        ["ok"]
      )
    })
  )

  it.effect("that was extended after a cut is found under the first request", () =>
    Effect.gen(function* () {
      const kept = journal()
      const cutOff = fails(new CutOff({ maxCompletionTokens: 4_096 }), { usage: usage(0.1) })
      yield* run({ models: ["x/1"] }, { journal: kept, api: api({ "x/1": [cutOff, answers()] }) })
      deepStrictEqual(kept.texts(), ["", HOLD])
      const report = yield* run({ models: ["x/1"], resume: true }, { journal: kept, api: silent(["x/1"]) })
      deepStrictEqual(verdicts(report), ["ok"])
    })
  )

  it.effect("that was cut off is not paid for again: the model is asked with the room that it has not had", () =>
    Effect.gen(function* () {
      const kept = journal()
      const cutOff: Reply = (request, onToken) =>
        fails(new CutOff({ maxCompletionTokens: request.maxCompletionTokens ?? 0 }))(request, onToken)
      const dying = api({ "x/1": [cutOff, never] })
      const started = yield* begin({ models: ["x/1"] }, { journal: kept, api: dying })
      yield* eventually(() => dying.requests.length === 2)
      yield* Fiber.interrupt(started.fiber)

      const openRouter = api({ "x/1": [cutOff, cutOff] })
      const report = yield* run({ models: ["x/1"], resume: true }, { journal: kept, api: openRouter })
      deepStrictEqual(
        openRouter.requests.map(({ maxCompletionTokens }) => maxCompletionTokens),
        [8_192, 16_384]
      )
      deepStrictEqual(verdicts(report), ["failed CutOff"])
      const again = yield* run({ models: ["x/1"], resume: true }, { journal: kept, api: silent(["x/1"]) })
      deepStrictEqual(
        again.outcomes.map(({ attempts, resumed, status }) => [status, resumed, attempts.length]),
        [["failed", true, 0]]
      )
    })
  )

  it.effect("comes before everything that could keep it back: a refused account, a stalled model, the deadline", () =>
    Effect.gen(function* () {
      const kept = journal()
      yield* run({ models: ["x/paid"] }, { journal: kept, api: api({ "x/paid": [answers()] }) })
      const models = ["x/1", "x/paid"]
      const options = { models, concurrency: 1, deadline: 5_000, resume: true }
      const refused = yield* run(options, { journal: kept, api: api({ "x/1": [http(401)], "x/paid": [never] }) })
      deepStrictEqual(verdicts(refused), ["failed AccountRefused", "ok"])

      const stalled = api({ "x/1": [never], "x/paid": [never] })
      const started = yield* begin(options, { journal: kept, api: stalled })
      yield* eventually(() => stalled.requests.length === 1)
      yield* TestClock.adjust(5_000)
      deepStrictEqual(verdicts(yield* Fiber.join(started.fiber)), ["failed DeadlineExceeded", "ok"])
      // One prompt for all: the built-in one would give the model another strategy at the second place.
    }).pipe(Effect.provide(Prompt.layer({ build: () => "the same for all" })))
  )

  it.effect("outlives its model: what is no longer on offer, or only as its twin, is answered all the same", () =>
    Effect.gen(function* () {
      const kept = journal()
      const models = ["x/1", "x/2:free"]
      yield* run({ models }, { journal: kept, api: api(each(models, answers())) })
      const today = api({ "x/2": [] })
      const report = yield* run({ models, resume: true }, { journal: kept, api: today })
      deepStrictEqual(
        report.outcomes.map(({ resumed, status }) => [status, resumed]),
        [
          ["ok", true],
          ["ok", true]
        ]
      )
      deepStrictEqual(verdicts(yield* run({ models: ["x/1"] }, { journal: kept, api: today })), [
        "skipped ModelUnavailable"
      ])
    })
  )
})

describe("an answer", () => {
  it.effect("is in the journal before it is checked, heard of or saved", () =>
    Effect.gen(function* () {
      const order: Array<string> = []
      const kept = journal(() => Effect.sync(() => order.push("journal")))
      const note = (what: string) => Effect.sync(() => order.push(what))
      const onProgress: Generation.Options["onProgress"] = ({ event }) =>
        event._tag === "Generated" || event._tag === "Saved" || event._tag === "Failed" ? note(event._tag) : Effect.void
      const models = ids(2)
      const openRouter = api({ "x/1": [answers()], "x/2": [after(10, answers({ text: BAD }))] })
      const started = yield* begin({ models, onProgress }, { journal: kept, api: openRouter })
      yield* eventually(() => order.length === 3 && openRouter.requests.length === 2)
      yield* TestClock.adjust(10)
      yield* Fiber.join(started.fiber)
      deepStrictEqual(order, ["journal", "Generated", "Saved", "journal", "Failed"])
    })
  )

  const endings: Readonly<Record<string, (started: Fiber.RuntimeFiber<unknown, unknown>) => Effect.Effect<unknown>>> = {
    interrupted: Fiber.interruptFork,
    "at its deadline": () => TestClock.adjust(5_000)
  }
  for (const [how, end] of Object.entries(endings)) {
    it.effect(`is written down, checked and saved when the run is ${how} while it is being written down`, () =>
      Effect.gen(function* () {
        const [writing, written] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        const kept = journal(() => Effect.zipRight(Deferred.succeed(writing, undefined), Deferred.await(written)))
        const files = store()
        const openRouter = api({ "x/1": [answers()], "x/2": [never] })
        const options = { models: ids(2), deadline: "5 seconds" } as const
        const started = yield* begin(options, { journal: kept, api: openRouter, store: files })
        yield* Deferred.await(writing)
        yield* end(started.fiber)
        yield* Deferred.succeed(written, undefined)
        yield* Fiber.await(started.fiber)
        deepStrictEqual(kept.texts(), [HOLD])
        deepStrictEqual(files.saved, ["x/1"])
        deepStrictEqual(
          started.heard("Failed").map(({ index }) => index),
          [1]
        )
      })
    )
  }

  it.effect("that comes in the moment of an interruption is not lost", () =>
    Effect.gen(function* () {
      const kept = journal()
      const files = store()
      const run = yield* Deferred.make<Fiber.RuntimeFiber<unknown, unknown>>()
      const last: Reply = (request, onToken) =>
        Effect.tap(answers()(request, onToken), () => Effect.flatMap(Deferred.await(run), Fiber.interruptFork))
      const started = yield* begin({ models: ["x/1"] }, { journal: kept, api: api({ "x/1": [last] }), store: files })
      yield* Deferred.succeed(run, started.fiber)
      yield* Fiber.await(started.fiber)
      deepStrictEqual(kept.texts(), [HOLD])
      deepStrictEqual(files.saved, ["x/1"])
    })
  )

  it.effect("that cannot be written down is delivered all the same, and the run says so", () =>
    Effect.gen(function* () {
      const kept = journal(() => diskFull)
      const openRouter = api({ "x/1": [answers(), answers()] })
      const started = yield* begin({ models: ["x/1"], samples: 2 }, { journal: kept, api: openRouter })
      deepStrictEqual(verdicts(yield* Fiber.join(started.fiber)), ["ok", "ok"])
      deepStrictEqual(
        started.heard("Note").map(({ message }) => message),
        ["x/1", "x/1 #2"].map(
          (name) =>
            `${name}: the answer could not be written to the journal, and is lost if its file cannot be saved: ` +
            "out/journal.jsonl does not fit on the disk (ENOSPC); free some space or, unless you resume, choose another folder"
        )
      )
    })
  )

  it.effect("that cannot be saved is said to be in the journal, and how it is had from there", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [answers()] })
      const refused = "out/generated_algo_x_1.py does not fit on the disk (ENOSPC); free some space "
      const ends = {
        [`${refused}and make the same request again with resume (--resume): the journal has the answer, so it costs nothing`]:
          journal(),
        [`${refused}or choose another folder`]: journal(() => diskFull)
      }
      for (const [message, kept] of Object.entries(ends)) {
        const doubles = { journal: kept, api: openRouter, store: store({ full: ["x/1"] }) }
        const started = yield* begin({ models: ["x/1"] }, doubles)
        const report = yield* Fiber.join(started.fiber)
        deepStrictEqual(
          started.heard("SaveFailed").map((event) => event.message),
          [message]
        )
        const [result] = Report.toJson(report).results
        deepStrictEqual([result?.status, result?.reason?.message, result?.code], ["failed", message, HOLD])
      }
    })
  )

  it.effect("that failed is not written down", () =>
    Effect.gen(function* () {
      const kept = journal()
      const rejected = fails(new Rejected({ status: 400, message: "no", fallbackModels: [] }))
      yield* run({ models: ["x/1"] }, { journal: kept, api: api({ "x/1": [rejected] }) })
      deepStrictEqual(kept.texts(), [])
    })
  )
})

describe("a run", () => {
  const unfinished = (kept: Double) =>
    Effect.gen(function* () {
      const started = yield* begin({ models: ["x/new"] }, { journal: kept, api: api({ "x/new": [answers()] }) })
      yield* Fiber.join(started.fiber)
      return started.heard("Note").map(({ message }) => message)
    })

  it.effect("that was cut short is spoken of in one line by the next one, until it is resumed", () =>
    Effect.gen(function* () {
      const kept = journal()
      const models = ids(3)
      const options = { models, ticker: "TSLA" }
      const cut = api({ "x/1": [answers()], "x/2": [answers()], "x/3": [never] })
      const started = yield* begin(options, { journal: kept, api: cut })
      yield* eventually(() => kept.texts().length === 2 && cut.requests.length === 3)
      yield* Fiber.interrupt(started.fiber)
      deepStrictEqual(yield* unfinished(kept), [
        "An earlier run for TSLA was cut short after 2 of 3 answers; repeat it with --resume to use them"
      ])

      const resuming = yield* begin({ ...options, resume: true }, { journal: kept, api: api(each(models, answers())) })
      deepStrictEqual(verdicts(yield* Fiber.join(resuming.fiber)), ["ok", "ok", "ok"])
      deepStrictEqual(resuming.heard("Note"), [])
      deepStrictEqual(yield* unfinished(kept), [])
    })
  )

  it.effect("is looked for while the models think, and spoken of even if that takes longer than they do", () =>
    Effect.gen(function* () {
      const kept = journal()
      const cut = api({ "x/1": [answers()], "x/2": [never] })
      const started = yield* begin({ models: ids(2) }, { journal: kept, api: cut })
      yield* eventually(() => kept.texts().length === 1 && cut.requests.length === 2)
      yield* Fiber.interrupt(started.fiber)
      const slow = Layer.map(kept.layer, (context) => {
        const service = Context.get(context, Journal.Journal)
        return Context.make(Journal.Journal, { ...service, unfinished: Effect.delay(service.unfinished, 1_000) })
      })
      const openRouter = api({ "x/new": [after(100, answers())] })
      const next = yield* begin(
        { models: ["x/new"] },
        { journal: { ...kept, layer: slow }, api: openRouter, store: store() }
      )
      yield* TestClock.adjust(99)
      assert.strictEqual(openRouter.requests.length, 1)
      yield* TestClock.adjust(900)
      assert.deepStrictEqual([kept.texts().length, next.heard("Note").length], [2, 0])
      yield* TestClock.adjust(1)
      assert.isTrue((yield* Fiber.join(next.fiber)).success)
      assert.strictEqual(next.heard("Note").length, 1)
    })
  )

  it.effect("that got no answer of its own leaves an earlier one as unfinished as it was", () =>
    Effect.gen(function* () {
      const kept = journal()
      const models = ids(2)
      const cut = api({ "x/1": [answers()], "x/2": [never] })
      const started = yield* begin({ models }, { journal: kept, api: cut })
      yield* eventually(() => kept.texts().length === 1 && cut.requests.length === 2)
      yield* Fiber.interrupt(started.fiber)
      yield* run({ models }, { journal: kept, api: api(each(models, http(401))) })
      assert.strictEqual((yield* unfinished(kept)).length, 1)
    })
  )

  it.effect("that resumes is told of records that cannot be read, and of a run that it cannot make use of", () =>
    Effect.gen(function* () {
      const kept = journal(() => Effect.void, 2)
      const cut = api({ "x/1": [answers()], "x/2": [never] })
      const started = yield* begin({ models: ids(2) }, { journal: kept, api: cut })
      yield* eventually(() => kept.texts().length === 1 && cut.requests.length === 2)
      yield* Fiber.interrupt(started.fiber)
      const other = { models: ids(2), ticker: "TSLA", resume: true } as const
      const resuming = yield* begin(other, { journal: kept, api: api(each(ids(2), answers())) })
      yield* Fiber.join(resuming.fiber)
      deepStrictEqual(
        resuming.heard("Note").map(({ message }) => message),
        [
          "2 journal records could not be read; what is missing is asked for again",
          "An earlier run for AAPL was cut short after 1 of 2 answers; repeat it with --resume to use them",
          "Nothing to resume: the journal has 1 answer, not to one of these requests, so all is asked for: the prompt, the server or a parameter is another."
        ]
      )
    })
  )

  it.effect("that came to its deadline is finished: what was answered is saved", () =>
    Effect.gen(function* () {
      const kept = journal()
      const cut = api({ "x/1": [answers()], "x/2": [never] })
      const started = yield* begin({ models: ids(2), deadline: 5_000 }, { journal: kept, api: cut })
      yield* eventually(() => kept.texts().length === 1 && cut.requests.length === 2)
      yield* TestClock.adjust(5_000)
      yield* Fiber.join(started.fiber)
      deepStrictEqual(yield* unfinished(kept), [])
    })
  )

  it.effect("that came to its end is finished, also when models failed", () =>
    Effect.gen(function* () {
      const kept = journal()
      const rejected = fails(new Rejected({ status: 400, message: "no", fallbackModels: [] }))
      yield* run({ models: ids(2) }, { journal: kept, api: api({ "x/1": [answers()], "x/2": [rejected] }) })
      deepStrictEqual(
        kept.records.map(({ _tag }) => _tag),
        ["Began", "Answered", "Finished"]
      )
      deepStrictEqual(yield* unfinished(kept), [])
    })
  )

  it.effect("that was interrupted or told to stop stays unfinished", () =>
    Effect.gen(function* () {
      for (const stop of [Effect.sleep(1_000), Effect.never]) {
        const kept = journal()
        const started = yield* begin(
          { models: ids(2), stopWhen: stop },
          { journal: kept, api: api({ "x/1": [answers()], "x/2": [never] }) }
        )
        yield* eventually(() => kept.texts().length === 1)
        yield* TestClock.adjust(1_000)
        yield* Fiber.interrupt(started.fiber)
        deepStrictEqual(
          kept.records.map(({ _tag }) => _tag),
          ["Began", "Answered"]
        )
        assert.strictEqual((yield* unfinished(kept)).length, 1)
      }
    })
  )

  it.effect("stays unfinished when something could not be saved", () =>
    Effect.gen(function* () {
      const kept = journal()
      const doubles = { journal: kept, api: api(each(ids(2), answers())) }
      yield* run({ models: ids(2) }, { ...doubles, store: store({ full: ["x/2"] }) })
      assert.strictEqual((yield* unfinished(kept)).length, 1)
      yield* run({ models: ids(2), resume: true }, doubles)
      deepStrictEqual(yield* unfinished(kept), [])
    })
  )

  it.effect("that costs nothing is resumed within a budget, and goes on where it was cut", () =>
    Effect.gen(function* () {
      const kept = journal()
      const options = { models: ids(2), budget: 0.15, maxCompletionTokens: 1_000 } as const
      const first = yield* run(options, {
        journal: kept,
        api: priced({ "x/1": [costing(0.1)], "x/2": [answers()] }, dime)
      })
      deepStrictEqual(verdicts(first), ["ok", "skipped OverBudget"])
      const second = yield* run(
        { ...options, resume: true },
        { journal: kept, api: priced({ "x/1": [], "x/2": [costing(0.1)] }, dime) }
      )
      deepStrictEqual(verdicts(second), ["ok", "ok"])
      assert.strictEqual(Report.totals(second).cost, 0.1)
    })
  )
})
