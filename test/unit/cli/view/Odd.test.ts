/** Events that come early, late, or for what is not there; and what holds where nothing else is said. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, TestClock } from "effect"
import * as Events from "../../../../src/cli/view/Events.js"
import * as Fit from "../../../../src/cli/view/Fit.js"
import * as LiveView from "../../../../src/cli/view/LiveView.js"
import * as Look from "../../../../src/cli/view/Look.js"
import * as Sparkline from "../../../../src/cli/view/Sparkline.js"
import * as Table from "../../../../src/cli/view/Table.js"
import { make } from "../../../../src/generation/Progress.js"
import * as Emulator from "../emulator.js"

describe("the live table", () => {
  it.scoped("draws what it knows, whatever else it hears of", () =>
    Effect.gen(function* () {
      const emulator = Emulator.make({ columns: 60, rows: 9 })
      const { listener } = yield* LiveView.make(emulator.terminal)
      const hear = (event: Parameters<typeof listener>[0]["event"]) => listener({ percent: 0, event })
      yield* hear(make.Writing({ index: 0, model: "x", text: "x", offset: 0 }))
      yield* hear(make.RunStarted({ ticker: "AAPL", models: ["a", "b"] }))
      yield* hear(make.Writing({ index: 7, model: "x", text: "x", offset: 3 }))
      yield* hear(make.ModelStarted({ index: 7, model: "x" }))
      yield* hear(make.SlotAdded({ index: 2, model: "a", ticker: "AAPL", sample: 2 }))
      yield* hear(make.Writing({ index: 2, model: "a", text: "one\n\n", offset: 0 }))
      yield* hear(make.Writing({ index: 2, model: "a", text: "two", offset: 4 }))
      yield* TestClock.adjust(100)
      deepStrictEqual(emulator.screen(), ["  a     waiting", "  b     waiting", "✎ a #2  line 2: two", ""])
    })
  )

  it("fits a terminal with a line above and below, and no other place", () => {
    const fits = (rows: number | undefined, isTTY = true, environment = {}) =>
      LiveView.fits({ isTTY, rows: rows ?? 0 }, environment, 6)
    deepStrictEqual([fits(8), fits(7), fits(undefined), fits(8, false)], [true, false, false, false])
    deepStrictEqual(
      [fits(8, true, { CI: "1" }), fits(8, true, { CI: "" }), fits(8, true, { TERM: "dumb" })],
      [false, true, false]
    )
  })
})

describe("the lines of events", () => {
  it.effect("are of one sample each, unless something else is said", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const listener = yield* Events.make((line) => Effect.sync(() => void lines.push(line)))
      const hear = (event: Parameters<typeof listener>[0]["event"]) => listener({ percent: 3, event })
      yield* hear(make.RunStarted({ ticker: "AAPL", models: ["a", "b"] }))
      yield* hear(make.ModelStarted({ index: 1, model: "b" }))
      yield* hear(make.ModelStarted({ index: 9, model: "z" }))
      const [first, , second, unknown] = lines.map((line) => JSON.parse(line))
      deepStrictEqual(first, { algogen: 1 })
      deepStrictEqual([second.ticker, second.sample, second.percent], ["AAPL", 1, 3])
      deepStrictEqual([unknown.ticker, unknown.sample], [undefined, undefined])
    })
  )
})

describe("texts that look alike", () => {
  const all = (texts: ReadonlyArray<string>, most: number) => Fit.shortenAll(texts, most)

  it("show the word in which they differ, wherever that stands", () => {
    deepStrictEqual(all(["a/same_long_name_of_it", "b/same_long_name_of_it"], 14), ["a/…_name_of_it", "b/…_name_of_it"])
    const [one = "", other = ""] = all(["x_long_name_alpha_of_it_all", "x_long_name_bravo_of_it_all"], 16)
    assert.include(one, "alpha")
    assert.include(other, "bravo")
    for (const most of [8, 10, 12, 16, 20, 30]) {
      const shown = all(["alpha_long_name_of_it_all", "bravo_long_name_of_it_all", "alpha_long_nose_of_it_all"], most)
      for (const text of shown) assert.isAtMost(Table.columns(text), most)
      strictEqual(new Set(shown).size, 3, `${most}`)
    }
  })
})

describe("a curve in a line", () => {
  it("is as high as its values, between its bounds", () => {
    strictEqual(Sparkline.render([0, 1, 2, 3, 4, 5, 6, 7], 0, 7), "▁▂▃▄▅▆▇█")
    strictEqual(Sparkline.render([0, 0.49, 0.51, 1], 0, 7), "▁▁▂▂")
    strictEqual(Sparkline.render([5, 5], 5, 5), "▁▁")
    strictEqual(Sparkline.render([-1, 9], 0, 7), "▁▁")
  })

  it("is thinned evenly, from the first to the last", () => {
    const values = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    deepStrictEqual(Sparkline.thin(values, 10), values)
    deepStrictEqual(Sparkline.thin(values, 4), [0, 3, 6, 9])
    deepStrictEqual(Sparkline.thin(values, 2), [0, 9])
    deepStrictEqual(Sparkline.thin(values, 0), [0, 9])
    deepStrictEqual(Sparkline.thin([1], 0), [1])
  })
})

describe("what a place can show", () => {
  it("is as wide as the terminal but for a column, and twenty columns at least", () => {
    deepStrictEqual(
      [80, 20, 19, 0].map((columns) => Look.terminal(columns).columns),
      [79, 19, 19, 19]
    )
    strictEqual(Look.of({ isTTY: true }, {}).columns, 79)
    strictEqual(Look.of({ isTTY: true, columns: 100 }, { TERM: "dumb" }).ascii, true)
    deepStrictEqual([Look.of({ columns: 100 }, {}), Look.plain.columns], [Look.plain, 120])
  })

  it("is ASCII where the first locale that is set is no UTF-8", () => {
    const ascii = (environment: Readonly<Record<string, string>>) => Look.isAscii(environment)
    deepStrictEqual(
      [{}, { LANG: "C" }, { LANG: "de_DE.UTF-8" }, { LANG: "de_DE.utf8" }, { LC_ALL: "C", LANG: "de_DE.UTF-8" }].map(
        ascii
      ),
      [false, true, false, false, true]
    )
    deepStrictEqual(
      [
        { LC_ALL: "", LC_CTYPE: "en.UTF-8", LANG: "C" },
        { LC_CTYPE: "C", LANG: "en.UTF-8" },
        { LC_ALL: "en.UTF-8", LC_CTYPE: "C" }
      ].map(ascii),
      [false, true, false]
    )
    strictEqual(Look.toAscii("→✎↻✓✗–…é"), ">*~+x-...?")
  })
})
