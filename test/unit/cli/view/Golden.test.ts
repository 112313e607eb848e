/**
 * What a person reads of a run that is over, at every width, as it was read and found right: what stands in
 * `test/golden/command`. Where it is meant to change, `npx vitest run --project unit test/unit/cli/view/Golden.test.ts -u`
 * writes it anew, and the diff shows what it says now.
 */
import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import stringWidth from "string-width"
import { expect } from "vitest"
import * as Leaderboard from "../../../../src/cli/view/Leaderboard.js"
import * as Lines from "../../../../src/cli/view/Lines.js"
import * as Look from "../../../../src/cli/view/Look.js"
import * as Summary from "../../../../src/cli/view/Summary.js"
import * as GenerationError from "../../../../src/domain/GenerationError.js"
import type * as Estimate from "../../../../src/generation/Estimate.js"
import * as Report from "../../../../src/generation/Report.js"
import { failed, outcome } from "../bulk/outcomes.js"
import { badCode, idle, interrupted, outcomes, scoreOf } from "./runs.js"

const file = (name: string): string => `../../../golden/command/${name}`

/** Narrower than a line may be, telephones, the usual ones, wide ones, and a file. */
const LOOKS: ReadonlyArray<readonly [name: string, look: Look.Look]> = [
  ...[10, 24, 33, 40, 52, 60, 66, 72, 80, 90, 100, 120, 160].map(
    (columns) => [`${columns} columns`, Look.terminal(columns)] as const
  ),
  ["80 columns of ASCII", Look.terminal(80, true)],
  ["a file", Look.plain]
]

const page = (title: string, text: string): string => `=== ${title}\n${text}\n`

const fitting = (name: string, { columns }: Look.Look, text: string): string => {
  // What could not be saved is Python, and stands as it is.
  const [fitted = ""] = text.split("\n\n# ")
  for (const line of fitted.split("\n")) assert.isAtMost(stringWidth(line), columns, name)
  return page(name, text)
}

const report = (outcomes: ReadonlyArray<Report.Outcome>) => Report.make("AAPL", 0, 61_234, outcomes)

const reasons = (...all: ReadonlyArray<Option.Option.Value<Report.Outcome["reason"]>>) =>
  all.map((reason, index) => failed(reason, { index, model: `x/${index}` }))

describe("a run that is over", () => {
  it.each([
    ["outcomes", outcomes(), { resume: true, out: "generated" }],
    ["scores", outcomes(true), { repairs: 1, out: "generated", leftToWorkers: 1 }]
  ] as const)("with %s is said at every width as it was", async (name, all, options) => {
    const pages = LOOKS.map(([title, look]) => fitting(title, look, Summary.render(report(all), { ...options, look })))
    await expect(pages.join("\n")).toMatchFileSnapshot(file(`${name}.txt`))
  })

  it("ends with what to try next, as it did", async () => {
    const { AccountRefused, CircuitOpen, ConnectionFailed, ModelUnavailable, NotAsked } = GenerationError
    const { RetryBudgetExhausted, ServerFailed, TimedOut } = GenerationError
    const unknown = new ModelUnavailable({ message: "no such model", status: 404 })
    const refused = new AccountRefused({ status: 401, detail: "User not found." })
    const broken = new ConnectionFailed({ message: "ECONNREFUSED" })
    const cases: ReadonlyArray<readonly [string, ReadonlyArray<Report.Outcome>, Summary.Options]> = [
      ["nothing was asked for", [], {}],
      ["all went well", [outcome()], {}],
      ["simulated models", [outcome()], { simulated: true }],
      ["one bad module", reasons(badCode()), {}],
      ["two bad modules", reasons(badCode(), badCode()), { resume: true }],
      ["two bad modules of simulated models", reasons(badCode(), badCode()), { resume: true, simulated: true }],
      ["two bad modules, although repaired", reasons(badCode(), badCode()), { repairs: 1 }],
      ["an answer too long to repair", reasons(badCode("too-long")), {}],
      ["no connection", reasons(broken), {}],
      ["no connection, with simulated models", reasons(broken), { simulated: true }],
      ["no connection twice", reasons(broken, broken), {}],
      ["no connection, and one that went well", [...reasons(broken), outcome({ index: 1 })], {}],
      ["no connection, with a hint", reasons(broken, broken), { hint: "the base URL has no API version" }],
      ["two causes", reasons(broken, new ServerFailed({ status: 503, message: "down" })), {}],
      ["a cause and what follows", reasons(refused, new NotAsked({ message: "not asked" })), {}],
      ["slow", reasons(new TimedOut({ clock: "attempt", limitMs: 60_000 })), {}],
      ["only what follows", reasons(new CircuitOpen({ circuit: "server" })), {}],
      ["no more retries", reasons(new RetryBudgetExhausted({ failure: "down" })), {}],
      ["an unknown model", reasons(unknown), {}],
      ["an unknown model, with simulated models", reasons(unknown), { simulated: true }],
      ["unknown models", reasons(unknown, unknown), {}],
      ["an unknown model, and another", reasons(unknown, broken), {}],
      ["a model that a list does not have", reasons(new ModelUnavailable({ message: "not listed" })), {}],
      ["interrupted", reasons(interrupted), {}],
      ["interrupted, with resume", reasons(interrupted), { resume: true }],
      ["interrupted, with simulated models", reasons(interrupted), { simulated: true }],
      ["interrupted, and a bad module", reasons(interrupted, badCode()), {}],
      ["different ones", [outcome(), outcome({ index: 1 })], { distinct: 2 }],
      ["one left to workers", [outcome()], { leftToWorkers: 1 }],
      ["many left to workers", [outcome()], { leftToWorkers: 1_200 }]
    ]
    const said = cases.map(([title, all, options]) => page(title, Summary.ending(report(all), options, false)))
    await expect(said.join("\n")).toMatchFileSnapshot(file("advice.txt"))
  })
})

describe("the leaderboard", () => {
  const row = (index: number, rank: number | undefined, facts: Partial<Leaderboard.Row> = {}): Leaderboard.Row => ({
    index,
    ticker: "AAPL",
    name: `model/${index}`,
    rank,
    repeats: undefined,
    score: rank === undefined ? idle : scoreOf(0.03 - index / 100, 0.01),
    ...facts
  })

  it("says of ranks and repetitions what it said", async () => {
    const open = { score: scoreOf(0.01, null) }
    const cases: ReadonlyArray<readonly [string, ReadonlyArray<Leaderboard.Row>]> = [
      ["one", [row(0, 1)]],
      ["two apart", [row(0, 2), row(1, 1)]],
      ["two alike", [row(0, 1), row(1, 1)]],
      ["too few prices", [row(0, 1, open), row(1, 1, open)]],
      ["one of two with too few prices", [row(0, 1), row(1, 1, open)]],
      ["idle ones", [row(0, undefined), row(1, undefined)]],
      ["one of them idle", [row(0, undefined), row(1, 1)]],
      ["the same return", [row(1, 1, open), row(0, 1, open), row(2, 1, open)]],
      ["repeats one", [row(0, 1), row(1, 1, { repeats: { index: 0, same: true } })]],
      ["nearly repeats one", [row(0, 1), row(1, 1, { repeats: { index: 0, same: false } })]],
      ["repeats one that is not shown", [row(0, 1), row(1, 1, { repeats: { index: 7, same: true } })]],
      ...[2, 3, 4, 5, 6].map((count) => {
        const repeats = { index: 0, same: true }
        const others = Array.from({ length: count }, (_, at) => row(at + 1, 1, { repeats }))
        return [`${count} repeat one`, [row(0, 1), ...others]] as const
      }),
      ["two tickers", [row(0, 1), row(1, 1, { ticker: "TSLA" })]],
      [
        "all that can be said of prices",
        [row(0, 1, { score: scoreOf(0, 0.1, { basis: "data", rules: "arena", isChosenBy: true, fee: 0.00123456789 }) })]
      ],
      [
        "rounds",
        [
          row(0, 1, { rounds: [{ round: 0, result: "first" }] }),
          row(1, 1, {
            rounds: [
              { round: 0, result: "first" },
              { round: 1, result: "better" }
            ]
          })
        ]
      ]
    ]
    const said = cases.map(([title, rows]) => page(title, Leaderboard.render(rows, Look.terminal(160)).join("\n")))
    await expect(said.join("\n")).toMatchFileSnapshot(file("leaderboard.txt"))
  })
})

describe("a dry run", () => {
  const slot = (facts: Partial<Estimate.Estimate>): Estimate.Estimate => ({
    model: "x/1",
    sample: 1,
    askedModel: Option.some("x/1"),
    listed: true,
    price: Option.some({ prompt: 0.000001, completion: 0.000002 }),
    promptTokens: 310,
    maxCompletionTokens: 4096,
    worst: Option.some(0.0085),
    likely: Option.some(0.0012),
    ...facts
  })
  const unknown = { price: Option.none(), likely: Option.none(), worst: Option.none() }
  const gone = { ...unknown, askedModel: Option.none() }

  it("says at every width what it would cost, as it did", async () => {
    const cases: ReadonlyArray<readonly [string, ReadonlyArray<Estimate.Estimate>]> = [
      ["one", [slot({})]],
      ["nobody", []],
      ["nothing is known", [slot(unknown), slot({ ...unknown, sample: 2 })]],
      ["nothing is on offer", [slot(gone)]],
      [
        "of every kind",
        [
          slot({}),
          slot({ sample: 2 }),
          slot({ sample: 3, askedModel: Option.some("x/1:free") }),
          slot({ model: "y/not-listed", askedModel: Option.some("y/not-listed"), listed: false, ...unknown }),
          slot({ model: "z/gone-70b-instruct", ...gone }),
          slot({ model: "z/gone-too", ...gone })
        ]
      ]
    ]
    const said = cases.flatMap(([title, slots]) =>
      LOOKS.filter(([, { isTerminal }]) => !isTerminal || title === "of every kind").map(([name, look]) =>
        page(`${title}, ${name}`, Lines.estimates(slots, { resume: title === "one" }, look))
      )
    )
    await expect(said.join("\n")).toMatchFileSnapshot(file("estimates.txt"))
  })
})
