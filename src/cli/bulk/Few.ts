/** Jobs that are few enough to be shown one by one: as for a single ticker, with the ticker before the model. */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { numbers } from "../../domain/Numbering.js"
import type * as Progress from "../../generation/Progress.js"
import * as Report from "../../generation/Report.js"
import type { Failure } from "../Failure.js"
import { FEW } from "../Flags.js"
import * as Notice from "../Notice.js"
import * as Lines from "../view/Lines.js"
import * as RunView from "../view/RunView.js"
import type { View } from "./BulkView.js"
import * as Job from "./Job.js"
import type * as Sources from "./Sources.js"

export interface Few {
  readonly jobs: ReadonlyArray<Job.Placed>
  readonly outcomes: Array<Report.Outcome>
}

export const of = ({ jobs, total }: Sources.Work): Effect.Effect<Few | undefined, Failure> =>
  total === undefined || total > FEW
    ? Effect.succeed(undefined)
    : Effect.map(Stream.runCollect(jobs), (jobs) => ({ jobs: Chunk.toReadonlyArray(jobs), outcomes: [] }))

const titled = <A extends { readonly model: string }>(ticker: string, of: A): A => ({
  ...of,
  model: `${ticker} ${of.model}`
})

/** What the jobs are called by while the run goes on and in its table: as their files. */
const numbersOf = (jobs: ReadonlyArray<Job.Job>): ReadonlyArray<number> => numbers(jobs.map(Job.placeOf))

const count = (jobs: ReadonlyArray<Job.Job>): number => new Set(jobs.map(({ ticker }) => ticker)).size

export const view = (few: Few, manner: RunView.Manner): Effect.Effect<View, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { jobs, outcomes } = few
    const numbered = numbersOf(jobs)
    const names = jobs.map(({ model, ticker }, place) =>
      titled(ticker, { model: Lines.nameOf({ model, sample: numbered[place] ?? 1 }) })
    )
    const { finish, isLive, listener, render } = yield* RunView.make({ ...manner, slots: jobs.length, samples: 1 })
    const tell = (event: Progress.Event) => listener({ percent: 0, event })
    const models = names.map(({ model }) => model)
    const tickers = Lines.count(count(jobs), "ticker")
    if (isLive) yield* tell({ _tag: "RunStarted", ticker: "", models })
    else yield* Notice.say(`Asking for ${Lines.count(jobs.length, "algorithm")} to trade ${tickers}.`)
    return {
      hear: (event) => tell("index" in event ? { ...event, model: names[event.index]?.model ?? event.model } : event),
      finish: Effect.suspend(() => (outcomes.length === 0 ? Effect.void : finish(reportOf(few, 0)))),
      render: (options) => {
        const leftToWorkers = options.hasWorkers === true ? jobs.length - outcomes.length : 0
        return render(reportOf(few, options.durationMs), { ...options, leftToWorkers })
      }
    }
  })

const inOrder = (outcomes: ReadonlyArray<Report.Outcome>) => outcomes.toSorted((one, other) => one.index - other.index)

/** As it is shown: for so many tickers, with the ticker before each model. */
const reportOf = ({ jobs, outcomes }: Few, durationMs: number): Report.GenerationReport => {
  // By all jobs: those without an outcome have their numbers, too.
  const numbered = numbersOf(jobs)
  const rows = inOrder(outcomes).map((outcome) =>
    titled(outcome.ticker, { ...outcome, sample: numbered[outcome.index] ?? outcome.sample })
  )
  return Report.make(Lines.count(count(jobs), "ticker"), 0, durationMs, rows)
}

/** As for a single ticker. */
export const report = ({ outcomes }: Few, startedAt: number, durationMs: number): Report.GenerationReport =>
  Report.make("", startedAt, startedAt + durationMs, inOrder(outcomes))

/** As in the document of a run for one ticker, each with its ticker. */
export const results = (outcomes: ReadonlyArray<Report.Outcome>) => {
  const ordered = inOrder(outcomes)
  const { results } = Report.toJson(Report.make("", 0, 0, ordered))
  return results.map((result, place) => Object.assign({ ticker: ordered[place]?.ticker }, result))
}
