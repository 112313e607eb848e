/** Rounds: which module stays, what a model is told, and that a round can cost no algorithm. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Chunk, Effect, Fiber, Layer, Option, Schema, Stream, TestClock } from "effect"
import * as Summary from "../../../src/cli/view/Summary.js"
import * as Algorithm from "../../../src/domain/Algorithm.js"
import * as Generation from "../../../src/generation/Generation.js"
import * as Report from "../../../src/generation/Report.js"
import { after, answers, api, finish, http, never, start, store, type Reply } from "./doubles.js"
import { CEILING, priced, usage, verdicts } from "./moneyDoubles.js"
import { journal } from "./resumeDoubles.js"
import { keeps, moduleOf, plainTrial, trial, writes } from "./roundDoubles.js"

type Script = Readonly<Record<string, ReadonlyArray<Reply>>>

const begin = (script: Script, options: Partial<Generation.Options>) =>
  Effect.gen(function* () {
    const openRouter = api(script)
    const files = store()
    const models = Object.keys(script)
    const started = yield* start({ models, rounds: 1, ...options }, { api: openRouter, store: files })
    return { openRouter, files, started }
  })

const play = (script: Script, options: Partial<Generation.Options> = {}) =>
  Effect.gen(function* () {
    const { files, openRouter, started } = yield* begin(script, options)
    return { files, started, requests: openRouter.requests, report: yield* finish(started, 60_000) }
  }).pipe(Effect.provide(trial))

const codes = ({ algorithms }: Report.GenerationReport) =>
  algorithms.map(Option.match({ onNone: () => undefined, onSome: ({ code }) => code }))

const results = ({ outcomes }: Report.GenerationReport) =>
  outcomes.map(({ rounds }) => rounds?.map(({ result }) => result))

const weak = { practice: 1, choice: -2 }
const good = { practice: 2, choice: 3 }
const poor = { practice: 9, choice: -5 }

describe("a round", () => {
  it.effect("brings a better module, which takes the place of the first", () =>
    Effect.gen(function* () {
      const { files, report, started } = yield* play({ "x/1": [writes(weak), writes(good)] })
      deepStrictEqual(codes(report), [moduleOf(good)])
      deepStrictEqual(files.saved, ["x/1"])
      deepStrictEqual(report.outcomes[0]?.rounds, [
        { round: 0, result: "first", practice: 0.01, choice: -0.02 },
        { round: 1, result: "better", practice: 0.02, choice: 0.03 }
      ])
      deepStrictEqual(
        started
          .heard("RoundPlayed")
          .map(({ code, index, result, round, score }) => [index, round, result, code, score?.trades]),
        [
          [0, 0, "first", moduleOf(weak), 6],
          [0, 1, "better", moduleOf(good), 6]
        ]
      )
      deepStrictEqual(
        started.heard("RunStarted").map(({ distinct, rounds }) => [distinct, rounds]),
        [[undefined, 1]]
      )
      assert.lengthOf(started.heard("Generated"), 1)
    })
  )

  it.effect("is decided by prices that the model is not told about, not by those it knows", () =>
    Effect.gen(function* () {
      const { report } = yield* play({ "x/1": [writes(good), writes(poor)] })
      deepStrictEqual(codes(report), [moduleOf(good)])
      deepStrictEqual(results(report), [["first", "worse"]])
    })
  )

  it.effect("of a module that does as well, or that never trades, changes nothing", () =>
    Effect.gen(function* () {
      const equal = yield* play({ "x/1": [writes(good), writes({ ...good, practice: 8 })] })
      deepStrictEqual(results(equal.report), [["first", "worse"]])
      const never = writes({ practice: 0, choice: 0, trades: 0 })
      const idle = yield* play({ "x/1": [writes(weak), never, writes(poor), keeps] }, { rounds: 3 })
      deepStrictEqual(results(idle.report), [["first", "worse", "worse", "keep"]])
      const told = idle.requests[3]?.messages.at(-1)?.content ?? ""
      assert.include(told, "round 1 made 0.00 % here and was not taken: it never traded over the prices that decide.")
      assert.include(told, "round 2 made +9.00 % here and was not taken: it made no more than this module over")
      const awake = yield* play({ "x/1": [writes({ ...good, trades: 0 }), writes(weak)] })
      deepStrictEqual(results(awake.report), [["first", "better"]])
    })
  )

  it.effect("is an attempt, with its cost, and no retry", () =>
    Effect.gen(function* () {
      const script = { "x/1": [writes(weak, { usage: usage(0.5) }), writes(good, { usage: usage(0.25) })] }
      const { report } = yield* play(script)
      deepStrictEqual(
        report.outcomes[0]?.attempts.map(({ cause, number, outcome }) => [number, cause, outcome]),
        [
          [1, "first", "ok"],
          [2, "improve", "ok"]
        ]
      )
      const { cost, requests, retries } = Report.totals(report)
      deepStrictEqual([cost, requests, retries], [0.75, 2, 0])
    })
  )

  it.effect("that fails leaves the algorithm of the round before, and the next one is played", () =>
    Effect.gen(function* () {
      for (const failure of [answers({ text: "no code" }), http(400, {}, "no"), writes(poor)]) {
        const { files, report } = yield* play({ "x/1": [writes(weak), failure, writes(good)] }, { rounds: 2 })
        deepStrictEqual(verdicts(report), ["ok"])
        deepStrictEqual(codes(report), [moduleOf(good)])
        deepStrictEqual(files.saved, ["x/1"])
      }
      const { report } = yield* play({ "x/1": [writes(weak), http(400, {}, "no such thing")] })
      deepStrictEqual(codes(report), [moduleOf(weak)])
      deepStrictEqual(report.outcomes[0]?.rounds?.[1], { round: 1, result: "failed", reason: "no such thing" })
    })
  )

  it.effect("retries like a first request", () =>
    Effect.gen(function* () {
      const { report, requests } = yield* play({ "x/1": [writes(weak), http(503), writes(good)] })
      deepStrictEqual(results(report), [["first", "better"]])
      deepStrictEqual(
        report.outcomes[0]?.attempts.map(({ cause }) => cause),
        ["first", "improve", "backoff"]
      )
      assert.strictEqual(requests[2]?.at, 525)
    })
  )

  it.effect("with KEEP is the model's last", () =>
    Effect.gen(function* () {
      for (const text of [
        "KEEP",
        "**KEEP**",
        "```\nKEEP\n```",
        "KEEP: it does well.",
        "I would not change it.\n\nKEEP",
        "KEEP\n\nThe current execute_trade is already good.",
        'The right answer is "KEEP".'
      ]) {
        const { report, requests } = yield* play({ "x/1": [writes(weak), answers({ text })] }, { rounds: 3 })
        deepStrictEqual(codes(report), [moduleOf(weak)])
        deepStrictEqual(results(report), [["first", "keep"]])
        assert.lengthOf(requests, 2)
      }
      const list = answers({ text: "- KEEP the fast average\n- change the slow one to 30\n\nI need more data." })
      deepStrictEqual(results((yield* play({ "x/1": [writes(weak), list] })).report), [["first", "failed"]])
      const first = yield* play({ "x/1": [keeps] })
      deepStrictEqual(verdicts(first.report), ["failed BadCode"])
      // A module that has the word in it is a module.
      const module = `# KEEP trading\n${moduleOf(good)}`
      const { report } = yield* play({ "x/1": [writes(weak), answers({ text: module })] })
      deepStrictEqual(codes(report), [module])
    })
  )

  it.effect("begins when all models have answered, and is not for one that failed", () =>
    Effect.gen(function* () {
      const script = { "x/1": [writes(weak), keeps], "x/2": [after(4_000, writes(good)), keeps], "x/3": [http(404)] }
      const { report, requests, started } = yield* play(script)
      deepStrictEqual(
        requests.map(({ at, model }) => [model, at]),
        [
          ["x/1", 0],
          ["x/2", 0],
          ["x/3", 0],
          ["x/1", 4_000],
          ["x/2", 4_000]
        ]
      )
      deepStrictEqual(results(report), [["first", "keep"], ["first", "keep"], undefined])
      deepStrictEqual(
        started.heard("Note").map(({ message }) => message),
        ["Round 1 of 1: asking for 2 better algorithms"]
      )
      // A failure is told at once.
      const events = started.progress.map(({ event }) => event._tag)
      assert.isBelow(events.indexOf("Skipped"), events.indexOf("RoundPlayed"))
    })
  )

  it.effect("is not played without a score by prices that models may know", () =>
    Effect.gen(function* () {
      const { openRouter, started } = yield* begin({ "x/1": [writes(weak)] }, {})
      const report = yield* finish(started)
      deepStrictEqual(verdicts(report), ["ok"])
      deepStrictEqual(results(report), [undefined])
      assert.lengthOf(openRouter.requests, 1)
      assert.strictEqual(
        started.heard("Note")[0]?.message,
        "1 algorithm cannot be improved, because it was not played on prices for rounds; rounds need an exam with { rounds: true }"
      )
    }).pipe(Effect.provide(plainTrial))
  )
})

it.effect("the first module is said to be there when it comes, not when its rounds begin", () =>
  Effect.gen(function* () {
    const script = { "x/1": [writes(weak), keeps], "x/2": [after(4_000, writes(good)), keeps] }
    const { started } = yield* begin(script, {})
    const firsts = () => started.heard("RoundPlayed").map(({ choice, model, round }) => [model, round, choice])
    yield* TestClock.adjust(3_999)
    deepStrictEqual(firsts(), [["x/1", 0, -0.02]])
    yield* TestClock.adjust(1)
    deepStrictEqual(firsts().slice(0, 2), [
      ["x/1", 0, -0.02],
      ["x/2", 0, 0.03]
    ])
  }).pipe(Effect.provide(trial))
)

describe("what a model is told in a round", () => {
  const told = Effect.gen(function* () {
    const script = { "x/1": [writes(weak), writes(poor), keeps], "x/2": [writes(good), keeps] }
    const { requests } = yield* play(script, { rounds: 2, system: "Be brief." })
    return requests.filter(({ model }) => model === "x/1").map(({ messages }) => messages)
  })

  it.effect("is its own module, how it did beside the others, and its worst trades", () =>
    Effect.gen(function* () {
      const [first = [], second = []] = yield* told
      deepStrictEqual(
        second.map(({ role }) => role),
        ["system", "user", "assistant", "user"]
      )
      deepStrictEqual(second.slice(0, 2), first)
      assert.strictEqual(second[2]?.content, moduleOf(weak))
      const text = second[3]?.content ?? ""
      assert.include(text, "It made +1.00 % after costs with 7 trades, held shares at 35 % of the ticks")
      assert.include(text, "Of 2 modules it is number 2; the others made +2.00 % (7 trades).")
      assert.include(text, "- ticks 33 to 40: bought 10 at 101.25, sold at 99.5: -0.18 % of the cash")
      assert.include(text, "the single word KEEP")
    })
  )

  it.effect("never has a number of the prices that decide", () =>
    Effect.gen(function* () {
      const all = JSON.stringify(yield* told)
      for (const number of ["-2.00", "3.00", "-5.00"]) assert.notInclude(all, number)
    })
  )

  it.effect("is another text in each round, with what was not taken", () =>
    Effect.gen(function* () {
      const [, second, third] = yield* told
      assert.include(third?.[3]?.content, "What you wrote in round 1 made +9.00 % here and was not taken")
      assert.strictEqual(third?.[2]?.content, second?.[2]?.content)
      assert.notDeepEqual(third, second)
    })
  )
})

describe("the limits of a run", () => {
  const limited = (options: Partial<Generation.Options>, ...replies: ReadonlyArray<Reply>) =>
    begin({ "x/1": replies }, options)

  it.effect("let a round be finished before the deadline", () =>
    Effect.gen(function* () {
      const { started } = yield* limited({ deadline: 10_000 }, after(1_000, writes(weak)), after(8_999, writes(good)))
      yield* TestClock.adjust(9_998)
      deepStrictEqual(results(yield* finish(started, 1)), [["first", "better"]])
    }).pipe(Effect.provide(trial))
  )

  it.effect("cut one off that is not, and the algorithm of before is saved", () =>
    Effect.gen(function* () {
      const { files, started } = yield* limited(
        { deadline: 10_000 },
        after(1_000, writes(weak)),
        after(9_001, writes(good))
      )
      yield* TestClock.adjust(9_999)
      assert.lengthOf(files.saved, 0)
      const report = yield* finish(started, 1)
      deepStrictEqual(codes(report), [moduleOf(weak)])
      deepStrictEqual(files.saved, ["x/1"])
      deepStrictEqual(results(report), [["first", "failed"]])
      assert.strictEqual(report.outcomes[0]?.rounds?.[1]?.reason, "the run ended before there was an answer")
      deepStrictEqual(
        report.outcomes[0]?.attempts.map(({ outcome }) => outcome),
        ["ok", "Interrupted"]
      )
    }).pipe(Effect.provide(trial))
  )

  it.effect("leave one entry of a round whose answer was whole when it was cut off", () =>
    Effect.gen(function* () {
      const closed = `\`\`\`python\n${moduleOf(good)}\`\`\`\n`
      const silent: Reply = (_, onToken) =>
        Effect.zipRight(
          onToken(() => closed),
          Effect.never
        )
      const { started } = yield* limited({ deadline: 10_000 }, writes(weak), silent)
      yield* TestClock.adjust(9_999)
      const report = yield* finish(started, 1)
      deepStrictEqual(results(report), [["first", "worse"]])
      assert.strictEqual(report.outcomes[0]?.rounds?.[1]?.reason, "it was not scored")
      deepStrictEqual(
        started.heard("RoundPlayed").map(({ result, round }) => [round, result]),
        [
          [0, "first"],
          [1, "worse"]
        ]
      )
    }).pipe(Effect.provide(trial))
  )

  it.effect("let a round wait no longer than the run goes on", () =>
    Effect.gen(function* () {
      const { started } = yield* limited({ deadline: 10_000 }, writes(weak), http(429, { "retry-after": "10" }))
      const report = yield* finish(started)
      deepStrictEqual(results(report), [["first", "failed"]])
      deepStrictEqual(codes(report), [moduleOf(weak)])
    }).pipe(Effect.provide(trial))
  )

  it.effect("keep a round within the budget", () =>
    Effect.gen(function* () {
      const terms = { maxCompletionTokens: CEILING, maxRetries: 0, rounds: 1 }
      for (const [budget, expected] of [
        [0.15, "better"],
        [0.149, "failed"]
      ] as const) {
        const script = { "x/1": [writes(weak, { usage: usage(0.05) }), writes(good, { usage: usage(0.1) })] }
        const openRouter = priced(script)
        const started = yield* start({ models: ["x/1"], budget, ...terms }, { api: openRouter })
        const report = yield* finish(started)
        deepStrictEqual(results(report), [["first", expected]])
        assert.lengthOf(openRouter.requests, expected === "better" ? 2 : 1)
        deepStrictEqual(verdicts(report), ["ok"])
      }
      const refused = priced({ "x/1": [writes(weak, { usage: usage(0.06) })] })
      const started = yield* start({ models: ["x/1"], budget: 0.1, ...terms, rounds: 5 }, { api: refused })
      const { outcomes } = yield* finish(started)
      // Another round would cost no less.
      assert.lengthOf(outcomes[0]?.rounds ?? [], 2)
      assert.match(outcomes[0]?.rounds?.[1]?.reason ?? "", /only \$0\.0400 of the budget is left/)
    }).pipe(Effect.provide(trial))
  )

  it.effect("end the rounds with the account", () =>
    Effect.gen(function* () {
      const { report, requests } = yield* play(
        { "x/1": [writes(weak), http(401)], "x/2": [writes(good), http(401)], "x/3": [writes(good), writes(poor)] },
        { rounds: 5, concurrency: 1 }
      )
      deepStrictEqual(verdicts(report), ["ok", "ok", "ok"])
      assert.isAtMost(requests.length, 5)
    })
  )
})

describe("a run that is resumed", () => {
  const script = (): Script => ({
    "x/1": [writes(weak), writes(good), keeps],
    "x/2": [writes(good), writes(poor), writes({ practice: 4, choice: 4 })]
  })

  it.effect("asks for nothing that the journal has, in any round", () =>
    Effect.gen(function* () {
      const { layer } = journal()
      const first = yield* Effect.provide(play(script(), { rounds: 2 }), layer)
      const again = yield* Effect.provide(play(script(), { rounds: 2, resume: true }), layer)
      assert.lengthOf(first.requests, 6)
      assert.lengthOf(again.requests, 0)
      deepStrictEqual(codes(again.report), codes(first.report))
      deepStrictEqual(
        again.report.outcomes.map(({ rounds }) => rounds),
        first.report.outcomes.map(({ rounds }) => rounds)
      )
      deepStrictEqual(
        again.report.outcomes.map(({ resumed }) => resumed),
        [true, true]
      )
      const more = yield* Effect.provide(play(script(), { rounds: 3, resume: true }), layer)
      deepStrictEqual(
        more.requests.map(({ model }) => model),
        ["x/2"]
      )
      const fewer = yield* Effect.provide(play(script(), { rounds: 1, resume: true }), layer)
      assert.lengthOf(fewer.requests, 0)
    })
  )

  it.effect("goes on with the round in which it was cut off", () =>
    Effect.gen(function* () {
      const { layer } = journal()
      const cut = { "x/1": [writes(weak), never], "x/2": [writes(good), writes(poor)] }
      const first = yield* Effect.provide(play(cut, { deadline: 5_000 }), layer)
      deepStrictEqual(codes(first.report), [moduleOf(weak), moduleOf(good)])
      const second = yield* Effect.provide(play({ ...script(), "x/1": [writes(good)] }, { resume: true }), layer)
      deepStrictEqual(
        second.requests.map(({ messages, model }) => [model, messages.length]),
        [["x/1", 3]]
      )
      deepStrictEqual(codes(second.report), [moduleOf(good), moduleOf(good)])
    })
  )
})

describe("rounds", () => {
  it.effect("of a stream of requests are played for each by itself", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [writes(weak), writes(good)], "x/2": [after(9_000, writes(good)), keeps] })
      const requests = [
        { model: "x/1", ticker: "AAPL" },
        { model: "x/2", ticker: "MSFT" }
      ]
      const fiber = yield* Generation.stream({ requests, rounds: 1 }).pipe(
        Stream.provideLayer(Layer.merge(openRouter.layer, store().layer)),
        Stream.runCollect,
        Effect.fork
      )
      yield* TestClock.adjust(20_000)
      const events = Chunk.toReadonlyArray(yield* Fiber.join(fiber))
      const outcomes = events.flatMap((event) => (event._tag === "Settled" ? [event.outcome] : []))
      deepStrictEqual(
        outcomes.map(({ rounds }) => rounds?.map(({ result }) => result)),
        [
          ["first", "better"],
          ["first", "keep"]
        ]
      )
      deepStrictEqual(
        openRouter.requests.map(({ at, model }) => [model, at]),
        [
          ["x/1", 0],
          ["x/2", 0],
          ["x/1", 0],
          ["x/2", 9_000]
        ]
      )
      for (const { messages } of openRouter.requests)
        assert.notInclude(JSON.stringify(messages), "modules it is number")
    }).pipe(Effect.provide(trial))
  )

  it.effect("are in the table, in the document and in the head of the file", () =>
    Effect.gen(function* () {
      const { report } = yield* play({ "x/1": [writes(weak), writes(good), writes(poor)] }, { rounds: 2 })
      const line = "from round 1: first -2.00 %, round 1 +3.00 %, round 2 -5.00 % not taken"
      assert.include(Summary.render(report), `\nx/1: ${line}.\n`)
      const [result] = Report.toJson(report).results
      deepStrictEqual([result?.round, result?.rounds?.length], [1, 3])
      assert.isFalse(result?.trial !== undefined && "practice" in result.trial && result.trial.practice !== undefined)
      const algorithm = report.algorithms.flatMap(Option.toArray)[0]
      assert.include(algorithm && Algorithm.toPython(algorithm), `\n# rounds: ${line}\n`)
      const decoded = Schema.decodeSync(Report.GenerationReport)(Schema.encodeSync(Report.GenerationReport)(report))
      deepStrictEqual(decoded.outcomes[0]?.rounds, report.outcomes[0]?.rounds)
    })
  )

  it.effect("are none unless asked for, and a number of them", () =>
    Effect.gen(function* () {
      const { report, requests } = yield* play({ "x/1": [writes(weak)] }, { rounds: 0 })
      assert.lengthOf(requests, 1)
      deepStrictEqual(results(report), [undefined])
      for (const rounds of [-1, 0.5, 21]) {
        const { started } = yield* begin({ "x/1": [] }, { rounds })
        const exit = yield* Fiber.await(started.fiber)
        assert.match(String(exit), /the rounds must be a whole number from 0 to 20/)
      }
    })
  )
})
