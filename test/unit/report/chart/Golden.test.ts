/**
 * Where things lie on the charts, as it was looked at and found good: what stands in `test/golden/report/charts.txt`.
 * `npx vitest run --project unit test/unit/report/chart/Golden.test.ts -u` writes it anew.
 */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { expect } from "vitest"
import * as Axis from "../../../../src/report/chart/Axis.js"
import * as Equity from "../../../../src/report/chart/Equity.js"
import * as InFlight from "../../../../src/report/chart/InFlight.js"
import * as Timeline from "../../../../src/report/chart/Timeline.js"
import * as Whisker from "../../../../src/report/chart/Whisker.js"
import * as Look from "../../../../src/report/Look.js"
import { nothing } from "../../../../src/report/Markup.js"
import * as Run from "../../../../src/report/Run.js"
import { attempt, run, score, slot, START } from "../runs.js"

/** Milliseconds. */
const SPANS = (
  "0 1 99 100 500 550 551 1000 1100 2750 2751 5500 5501 11000 27500 55000 110000 110001 165000 330000 660000 1650000 3300000 " +
  "6600000 9900000 19800000 39600000 99000000 198000000 475200000 475200001 2000000000"
)
  .split(" ")
  .map(Number)

const RANGES: ReadonlyArray<readonly [from: number, to: number]> = [
  [0, 0],
  [1, 1],
  [0, 1],
  [0, 4],
  [0, 4.1],
  [0, 8],
  [0, 8.1],
  [0, 10],
  [0, 10.1],
  [0, 20],
  [0, 20.1],
  [0, 40],
  [0, 41],
  [-0.013, 0.027],
  [0.99, 1.01],
  [0.95, 1.3]
]

const shown = (slots: ReadonlyArray<Run.Slot>, facts: Partial<Run.Run> = {}) => {
  const all = run(slots, facts)
  return Timeline.render(Run.named(all), Run.named(all), all).text
}

/** The drawings of a text: each with its attributes. */
const shapes = (html: string): string =>
  [...html.matchAll(/<(?:rect|line|circle|text|polyline)\b[^>]*>/g)]
    .map(([shape]) => shape.replaceAll(/\s+/g, " "))
    .filter((shape) => !/class="(?:grid|tick|first" cx="13|wait" x="0\.5)/.test(shape))
    .join("\n")

describe("the charts", () => {
  it("have marks and shapes where they had them", async () => {
    const scale = Whisker.scale([score(0.02), score(-0.03, { buyAndHold: 0.04, low: undefined, high: undefined })])
    const waits = ["backoff", "hint", "patience", "improve", "first", "toString"].map((cause, index) =>
      slot({
        model: `m/${index}`,
        attempts: [
          attempt({
            cause,
            waitedMs: 50 + index * 900,
            startedAt: START + 6000,
            outcome: "RateLimited",
            status: 429,
            message: "no"
          }),
          attempt({ number: 2, startedAt: START + 10_000, durationMs: 1, firstTokenMs: undefined })
        ]
      })
    )
    const pages = [
      ["moments", SPANS.map((span) => `${span}: ${Axis.times(span).join(" ")}`).join("\n")],
      ["round numbers", RANGES.map(([from, to]) => `${from} to ${to}: ${Axis.rounds(from, to).join(" ")}`).join("\n")],
      ["returns", `${scale.from} to ${scale.to}\n${Whisker.scale([]).from} to ${Whisker.scale([]).to}`],
      ["waits", shapes(shown(waits))],
      ["waits, with a deadline in sight", shapes(shown(waits, { deadlineMs: 40_000 }))],
      ["waits, with a deadline out of sight", shapes(shown(waits, { deadlineMs: 40_001 }))],
      ...[4_000, 5_000, 5_001, 7_000, 7_500, 20_000].map((now) => [
        `a run that goes on for ${now} ms`,
        shapes(shown([slot({ attempts: [attempt({ durationMs: 100 })] })], { now: START + now, durationMs: undefined }))
      ]),
      ...[
        [],
        [{ at: START, limit: 3 }],
        [
          { at: START + 1000, limit: 2 },
          { at: START + 2000, limit: 2 },
          { at: START + 3000, limit: 9 }
        ]
      ].map((limits, index) => [`limits ${index}`, shapes(shown(waits.slice(0, 2), { limits }))]),
      ["no limits", shapes(shown(waits.slice(0, 2), { concurrency: undefined }))],
      [
        "curves",
        shapes(
          Equity.render(Run.named(run([slot({ score: score(0.041) }), slot({ score: score(-0.2, { trades: 0 }) })])))
            .text
        )
      ],
      [
        "curves of one stretch, and of none",
        shapes(
          Equity.render(
            Run.named(
              run([
                slot({ score: score(0.001, { plays: [{ equity: [1.0005, 1.001] }] }) }),
                slot({ score: score(0, { plays: [{ equity: [], holdEquity: [] }], buyAndHold: 0 }) })
              ])
            )
          ).text
        )
      ]
    ]
    await expect(pages.map(([title, text]) => `=== ${title}\n${text}\n`).join("\n")).toMatchFileSnapshot(
      "../../../golden/report/charts.txt"
    )
  })
})

describe("the axis", () => {
  it("goes from 0 to 100, and no further", () => {
    const axis = Axis.make(10, 20)
    deepStrictEqual([5, 10, 12.3456, 20, 25].map(axis.at), [0, 0, 23.46, 100, 100])
    const point = Axis.make(10, 10)
    deepStrictEqual([point.from, point.to, point.at(10), point.at(10.5)], [10, 11, 0, 50])
    strictEqual(Axis.percent(12.3456), "12.35%")
  })
})

describe("the mean of curves", () => {
  it("is taken point by point, and of shorter ones by the nearest earlier point", () => {
    deepStrictEqual(Equity.mean([]), [])
    deepStrictEqual(
      Equity.mean([
        [1, 3],
        [3, 5]
      ]),
      [2, 4]
    )
    deepStrictEqual(
      Equity.mean([
        [1, 2, 3, 4],
        [10, 20]
      ]),
      [5.5, 6, 11.5, 12]
    )
    deepStrictEqual(Equity.mean([[2, 4], []]), [1.5, 2.5])
  })
})

describe("requests in flight", () => {
  const flights = (...times: ReadonlyArray<readonly [at: number, took: number]>) => [
    { attempts: times.map(([at, took]) => attempt({ startedAt: at, durationMs: took })) }
  ]

  it("rise and fall, and one makes room for the next at the same moment", () => {
    deepStrictEqual(InFlight.steps(flights([0, 10], [5, 5], [10, 5])), [
      { at: 0, value: 1 },
      { at: 5, value: 2 },
      { at: 10, value: 1 },
      { at: 15, value: 0 }
    ])
    deepStrictEqual(
      [InFlight.most(flights()), InFlight.most(flights([0, 10], [10, 5])), InFlight.most(flights([0, 10], [9, 5]))],
      [0, 1, 2]
    )
  })

  it("are drawn as 300 changes at most, each the highest of its stretch", () => {
    const drawn = (count: number) => {
      const all = run([
        slot({
          attempts: Array.from({ length: count }, (_, n) => attempt({ startedAt: START + 20 * n, durationMs: 10 }))
        })
      ])
      return InFlight.render(Run.named(all), all, Axis.make(START, START + 20 * count), nothing).text
    }
    assert.include(drawn(150), "300 changes drawn")
    assert.include(drawn(151), "300 changes drawn")
    assert.include(drawn(149), "298 changes drawn")
    strictEqual(drawn(149).split('class="flying"').length - 1, 149)
    assert.isAbove(drawn(300).split('class="flying"').length - 1, 295)
    strictEqual(drawn(0), "")
  })
})

describe("the result of an attempt", () => {
  it("has its status from 400 on, unless the words have it", () => {
    const of = (facts: Partial<Run.Attempt>) =>
      Timeline.resultOf(attempt({ outcome: "Rejected", message: "no", ...facts }))
    deepStrictEqual(
      [undefined, 200, 399, 400, 401, 503].map((status) => of({ status })),
      ["no", "no", "no", "HTTP 400: no", "HTTP 401: no", "HTTP 503: no"]
    )
    strictEqual(of({ status: 400, message: "HTTP 400" }), "HTTP 400")
    strictEqual(of({ message: undefined }), "Rejected")
    strictEqual(of({ outcome: "ok", status: 500 }), "ok")
    deepStrictEqual([of({ message: "x".repeat(300) }).length, of({ message: "x".repeat(301) }).at(-1)], [300, "…"])
  })

  it("is drawn by its kind", () => {
    const kinds: Readonly<Record<string, Look.Kind>> = {
      ok: "ok",
      RateLimited: "limited",
      AccountRefused: "limited",
      CutOff: "unusable",
      EmptyAnswer: "unusable",
      BadCode: "unusable",
      Refused: "unusable",
      MalformedAnswer: "unusable",
      AnswerTooLarge: "unusable",
      DeadlineExceeded: "stopped",
      Interrupted: "stopped",
      running: "running",
      ServerFailed: "failed"
    }
    for (const [outcome, kind] of Object.entries(kinds)) strictEqual(Look.kindOf(outcome), kind)
    strictEqual(Look.kindOf("toString"), "failed")
    deepStrictEqual(Look.ALL, ["ok", "limited", "failed", "unusable", "stopped", "running"])
    deepStrictEqual(Object.keys(Look.LIGHT), Object.keys(Look.DARK))
    strictEqual(Object.keys(Look.LIGHT).length, 18)
    strictEqual(Object.keys(Look.KINDS).toSorted().join(), Look.ALL.toSorted().join())
  })
})
