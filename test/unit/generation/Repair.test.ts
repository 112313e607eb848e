/** A second chance for answers that fail a check: what the model is told, how often, and what it costs. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Either, Layer, Option, TestClock } from "effect"
import type { Message } from "../../../src/api/OpenRouter.js"
import * as Summary from "../../../src/cli/view/Summary.js"
import * as CodeCheck from "../../../src/code/CodeCheck.js"
import * as Trial from "../../../src/code/trial/Trial.js"
import * as CodeFailure from "../../../src/domain/CodeFailure.js"
import { DeadlineExceeded } from "../../../src/domain/GenerationError.js"
import type * as Generation from "../../../src/generation/Generation.js"
import * as Report from "../../../src/generation/Report.js"
import { after, answers, api, each, finish, HOLD, http, ids, never, start, type Reply } from "./doubles.js"
import { usage, verdicts } from "./moneyDoubles.js"

/** The fence is part of the answer, and not of the module: line 3 of one is line 2 of the other. */
const fenced = (body: string) =>
  `\`\`\`python\ndef execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return ${body}\n\`\`\`\n`
const BAD = fenced("_sma(price)")
const WORSE = fenced("_ema(price)")
const FORBIDDEN = `import subprocess\n\n${HOLD}`
const TRUNCATED =
  '```python\ndef execute_trade(ticker, price, tick, cash_balance, shares_held):\n    if price > 1:\n        return "B'

const bad = answers({ text: BAD, usage: usage(0.01) })
const worse = answers({ text: WORSE, usage: usage(0.02) })
const good = answers({ usage: usage(0.04) })

const failureOf = (answer: string): string =>
  Either.match(CodeCheck.make().accept(answer), { onLeft: CodeFailure.describe, onRight: () => "" })

const run = (replies: ReadonlyArray<Reply>, options: Partial<Generation.Options> = {}) =>
  Effect.gen(function* () {
    const openRouter = api({ "x/1": replies })
    const started = yield* start({ models: ["x/1"], ...options }, { api: openRouter })
    return { started, requests: openRouter.requests, report: yield* finish(started, 4_000) }
  })

const causes = ({ outcomes }: Report.GenerationReport) =>
  outcomes.flatMap(({ attempts }) => attempts.map(({ cause, outcome }) => [cause, outcome]))

describe("a bad answer", () => {
  it.effect("is the end by default, because asking costs", () =>
    Effect.gen(function* () {
      const { report, requests } = yield* run([bad, good])
      deepStrictEqual(verdicts(report), ["failed BadCode"])
      assert.strictEqual(requests.length, 1)
    })
  )

  it.effect("is not sent back where it is too long to be read, however many repairs there are", () =>
    Effect.gen(function* () {
      const long = (characters: number) => answers({ text: `${BAD}${"x".repeat(characters - BAD.length)}` })
      const limit = 1024 * 1024
      const over = yield* run([long(limit + 1), good], { repairs: 2 })
      deepStrictEqual(verdicts(over.report), ["failed BadCode"])
      assert.strictEqual(over.requests.length, 1)
      assert.notInclude(Summary.render(over.report), "--repair")
      const under = yield* run([long(limit), good], { repairs: 2 })
      deepStrictEqual(verdicts(under.report), ["ok"])
      assert.strictEqual(under.requests.length, 2)
    })
  )

  it.effect("is asked again at once, as a conversation with the answer itself and the failure with its line", () =>
    Effect.gen(function* () {
      const { report, requests, started } = yield* run([bad, worse, good], { repairs: 2, temperature: 0.3 })
      deepStrictEqual(verdicts(report), ["ok"])
      const prompt: Message = { role: "user", content: requests[0]?.messages[0]?.content ?? "" }
      const complaint = (failure: string): Message => ({
        role: "user",
        content: `This module cannot be used: ${failure}.
Correct this and write the whole module again, with everything it needs. Answer with the Python source only.`
      })
      const said = (text: string): Message => ({ role: "assistant", content: text })
      assert.match(failureOf(BAD), /^line 2: name '_sma' is not defined/)
      deepStrictEqual(
        requests.map(({ messages }) => messages),
        [
          [prompt],
          [prompt, said(BAD), complaint(failureOf(BAD))],
          [prompt, said(BAD), complaint(failureOf(BAD)), said(WORSE), complaint(failureOf(WORSE))]
        ]
      )
      deepStrictEqual(
        requests.map(({ at, maxCompletionTokens, temperature }) => [at, maxCompletionTokens, temperature]),
        [0, 0, 0].map((at) => [at, 4_096, 0.3])
      )
      deepStrictEqual(
        started.heard("AttemptFailed").map(({ attempt, cause, retryAt }) => [attempt.message, retryAt, cause]),
        [
          [`names: ${failureOf(BAD)}`, 0, "repair"],
          [`names: ${failureOf(WORSE)}`, 0, "repair"]
        ]
      )
    })
  )

  it.effect("is asked again as often as allowed, and no more", () =>
    Effect.gen(function* () {
      for (const repairs of [0, 1, 3]) {
        const { report, requests } = yield* run([bad], { repairs })
        assert.strictEqual(requests.length, repairs + 1)
        deepStrictEqual(verdicts(report), ["failed BadCode"])
      }
    })
  )

  it.effect("and its repairs are attempts with cause and cost, and retries of their model; the last one says ok", () =>
    Effect.gen(function* () {
      const { report } = yield* run([bad, worse, good], { repairs: 2 })
      deepStrictEqual(
        report.outcomes.flatMap(({ attempts }) => attempts.map(({ code, line, stage }) => [stage, code, line])),
        [
          ["names", "undefined-name", 2],
          ["names", "undefined-name", 2],
          [undefined, undefined, undefined]
        ]
      )
      deepStrictEqual(
        report.outcomes.flatMap(({ attempts }) =>
          attempts.map(({ cause, number, outcome, usage }) => [number, cause, outcome, usage?.cost])
        ),
        [
          [1, "first", "BadCode", 0.01],
          [2, "repair", "BadCode", 0.02],
          [3, "repair", "ok", 0.04]
        ]
      )
      const { cost, requests, retries } = Report.totals(report)
      deepStrictEqual([requests, retries, cost?.toFixed(2)], [3, 2, "0.07"])
    })
  )

  it.effect("that breaks off gets more room and no complaint, while there is more room to give", () =>
    Effect.gen(function* () {
      const truncated = answers({ text: TRUNCATED })
      const { report, requests } = yield* run([truncated, truncated, good], { repairs: 2 })
      deepStrictEqual(
        requests.map(({ maxCompletionTokens, messages }) => [maxCompletionTokens, messages.length]),
        [
          [4_096, 1],
          [8_192, 1],
          [16_384, 1]
        ]
      )
      deepStrictEqual(causes(report), [
        ["first", "BadCode"],
        ["cut-off", "BadCode"],
        ["cut-off", "ok"]
      ])
      assert.strictEqual((yield* run([truncated, good])).requests.length, 1)

      const full = api({ "x/1": [truncated, good] }, Effect.succeed([{ id: "x/1", maxCompletionTokens: 4_096 }]))
      yield* finish(yield* start({ models: ["x/1"], repairs: 1 }, { api: full }))
      deepStrictEqual(
        full.requests.map(({ maxCompletionTokens, messages }) => [maxCompletionTokens, messages.length]),
        [
          [4_096, 1],
          [4_096, 3]
        ]
      )
    })
  )

  it.effect("keeps its conversation through failures that pass, which use up no repair", () =>
    Effect.gen(function* () {
      const { report, requests } = yield* run([bad, http(503), worse, http(503), good], { repairs: 2 })
      deepStrictEqual(verdicts(report), ["ok"])
      deepStrictEqual(
        requests.map(({ messages }) => messages.length),
        [1, 3, 3, 5, 5]
      )
      deepStrictEqual(
        causes(report).map(([cause]) => cause),
        ["first", "repair", "backoff", "repair", "backoff"]
      )
    })
  )

  it.effect("is mended within the run's time only", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [after(4_999, bad), never] })
      const options = { models: ["x/1"], repairs: 1, deadline: "5 seconds" } as const
      const started = yield* start(options, { api: openRouter })
      yield* TestClock.adjust(4_999)
      assert.strictEqual(openRouter.requests.length, 2)
      const report = yield* finish(started, 1)
      deepStrictEqual(
        report.outcomes.map(({ attempts, reason }) => [
          attempts.map(({ cause, outcome }) => [cause, outcome]),
          Option.getOrUndefined(reason)
        ]),
        [
          [
            [
              ["first", "BadCode"],
              ["repair", "Interrupted"]
            ],
            new DeadlineExceeded({ deadlineMs: 5_000 })
          ]
        ]
      )
    })
  )

  it.effect("is mended whatever stage refused it: policy and trial like the others", () =>
    Effect.gen(function* () {
      const forbidden = yield* run([answers({ text: FORBIDDEN }), good], { repairs: 1 })
      deepStrictEqual(verdicts(forbidden.report), ["ok"])
      assert.include(forbidden.requests[1]?.messages[2]?.content ?? "", "line 1: ")
      assert.include(forbidden.requests[1]?.messages[2]?.content ?? "", "subprocess")

      let trials = 0
      const failing = Layer.succeed(Trial.Trial, {
        run: () => {
          trials += 1
          return trials === 1
            ? CodeFailure.of("trial", "raises", "tick 17: ZeroDivisionError: division by zero", { line: 40 })
            : Effect.succeed(new Trial.Skipped({ reason: "enough" }))
        }
      })
      const tried = yield* Effect.provide(run([good, good], { repairs: 1 }), failing)
      deepStrictEqual(verdicts(tried.report), ["ok"])
      assert.include(
        tried.requests[1]?.messages[2]?.content ?? "",
        "line 40: tick 17: ZeroDivisionError: division by zero."
      )
    })
  )
})

describe("the last line of a run", () => {
  const lastLine = (replies: Readonly<Record<string, ReadonlyArray<Reply>>>, repairs = 0) =>
    Effect.gen(function* () {
      const started = yield* start({ models: Object.keys(replies), repairs }, { api: api(replies) })
      return (
        Summary.render(yield* finish(started, 4_000), { repairs })
          .split("\n")
          .at(-1) ?? ""
      )
    })

  it.effect("says how many answers a repair might have saved", () =>
    Effect.gen(function* () {
      const replies = { "x/1": [bad], "x/2": [good], "x/3": [worse], "x/4": [http(400)] }
      assert.strictEqual(
        yield* lastLine(replies),
        "2 algorithms failed a check: use --repair 1 to have the code corrected"
      )
    })
  )

  it.effect("says that --resume takes the same answers again, and what stays", () =>
    Effect.gen(function* () {
      const started = yield* start({ models: ["x/1"] }, { api: api({ "x/1": [bad] }) })
      const text = Summary.render(yield* finish(started, 4_000), { resume: true })
      assert.strictEqual(
        text.replaceAll("\n    ", " ").split("\n").at(-1),
        "1 algorithm failed a check: use --repair 1 to have the code corrected, or leave out --resume to ask anew: the journal keeps giving these answers. Earlier files stay."
      )
    })
  )

  it.effect("says nothing of it where nothing failed a check, and where repairs were allowed", () =>
    Effect.gen(function* () {
      assert.match(yield* lastLine(each(ids(2), good)), /^2 of 2 algorithms for AAPL/)
      assert.match(yield* lastLine({ "x/1": [bad] }, 1), /^0 of 1 algorithm for AAPL in 0.0 s: 2 requests, 1 of them/)
    })
  )
})
