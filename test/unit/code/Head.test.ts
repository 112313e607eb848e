/** What stands before the code of a module: the arena's prices. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Either } from "effect"
import * as CodeCheck from "../../../src/code/CodeCheck.js"
import * as Head from "../../../src/code/Head.js"
import * as Bars from "../../../src/market/Bars.js"
import * as Markets from "../../../src/market/Markets.js"
import * as Arena from "../../../src/prompt/Arena.js"

const series = Markets.make("walk", { bar: "day", bars: 600, seed: 1 })
const head = Arena.arrays(series)
const checked = CodeCheck.make({ head: (ticker) => (ticker === "WALK" ? Head.make(Arena.NAMES, head) : undefined) })
const BODY =
  'def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD" if price < max(_HISTORICAL_CLOSES) else "BUY"\n'
const sourceOf = (code: string) => Either.getOrThrow(checked.check(code, "WALK")).source

describe("a head", () => {
  it("stands before the code, which may use its names; without it they are unknown", () => {
    assert.strictEqual(sourceOf(BODY), head + BODY)
    assert.isTrue(Either.isLeft(CodeCheck.make().check(BODY)))
    // It is that of one ticker.
    assert.isTrue(Either.isLeft(checked.check(BODY, "MSFT")))
    assert.isTrue(Either.isLeft(checked.check(BODY)))
    const answer = Either.getOrThrow(checked.accept(`Here it is:\n\`\`\`python\n${BODY}\`\`\`\n`, { ticker: "WALK" }))
    assert.strictEqual(answer.source, head + BODY)
  })

  it("takes the place of what the code says about its names", () => {
    for (const own of [
      "_HISTORICAL_CLOSES = []\n",
      "_HISTORICAL_CLOSES: list = [1,\n  2]\n",
      "_HISTORICAL_LOWS = [1.0]  \n"
    ]) {
      const source = sourceOf(own + BODY)
      assert.isTrue(source.startsWith(head))
      assert.strictEqual(source.split("_HISTORICAL_CLOSES =").length, 2, own)
      assert.strictEqual(source.split("\n").length, (head + own + BODY).split("\n").length)
    }
    assert.include(sourceOf(`closes = list(_HISTORICAL_CLOSES)\n${BODY}`), "closes = list(_HISTORICAL_CLOSES)")
  })

  it("comes after imports from __future__, which have to be first", () => {
    const future = "from __future__ import annotations\n"
    assert.strictEqual(sourceOf(future + BODY), future + head + BODY)
  })

  it("does not count in the line of a failure", () => {
    const lineOf = (code: string) => Either.getOrThrow(Either.flip(checked.check(code, "WALK"))).line
    assert.strictEqual(lineOf(`x = 1\n${BODY.replace("price", "prize")}`.replace("return", "return prize if")), 3)
    assert.strictEqual(lineOf("def execute_trade(:\n"), 1)
  })
})

describe("the arena's lists", () => {
  it("are the latest prices of what a prompt may know, equally long, and none of those kept for scoring", () => {
    const lists = head
      .trim()
      .split("\n")
      .map((line) => /^(\w+) = \[(.*)\]$/.exec(line)?.slice(1) ?? [])
    deepStrictEqual(
      lists.map(([name]) => name),
      [...Arena.NAMES]
    )
    for (const [, values = ""] of lists) assert.strictEqual(values.split(", ").length, 250)
    const shown = Bars.shown(series)
    const closes = lists[4]?.[1]?.split(", ").map(Number)
    deepStrictEqual(closes, shown.close.slice(-250))
    deepStrictEqual(
      lists[0]?.[1]?.split(", ")[249],
      `"${new Date(shown.times.at(-1) ?? 0).toISOString().slice(0, 10)}"`
    )
    assert.strictEqual(
      Arena.arrays(Bars.slice(series, 0, 3)).split("\n")[4],
      `_HISTORICAL_CLOSES = [${series.close.slice(0, 2).join(", ")}]`
    )
  })
})
