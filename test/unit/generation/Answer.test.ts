/** Answers that are no failure of the server, and yet no module: cut off, or empty. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Layer, Option } from "effect"
import type { ModelInfo } from "../../../src/api/Catalog.js"
import * as CodeCheck from "../../../src/code/CodeCheck.js"
import { BadCode, CutOff, EmptyAnswer } from "../../../src/domain/GenerationError.js"
import { answers, api, fails, finish, http, start, type Reply } from "./doubles.js"

const cutOff: Reply = ({ maxCompletionTokens, model }, onToken) =>
  fails(new CutOff(maxCompletionTokens === undefined ? {} : { maxCompletionTokens }))({ model, messages: [] }, onToken)
const empty = fails(new EmptyAnswer({ message: "the answer is empty" }))

const run = (
  replies: ReadonlyArray<Reply>,
  options: { readonly info?: Omit<ModelInfo, "id">; readonly maxCompletionTokens?: number } = {}
) =>
  Effect.gen(function* () {
    const { info, ...settings } = options
    const openRouter = api({ "x/1": replies }, Effect.succeed([{ id: "x/1", ...info }]))
    const report = yield* finish(yield* start({ models: ["x/1"], ...settings }, { api: openRouter }), 4_000)
    return {
      ceilings: openRouter.requests.map(({ maxCompletionTokens }) => maxCompletionTokens),
      causes: report.outcomes.flatMap(({ attempts }) => attempts.map(({ cause, waitedMs }) => [cause, waitedMs])),
      success: report.success,
      reason: Option.getOrUndefined(report.outcomes[0]?.reason ?? Option.none()),
      retryAt: Option.getOrUndefined(report.outcomes[0]?.retryAt ?? Option.none())
    }
  })

describe("an answer that is cut off", () => {
  it.effect("is asked for again at once with a doubled max_completion_tokens, at most twice", () =>
    Effect.gen(function* () {
      const { causes, ceilings, reason, retryAt } = yield* run([cutOff])
      deepStrictEqual(ceilings, [4_096, 8_192, 16_384])
      deepStrictEqual(causes, [
        ["first", 0],
        ["cut-off", 0],
        ["cut-off", 0]
      ])
      deepStrictEqual(reason, new CutOff({ maxCompletionTokens: 16_384 }))
      assert.isUndefined(retryAt)
    })
  )

  it.effect("goes up to the model's own ceiling and not beyond", () =>
    Effect.gen(function* () {
      const limited = (maxCompletionTokens: number) => run([cutOff], { info: { maxCompletionTokens } })
      deepStrictEqual((yield* limited(10_000)).ceilings, [4_096, 8_192, 10_000])
      deepStrictEqual((yield* limited(8_192)).ceilings, [4_096, 8_192])
      deepStrictEqual((yield* limited(5_000)).ceilings, [4_096, 5_000])
      deepStrictEqual((yield* limited(4_096)).ceilings, [4_096])
      deepStrictEqual((yield* limited(1_000)).ceilings, [1_000])
    })
  )

  it.effect("starts from the room that was asked for", () =>
    Effect.gen(function* () {
      deepStrictEqual((yield* run([cutOff], { maxCompletionTokens: 100 })).ceilings, [100, 200, 400])
    })
  )

  it.effect("keeps its doubled room through a failure that passes, and uses up no retry", () =>
    Effect.gen(function* () {
      const { causes, ceilings, success } = yield* run([cutOff, http(503), http(503), http(503), answers()])
      assert.isTrue(success)
      deepStrictEqual(ceilings, [4_096, 8_192, 8_192, 8_192, 8_192])
      deepStrictEqual(
        causes.map(([cause]) => cause),
        ["first", "cut-off", "backoff", "backoff", "backoff"]
      )
    })
  )
})

describe("an answer whose finish reason and count of tokens contradict each other", () => {
  const contested = (text: string, finishReason = "length") => answers({ ending: "contested", finishReason, text })
  const module = "def execute_trade(a, b, c):\n    if a > b:\n        return 1\n    return 2\n"

  it.effect("is taken where its module is whole", () =>
    Effect.gen(function* () {
      for (const text of [module, `\`\`\`python\n${module}\`\`\`\n`]) {
        const { ceilings, success } = yield* run([contested(text)])
        assert.isTrue(success)
        deepStrictEqual(ceilings, [4_096])
      }
    })
  )

  it.effect("was cut off where it is not, or may not be", () =>
    Effect.gen(function* () {
      for (const text of [
        module.replace("    return 2\n", ""),
        `${module}\nclass A:\n    def b(self`,
        `\`\`\`python\n${module}`
      ]) {
        const { causes, ceilings, reason } = yield* run([contested(text)])
        deepStrictEqual(ceilings, [4_096, 8_192, 16_384])
        deepStrictEqual(
          causes.map(([cause]) => cause),
          ["first", "cut-off", "cut-off"]
        )
        deepStrictEqual(reason, new CutOff({ because: "token-limit" }))
      }
    })
  )

  it.effect("was cut off where half of it is left, although the server says that it is whole", () =>
    Effect.gen(function* () {
      const helper = "def mean(values):\n    return sum(values)\n"
      for (const text of [module.replace("    return 2\n", ""), `\`\`\`python\n${module}`, helper]) {
        const { ceilings, reason } = yield* run([contested(text, "stop")])
        deepStrictEqual(ceilings, [4_096, 8_192, 16_384])
        deepStrictEqual(reason, new CutOff({ because: "token-limit" }))
      }
      assert.isTrue((yield* run([contested(module, "stop")])).success)
    })
  )

  it.effect("is a mistake of the model's where it is one, and the server says that the answer is whole", () =>
    Effect.gen(function* () {
      for (const wrong of ["    return c +\n    return 2\n", "    return unknown\n"]) {
        for (const finishReason of ["stop", ""]) {
          const { reason } = yield* run([contested(module.replace("    return 2\n", wrong), finishReason)])
          assert.instanceOf(reason, BadCode)
        }
      }
    })
  )

  it.effect("is judged like any other otherwise", () =>
    Effect.gen(function* () {
      const { causes, reason } = yield* run([contested(`import subprocess\n${module}`)])
      assert.instanceOf(reason, BadCode)
      assert.strictEqual(causes.length, 1)
    })
  )
})

describe("an empty answer", () => {
  it.effect("is asked for once more, at once", () =>
    Effect.gen(function* () {
      const { causes, success } = yield* run([empty, answers()])
      assert.isTrue(success)
      deepStrictEqual(causes, [
        ["first", 0],
        ["empty", 0]
      ])
    })
  )

  it.effect("is the end the second time, also when something else happened in between", () =>
    Effect.gen(function* () {
      for (const replies of [[empty], [empty, http(503), empty, answers()]]) {
        const { causes, reason } = yield* run(replies)
        assert.strictEqual(causes.length, Math.max(2, replies.length - 1))
        assert.strictEqual(reason?._tag, "EmptyAnswer")
      }
    })
  )

  it.effect("is what thoughts are whose marks are in the text", () =>
    Effect.gen(function* () {
      const text = "<think>\nI could use RSI, or a crossover of averages.\n</think>\n"
      const { causes, success } = yield* run([answers({ text }), answers()])
      assert.isTrue(success)
      deepStrictEqual(causes, [
        ["first", 0],
        ["empty", 0]
      ])
    })
  )

  it.effect("is what thoughts without a module are, and a module among them is none", () =>
    Effect.gen(function* () {
      const thoughts = { ending: "implied", thoughts: true } as const
      const { causes, success } = yield* run([answers({ text: "let me think", ...thoughts }), answers()])
      assert.isTrue(success)
      deepStrictEqual(causes, [
        ["first", 0],
        ["empty", 0]
      ])
      assert.isTrue((yield* run([answers(thoughts)])).success)
      const { reason } = yield* run([answers({ text: "def execute_trade(a, b, c):\n    retur", ...thoughts })])
      assert.strictEqual(reason?._tag, "EmptyAnswer")
      assert.match(reason?.message ?? "", /no module is in its reasoning \(.+\)/)
    })
  )

  it.effect("uses up no retry", () =>
    Effect.gen(function* () {
      assert.isTrue((yield* run([http(503), http(503), empty, http(503), answers()])).success)
    })
  )
})

describe("an answer without execute_trade", () => {
  it.effect("is a failure of its own, whose attempt is on the ledger as answered", () =>
    Effect.gen(function* () {
      const { causes, reason } = yield* run([answers({ text: "I cannot do that." })])
      assert.instanceOf(reason, BadCode)
      assert.strictEqual(causes.length, 1)
    })
  )
})

describe("an answer without code", () => {
  const noCode = (text: string) =>
    Effect.map(run([answers({ text })]), ({ reason }) => (reason?._tag === "BadCode" ? reason.message : reason?._tag))

  it.effect("is quoted, since it may be a refusal that came as an answer", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* noCode("The account behind this API key\nhasn't enough\u001b[31m credits."),
        `extract: the answer contains no Python code: "The account behind this API key hasn't enough [31m credits."`
      )
    })
  )

  it.effect("is quoted with its first words, on one line", () =>
    Effect.gen(function* () {
      const message = yield* noCode("No words for you. ".repeat(1_000))
      assert.match(message ?? "", /^extract: the answer contains no Python code: "No words for you\. [^\n]{100,150}…"$/)
    })
  )
})

describe("a check that dies", () => {
  it.effect("costs its own model and nothing else, and is no fault that the model could correct", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [answers({ text: "boom" })], "x/2": [answers()] })
      const report = yield* finish(yield* start({ models: ["x/1", "x/2"], repairs: 2 }, { api: openRouter }), 0)
      assert.strictEqual(openRouter.requests.length, 2)
      const [first, second] = report.outcomes
      const reason = Option.getOrUndefined(first?.reason ?? Option.none())
      assert.match(reason?.message ?? "", /the check itself failed: Error: no such file/)
      assert.strictEqual(second?.status, "ok")
    }).pipe(
      Effect.provide(
        Layer.succeed(CodeCheck.CodeCheck, {
          ...CodeCheck.make(),
          accept: (answer) => {
            if (answer === "boom") throw new Error("no such file")
            return CodeCheck.make().accept(answer)
          }
        })
      )
    )
  )
})
