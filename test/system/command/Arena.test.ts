/** Files for the arena of AlgoClash, played by a stand-in of its loader. */
import { execFileSync } from "node:child_process"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as Models from "../../../src/api/Models.js"
import * as Markets from "../../../src/market/Markets.js"
import * as Arena from "../../../src/prompt/Arena.js"
import { algogen, algorithms, emptyFolder, models, PATIENCE, read, write } from "./command.js"

const LOADER = path.resolve("test/fixtures/arena_loader.py")

const python = (() => {
  try {
    execFileSync("python3", ["--version"])
    return true
  } catch {
    return false
  }
})()

interface Played {
  readonly parameters: number
  readonly pairs: number
  readonly words: number
  readonly odd: ReadonlyArray<string>
  readonly lists: Readonly<Record<string, number>>
  readonly low: number
  readonly ticks: number
}

const play = (files: ReadonlyArray<string>): ReadonlyArray<Played> => {
  const { close } = Markets.make("crash", { bar: "minute", bars: 390, seed: 7 })
  return JSON.parse(
    execFileSync("python3", [LOADER, "MSFT", ...files], { input: JSON.stringify(close), encoding: "utf8" })
  )
}

const SHORTS = `def execute_trade(ticker, price, tick, cash_balance, shares_held):
    if tick % 2 and len(_HISTORICAL_LOWS) == 20:
        return "BUY"
    return ("SELL", 200) if shares_held > -200 else "HOLD"
`

describe.concurrent("files for the arena", PATIENCE, () => {
  it.runIf(python)("are loaded and played for 390 ticks, with prices at their head", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const { close, times } = Markets.make("walk", { bar: "day", bars: 90, seed: 1 })
      const rows = times.map((time, index) => `${new Date(time).toISOString().slice(0, 10)},${close[index]}`)
      yield* write(["Date,Close", ...rows].join("\n"), folder, "MSFT.csv")
      const asked = Models.DEFAULT.slice(0, 4)
      const flags = ["--simulate", "--arena", "--data", "MSFT.csv", "-t", "MSFT", "--out", "generate_algo"]
      const { code, stderr } = yield* algogen(["generate", ...flags, ...models(...asked)], { folder })
      assert.strictEqual(code, 0, stderr)
      const files = yield* algorithms(folder, "generate_algo")
      // As the arena makes a name of an id.
      deepStrictEqual(files, asked.map((id) => `generated_algo_${id.replaceAll(/[/\-:.]/g, "_")}.py`).toSorted())
      const played = play(files.map((file) => path.join(folder, "generate_algo", file)))
      for (const { lists, odd, parameters, ticks } of played) {
        assert.strictEqual(parameters, 5)
        assert.strictEqual(ticks, 390)
        deepStrictEqual(odd, [])
        deepStrictEqual(lists, Object.fromEntries(Arena.NAMES.map((name) => [name, 60])))
      }
      assert.isAbove(
        played.reduce((sum, { pairs, words }) => sum + pairs + words, 0),
        0
      )
      assert.match(
        yield* read(folder, "generate_algo", files[0] ?? ""),
        /^# ticker: MSFT\n[^]*^_HISTORICAL_CLOSES = \[/m
      )
    }).pipe(Effect.scoped, Effect.runPromise)
  )

  it.runIf(python)("may answer with words and pairs, and go short", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      yield* write(`${Arena.arrays(Markets.make("walk", { bar: "day", bars: 30, seed: 1 }))}${SHORTS}`, folder, "a.py")
      const [played] = play([path.join(folder, "a.py")])
      assert.isAbove(played?.pairs ?? 0, 10)
      assert.isAbove(played?.words ?? 0, 10)
      assert.strictEqual(played?.low, -250)
    }).pipe(Effect.scoped, Effect.runPromise)
  )

  it.runIf(python)("are scored by its rules, with shorts, where that is asked for", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const arrays = Arena.arrays(Markets.make("walk", { bar: "day", bars: 30, seed: 1 }))
      yield* write(`${arrays}${SHORTS}`, folder, "a.py")
      const scored = (...flags: ReadonlyArray<string>) =>
        Effect.map(
          algogen(["score", "a.py", "--json", ...flags], { folder }),
          ({ stdout }) => JSON.parse(stdout)[0].score
        )
      const [plain, arena] = [yield* scored(), yield* scored("--arena")]
      deepStrictEqual([plain.rules, arena.rules], [undefined, "arena"])
      assert.isAbove(plain.refused, 0)
      // A short of up to 250 shares is held from the second tick on.
      assert.isAbove(arena.exposure, 0.99)
      assert.isAbove(arena.trades, 0)
      assert.strictEqual(arena.refused, 0)
      const table = yield* algogen(["score", "a.py", "--arena"], { folder })
      assert.match(table.stdout, /^Scored on 6 made-up markets, 2340 ticks of a minute, by the arena's rules; /m)
    }).pipe(Effect.scoped, Effect.runPromise)
  )

  it.runIf(python)("have each the prices of their ticker", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      for (const [ticker, price] of [
        ["MSFT", 300],
        ["AAPL", 200]
      ] as const) {
        const rows = Array.from(
          { length: 90 },
          (_, day) =>
            `2024-${String(1 + Math.floor(day / 28)).padStart(2, "0")}-${String(1 + (day % 28)).padStart(2, "0")},${ticker},${price + day}`
        )
        yield* write(["Date,Symbol,Close", ...rows].join("\n"), folder, `${ticker}.csv`)
      }
      const tickers = ["-t", "MSFT", "-t", "AAPL"]
      const data = ["--data", "MSFT.csv", "--data", "AAPL.csv"]
      const flags = ["--simulate", "--arena", ...data, ...tickers, ...models("openai/gpt-4o-mini")]
      const { code, stderr } = yield* algogen(["generate", ...flags], { folder })
      assert.strictEqual(code, 0, stderr)
      for (const [ticker, price] of [
        ["MSFT", 300],
        ["AAPL", 200]
      ] as const) {
        const text = yield* read(folder, "simulated", ticker, "generated_algo_openai_gpt_4o_mini.py")
        assert.match(text, new RegExp(`^_HISTORICAL_CLOSES = \\[${price}, ${price + 1}, `, "m"))
      }
      const wrong = yield* algogen(["generate", "--simulate", "--arena", ...data, "-t", "MSFT", "-t", "IBM"], {
        folder
      })
      assert.strictEqual(wrong.code, 2)
      assert.match(wrong.stderr, /the data have no prices of IBM, only of/)
    }).pipe(Effect.scoped, Effect.runPromise)
  )
})
