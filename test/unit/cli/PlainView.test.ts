import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as Look from "../../../src/cli/view/Look.js"
import * as PlainView from "../../../src/cli/view/PlainView.js"
import {
  DeadlineExceeded,
  Interrupted,
  OverBudget,
  Rejected,
  type Reason
} from "../../../src/domain/GenerationError.js"
import { make, type Event } from "../../../src/generation/Progress.js"

const failed = (index: number, reason: Reason) => make.Failed({ index, model: `x/${index}`, reason })

const written = (...events: ReadonlyArray<Event>) => writtenWith({}, events)

const writtenWith = (options: PlainView.Options, events: ReadonlyArray<Event>) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const listener = PlainView.make(1, Look.plain, (line) => Effect.sync(() => void lines.push(line)), options)
    yield* Effect.forEach(events, (event) => listener({ percent: 0, event }))
    return lines
  })

describe("a run as plain lines", () => {
  it.effect("counts those that had not had their turn when it was over, and says it once", () =>
    Effect.gen(function* () {
      const rejected = new Rejected({ status: 400, message: "no", fallbackModels: [] })
      deepStrictEqual(
        yield* written(
          make.ModelStarted({ index: 1, model: "x/1" }),
          failed(0, rejected),
          failed(1, new Interrupted()),
          failed(2, new Interrupted()),
          failed(3, new Interrupted()),
          make.RunFinished({ generated: 0, requested: 4, left: 0 })
        ),
        [
          "→ x/1: asked",
          "✗ x/0: HTTP 400: no",
          "✗ x/1: the run was interrupted",
          "2 more algorithms were not asked for: the run was interrupted"
        ]
      )
      deepStrictEqual(
        yield* written(
          failed(0, new DeadlineExceeded({ deadlineMs: 5 })),
          make.RunFinished({ generated: 0, requested: 1, left: 0 })
        ),
        ["1 algorithm was not asked for: the run's deadline of 5 ms has passed"]
      )
      // The sum below says it already.
      const unasked = [failed(0, new Interrupted()), make.RunFinished({ generated: 0, requested: 1, left: 0 })]
      deepStrictEqual(yield* writtenWith({ isSummed: true }, unasked), [])
    })
  )

  it.effect("says once why several are skipped, and names the others", () =>
    Effect.gen(function* () {
      const skip = (index: number, message: string) =>
        make.Skipped({ index, model: `x/${index}`, reason: new OverBudget({ message }) })
      const events = [
        skip(0, "no price"),
        skip(1, "no price"),
        skip(2, "too dear"),
        skip(3, "no price"),
        make.RunFinished({ generated: 0, requested: 4, left: 0 })
      ]
      const said = ["– x/0: skipped: no price", "– x/2: skipped: too dear"]
      deepStrictEqual(yield* written(...events), [...said, "– 2 more algorithms skipped: no price (x/1, x/3)"])
      // The table has a row for each.
      deepStrictEqual(yield* writtenWith({ isSummed: true }, events), said)
    })
  )

  it.effect("is never wider than 120 columns: longer lines go on below, indented, with their words whole", () =>
    Effect.gen(function* () {
      const words = Array.from({ length: 40 }, (_, place) => `word${place}`).join(" ")
      const path = `generated/${"folder/".repeat(20)}generated_algo_x.py`
      const lines = yield* written(
        make.RunStarted({ ticker: "AAPL", models: ["x/0"] }),
        failed(0, new Rejected({ status: 400, message: words, fallbackModels: [] })),
        make.Saved({ index: 0, model: "x/0", path })
      )
      for (const line of lines.flatMap((text) => text.split("\n"))) assert.isAtMost(line.length, 120)
      assert.strictEqual(lines[1]?.replaceAll(/\n {4}/g, " "), `✗ x/0: HTTP 400: ${words}`)
      assert.strictEqual(lines[2]?.replaceAll(/\n {4}/g, ""), `✓ x/0: saved as${path}`)
    })
  )
})
