/** The prompt: what it says, and how an application brings its own. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Either, Layer } from "effect"
import * as CodeCheck from "../../../src/code/CodeCheck.js"
import * as Generation from "../../../src/generation/Generation.js"
import * as Plan from "../../../src/generation/Plan.js"
import * as Markets from "../../../src/market/Markets.js"
import * as Market from "../../../src/prompt/Market.js"
import * as Prompt from "../../../src/prompt/Prompt.js"
import * as Strategy from "../../../src/prompt/Strategy.js"
import * as Template from "../../../src/prompt/Template.js"
import { answers, api, store } from "../generation/doubles.js"

const template = (text: string) => Either.getOrThrow(Template.parse(text))

describe("the prompt", () => {
  const subject = { model: "x/y:free", ticker: "BRK-B", sample: 1 }

  it("asks for execute_trade and its answers, and names the ticker and the model's strategy", () => {
    const prompt = Prompt.build(subject)
    const { directive, family } = Strategy.forModel("x/y:free")
    for (const part of [
      "def execute_trade(ticker, price, tick, cash_balance, shares_held):",
      '"BUY", "SELL" or "HOLD"',
      '("BUY", 10)',
      "BRK-B",
      family,
      directive
    ]) {
      assert.include(prompt, part)
    }
  })

  it("is the same for the same subject, and another one for another model, ticker or sample", () => {
    assert.strictEqual(Prompt.build(subject), Prompt.build({ ...subject }))
    const others = [{ model: "x/z:free" }, { ticker: "AAPL" }, { sample: 2 }]
    const prompts = [{}, ...others].map((other) => Prompt.build({ ...subject, ...other }))
    assert.strictEqual(new Set(prompts).size, prompts.length)
  })

  it("offers what the check lets pass, and asks for what it looks for", () => {
    const prompt = Prompt.build(subject)
    const [, offered = ""] = /standard modules (.*), or none/.exec(prompt) ?? []
    const names = offered.split(/, | and /)
    assert.isAtLeast(names.length, 5)
    const module = (name: string, parameters: string) =>
      `import ${name}\n\ndef execute_trade(${parameters}):\n    return "HOLD"\n`
    const [, parameters = ""] = /def execute_trade\((.*)\):/.exec(prompt) ?? []
    const { check } = CodeCheck.make()
    for (const name of names) assert.isTrue(Either.isRight(check(module(name, parameters))), name)
    assert.isTrue(Either.isLeft(check(module("subprocess", parameters))))
    assert.isTrue(Either.isLeft(check(module("math", `${parameters}, more`))))
  })

  it("names the strategy that it gives, unless a text of one's own has none", () => {
    const named = (text: string, system?: string) =>
      Prompt.make({ prompt: template(text), system: system === undefined ? undefined : template(system) })
    const place = { ...subject, position: 4 }
    assert.strictEqual(Prompt.strategy(place), Strategy.forModel("x/y:free", 1, 4).name)
    assert.strictEqual(named("{{strategy}}").strategy?.(place), Prompt.strategy(place))
    assert.strictEqual(named("", "{{strategy}}").strategy?.(place), Prompt.strategy(place))
    assert.isUndefined(named("{{ticker}}").strategy)
  })

  it.effect("is made of templates, the ticks' length and prices", () =>
    Effect.gen(function* () {
      const series = Markets.make("rise", { bar: "day", bars: 90, seed: 1, ticker: "AAPL" })
      const asked = (options: Prompt.Options, ticker = "AAPL") =>
        Prompt.messages(Prompt.make(options), { ...subject, ticker })
      const text = (options: Prompt.Options) => Effect.map(asked(options), ([{ content } = { content: "" }]) => content)
      const plain = Prompt.build({ ...subject, ticker: "AAPL" })
      assert.strictEqual(yield* text({}), plain)
      assert.include(plain, Market.ofBar("minute"))
      assert.strictEqual(yield* text({ bar: "hour" }), plain.replace(Market.ofBar("minute"), Market.ofBar("hour")))
      assert.strictEqual(
        yield* text({ data: [series] }),
        plain.replace(Market.ofBar("minute"), Market.ofSeries(series))
      )
      const own = yield* text({
        data: [series],
        prompt: template("{{ticker}}\n{{signature}}\n{{market}}\n{{imports}}")
      })
      assert.match(
        own,
        /^AAPL\ndef execute_trade\(ticker, .*\):\nA tick is one trading day\.[^]*\nmath, .* and datetime$/
      )
      const offered = (one: string) => plain.replace("and datetime,", `and datetime, and ${one},`)
      assert.strictEqual(yield* text({ imports: ["pandas"] }), offered("pandas"))
      assert.strictEqual(yield* text({ imports: ["pandas", "ta"] }), offered("pandas and ta"))
      assert.notStrictEqual(offered("pandas"), plain)
      const error = yield* Effect.flip(asked({ data: [series] }, "TSLA"))
      assert.strictEqual(error.message, "the data have no prices of TSLA, only of AAPL")
    })
  )

  it.effect("gives instructions of its own, which those of the run and of the request replace", () =>
    Effect.gen(function* () {
      const own = Prompt.layer(Prompt.make({ prompt: template("ask"), system: template("trade {{ticker}}") }))
      const said = (system?: string, ofRequest?: string) =>
        Effect.flatMap(Plan.planner(system), (plan) =>
          plan({ model: "x/1", ticker: "aapl", system: ofRequest }, 0)
        ).pipe(
          Effect.map(({ messages }) => messages.map(({ content, role }) => `${role}: ${content}`)),
          Effect.provide(own)
        )
      deepStrictEqual(yield* said(), ["system: trade AAPL", "user: ask"])
      deepStrictEqual(yield* said("the run's"), ["system: the run's", "user: ask"])
      deepStrictEqual(yield* said("the run's", "the request's"), ["system: the request's", "user: ask"])
    })
  )

  it.effect("can be an application's own, through a layer", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1:free": [answers()], "x/2": [answers()] })
      const own = Prompt.layer({ build: ({ model, sample, ticker }) => `${model} ${ticker} ${sample}` })
      // The second one is asked as its twin, and keeps the prompt of the id that was requested.
      const report = yield* Generation.generateAlgorithms({ models: ["x/1", "x/2"], ticker: "aapl" }).pipe(
        Effect.provide(Layer.mergeAll(openRouter.layer, store().layer, own))
      )
      assert.isTrue(report.success)
      deepStrictEqual(
        openRouter.requests.map(({ messages }) => messages),
        ["x/1 AAPL 1", "x/2 AAPL 1"].map((content) => [{ role: "user" as const, content }])
      )
    })
  )
})
