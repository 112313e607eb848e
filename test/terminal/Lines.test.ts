/** What a run says line by line, and what it came to. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Option } from "effect"
import { Attempt } from "../../src/Attempt.js"
import * as Lines from "../../src/cli/Lines.js"
import { ConnectionFailed, OverBudget, Rejected } from "../../src/GenerationError.js"
import { Event } from "../../src/Progress.js"
import { after, answers, api, fails, finish, http, start, type Reply } from "../core/doubles.js"
import { usage } from "../money/doubles.js"

const rejected = new Rejected({ status: 400, message: "bad\u001b[31m id", fallbackModels: [] })
const attempt = new Attempt({
  number: 1,
  cause: "first",
  waitedMs: 0,
  startedAt: 0,
  durationMs: 1,
  outcome: "ServerFailed"
})
const slot = { index: 0, model: "x/1" }

describe("the line of an event", () => {
  it("says what happened in one printable line, or is not there", () => {
    const lines = [
      Event.RunStarted({ ticker: "AAPL", models: ["x/1"] }),
      Event.RunStarted({ ticker: "AAPL", models: ["x/1", "x/2"] }),
      Event.Note({ message: "two\nlines" }),
      Event.ModelStarted(slot),
      Event.Writing({ ...slot, text: "def" }),
      Event.AttemptFailed({ ...slot, attempt, retryAt: 2_500 }),
      Event.AttemptFailed({ ...slot, attempt, retryAt: 900 }),
      Event.AttemptFailed({ ...slot, attempt, retryAt: 1_000, cause: "repair" }),
      Event.AttemptFailed({ ...slot, attempt, retryAt: 1_000, cause: "cut-off" }),
      Event.AttemptFailed({ ...slot, attempt, retryAt: undefined }),
      Event.Generated({ ...slot, code: "a\nb\nc\n\n" }),
      Event.Saved({ ...slot, path: "out/a.py" }),
      Event.SaveFailed({ ...slot, message: "disk full" }),
      Event.Failed({ ...slot, reason: rejected }),
      Event.Skipped({ ...slot, reason: new OverBudget({ message: "too dear" }) }),
      Event.RunFinished({ generated: 1, requested: 1 })
    ].map((event) => Option.getOrUndefined(Lines.ofEvent(event, 1_000, 1)))
    deepStrictEqual(lines, [
      "Asking 1 model for algorithms to trade AAPL.",
      "Asking 2 models for algorithms to trade AAPL.",
      "two lines",
      "→ x/1: asked",
      undefined,
      "↻ x/1: ServerFailed; again in 1.5 s",
      "↻ x/1: ServerFailed; again now",
      "↻ x/1: ServerFailed; asked to mend it",
      "↻ x/1: ServerFailed; asked again with more room",
      undefined,
      "✓ x/1: 3 lines of Python",
      "✓ x/1: saved as out/a.py",
      "✗ x/1: not saved: disk full",
      "✗ x/1: bad [31m id",
      "– x/1: skipped: too dear",
      undefined
    ])
  })
})

describe("the line of an event with samples", () => {
  it("says which of the model's algorithms it concerns", () => {
    const lines = [
      Event.RunStarted({ ticker: "AAPL", models: ["x/1", "x/1", "x/2", "x/2"] }),
      Event.ModelStarted({ index: 2, model: "x/2" }),
      Event.Generated({ index: 3, model: "x/2", code: "a\n" }),
      Event.Saved({ index: 1, model: "x/1", path: "a.py" })
    ].map((event) => Option.getOrUndefined(Lines.ofEvent(event, 0, 2)))
    deepStrictEqual(lines, [
      "Asking 2 models for 2 algorithms each to trade AAPL.",
      "→ x/2: asked",
      "✓ x/2 (sample 2): 1 line of Python",
      "✓ x/1 (sample 2): saved as a.py"
    ])
  })
})

describe("the line after the table", () => {
  const lastLine = (replies: Readonly<Record<string, ReadonlyArray<Reply>>>) =>
    Effect.gen(function* () {
      const run = yield* start({ models: Object.keys(replies), maxRetries: 0, concurrency: 1 }, { api: api(replies) })
      return (
        Lines.table(yield* finish(run, 1_000), 0)
          .split("\n")
          .at(-1) ?? ""
      )
    })
  const refused = fails(new ConnectionFailed({ message: "ECONNREFUSED" }))

  it.effect("sends to the doctor where every model failed in the same way, and a doctor knows that way", () =>
    Effect.gen(function* () {
      const doctor = /^Every model failed in the same way: algogen doctor/
      assert.match(yield* lastLine({ "x/1": [refused], "x/2": [refused] }), doctor)
      // What the account is refused, the second model is not asked any more.
      assert.match(yield* lastLine({ "x/1": [http(401)], "x/2": [] }), doctor)
      assert.notMatch(yield* lastLine({ "x/1": [refused], "x/2": [http(503)] }), doctor)
      assert.notMatch(yield* lastLine({ "x/1": [refused], "x/2": [answers()] }), doctor)
      assert.notMatch(yield* lastLine({ "x/1": [fails(rejected)], "x/2": [answers({ text: "no" })] }), doctor)
    })
  )
})

describe("the table of a run", () => {
  it.effect("has a line for each slot, with its sample, and the sum below", () =>
    Effect.gen(function* () {
      const paid = answers({ usage: usage(0.00123) })
      const openRouter = api({ "x/1": [http(503), after(1_000, paid)], "x/2": [http(400, {}, "x".repeat(90))] })
      const run = yield* start({ models: ["x/1", "x/2", "y/none"], samples: 2, concurrency: 1 }, { api: openRouter })
      const lines = Lines.table(yield* finish(run, 10_000), 0).split("\n")
      deepStrictEqual(
        lines.map((line) => line.split(/ {2,}/)),
        [
          ["model", "outcome", "attempts", "seconds", "file"],
          ["x/1", "ok", "2", "2.0", "out/generated_algo_x_1.py"],
          ["x/1 (sample 2)", "ok", "1", "1.0", "out/generated_algo_x_1_s2.py"],
          ["x/2", `failed: ${"x".repeat(90)}`, "1", "0.0"],
          ["x/2 (sample 2)", `failed: ${"x".repeat(90)}`, "1", "0.0"],
          ["y/none", "skipped: no such model is on offer", "0", "0.0"],
          ["y/none (sample 2)", "skipped: no such model is on offer", "0", "0.0"],
          [""],
          ["2 of 6 algorithms for AAPL in 2.0 s: 5 requests, 1 of them retries, cost $0.002460"]
        ]
      )
    })
  )

  it.effect("fits a terminal by cutting the outcomes, and counts one as one", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [http(400, {}, "買".repeat(90))] })
      const report = yield* finish(yield* start({ models: ["x/1"] }, { api: openRouter }))
      const [, cut, , sum] = Lines.table(report, 0, 60).split("\n")
      deepStrictEqual(cut, `x/1    failed: ${"買".repeat(9)}…  1         0.0`)
      assert.match(sum ?? "", /: 1 request, 0 of them retries,/)
      const [, least] = Lines.table(report, 0, 10).split("\n")
      deepStrictEqual(least, `x/1    failed: ${"買".repeat(5)}…  1         0.0`)
    })
  )
})
