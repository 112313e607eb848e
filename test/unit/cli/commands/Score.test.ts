/** Whose prices a module is played over, and what a played one is in a document. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Either, Option } from "effect"
import * as Score from "../../../../src/cli/commands/Score.js"
import { PythonModule } from "../../../../src/domain/PythonModule.js"
import * as Markets from "../../../../src/market/Markets.js"
import { passed, scoreOf } from "../view/runs.js"
import { said } from "./said.js"

const seriesOf = (ticker: string) => Markets.make("decline", { bar: "day", bars: 30, seed: 3, ticker })

const played = (index: number, source: string, score: Score.Played["score"]): Score.Played => ({
  file: `${index}.py`,
  result: Either.right(new PythonModule({ source, arity: 3, imports: [] })),
  trial: passed(score),
  source,
  index,
  ticker: "AAPL",
  score
})

const flags = {
  data: [],
  bar: undefined,
  arena: false,
  fee: undefined,
  slippage: undefined,
  imports: [],
  config: undefined
}
const rest = { trialUnsandboxed: false, json: false }

describe("the ticker of a module", () => {
  it("is that of its head where the data have it, else the only one that they have", () => {
    const text = "# model: x\n# ticker: TSLA\nx = 1\n"
    const of = (text: string, ...tickers: ReadonlyArray<string>) => Score.tickerIn(text, tickers.map(seriesOf))
    strictEqual(Score.tickerIn(text, undefined), "TSLA")
    strictEqual(Score.tickerIn("x = 1\n", undefined), "AAPL")
    deepStrictEqual([of(text, "TSLA", "MSFT"), of(text, "GOOG", "MSFT"), of(text, "GOOG")], ["TSLA", "", "GOOG"])
    deepStrictEqual(
      [of("x = 1\n", "AAPL", "MSFT"), of("x = 1\n", "GOOG", "MSFT"), of("x = 1\n", "GOOG")],
      ["AAPL", "", "GOOG"]
    )
    const behind = (blanks: number) => Score.tickerIn(`${" ".repeat(blanks)}\n# ticker: TSLA\n`, undefined)
    deepStrictEqual([behind(4096 - 15), behind(4096)], ["TSLA", "AAPL"])
  })
})

describe("what was played", () => {
  const CODE = 'def execute_trade(ticker, cash_balance, shares_held):\n    return "HOLD"\n'
  const all = [
    played(0, CODE, scoreOf(0.01, 0.1)),
    played(1, CODE.replace("ticker", "name"), scoreOf(0.03, 0.1)),
    played(2, CODE, undefined),
    {
      ...played(3, CODE, scoreOf(0.05, 0.1)),
      result: Either.left({ stage: "trial" as const, code: "x", message: "y" })
    }
  ]

  it("is ranked where it has a score and is a module", () => {
    const found = Score.standings(all)
    deepStrictEqual([...found.keys()].toSorted(), [0, 1])
    const { file, ok, rank, repeats, score, trial } = Score.toJson(all[1] ?? played(1, "", undefined), found.get(1))
    deepStrictEqual([file, ok, rank, repeats, score?.return.value], ["1.py", true, 1, { index: 0, same: true }, 0.03])
    strictEqual(trial?._tag === "Passed" && trial.score === undefined, true)
    deepStrictEqual(
      [Score.toJson(all[2] ?? played(2, "", undefined)).rank, Option.isSome(all[2]?.trial ?? Option.none())],
      [undefined, true]
    )
  })

  it.effect("has to be readable, which is known before anything is played", () =>
    Effect.gen(function* () {
      const files = { empty: undefined, folder: undefined, "folder/b.py": CODE, "a.py": CODE }
      const play = (...names: ReadonlyArray<string>) => said(Score.play({ ...flags, ...rest }, names), { files })
      strictEqual(
        yield* play("a.py", "folder"),
        "! algogen: folder is a folder; name a .py file in it, such as folder/b.py (exit code 2)"
      )
      strictEqual(
        yield* play("a.py", "empty"),
        "! algogen: empty is a folder, and holds no .py file; name a .py file (exit code 2)"
      )
      strictEqual(
        yield* said(Score.play({ ...flags, ...rest }, ["a.py", "empty"], true), { files }),
        "! algogen: empty: the folder holds no .py file; name one, or the folder that algogen generate wrote to (exit code 2)"
      )
      strictEqual((yield* play("none.py")).startsWith("! algogen: none.py could not be read: "), true)
      strictEqual(
        yield* said(Score.play({ ...flags, ...rest }, ["folder"], true), { files, locked: ["folder"] }),
        "! algogen: folder could not be read: you have no permission to read it (EACCES); change its permissions (exit code 2)"
      )
    })
  )
})
