import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Array as Arr, Option } from "effect"
import * as Tally from "../../../../src/cli/bulk/Tally.js"
import * as CodeFailure from "../../../../src/domain/CodeFailure.js"
import {
  BadCode,
  DeadlineExceeded,
  Interrupted,
  Rejected,
  ServerFailed
} from "../../../../src/domain/GenerationError.js"
import * as Progress from "../../../../src/generation/Progress.js"
import type * as Report from "../../../../src/generation/Report.js"
import { attempt, costing, failed, outcome, settled } from "./outcomes.js"

const MINUTE = 60_000
const down = new ServerFailed({ status: 503, message: "down" })

const tallyOf = (total: number | undefined, ...outcomes: ReadonlyArray<Report.Outcome>) => {
  const tally = Tally.make(total, 0)
  for (const each of outcomes) tally.hear(settled(each), 0)
  return tally
}

describe("the tally", () => {
  it("counts by status, by model and by kind of failure, and adds what is known of the cost", () => {
    const tally = tallyOf(
      9,
      outcome({ attempts: [attempt(1, { status: 503 }), costing(0.5)] }),
      outcome({ model: "x/2", ticker: "MSFT", attempts: [attempt(1, { status: 200 })] }),
      outcome({ resumed: true, attempts: [] }),
      failed(down),
      failed(new ServerFailed({ status: 503, message: "still down" }), { model: "x/2" }),
      failed(new BadCode({ failure: CodeFailure.of("syntax", "a", "b") })),
      failed(new Rejected({ status: 404, message: "none", fallbackModels: [] }), { status: "skipped" })
    )
    const { counts, kinds, latest, models, tickers } = tally
    deepStrictEqual(counts, {
      ok: 3,
      failed: 3,
      skipped: 1,
      resumed: 1,
      requests: 7,
      retries: 0,
      cost: 0.5,
      priced: 1,
      ofUnknownCost: 1
    })
    deepStrictEqual([tally.done(), tally.left(), [...tickers]], [7, 2, ["AAPL", "MSFT"]])
    deepStrictEqual(
      [...models].map(([model, { failed, failures, ok }]) => [model, ok, failed, [...failures]]),
      [
        [
          "x/1",
          2,
          2,
          [
            ["ServerFailed (HTTP 503)", 1],
            ["BadCode (syntax)", 1],
            ["Rejected (HTTP 404)", 1]
          ]
        ],
        ["x/2", 1, 1, [["ServerFailed (HTTP 503)", 1]]]
      ]
    )
    deepStrictEqual(kinds.get("ServerFailed (HTTP 503)"), {
      _tag: "ServerFailed",
      status: 503,
      count: 2,
      example: "AAPL x/1: down"
    })
    deepStrictEqual(latest, ["AAPL x/2: HTTP 503: still down", "AAPL x/1: syntax: b", "AAPL x/1: HTTP 404: none"])
  })

  it("leaves out what nobody was asked for when the run ended", () => {
    const left = failed(new Interrupted(), { attempts: [] })
    const cut = failed(new Interrupted(), { attempts: [attempt(1, { outcome: "Interrupted" })] })
    const tally = tallyOf(undefined, outcome(), left, left, cut)
    // What was in work is asked for again, and its requests are counted all the same, for its model too.
    deepStrictEqual([tally.done(), tally.left(), tally.counts.failed, tally.counts.requests], [1, 3, 0, 2])
    const ofModels = [...tally.models.values()].map(({ ok, failed, requests }) => [ok, failed, requests])
    deepStrictEqual(ofModels, [[1, 0, 2]])
    deepStrictEqual([...tallyOf(2, outcome(), failed(new Interrupted(), { ticker: "MSFT" })).tickers], ["AAPL", "MSFT"])
    const late = new DeadlineExceeded({ deadlineMs: 4_000 })
    const cutByDeadline = failed(late, { attempts: [attempt(1, { outcome: "DeadlineExceeded" })] })
    const timed = tallyOf(undefined, cutByDeadline, failed(late, { attempts: [] }))
    deepStrictEqual([timed.done(), timed.left(), timed.counts.failed], [1, 1, 1])
    assert.strictEqual(tallyOf(10, outcome(), left, cut).left(), 9)
    deepStrictEqual(
      [[outcome()], [left], [outcome(), cut]].map((outcomes) => tallyOf(2, ...outcomes).endedBecause()),
      [undefined, "the run was interrupted", "the run was interrupted"]
    )
  })

  it("keeps nothing for each job", () => {
    const tally = Tally.make(undefined, 0)
    const event = settled(failed(down))
    for (const now of Arr.range(1, 5_000)) tally.hear(event, now)
    deepStrictEqual([tally.models.size, tally.kinds.size, tally.latest.length], [1, 1, Tally.LATEST])
  })

  it("knows the rate of the last minute, without what the journal answered", () => {
    const tally = Tally.make(undefined, 0)
    for (const second of Arr.range(0, 29)) tally.hear(settled(outcome()), second * 1_000)
    tally.hear(settled(outcome({ resumed: true, attempts: [] })), 29_000)
    assert.strictEqual(tally.perMinute(30_000), 60)
    assert.strictEqual(tally.perMinute(MINUTE - 1), 30 * (MINUTE / (MINUTE - 1)))
    // The first second leaves the window, then the others.
    assert.strictEqual(tally.perMinute(MINUTE), 29)
    assert.strictEqual(tally.perMinute(MINUTE + 29_000), 0)
    // At the start, a second is the least.
    assert.strictEqual(tallyOf(undefined, outcome()).perMinute(1), 60)
  })

  it("says how far the run is in percent, and 100 only at the end", () => {
    const end = Progress.make.RunFinished({ generated: 1, requested: 2, left: 0 })
    const event = settled(outcome())
    deepStrictEqual(
      [tallyOf(2), tallyOf(2, outcome()), tallyOf(2, outcome(), outcome()), tallyOf(undefined, outcome())].map(
        (tally) => [Tally.percent(tally, event), Tally.percent(tally, end)]
      ),
      [
        [0, 100],
        [49, 100],
        [99, 100],
        [0, 100]
      ]
    )
    assert.isTrue(Option.isNone(outcome().reason))
  })
})
