import { assert, describe, it } from "@effect/vitest"
import * as Amounts from "../../../src/cli/Amounts.js"
import * as Compare from "../../../src/cli/commands/Compare.js"
import * as Leaderboard from "../../../src/cli/view/Leaderboard.js"
import * as Look from "../../../src/cli/view/Look.js"
import type { Score } from "../../../src/domain/Score.js"
import * as Markets from "../../../src/market/Markets.js"
import * as Exam from "../../../src/score/Exam.js"
import * as Grading from "../../../src/score/Grading.js"

const exam = Exam.ofSeries(Markets.make("decline", { bar: "day", bars: 600, seed: 3, ticker: "AAPL" }))
const holding = Grading.score(exam, [[0]])
const buying = Grading.score(exam, [[0, 30]])

const scoreOf = (value: number, half: number | null): Score => ({
  ...buying,
  return: { value, interval: half === null ? null : [value - half, value + half] }
})

const row = (
  index: number,
  rank: number | undefined,
  score: Score,
  repeats?: Leaderboard.Row["repeats"]
): Leaderboard.Row => ({
  index,
  ticker: "AAPL",
  name: `x/${index}`,
  rank,
  score,
  repeats
})

const wide = Look.terminal(200)

describe("the leaderboard", () => {
  it("says of a single tick that it is one", () => {
    assert.match(Leaderboard.basis({ ...buying, ticks: 1 }), /, 1 tick of a day/)
    assert.match(Leaderboard.basis({ ...buying, ticks: 2 }), /, 2 ticks of a day/)
  })

  it.each([60, 80, 100])("fits %i columns", (columns) => {
    const name = "meta-llama/llama-3.2-1b-instruct:free #2"
    const rows = [
      { ...row(0, 1, buying), name },
      { ...row(1, 1, buying, { index: 0, same: true }), name: "b" }
    ]
    const lines = Leaderboard.render(rows, Look.terminal(columns)).flatMap((text) => text.split("\n"))
    for (const line of lines) assert.isBelow(line.length, columns, line)
    assert.match(lines.join("\n"), /return after costs/)
  })

  it("leaves out columns by how little they say, and shortens names in the middle", () => {
    const head = (columns: number) =>
      Leaderboard.render([{ ...row(0, 1, buying), name: "simulated/generated_algo_x_y.py" }], Look.terminal(columns))[0]
        ?.split("\n")[0]
        ?.split(/ {2,}/)
        .slice(1)
    const all = ["return after costs", "over hold", "drawdown", "trades", "beats random"]
    assert.deepStrictEqual(head(120), all)
    assert.deepStrictEqual(head(100), all.slice(0, 4))
    assert.deepStrictEqual(head(80), ["return after costs", "trades"])
    const text = Leaderboard.render(
      [{ ...row(0, 1, buying), name: "simulated/generated_algo_meta_llama_free.py" }],
      Look.terminal(80)
    )
    assert.match(text[0] ?? "", /^1 {5}simulated\/…\w+_free\.py {2}/m)
  })

  it("has whole paths in a file, beside the same columns", () => {
    const name = `generated/AAPL/generated_algo_${"long_".repeat(20)}free.py`
    const [table = ""] = Leaderboard.render([{ ...row(0, 1, buying), name }], Look.plain)
    assert.match(table, new RegExp(`^1 {5}${name} {2}.* \\d+ %$`, "m"))
    assert.include(table, "beats random")
    const side = { file: name, score: buying }
    assert.strictEqual(Compare.table(side, side, Look.plain)[0], `A  ${name}`)
  })

  it("is empty without a score", () => {
    assert.deepStrictEqual(Leaderboard.render([], wide), [])
  })

  it("has a row for each algorithm, and says so where the prices do not tell them apart", () => {
    const [table = "", ...lines] = Leaderboard.render(
      [
        row(0, 1, scoreOf(0.01, 0.05)),
        row(1, 1, scoreOf(0.02, 0.05), { index: 0, same: true }),
        row(2, 1, scoreOf(0.015, 0.05), { index: 0, same: false })
      ],
      wide
    )
    assert.deepStrictEqual(
      table.split("\n").map((line) => line.split(/ {2,}/).slice(0, 3)),
      [
        ["rank", "return after costs", "over hold"],
        ["1=", "x/1", "+2.00 % (-3.00 % to +7.00 %)"],
        ["1=", "x/2", "+1.50 % (-3.50 % to +6.50 %)"],
        ["1=", "x/0", "+1.00 % (-4.00 % to +6.00 %)"]
      ]
    )
    assert.match(
      lines[0] ?? "",
      /^Scored on 10 folds of AAPL, 200 ticks of a day, which no prompt describes; fee 0\.01 %, slippage 0\.05 %; buy and hold -\d/
    )
    assert.deepStrictEqual(lines.slice(1, -1), [
      "Their 95 % intervals, in brackets, overlap: these prices do not tell them apart.",
      "x/1 is the same program as x/0, apart from names and constants.",
      "x/2 is nearly the same program as x/0."
    ])
    assert.notMatch([table, ...lines].join("\n"), /\bbest\b/i)
  })

  it("says once which repeat the same program, and names few of many", () => {
    const repeating = (n: number) =>
      Array.from({ length: n }, (_, at) => row(at + 1, 1, buying, { index: 0, same: true }))
    const said = (n: number) =>
      Leaderboard.render([row(0, 1, buying), ...repeating(n)], wide).filter((line) => /same program/.test(line))
    const end = "the same program as x/0, apart from names and constants."
    assert.deepStrictEqual(said(1), [`x/1 is ${end}`])
    assert.deepStrictEqual(said(2), [`x/1 and x/2 are ${end}`])
    assert.deepStrictEqual(said(4), [`x/1, x/2, x/3 and x/4 are ${end}`])
    assert.deepStrictEqual(said(5), [`x/1, x/2, x/3 and 2 more are ${end}`])
  })

  it("shortens names of files before it leaves columns out", () => {
    const name = "simulated/generated_algo_microsoft_phi_3_mini_128k_instruct_free.py"
    const of = (columns: number) =>
      Leaderboard.render([{ ...row(0, 1, buying), name }], Look.terminal(columns))[0] ?? ""
    assert.include(of(200), `${name}  `)
    assert.match(of(120), /over hold +drawdown +trades +beats random/)
    assert.match(of(120), /^1 +simulated.*…?.*free\.py/m)
    assert.notMatch(of(80), /beats random/)
  })

  it("puts what never traded last, and says it loudly", () => {
    const rows = [row(0, undefined, holding), row(1, 1, buying), row(2, 1, buying)]
    const [table = "", , verdict, idle] = Leaderboard.render(rows, wide)
    assert.match(table.split("\n").at(-1) ?? "", /^- {5}x\/0 {2}NEVER TRADED/)
    assert.match(verdict ?? "", /do not tell them apart/)
    assert.strictEqual(idle, "What never traded has no rank.")
    const alone = Leaderboard.render([row(0, undefined, holding), row(1, undefined, holding)], wide)
    assert.deepStrictEqual(alone[0]?.match(/^\S+ +x\/\d/gm), ["-     x/0", "-     x/1"])
    assert.notInclude(Leaderboard.render([row(1, 1, buying)], wide).join("\n"), "has no rank")
  })

  it("explains brackets where there is an order, and says where there are too few prices", () => {
    const ordered = Leaderboard.render([row(0, 1, scoreOf(0.1, 0.01)), row(1, 2, scoreOf(0, 0.01))], wide)
    assert.match(ordered[2] ?? "", /^In brackets: where the return lies with 95 % confidence\./)
    const few = Leaderboard.render([row(0, 1, scoreOf(0.1, null)), row(1, 1, scoreOf(0, null))], wide)
    assert.strictEqual(few[2], "There are too few prices to tell them apart.")
    assert.strictEqual(Leaderboard.render([row(0, 1, buying)], wide).length, 3)
  })

  it("is one for each ticker", () => {
    const lines = Leaderboard.render([row(0, 1, buying), { ...row(1, 1, holding), ticker: "MSFT" }], wide)
    assert.deepStrictEqual(
      lines.filter((line) => line.startsWith("rank")).map((table) => table.split("\n").length),
      [2, 2]
    )
  })
})

describe("two scores side by side", () => {
  it.each([60, 80, 100])("fit %i columns, with the paths above", (columns) => {
    const [one, other] = ["a", "b"].map((name) => ({ file: `simulated/${name.repeat(60)}_free.py`, score: buying }))
    if (one === undefined || other === undefined) return assert.fail()
    const lines = Compare.table(one, other, Look.terminal(columns)).flatMap((text) => text.split("\n"))
    for (const line of lines) assert.isBelow(line.length, columns, line)
    assert.match(lines.slice(0, 4).join("\n"), /^A {2}\S+_free\.py\nB {2}\S+_free\.py\n\n +A +B$/)
    assert.match(lines.join("\n"), /^AAPL +[▁▂▃▄▅▆▇█]{10,40} +[▁▂▃▄▅▆▇█]{10,40}$/m)
  })
})

describe("what is said of two scores", () => {
  const profits = (...shares: ReadonlyArray<number>): Score => ({
    ...buying,
    parts: { kind: "fold", count: shares.length, profits: shares }
  })
  const said = (one: Score, other: Score) =>
    Compare.table({ file: "a.py", score: one }, { file: "b.py", score: other }, wide).join("\n")

  it("is by how much one made more, and whether that may be chance", () => {
    const flat = profits(0, 0, 0)
    assert.match(
      said(profits(0.01, 0.01, 0.01), flat),
      /A made 3\.00 % more than B\. The 95 % interval .* is \+3\.00 % to/
    )
    assert.match(
      said(flat, profits(0.01, 0.01, 0.01)),
      /A made 3\.00 % less than B\. The 95 % interval .* is -3\.00 % to/
    )
    assert.match(
      said(profits(0.04, -0.02, 0.01), flat),
      /A made 3\.00 % more than B, which may be chance: .*, contains 0\./
    )
    assert.match(said(profits(0.03), profits(0)), /A made 3\.00 % more than B\. There are too few prices/)
    assert.match(said(flat, flat), /^A and B made the same\.$/m)
  })

  it("stops there where they were played over different prices", () => {
    const [play] = buying.plays
    if (play === undefined) return assert.fail()
    const text = said(buying, { ...buying, plays: [{ ...play, market: "MSFT" }] })
    assert.match(text, /^return after costs +[+-]\d.*\) +[+-]\d.*\)$/m)
    assert.match(text, /^A: Scored on 10 folds of AAPL,/m)
    assert.match(text, /^B: Scored on 10 folds of MSFT,/m)
    assert.match(text, /^They were played over different prices, so their scores do not compare\.$/m)
    assert.notMatch(text, /A made|▁/)
  })
})

describe("a rate", () => {
  it("has a unit", () => {
    for (const [text, rate] of [
      ["0.1%", 0.001],
      ["5bp", 0.0005],
      ["0 %", 0],
      ["12.5 bps", 0.00125],
      ["0.1", undefined],
      ["100%", undefined],
      ["-1%", undefined],
      ["%", undefined]
    ] as const) {
      assert.strictEqual(Amounts.parseRate(text), rate, text)
    }
  })
})
