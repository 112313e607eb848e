/**
 * What the models are told, word for word, and the numbers of the strategies with what each of them would do on a market. It
 * was read and found right, and stands in `test/golden/prompt`. Where it is meant to change, `npx vitest run --project unit
 * test/unit/prompt/Golden.test.ts -u` writes it anew.
 */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { expect } from "vitest"
import type { Practice } from "../../../src/domain/Round.js"
import * as Bars from "../../../src/market/Bars.js"
import * as Markets from "../../../src/market/Markets.js"
import * as Arena from "../../../src/prompt/Arena.js"
import { FAMILIES } from "../../../src/prompt/Families.js"
import * as Improve from "../../../src/prompt/Improve.js"
import * as Keep from "../../../src/prompt/Keep.js"
import * as Market from "../../../src/prompt/Market.js"
import * as Prompt from "../../../src/prompt/Prompt.js"
import * as Strategy from "../../../src/prompt/Strategy.js"
import * as Template from "../../../src/prompt/Template.js"
import { entryOf } from "./entries.js"

const golden = (name: string, lines: ReadonlyArray<string>) =>
  expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../../golden/prompt/${name}.txt`)

const subject = { model: "x/y:free", ticker: "BRK-B", sample: 1, position: 0 }
const series = Markets.make("crash", { bar: "hour", bars: 390, seed: 1, ticker: "BRK-B" })
const textOf = (service: Prompt.Service, of: Prompt.Subject = subject): string => String(service.build(of))

describe("what the models are told is what it was:", () => {
  it("prompts", async () => {
    const own = Either.getOrThrow(Template.parse("{{imports}}"))
    const variants: Readonly<Record<string, string>> = {
      "the project's own": Prompt.build(subject),
      "with prices and packages": textOf(Prompt.make({ data: [series], imports: ["numpy", "pandas", "ta"] })),
      "its imports, and one package": textOf(Prompt.make({ prompt: own, imports: ["numpy"] })),
      "the arena's": textOf(Prompt.make({ prompt: Arena.prompt(false) })),
      "the arena's, with prices": textOf(Prompt.make({ prompt: Arena.prompt(true), data: [series] }))
    }
    await golden(
      "prompts",
      Object.entries(variants).flatMap(([name, text]) => [`=== ${name}`, text])
    )
  })

  it("markets", async () => {
    const of = (step: number, bar: Bars.BarSize = "minute") =>
      Market.ofSeries({ ...Markets.make("walk", { bar, bars: 8, seed: 1 }), times: [0, step, 2 * step] })
    const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000]
    const steps = [
      0,
      1500,
      second,
      59 * second,
      minute,
      90 * second,
      59 * minute,
      hour,
      90 * minute,
      23 * hour,
      day,
      2 * day,
      36 * hour
    ]
    const sizes = Bars.BAR_SIZES.flatMap((bar) => steps.map((step) => `${bar}, ${step} ms: ${of(step, bar)}`))
    const described = Markets.all({ bar: "day", bars: 300, seed: 2 }).map(
      ([name, each]) => `${name}: ${Market.ofSeries(each)}`
    )
    await golden("markets", [...sizes, ...described])
  })

  it("arrays of an arena's file", async () => {
    const bars = (count: number) => Markets.make("walk", { bar: "day", bars: count, seed: 1 })
    const lengths = [0, 1, 374, 375, 376, 600].map((count) => {
      const lists = Arena.arrays(bars(count)).trimEnd().split("\n")
      assert.deepStrictEqual(
        lists.map((line) => line.split(" ")[0] ?? ""),
        [...Arena.NAMES]
      )
      return `${count} bars: ${lists.map((line) => line.split(", ").length).join(" ")}, from ${lists[0]?.slice(22, 34)}`
    })
    await golden("arrays", [...lengths, Arena.arrays(bars(6))])
  })

  const practice = (made: number, trades: number, more: Partial<Practice> = {}): Practice => ({
    markets: 1,
    ticks: 200,
    return: made,
    holdReturn: 0.0234567,
    trades,
    exposure: 0.456,
    maxDrawdown: 0.0345,
    worst: [],
    ...more
  })

  it("improvements that are asked for", async () => {
    const trade = { market: "crash", from: 3, to: 9, shares: 5, entry: 123.4567, exit: 100, profit: -0.0123 }
    const others = (count: number) => Array.from({ length: count }, (_, n) => practice(n / 100, n))
    const facts: ReadonlyArray<Improve.Facts> = [
      { round: 1, practice: practice(0, 0), others: [], rejected: [] },
      { round: 1, practice: practice(0.05, 1), others: others(1), rejected: [] },
      {
        round: 2,
        practice: practice(0.05, 2, { markets: 6, worst: [trade, { ...trade, shares: -5 }] }),
        others: others(10),
        rejected: []
      },
      {
        round: 2,
        practice: practice(-0.05, 2, { worst: [trade] }),
        others: others(11),
        rejected: [{ round: 1, reason: "it failed" }]
      },
      {
        round: 3,
        practice: practice(0.05, 2),
        others: [],
        rejected: [
          { round: 1, practice: 0.02 },
          { round: 2, practice: -0.02, reason: "it lost" }
        ]
      }
    ]
    await golden(
      "improvements",
      facts.map((each) => `${Improve.message(each)}\n`)
    )
  })

  it("and what counts as keeping a module", () => {
    const kept = [
      "KEEP",
      " **KEEP** it",
      '"KEEP"',
      "KEEP: it is good",
      "I say KEEP.",
      "It is good:\n`KEEP`!\nBecause.",
      "well, KEEP"
    ]
    const others = [
      "KEEPING it",
      "I would KEEP it",
      "keep",
      "",
      "UPKEEP",
      "KEEP\n\ndef execute_trade(",
      "so\nI KEEP\nit"
    ]
    assert.deepStrictEqual(
      kept.filter((answer) => !Keep.isSaid(answer)),
      []
    )
    assert.deepStrictEqual(others.filter(Keep.isSaid), [])
  })
})

describe("the strategies are what they were:", () => {
  it("directives", async () => {
    const dealt = [
      ...Array.from({ length: 3 * Strategy.FAMILY_COUNT }, (_, n) => n),
      10_000,
      Strategy.COUNT - 1,
      Strategy.COUNT
    ]
    const lines = dealt.map((number) => {
      const { directive, family, name } = Strategy.at(number)
      return `${number}: ${name}, ${family}, ${Strategy.familyOf(name)}: ${directive}`
    })
    const models = [[1], [2], [100], [1, 3], [2, 3]].map(
      ([sample, position]) =>
        `sample ${sample} of ${position ?? "no"} place: ${Strategy.forModel("x/1", sample, position).name}`
    )
    await golden("strategies", [...lines, ...models, Strategy.UNIT])
  })

  it("numbers, and where they buy", async () => {
    const days = [
      Markets.make("walk", { bar: "minute", bars: 70, seed: 4 }).close,
      Markets.make("crash", { bar: "day", bars: 70, seed: 5 }).close,
      // Round moves and repeated prices: what lies on a line.
      Array.from(
        { length: 70 },
        (_, n) => 100 + ([0, 1, 2, 1, 0, -1, -2, -1, -1, 0, 3, 3, 1].at(n % 13) ?? 0) * (n % 5)
      )
    ]
    const lines = FAMILIES.flatMap(({ name, numbers }) => {
      const [as, bs, cs, shares] = numbers
      const places = (a: number, b: number, c: number) =>
        days.map((prices) => {
          const buys = entryOf(name)(a, b, c)
          const at = prices.map((_, index) => (buys(prices.slice(0, index + 1)) ? 1 : 0))
          return Number.parseInt(at.join("").slice(0, 52), 2).toString(36)
        })
      const [a = 0, b = 0, c = 0] = numbers.map(([usual = 0]) => usual)
      const tried: ReadonlyArray<readonly [number, number, number]> = [
        as.map((other) => [other, b, c] as const),
        bs.map((other) => [a, other, c] as const),
        cs.map((other) => [a, b, other] as const)
      ].flat()
      const rows = tried.map((three) => `  ${three.join("/")}: ${places(...three).join(" ")}`)
      return [`${name}: ${[as, bs, cs, shares].map((values) => values.join(" ")).join(" / ")}`].concat(rows)
    })
    await golden("families", lines)
  })
})
