/** What a run says line by line. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Option } from "effect"
import * as Lines from "../../../src/cli/view/Lines.js"
import { Attempt } from "../../../src/domain/Attempt.js"
import { OverBudget, Rejected } from "../../../src/domain/GenerationError.js"
import { make } from "../../../src/generation/Progress.js"

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
      make.RunStarted({ ticker: "AAPL", models: ["x/1"] }),
      make.RunStarted({ ticker: "AAPL", models: ["x/1", "x/2"] }),
      make.Note({ message: "two\nlines" }),
      make.ModelStarted(slot),
      make.Writing({ ...slot, text: "def", offset: 0 }),
      make.AttemptFailed({ ...slot, attempt, retryAt: 2_500 }),
      make.AttemptFailed({ ...slot, attempt, retryAt: 900 }),
      make.AttemptFailed({ ...slot, attempt, retryAt: 1_000, cause: "repair" }),
      make.AttemptFailed({ ...slot, attempt, retryAt: 1_000, cause: "cut-off" }),
      make.AttemptFailed({ ...slot, attempt, retryAt: undefined }),
      make.Generated({ ...slot, code: "a\nb\nc\n\n" }),
      make.Saved({ ...slot, path: "out/a.py" }),
      make.SaveFailed({ ...slot, message: "disk full" }),
      make.Failed({ ...slot, reason: rejected }),
      make.Skipped({ ...slot, reason: new OverBudget({ message: "too dear" }) }),
      make.RunFinished({ generated: 1, requested: 1, left: 0 })
    ].map((event) => Option.getOrUndefined(Lines.ofEvent(event, 1_000, 1, [])))
    deepStrictEqual(lines, [
      "Asking 1 model for algorithms to trade AAPL.",
      "Asking 2 models for algorithms to trade AAPL.",
      "two lines",
      "→ x/1: asked",
      undefined,
      "↻ x/1: ServerFailed; retrying in 1.5 s at the earliest",
      "↻ x/1: ServerFailed; retrying",
      "↻ x/1: ServerFailed; asked to correct it",
      "↻ x/1: ServerFailed; asked again with a higher token limit",
      undefined,
      "✓ x/1: 3 lines of code",
      "✓ x/1: saved as out/a.py",
      "✗ x/1: not saved: disk full",
      "✗ x/1: HTTP 400: bad [31m id",
      "– x/1: skipped: too dear",
      undefined
    ])
  })
})

describe("the line of an event with samples", () => {
  it("says which of the model's algorithms it concerns", () => {
    const names = Lines.slotsOf(["x/1", "x/1", "x/2", "x/2"]).map(Lines.nameOf)
    const lines = [
      make.RunStarted({ ticker: "AAPL", models: ["x/1", "x/1", "x/2", "x/2"] }),
      make.ModelStarted({ index: 2, model: "x/2" }),
      make.Generated({ index: 3, model: "x/2", code: "a\n" }),
      make.Saved({ index: 1, model: "x/1", path: "a.py" })
    ].map((event) => Option.getOrUndefined(Lines.ofEvent(event, 0, 2, names)))
    deepStrictEqual(lines, [
      "Asking 2 models for 2 algorithms each to trade AAPL.",
      "→ x/2: asked",
      "✓ x/2 #2: 1 line of code",
      "✓ x/1 #2: saved as a.py"
    ])
    const alone = make.RunStarted({ ticker: "AAPL", models: ["x/1", "x/1", "x/1"] })
    deepStrictEqual(
      Option.getOrUndefined(Lines.ofEvent(alone, 0, 3, [])),
      "Asking 1 model for 3 algorithms to trade AAPL."
    )
  })
})

describe("the name of a slot", () => {
  it("has the number of its model's algorithm, whether it comes from samples or from a model named twice", () => {
    deepStrictEqual(Lines.slotsOf(["x/1", "x/2", "x/1", "x/1"]).map(Lines.nameOf), ["x/1", "x/2", "x/1 #2", "x/1 #3"])
    deepStrictEqual(Lines.slotsOf(["x/1", "x/1", "x/1", "x/1"]).map(Lines.nameOf), [
      "x/1",
      "x/1 #2",
      "x/1 #3",
      "x/1 #4"
    ])
  })
})
