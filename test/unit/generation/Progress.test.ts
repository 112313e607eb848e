import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { FastCheck as fc } from "effect"
import { Attempt } from "../../../src/domain/Attempt.js"
import { ModelUnavailable, Rejected, ServerFailed } from "../../../src/domain/GenerationError.js"
import * as Progress from "../../../src/generation/Progress.js"

const { make } = Progress
const at = { index: 0, model: "x/y:free" }
const lines = (n: number) => Array.from({ length: n }, (_, index) => `line_${index + 1} = "a::b"`).join("\n")
const attempt = new Attempt({
  number: 1,
  cause: "first",
  waitedMs: 0,
  startedAt: 0,
  durationMs: 1,
  outcome: "ServerFailed",
  message: "busy"
})

describe("the text protocol", () => {
  it("has a message for each event, with the model id as it is", () => {
    const reason = new Rejected({ status: 404, message: "no endpoints: try x::y", fallbackModels: [] })
    deepStrictEqual(
      [
        make.RunStarted({ ticker: "AAPL", models: ["x/1", "x/2"] }),
        make.RunStarted({ ticker: "AAPL", models: ["x/1"] }),
        make.RunStarted({ ticker: "AAPL", models: ["x/1", "x/1", "x/1", "x/2", "x/2"] }),
        make.Note({ message: "a sentence" }),
        make.SlotAdded({ ...at, ticker: "AAPL", sample: 2 }),
        make.ModelStarted(at),
        make.Writing({ ...at, text: "def", offset: 0 }),
        make.AttemptFailed({ ...at, attempt, retryAt: 500 }),
        make.AttemptFailed({ ...at, attempt, retryAt: undefined }),
        make.Generated({ ...at, code: "x = 1" }),
        make.Saved({ ...at, path: "out/x.py" }),
        make.SaveFailed({ ...at, message: "no room" }),
        make.Failed({ ...at, reason }),
        make.Skipped({ ...at, reason: new ModelUnavailable({ message: "gone" }) }),
        make.RunFinished({ generated: 1, requested: 2, left: 0 }),
        make.RunFinished({ generated: 1, requested: 1, left: 0 })
      ].map(Progress.toMessages),
      [
        ["Asking 2 models for AAPL algorithms"],
        ["Asking 1 model for AAPL algorithms"],
        ["Asking 2 models for 5 AAPL algorithms"],
        ["a sentence"],
        [],
        ["MODEL_START::x/y:free"],
        [],
        ["x/y:free: busy; asking again"],
        [],
        ["PREVIEW::x/y:free::x = 1", "MODEL_OK::x/y:free::generated"],
        ["MODEL_OK::x/y:free::saved"],
        ["MODEL_FAIL::x/y:free::no room"],
        ["MODEL_FAIL::x/y:free::no endpoints: try x::y"],
        ["MODEL_SKIP::x/y:free::unavailable"],
        ["1 of 2 algorithms generated"],
        ["1 of 1 algorithm generated"]
      ]
    )
  })

  it("is read by splitting at most twice, although code holds `::` and ids hold single colons", () => {
    const code = lines(3)
    const [message = ""] = Progress.toMessages(make.Generated({ ...at, code }))
    const [kind, model, ...rest] = message.split("::")
    deepStrictEqual([kind, model, rest.join("::")], ["PREVIEW", "x/y:free", code])
  })

  it("shows the first 24 lines of a module", () => {
    assert.strictEqual(Progress.preview(lines(25)), lines(24))
    assert.strictEqual(Progress.preview(lines(24)), lines(24))
    assert.strictEqual(Progress.preview(""), "")
    deepStrictEqual(
      Progress.toMessages(make.Generated({ ...at, code: lines(100) }))[0],
      `PREVIEW::x/y:free::${lines(24)}`
    )
  })
})

describe("the percentage", () => {
  const reason = new ServerFailed({ status: 503, message: "busy" })
  const percentages = (slots: number, events: ReadonlyArray<Progress.Event>) => {
    const percentOf = Progress.meter()
    percentOf(make.RunStarted({ ticker: "AAPL", models: Array.from({ length: slots }, String) }))
    return events.map((event) => percentOf(event))
  }

  it("counts settled models to 90, saved ones to 99, and is 100 at the end only", () => {
    const generated = make.Generated({ ...at, code: "" })
    const saved = make.Saved({ ...at, path: "" })
    const finished = make.RunFinished({ generated: 2, requested: 2, left: 0 })
    deepStrictEqual(
      percentages(2, [make.ModelStarted(at), generated, generated, saved, saved, finished]),
      [0, 45, 90, 94, 99, 100]
    )
    deepStrictEqual(percentages(0, [finished]), [100])
    const added = make.SlotAdded({ ...at, ticker: "AAPL", sample: 2 })
    deepStrictEqual(percentages(1, [added, generated, added, generated, generated, saved]), [0, 45, 45, 60, 90, 93])
  })

  it("leaves room for what a run may still ask for: more different ones, and rounds", () => {
    const percentOf = (more: { readonly distinct?: number; readonly rounds?: number }) => {
      const percent = Progress.meter()
      percent(make.RunStarted({ ticker: "AAPL", models: ["a/1", "a/2"], ...more }))
      return (events: ReadonlyArray<Progress.Event>) => events.map((event) => percent(event))
    }
    const ofSlot = (index: number) => {
      const slot = { index, model: "x/y" }
      return {
        played: (round: number) => make.RoundPlayed({ ...slot, round, result: round === 0 ? "first" : "worse" }),
        settled: [make.Generated({ ...slot, code: "" }), make.Saved({ ...slot, path: "" })]
      }
    }
    const [one, other, third] = [ofSlot(0), ofSlot(1), ofSlot(2)]
    const finished = make.RunFinished({ generated: 2, requested: 2, left: 0 })
    // 2 slots, and 2 more at most.
    const added = make.SlotAdded({ index: 2, model: "x/y", ticker: "AAPL", sample: 2 })
    deepStrictEqual(
      percentOf({ distinct: 2 })([...one.settled, ...other.settled, added, ...third.settled, finished]),
      [22, 24, 47, 49, 49, 72, 74, 100]
    )
    const rounds = [one.played(0), other.played(0), one.played(1), other.played(1), one.played(2)]
    deepStrictEqual(
      percentOf({ rounds: 2 })([...rounds, ...one.settled, ...other.settled]),
      [15, 30, 45, 60, 75, 75, 79, 94, 99]
    )
  })

  it("never falls and stays within 0 and 100, whatever becomes of the models and in whatever order", () => {
    const fate = fc.constantFrom("Saved" as const, "SaveFailed" as const, "Failed" as const, "Skipped" as const)
    const eventsOf = (fate: Progress.Event["_tag"]): ReadonlyArray<ReadonlyArray<Progress.Event>> => {
      const failed = [make.AttemptFailed({ ...at, attempt, retryAt: 1 })]
      if (fate === "Failed") return [[make.ModelStarted(at), ...failed, make.Failed({ ...at, reason })], []]
      if (fate === "Skipped") return [[make.Skipped({ ...at, reason })], []]
      return [
        [make.ModelStarted(at), make.Writing({ ...at, text: "", offset: 0 }), make.Generated({ ...at, code: "" })],
        [fate === "Saved" ? make.Saved({ ...at, path: "" }) : make.SaveFailed({ ...at, message: "" })]
      ]
    }
    fc.assert(
      fc.property(fc.array(fate, { maxLength: 12 }), fc.infiniteStream(fc.nat(100)), (fates, chance) => {
        const all = fates.map(eventsOf)
        // The asking in any interleaving, then the saving.
        const asking = all.map(([first = []]) => [...first])
        const events: Array<Progress.Event> = [make.RunStarted({ ticker: "AAPL", models: fates })]
        for (const pick of chance) {
          const open = asking.filter((queue) => queue.length > 0)
          const event = open[pick % Math.max(1, open.length)]?.shift()
          if (event === undefined) break
          events.push(event)
        }
        events.push(...all.flatMap(([, then = []]) => then), make.RunFinished({ generated: 0, requested: 0, left: 0 }))
        const percents = percentages(fates.length, events)
        deepStrictEqual(
          percents,
          percents.toSorted((a, b) => a - b)
        )
        assert.strictEqual(percents.at(0), 0)
        assert.strictEqual(percents.at(-1), 100)
        assert.isTrue(percents.slice(0, -1).every((percent) => percent < 100 && Number.isInteger(percent)))
      })
    )
  })
})
