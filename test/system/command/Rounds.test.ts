/** Rounds and different algorithms at the command. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Schema } from "effect"
import * as Round from "../../../src/domain/Round.js"
import { Score } from "../../../src/domain/Score.js"
import { ROOT } from "../../unit/docs/markdown.js"
import { python3, withPython3 } from "../trial/available.js"
import { algogen, emptyFolder, models, PATIENCE, read } from "./command.js"

const DATA = `${ROOT}docs/examples/AAPL.csv`

const Document = Schema.parseJson(
  Schema.Struct({
    options: Schema.Struct({ rounds: Schema.Int, distinct: Schema.Int }),
    results: Schema.Array(
      Schema.Struct({
        model: Schema.String,
        sample: Schema.Int,
        file: Schema.String,
        score: Schema.optional(Score),
        round: Schema.optional(Schema.Int),
        rounds: Schema.optional(Schema.Array(Round.Round)),
        repeats: Schema.optional(Schema.Unknown),
        strategy: Schema.optional(Schema.String),
        attemptLog: Schema.Array(Schema.Struct({ cause: Schema.String, outcome: Schema.String }))
      })
    ),
    totals: Schema.Struct({ distinct: Schema.optional(Schema.Int), requests: Schema.Int, retries: Schema.Int })
  })
)
const Files = Schema.parseJson(Schema.Array(Schema.Struct({ file: Schema.String, score: Schema.optional(Score) })))
const Line = Schema.parseJson(Schema.Struct({ round: Schema.Int, rounds: Schema.Array(Round.Round) }))

describe.skipIf(!python3)(`rounds at the command${withPython3}`, PATIENCE, () => {
  it.scopedLive("improve what simulated models write, and say how it came", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const run = ["generate", "--simulate", "--data", DATA, "--rounds", "2", "--json"]
      const first = yield* algogen(run, { folder })
      const { options, results, totals } = Schema.decodeSync(Document)(first.stdout)
      deepStrictEqual(options, { rounds: 2, distinct: 0 })
      assert.strictEqual(totals.retries, 0)
      assert.strictEqual(
        totals.requests,
        results.reduce((sum, { rounds = [] }) => sum + rounds.length, 0),
        first.stderr
      )
      const all = results.flatMap(({ rounds = [] }) => rounds.map(({ result }) => result))
      for (const result of ["first", "better", "worse", "keep"] as const) assert.include(all, result)

      for (const { attemptLog, file, round, rounds = [], score } of results) {
        assert.strictEqual(round, Round.originOf(rounds))
        deepStrictEqual(
          attemptLog.map(({ cause }) => cause),
          rounds.map((_, index) => (index === 0 ? "first" : "improve"))
        )
        // The score is over prices that decided nothing: the second half of the last third.
        assert.strictEqual(score?.ticks, 75)
        assert.include(yield* read(folder, file), `\n# rounds: ${Round.describe(rounds)}\n`)
        // What is taken is never worse than what was there, where that is decided.
        const taken = rounds.filter(({ result }) => result === "first" || result === "better")
        const returns = taken.map(({ choice = Number.NaN }) => choice)
        deepStrictEqual(
          returns,
          [...returns].sort((a, b) => a - b)
        )
      }

      // The first answers are those of a run without rounds.
      const plain = yield* algogen(["generate", "--simulate", "--data", DATA, "--json", "--out", "plain"], { folder })
      const unimproved = Schema.decodeSync(Document)(plain.stdout)
      deepStrictEqual(unimproved.results[0]?.rounds, undefined)
      assert.strictEqual(unimproved.results[0]?.score?.ticks, 150)
      for (const [index, { file, round }] of results.entries()) {
        const other = unimproved.results[index]?.file ?? ""
        const [one, two] = [yield* read(folder, file), yield* read(folder, other)].map((text) =>
          text.split("\n\n").slice(1).join("\n\n")
        )
        assert.strictEqual(one === two, round === 0)
      }
    })
  )

  it.scopedLive("are in the table and on the page, and without prices are played over made-up ones", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const asked = models("openai/gpt-4o-mini", "google/gemma-2-9b-it:free")
      const { code, stderr, stdout } = yield* algogen(
        ["generate", "--simulate", "--rounds", "1", "--report", "run.html", ...asked],
        { folder }
      )
      assert.strictEqual(code, 0, stderr)
      assert.match(stderr, /^Round 1 of 1: asking for 2 better algorithms$/m)
      assert.match(stderr, /^↻ openai\/gpt-4o-mini: round 1: /m)
      assert.match(stdout, /^Scored on 6 made-up markets, 2340 ticks/m)
      assert.match(stdout, /^The rounds, with the returns by which modules were taken:$/m)
      assert.match(stdout, /^openai\/gpt-4o-mini: (?:as at first|from round 1): first [+-]\d/m)
      assert.match(yield* read(folder, "run.html"), /Rounds: (?:as at first|from round 1): first/)
      const again = yield* algogen(["score", "simulated", "--json"], { folder })
      assert.lengthOf(Schema.decodeSync(Files)(again.stdout), 2)
    })
  )

  it.scopedLive("are in the manifest of many jobs", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const tickers = ["-t", "AAPL", "-t", "MSFT"]
      const run = ["generate", "--simulate", "--rounds", "1", ...tickers, ...models("openai/gpt-4o-mini")]
      const { code, stderr } = yield* algogen(run, { folder })
      assert.strictEqual(code, 0, stderr)
      const lines = (yield* read(folder, "simulated", "manifest.jsonl")).trimEnd().split("\n")
      assert.lengthOf(lines, 2)
      for (const line of lines) {
        const { round, rounds } = Schema.decodeSync(Line)(line)
        assert.lengthOf(rounds, 2)
        assert.strictEqual(round, Round.originOf(rounds))
      }
    })
  )
})

describe("different algorithms at the command", PATIENCE, () => {
  it.scopedLive("are asked for until there are so many", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const asked = models("openai/gpt-4o-mini", "sim/ok-hold")
      const run = ["generate", "--simulate", "--distinct", "4", "--json", ...asked]
      const { code, stderr, stdout } = yield* algogen(run, { folder })
      assert.strictEqual(code, 0, stderr)
      const { options, results, totals } = Schema.decodeSync(Document)(stdout)
      assert.strictEqual(options.distinct, 4)
      assert.strictEqual(totals.distinct, 4)
      assert.isAbove(results.length, 4)
      assert.strictEqual(new Set(results.map(({ file }) => file)).size, results.length)
      assert.strictEqual(new Set(results.map(({ strategy }) => strategy?.split(" ")[0])).size, results.length)
      assert.match(stderr, /2 different algorithms of 4: asking for 2 more/)
    })
  )

  it.scopedLive("are for one ticker, and not without end", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const many = yield* algogen(["generate", "--simulate", "--distinct", "2", "-t", "A", "-t", "B"], { folder })
      assert.strictEqual(many.code, 2)
      assert.match(many.stderr, /--distinct takes one ticker/)
      const run = ["generate", "--simulate", "--distinct", "101", ...models("openai/gpt-4o-mini")]
      const much = yield* algogen(run, { folder })
      assert.strictEqual(much.code, 2)
      assert.match(much.stderr, /a whole number up to 100, 100 for each model, not 101/)
      const same = yield* algogen(["generate", "--simulate", "--distinct", "2", ...models("sim/ok-hold")], { folder })
      assert.strictEqual(same.code, 0)
      assert.match(same.stderr, /^Only 1 different algorithm; 2 were wanted$/m)
      assert.match(same.stdout, /^\d of \d algorithms for AAPL .*\n1 different algorithm; 2 were wanted$/m)
      const crowd = ["generate", "--simulate", "--distinct", "2", "--samples", "31", ...models("sim/ok-hold")]
      assert.match((yield* algogen(crowd, { folder })).stdout, /^1 different algorithm; 2 were wanted$/m)
    })
  )
})
