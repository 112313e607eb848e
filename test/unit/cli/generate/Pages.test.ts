/** The pages of a run: the one that is written, and none where none is wanted. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Duration, Effect } from "effect"
import * as Pages from "../../../../src/cli/generate/Pages.js"
import { hintOf } from "../../../../src/cli/generate/SingleTicker.js"
import { AccountRefused, ConnectionFailed, Rejected } from "../../../../src/domain/GenerationError.js"
import * as Report from "../../../../src/generation/Report.js"
import type * as Run from "../../../../src/report/Run.js"
import { flowControl } from "../../generation/doubles.js"
import { failed, outcome } from "../bulk/outcomes.js"
import { passed, scoreOf } from "../view/runs.js"

const flags = { view: false, samples: 1, fee: undefined, slippage: undefined, rounds: 0, series: undefined }
const report = (...outcomes: ReadonlyArray<Report.Outcome>) => Report.make("AAPL", 0, 5, outcomes)

const written = (hasPage: boolean, work: (pages: Pages.Pages, live: Live) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    const onDisk: Array<Run.Run> = []
    const served: Array<Run.Run> = []
    const page = {
      link: (file: string) => `at/${file}`,
      write: (run: Run.Run) => Effect.sync(() => onDisk.push(run) > 0)
    }
    const pages = Pages.make({
      concurrency: 3,
      deadline: Duration.seconds(4),
      flags,
      simulated: true,
      page: hasPage ? page : undefined
    })
    const live = { hear: () => {}, finish: (run: Run.Run) => Effect.sync(() => void served.push(run)) }
    yield* work(pages, live)
    return { onDisk, served }
  })

type Live = Parameters<Pages.Pages["show"]>[1]

describe("the pages of a run", () => {
  it.effect("are not followed where that is not wanted", () =>
    written(true, (pages) =>
      Effect.gen(function* () {
        strictEqual(yield* Effect.scoped(pages.follow({ slots: undefined })), undefined)
      }).pipe(Effect.provide(flowControl), Effect.orDie)
    )
  )

  it.effect("have what the run was, with links only on the one that is a file", () =>
    Effect.gen(function* () {
      const all = report(outcome({ trial: passed(scoreOf(0.01, 0.02)) }), outcome({ index: 1, ticker: "AAPL" }))
      const show = (pages: Pages.Pages, live: Live) =>
        Effect.provide(pages.showReport(all, live, Effect.void), flowControl)
      const { onDisk, served } = yield* written(true, show)
      const [file, page] = [onDisk[0], served[0]]
      deepStrictEqual([onDisk.length, served.length], [1, 1])
      deepStrictEqual(
        file?.slots.map(({ link }) => link),
        Array.from({ length: 2 }, () => "at/out/AAPL/generated_algo_x_1.py")
      )
      deepStrictEqual(
        page?.slots.map(({ link }) => link),
        [undefined, undefined]
      )
      deepStrictEqual([file?.simulated, file?.concurrency, file?.deadlineMs, file?.limits.length], [true, 3, 4000, 0])
      strictEqual(file?.scoredOn?.startsWith("Scored on "), true)
      const without = yield* written(false, show)
      deepStrictEqual([without.onDisk.length, without.served.length], [0, 1])
      deepStrictEqual(
        without.served[0]?.slots.map(({ link }) => link),
        [undefined, undefined]
      )
      const nobody = yield* written(false, (pages) => show(pages, undefined))
      deepStrictEqual([nobody.onDisk.length, nobody.served.length], [0, 0])
    })
  )
})

const KEYLESS = "this server needs a key: set ALGOGEN_API_KEY"

describe("the hint after a run", () => {
  const lost = failed(new Rejected({ status: 404, message: "404 page not found", fallbackModels: [] }))
  const down = failed(new ConnectionFailed({ message: "ECONNREFUSED" }))

  const server = (hasKey: boolean) => ({ baseUrl: "http://h:1", hasKey, isNamed: true })

  it("is that a server wants a key, where there is none", () => {
    const refused = failed(new AccountRefused({ status: 401, detail: "no key" }))
    const empty = failed(new AccountRefused({ status: 402, detail: "no credit" }))
    deepStrictEqual(
      [
        hintOf(report(refused), server(false)),
        hintOf(report(down, refused), server(false)),
        hintOf(report(refused, outcome()), server(false)),
        hintOf(report(refused), server(true)),
        hintOf(report(empty), server(false)),
        hintOf(report(refused), { ...server(false), baseUrl: "https://openrouter.ai/api/v1" })
      ],
      [KEYLESS, KEYLESS, undefined, undefined, undefined, undefined]
    )
    strictEqual(
      hintOf(report(refused), { ...server(false), keptBack: "X is not sent to it. Do this." }),
      "this server needs a key, and X is not sent to it. Do this."
    )
  })

  it("is about the base URL, where no model answered and that may be why", () => {
    const of = (...outcomes: ReadonlyArray<Report.Outcome>) => hintOf(report(...outcomes), server(false))
    const hint = "the base URL has no API version: try http://h:1/v1"
    deepStrictEqual(
      [of(lost), of(down, lost), of(lost, outcome()), of(down), of()],
      [hint, hint, undefined, undefined, undefined]
    )
  })
})
