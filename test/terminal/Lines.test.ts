/** What a run says line by line, and what it came to. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Option } from "effect"
import { Attempt } from "../../src/Attempt.js"
import * as Lines from "../../src/cli/Lines.js"
import { OverBudget, Rejected } from "../../src/GenerationError.js"
import { Event } from "../../src/Progress.js"
import { after, answers, api, finish, http, start } from "../core/doubles.js"
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
      Event.AttemptFailed({ ...slot, attempt, retryAt: undefined }),
      Event.Generated({ ...slot, code: "a\nb\nc\n\n" }),
      Event.Saved({ ...slot, path: "out/a.py" }),
      Event.SaveFailed({ ...slot, message: "disk full" }),
      Event.Failed({ ...slot, reason: rejected }),
      Event.Skipped({ ...slot, reason: new OverBudget({ message: "too dear" }) }),
      Event.RunFinished({ generated: 1, requested: 1 })
    ].map((event) => Option.getOrUndefined(Lines.ofEvent(event, 1_000)))
    deepStrictEqual(lines, [
      "Asking 1 model for algorithms to trade AAPL.",
      "Asking 2 models for algorithms to trade AAPL.",
      "two lines",
      "→ x/1: asked",
      undefined,
      "↻ x/1: ServerFailed; again in 1.5 s",
      "↻ x/1: ServerFailed; again in 0.0 s",
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
          ["x/2", `failed: ${"x".repeat(51)}…`, "1", "0.0"],
          ["x/2 (sample 2)", `failed: ${"x".repeat(51)}…`, "1", "0.0"],
          ["y/none", "skipped: no such model is on offer", "0", "0.0"],
          ["y/none (sample 2)", "skipped: no such model is on offer", "0", "0.0"],
          [""],
          ["2 of 6 algorithms for AAPL in 2.0 s: 5 requests, 1 of them retries, cost $0.002460 and 3 of unknown cost"]
        ]
      )
    })
  )
})
