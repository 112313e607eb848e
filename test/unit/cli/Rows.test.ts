/** The final table at several widths. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import stringWidth from "string-width"
import * as Models from "../../../src/api/Models.js"
import * as Look from "../../../src/cli/view/Look.js"
import * as Summary from "../../../src/cli/view/Summary.js"
import { after, answers, api, finish, http, start, type Reply } from "../generation/doubles.js"

const reportOf = (replies: Readonly<Record<string, ReadonlyArray<Reply>>>) =>
  Effect.gen(function* () {
    return yield* finish(yield* start({ models: Object.keys(replies) }, { api: api(replies) }), 5_000)
  })

const six = reportOf(Object.fromEntries(Models.DEFAULT.map((model) => [model, [after(1_000, answers())]])))

describe("the table of six models", () => {
  it.effect("takes six rows at 80 and at 100 columns, with strategy, time, and shortened path or size", () =>
    Effect.gen(function* () {
      const report = yield* six
      for (const columns of [80, 100]) {
        const { lines, shortened } = Summary.table(report, Look.terminal(columns))
        assert.strictEqual(lines.length, 6)
        assert.isTrue(shortened)
        for (const line of lines) assert.isBelow(stringWidth(line), columns)
      }
      deepStrictEqual(Summary.table(report, Look.terminal(80)).lines.slice(0, 2), [
        "✓ meta-llama/llama-3.2-1b-instruct:free    crossover  1.0 s  2 lines",
        "✓ meta-llama/llama-3.2-3b-instruct:free    reversion  1.0 s  2 lines"
      ])
      assert.match(
        Summary.table(report, Look.terminal(100)).lines[0] ?? "",
        / {2}out\/…_[a-z_]*3_2_1b_instruct_free\.py$/
      )
      assert.include(
        Summary.render(report, { look: Look.terminal(80), out: "out" }).split("\n"),
        "The files are in out."
      )
    })
  )

  it.effect("has whole paths in a file, below their rows where they do not fit beside", () =>
    Effect.gen(function* () {
      const report = yield* six
      const lines = Summary.render(report, { out: "out" }).split("\n")
      for (const { file } of report.outcomes)
        assert.include(lines.join("\n"), String(file.pipe((it) => (it._tag === "Some" ? it.value : ""))))
      for (const line of lines) assert.isAtMost(stringWidth(line), 120)
      assert.notInclude(lines.join("\n"), "…")
      assert.notInclude(lines, "The files are in out.")
    })
  )

  it.effect("has its paths below the rows at 40 columns, and tells the models apart", () =>
    Effect.gen(function* () {
      const { lines } = Summary.table(yield* six, Look.terminal(40))
      deepStrictEqual(lines.slice(0, 4), [
        "✓ meta-llama/…-1b-instruct:free   1.0 s",
        "    out/…_llama_3_2_1b_instruct_free.py",
        "✓ meta-llama/…-3b-instruct:free   1.0 s",
        "    out/…_llama_3_2_3b_instruct_free.py"
      ])
    })
  )

  it.effect("is ASCII where nothing else can be shown", () =>
    Effect.gen(function* () {
      const { lines } = Summary.table(yield* six, Look.terminal(80, true))
      assert.match(lines.join("\n"), /^[\n\x20-\x7e]*$/)
      assert.strictEqual(lines[5], "+ qwen/qwen-2-7b-instruct:free             dip        1.0 s  2 lines")
    })
  )
})

describe("a reason", () => {
  it.effect("stands beside its model if it fits, else below, wrapped between words and indented", () =>
    Effect.gen(function* () {
      const words = Array.from({ length: 20 }, (_, place) => `word${place}`).join(" ")
      const replies = { "x/1": [http(400, {}, "short")], "x/2": [http(400, {}, words)], "模型/一🐍": [answers()] }
      const { lines } = Summary.table(yield* reportOf(replies), Look.terminal(60))
      deepStrictEqual(lines, [
        "✗ x/1        crossover  0.0 s  failed: HTTP 400: short",
        "✗ x/2        reversion  0.0 s",
        "    failed: HTTP 400: word0 word1 word2 word3 word4 word5",
        "    word6 word7 word8 word9 word10 word11 word12 word13",
        "    word14 word15 word16 word17 word18 word19",
        "✓ 模型/一🐍  breakout   0.0 s  out/generated_algo______.py"
      ])
    })
  )
})
