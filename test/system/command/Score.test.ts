/** Scores at the command: ranked, repeatable, and of anybody's files. */
import * as fs from "node:fs/promises"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Schema } from "effect"
import { Score } from "../../../src/domain/Score.js"
import * as Csv from "../../../src/market/Csv.js"
import * as Markets from "../../../src/market/Markets.js"
import { read as text, ROOT } from "../../unit/docs/markdown.js"
import { python3, withPython3 } from "../trial/available.js"
import { algogen, emptyFolder, models, PATIENCE, read, write } from "./command.js"

const DATA = `${ROOT}docs/examples/AAPL.csv`

const Result = Schema.Struct({
  score: Schema.optional(Score),
  rank: Schema.optional(Schema.Int),
  repeats: Schema.optional(Schema.Struct({ index: Schema.Int, same: Schema.Boolean }))
})
const Document = Schema.parseJson(Schema.Struct({ results: Schema.Array(Result) }))
const Files = Schema.parseJson(
  Schema.Array(Schema.Struct({ ...Result.fields, file: Schema.String, ok: Schema.Boolean }))
)

const average = (window: number, name: string) => `
${name} = []

def execute_trade(ticker, price, tick, cash_balance, shares_held):
    ${name}.append(price)
    if len(${name}) < ${window}:
        return "HOLD"
    if price > sum(${name}[-${window}:]) / ${window} and cash_balance > price:
        return ("BUY", int(cash_balance // (price * 1.01)) or 1)
    if shares_held > 0:
        return ("SELL", shares_held)
    return "HOLD"
`
const HOLD = `def execute_trade(ticker, cash, shares):\n    return "HOLD"\n`

describe("the prices of the examples", () => {
  it("are a made-up market", () => {
    const [series] = Csv.combine([
      Csv.parse(DATA, text("docs/examples/AAPL.csv")).pipe((parsed) =>
        parsed._tag === "Right" ? parsed.right : assert.fail(parsed.left)
      )
    ]).series
    deepStrictEqual(series?.close, Markets.make("crash", { bar: "day", bars: 450, seed: 11, ticker: "AAPL" }).close)
  })
})

describe.skipIf(!python3)(`scores at the command${withPython3}`, PATIENCE, () => {
  it.scopedLive("a run over prices ends in a ranked table, the same each time, with what never traded last", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const asked = models("sim/ok-hold", "openai/gpt-4o-mini", "google/gemma-2-9b-it:free")
      const generate = ["generate", "--simulate", "--data", DATA, ...asked]
      const table = yield* algogen(generate, { folder })
      assert.strictEqual(table.code, 0)
      assert.match(table.stdout, /^rank .*return after costs.*\n1= .*\n1= .*\n- {5}sim\/ok-hold +NEVER TRADED/m)
      assert.match(table.stdout, /^Scored on 7 folds of AAPL, 150 ticks of a day, which no prompt describes; /m)
      assert.notMatch(table.stdout, /\bbest\b/i)

      const documents = yield* Effect.replicateEffect(algogen([...generate, "--json"], { folder }), 2)
      const [first, second] = documents.map(({ stdout }) => Schema.decodeSync(Document)(stdout).results)
      deepStrictEqual(first, second)
      deepStrictEqual(
        first?.map(({ rank }) => rank),
        [undefined, 1, 1]
      )
      const head = yield* read(folder, "simulated", "generated_algo_openai_gpt_4o_mini.py")
      assert.match(head, /^# score: [+-]\d+\.\d\d % \(.*\) after costs over 7 folds of AAPL; buy and hold \+/m)
      assert.match(yield* read(folder, "simulated", "generated_algo_sim_ok_hold.py"), /^# score: never traded, /m)

      // The files are what was scored.
      const again = yield* algogen(["score", "simulated", "--data", DATA, "--json"], { folder })
      const files = Schema.decodeSync(Files)(again.stdout)
      const own = files.find(({ file }) => file.includes("gpt_4o"))
      deepStrictEqual(own?.score, first?.[1]?.score)
    })
  )

  it.scopedLive("score ranks anybody's files, names repeats, and says what could not be scored", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      yield* write(average(10, "_seen"), folder, "a.py")
      yield* write(average(25, "prices"), folder, "b.py")
      yield* write(HOLD, folder, "c.py")
      yield* write("def execute_trade(ticker, cash, shares):\n    return open('AAPL.csv').read()\n", folder, "d.py")
      const { code, stdout } = yield* algogen(["score", "a.py", "b.py", "c.py", "d.py"], { folder })
      assert.strictEqual(code, 0)
      assert.match(stdout, /^- {5}c\.py +NEVER TRADED/m)
      assert.match(stdout, /^Scored on 6 made-up markets, 2340 ticks of a minute; fee 0\.01 %, slippage 0\.05 %/m)
      assert.match(stdout, /^b\.py is the same program as a\.py, apart from names and constants\.$/m)
      assert.match(stdout, /^✗ d\.py: policy: /m)

      // Made-up markets are the same for all tickers.
      yield* write(`# ticker: MSFT\n${average(12, "_seen")}`, folder, "e.py")
      const mixed = yield* algogen(["score", "a.py", "e.py"], { folder })
      assert.lengthOf(mixed.stdout.match(/^rank /gm) ?? [], 1)
      const apart = yield* algogen(["compare", "a.py", "e.py"], { folder })
      assert.match(apart.stdout, /^A made |^A and B made the same/m)

      const free = yield* algogen(["score", "a.py", "--fee", "0%", "--slippage", "0", "--json"], { folder })
      const [scored] = Schema.decodeSync(Files)(free.stdout)
      assert.strictEqual(scored?.score?.costs, 0)
      assert.strictEqual((yield* algogen(["score", "d.py"], { folder })).code, 1)
      const wrong = yield* algogen(["score", "a.py", "--fee", "0.1"], { folder })
      assert.strictEqual(wrong.code, 2)
      assert.match(
        wrong.stderr,
        /'0\.1' is not valid for '--fee': use a rate with its unit, which is missing here, such as 0\.05% or 5bp/
      )
    })
  )

  it.scopedLive("compare shows two files side by side", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      yield* write(average(10, "_seen"), folder, "a.py")
      yield* write(average(25, "_seen"), folder, "b.py")
      const { code, stdout } = yield* algogen(["compare", "a.py", "b.py", "--data", DATA], { folder })
      assert.strictEqual(code, 0)
      assert.match(stdout, /^A {2}a\.py\nB {2}b\.py\n\n +A +B$/m)
      assert.match(stdout, /^return after costs +[+-]\d.*\) +[+-]\d.*\)$/m)
      assert.match(stdout, /^AAPL +[▁▂▃▄▅▆▇█]{40} +[▁▂▃▄▅▆▇█]{40}$/m)
      assert.match(stdout, /^A made \d.* (?:more|less) than B, which may be chance: the 95 % interval/m)
      assert.match(stdout, /\n\nThe same program, apart from names and constants\.\n\n--- a\.py\n\+\+\+ b\.py\n/)
      assert.match(stdout, /^-.*< 10:\n\+.*< 25:$/m)
      const same = yield* algogen(["compare", "a.py", "a.py"], { folder })
      assert.match(same.stdout, /\n\nThe same program, apart from names and constants\.\n\nThe code is the same\.\n$/)
      assert.match(same.stdout, /^crash +[▁▂▃▄▅▆▇█]{40}/m)

      // A file that is no module is compared with nothing.
      yield* write("import os\n", folder, "bad.py")
      const bad = yield* algogen(["compare", "a.py", "bad.py"], { folder })
      assert.strictEqual(bad.code, 1)
      assert.match(bad.stdout, /^✗ bad\.py: structure: .*\n$/)
    })
  )

  it.scopedLive("refuse at once what cannot be read, in one line", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      yield* write(average(10, "_seen"), folder, "a.py")
      for (const name of ["empty", "folder"]) yield* Effect.promise(() => fs.mkdir(path.join(folder, name)))
      yield* write(average(10, "_seen"), folder, "folder", "b.py")
      yield* Effect.promise(() => fs.symlink("circle.py", path.join(folder, "circle.py")))
      const missing = "none.py could not be read: there is no such file (ENOENT); check its path"
      const circle = "circle.py could not be read: its symbolic links lead in a circle (ELOOP); check them"
      const cases: ReadonlyArray<readonly [ReadonlyArray<string>, string]> = [
        [["compare", "a.py", "none.py"], missing],
        [["compare", "none.py", "a.py"], missing],
        [["compare", "a.py", "folder"], "folder is a folder; name a .py file in it, such as folder/b.py"],
        [["compare", "a.py", "circle.py"], circle],
        [["score", "a.py", "none.py", "--json"], missing],
        [["score", "a.py", "circle.py"], circle],
        [
          ["score", "empty"],
          "empty: the folder holds no .py file; name one, or the folder that algogen generate wrote to"
        ],
        [["compare", "a.py", "empty"], "empty is a folder, and holds no .py file; name a .py file"]
      ]
      for (const [args, message] of cases) {
        const { code, stderr, stdout } = yield* algogen(args, { folder })
        deepStrictEqual([code, stdout, stderr], [2, "", `algogen: ${message}\n`])
      }
      assert.strictEqual((yield* algogen(["score", "folder"], { folder })).code, 0)
    })
  )
})
