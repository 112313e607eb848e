/** Different algorithms: how many are asked for, of which families, and what is said where they do not come. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Fiber, Option, TestClock } from "effect"
import type * as Generation from "../../../src/generation/Generation.js"
import type { GenerationReport } from "../../../src/generation/Report.js"
import * as Prompt from "../../../src/prompt/Prompt.js"
import * as Strategy from "../../../src/prompt/Strategy.js"
import { after, answers, api, each, finish, http, ids, start, type Reply } from "./doubles.js"
import { CEILING, priced, usage, verdicts } from "./moneyDoubles.js"
import { journal } from "./resumeDoubles.js"
import { keeps, trial, writes } from "./roundDoubles.js"

/** Modules of so many lines differ in their syntax trees. */
const shape = (lines: number): string =>
  [
    "def execute_trade(ticker, price, tick, cash_balance, shares_held):",
    ...Array.from({ length: lines }, (_, line) => `    if tick == ${line}:\n        return "BUY"`),
    '    return "HOLD"\n'
  ].join("\n")

const shaped = (lines: number, facts: Parameters<typeof answers>[0] = {}): Reply =>
  answers({ text: shape(lines), ...facts })

type Script = Readonly<Record<string, ReadonlyArray<Reply>>>

const play = (script: Script, options: Partial<Generation.Options>) =>
  Effect.gen(function* () {
    const openRouter = api(script)
    const started = yield* start({ models: Object.keys(script), ...options }, { api: openRouter })
    const report = yield* finish(started, 60_000)
    const notes = started.heard("Note").map(({ message }) => message)
    return { requests: openRouter.requests, report, notes, added: started.heard("SlotAdded") }
  })

const slots = ({ outcomes }: GenerationReport) => outcomes.map(({ index, model, sample }) => [index, model, sample])

describe("different algorithms", () => {
  it.effect("are asked for until there are as many, of models in turn", () =>
    Effect.gen(function* () {
      const script = { "x/1": [shaped(1), shaped(4)], "x/2": [shaped(1), shaped(1), shaped(9)], "x/3": [http(404)] }
      const { added, notes, report } = yield* play(script, { distinct: 3 })
      deepStrictEqual(
        added.map(({ index, model, sample }) => [index, model, sample]),
        slots(report).slice(3)
      )
      deepStrictEqual(slots(report), [
        [0, "x/1", 1],
        [1, "x/2", 1],
        [2, "x/3", 1],
        [3, "x/1", 2],
        [4, "x/2", 2],
        [5, "x/1", 3]
      ])
      deepStrictEqual(notes, [
        "1 different algorithm of 3: asking for 2 more",
        "2 different algorithms of 3: asking for 1 more",
        "Only 2 different algorithms; 3 were wanted"
      ])
      deepStrictEqual(
        report.outcomes.map(({ file }) => Option.getOrUndefined(file)),
        ["x_1", "x_2", undefined, "x_1_s2", "x_2_s2", "x_1_s3"].map((stem) => stem && `out/generated_algo_${stem}.py`)
      )
    })
  )

  it.effect("are not asked for where there are enough, or where nobody wants a number", () =>
    Effect.gen(function* () {
      const enough = yield* play({ "x/1": [shaped(1)], "x/2": [shaped(4)], "x/3": [shaped(1)] }, { distinct: 2 })
      assert.lengthOf(enough.requests, 3)
      deepStrictEqual(enough.notes, [])
      const same = yield* play(each(ids(3), shaped(1)), {})
      assert.lengthOf(same.requests, 3)
      deepStrictEqual(same.notes, [])
    })
  )

  it.effect("of a model that is named twice are counted on, with the parameters of each naming in turn", () =>
    Effect.gen(function* () {
      const models = [
        { model: "x/1", temperature: 0.1 },
        { model: "x/1", temperature: 0.9 }
      ]
      const { report, requests } = yield* play(
        { "x/1": [1, 1, 1, 4, 8].map((n) => shaped(n)) },
        { models, distinct: 3 }
      )
      deepStrictEqual(
        slots(report),
        [1, 2, 3, 4, 5].map((sample, index) => [index, "x/1", sample])
      )
      deepStrictEqual(
        requests.map(({ seed, temperature }) => [seed, temperature]),
        [
          [undefined, 0.1],
          [2, 0.9],
          [3, 0.1],
          [4, 0.9],
          [5, 0.1]
        ]
      )
    })
  )

  it.effect("may be more than models and samples", () =>
    Effect.gen(function* () {
      const replies = Array.from({ length: 20 }, (_, n) => shaped(3 * n))
      const { notes, report } = yield* play({ "x/1": replies }, { distinct: 5, samples: 2, concurrency: 1 })
      deepStrictEqual(slots(report), [
        [0, "x/1", 1],
        [1, "x/1", 2],
        [2, "x/1", 3],
        [3, "x/1", 4],
        [4, "x/1", 5]
      ])
      deepStrictEqual(notes, ["2 different algorithms of 5: asking for 3 more"])
    })
  )

  it.effect("are asked for with strategies of families that the run has not had", () =>
    Effect.gen(function* () {
      const models = ids(6)
      const { report, requests } = yield* play(each(models, shaped(1)), { distinct: 6 })
      const strategies = report.outcomes.map(({ strategy = "" }) => strategy)
      assert.lengthOf(strategies, 12)
      // They stand behind those of the request, whatever their model is.
      deepStrictEqual(
        report.outcomes.map(({ model, sample, strategy }, place) => [model, sample, place, strategy]),
        report.outcomes.map(({ model, sample }, place) => [
          model,
          sample,
          place,
          Strategy.forModel(model, sample, place).name
        ])
      )
      const families = strategies.map(Strategy.familyOf)
      assert.strictEqual(new Set(families).size, 12)
      assert.strictEqual(new Set(strategies).size, 12)
      assert.strictEqual(new Set(requests.map(({ messages }) => JSON.stringify(messages))).size, 12)
      // More than there are families: then their numbers differ.
      const many = yield* play(each(models, shaped(1)), { distinct: 30 })
      const names = many.report.outcomes.map(({ strategy }) => strategy)
      assert.strictEqual(new Set(names).size, names.length)
      assert.strictEqual(new Set(names.map((name = "") => Strategy.familyOf(name))).size, Strategy.FAMILY_COUNT)
    })
  )

  it.effect("are asked for in vain as often as they are wanted, and no more", () =>
    Effect.gen(function* () {
      const { notes, report, requests } = yield* play(each(ids(2), shaped(1)), { distinct: 4 })
      assert.lengthOf(requests, 6)
      deepStrictEqual(
        verdicts(report),
        Array.from({ length: 6 }, () => "ok")
      )
      assert.strictEqual(notes.at(-1), "Only 1 different algorithm; 4 were wanted")
    })
  )

  it.effect("are not asked of models that have no answer, nor once none comes", () =>
    Effect.gen(function* () {
      const none = yield* play(each(ids(2), http(400, {}, "no")), { distinct: 4 })
      assert.lengthOf(none.requests, 2)
      deepStrictEqual(none.notes, ["Only 0 different algorithms; 4 were wanted"])
      const dried = yield* play({ "x/1": [shaped(1), http(400, {}, "no")] }, { distinct: 4, concurrency: 1 })
      assert.lengthOf(dried.requests, 4)
      assert.strictEqual(dried.notes.at(-1), "Only 1 different algorithm; 4 were wanted")
    })
  )

  it.effect("are asked of the next model where one has failed, and no more once each has failed in turn", () =>
    Effect.gen(function* () {
      const bad = answers({ text: "no code" })
      const lucky = yield* play({ "x/1": [shaped(1), bad], "x/2": [shaped(5), shaped(9)] }, { distinct: 3 })
      deepStrictEqual(verdicts(lucky.report), ["ok", "ok", "failed BadCode", "ok"])
      assert.notInclude(lucky.notes.at(-1), "wanted")
      const script = { "x/1": [shaped(1), bad], "x/2": [shaped(5), bad] }
      const unlucky = yield* play({ ...script, "x/3": [shaped(9), bad] }, { distinct: 4 })
      deepStrictEqual(verdicts(unlucky.report).slice(3), ["failed BadCode", "failed BadCode", "failed BadCode"])
      const slow = yield* play({ ...script, "x/3": [shaped(9), shaped(1), bad] }, { distinct: 4 })
      deepStrictEqual(verdicts(slow.report).slice(3), ["failed BadCode", "failed BadCode", "ok", "failed BadCode"])
    })
  )

  it.effect("are asked of models that the budget still has room for", () =>
    Effect.gen(function* () {
      const small = { maxCompletionTokens: CEILING / 4 }
      const openRouter = priced({
        "x/1": [shaped(1, { usage: usage(0.1) })],
        "x/2": [shaped(5, { usage: usage(0.02) }), shaped(9, { usage: usage(0.02) })]
      })
      const terms = { maxCompletionTokens: CEILING, maxRetries: 0, distinct: 3, budget: 0.2, concurrency: 1 }
      const models = ["x/1", { model: "x/2", ...small }]
      const report = yield* finish(yield* start({ models, ...terms }, { api: openRouter }))
      deepStrictEqual(verdicts(report), ["ok", "ok", "skipped OverBudget", "ok"])
    })
  )

  it.effect("are not asked for once the account is refused", () =>
    Effect.gen(function* () {
      const script = { "x/1": [shaped(1), http(401, {}, "No such key")], "x/2": [shaped(5)] }
      const { report } = yield* play(script, { distinct: 3 })
      deepStrictEqual(verdicts(report), ["ok", "ok", "failed AccountRefused"])
    })
  )

  it.effect("come as far as the deadline lets them", () =>
    Effect.gen(function* () {
      for (const [takes, status] of [
        [3_999, "ok"],
        [4_001, "failed DeadlineExceeded"]
      ] as const) {
        const script = { "x/1": [after(6_000, shaped(1)), after(takes, shaped(5))] }
        const openRouter = api(script)
        const started = yield* start({ models: ["x/1"], distinct: 2, deadline: 10_000 }, { api: openRouter })
        yield* TestClock.adjust(9_999)
        const report = yield* finish(started, 1)
        deepStrictEqual(verdicts(report), ["ok", status])
        assert.strictEqual(
          started.heard("Note").some(({ message }) => message === "Only 1 different algorithm; 2 were wanted"),
          status !== "ok"
        )
      }
    })
  )

  it.effect("come as far as the budget lets them", () =>
    Effect.gen(function* () {
      for (const [budget, expected] of [
        [0.2, ["ok", "ok"]],
        [0.199, ["ok", "skipped OverBudget"]]
      ] as const) {
        const bill = { usage: usage(0.1) }
        const openRouter = priced({ "x/1": [shaped(1, bill), shaped(5, bill)] })
        const terms = { maxCompletionTokens: CEILING, maxRetries: 0, distinct: 2 }
        const report = yield* finish(yield* start({ models: ["x/1"], budget, ...terms }, { api: openRouter }))
        deepStrictEqual(verdicts(report), [...expected])
      }
    })
  )

  it.effect("are found in the journal", () =>
    Effect.gen(function* () {
      const { layer } = journal()
      const script = (): Script => ({ "x/1": [shaped(1), shaped(4)], "x/2": [shaped(1), shaped(9)] })
      const first = yield* Effect.provide(play(script(), { distinct: 3 }), layer)
      assert.lengthOf(first.requests, 4)
      const again = yield* Effect.provide(play(script(), { distinct: 3, resume: true }), layer)
      assert.lengthOf(again.requests, 0)
      deepStrictEqual(slots(again.report), slots(first.report))
      const more = yield* Effect.provide(
        play({ "x/1": [shaped(14)], "x/2": [shaped(20)] }, { distinct: 4, resume: true }),
        layer
      )
      assert.lengthOf(more.requests, 1)
    })
  )

  it.effect("are improved in rounds like the others", () =>
    Effect.gen(function* () {
      const weak = writes({ practice: 1, choice: 1 })
      const { report, requests } = yield* play({ "x/1": [weak, weak, weak, keeps] }, { distinct: 2, rounds: 1 })
      assert.lengthOf(requests, 6)
      deepStrictEqual(
        report.outcomes.map(({ rounds = [] }) => rounds.map(({ result }) => result).join(" ")),
        Array.from({ length: 3 }, () => "first keep")
      )
    }).pipe(Effect.provide(trial))
  )

  it.effect("are asked for by a prompt of one's own, which may refuse", () =>
    Effect.gen(function* () {
      const prompt = Prompt.layer({
        build: ({ sample }) => (sample < 3 ? `Number ${sample}` : new Prompt.PromptError({ message: "no more words" }))
      })
      const { notes, report } = yield* Effect.provide(play(each(ids(1), shaped(1)), { distinct: 3 }), prompt)
      deepStrictEqual(verdicts(report), ["ok", "ok"])
      deepStrictEqual(notes, [
        "No more algorithms are asked for: no more words",
        "1 different algorithm of 3: asking for 1 more",
        "Only 1 different algorithm; 3 were wanted"
      ])
    })
  )

  describe("that rounds have made alike", () => {
    const made = (lines: number, choice: number) =>
      answers({ text: `# practice ${choice} choice ${choice} trades 3\n${shape(lines)}` })
    const alike = { "x/1": [made(1, 1), made(9, 2)], "x/2": [made(4, 1), made(9, 2)] }
    const playRounds = (more: ReadonlyArray<Reply>, options: Partial<Generation.Options>) =>
      Effect.provide(
        play({ ...alike, "x/1": [...alike["x/1"], ...more] }, { rounds: 1, concurrency: 1, ...options }),
        trial
      )

    it.effect("are asked for again, and have their rounds", () =>
      Effect.gen(function* () {
        const { notes, report, requests } = yield* playRounds([made(14, 1), made(20, 2)], { distinct: 2 })
        deepStrictEqual(slots(report), [
          [0, "x/1", 1],
          [1, "x/2", 1],
          [2, "x/1", 2]
        ])
        deepStrictEqual(
          report.outcomes.map(({ rounds = [] }) => rounds.map(({ result }) => result).join(" ")),
          ["first better", "first better", "first better"]
        )
        deepStrictEqual(notes, [
          "Round 1 of 1: asking for 2 better algorithms",
          "1 different algorithm of 2: asking for 1 more"
        ])
        // It hears of those that had their rounds before.
        assert.match(requests.at(-1)?.messages.at(-1)?.content ?? "", /Of 3 modules it is number 3;/)
      })
    )

    it.effect("are no more than are wanted, and then it is said that there are too few", () =>
      Effect.gen(function* () {
        const same = Array.from({ length: 20 }, () => made(9, 1))
        const { notes, requests } = yield* playRounds(same, { models: ["x/1", "x/2"], distinct: 2 })
        assert.lengthOf(requests, 8)
        assert.strictEqual(notes.at(-1), "Only 1 different algorithm; 2 were wanted")
        assert.lengthOf((yield* playRounds(same, { distinct: 1 })).requests, 4)
      })
    )

    it.effect("are still asked for of a model that has failed once while another answered", () =>
      Effect.gen(function* () {
        const script = {
          "x/1": [made(1, 1), http(400, {}, "no"), made(20, 1), keeps],
          "x/2": [made(1, 1), made(14, 1), keeps]
        }
        const { report } = yield* Effect.provide(play(script, { distinct: 3, rounds: 1, concurrency: 1 }), trial)
        deepStrictEqual(slots(report), [
          [0, "x/1", 1],
          [1, "x/2", 1],
          [2, "x/1", 2],
          [3, "x/2", 2],
          [4, "x/1", 3]
        ])
      })
    )
  })

  it.effect("are a number up to 100 for each model", () =>
    Effect.gen(function* () {
      for (const distinct of [-1, 0.5, 201]) {
        const started = yield* start({ models: ids(2), distinct }, { api: api(each(ids(2), shaped(1))) })
        assert.match(String(yield* Fiber.await(started.fiber)), /a whole number up to 200, 100 for each model, not/)
      }
    })
  )
})
