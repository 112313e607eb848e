/** A run for one ticker: shows it while it goes on, then its table, document and page. */
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { OpenRouter } from "../../api/OpenRouter.js"
import { CodeCheck } from "../../code/CodeCheck.js"
import * as FlowControl from "../../flow/FlowControl.js"
import * as Generation from "../../generation/Generation.js"
import * as Plan from "../../generation/Plan.js"
import type * as Report from "../../generation/Report.js"
import type { Series } from "../../market/Bars.js"
import * as FromReport from "../../report/FromReport.js"
import * as Advice from "../Advice.js"
import type * as Commands from "../Commands.js"
import * as Run from "../documents/Run.js"
import { Failure, NOTHING_PRODUCED } from "../Failure.js"
import type * as ReportPage from "../ReportPage.js"
import { Version } from "../Version.js"
import * as Events from "../view/Events.js"
import * as Leaderboard from "../view/Leaderboard.js"
import * as RunView from "../view/RunView.js"
import { finishing } from "./Finishing.js"

export interface Flags extends Omit<Commands.Generate, "models" | "out"> {
  readonly out: string
  readonly series: ReadonlyArray<Series> | undefined
}

export interface Options {
  readonly asked: Plan.Options & { readonly concurrency: number }
  readonly flags: Flags
  readonly simulated: boolean
  readonly page: ReportPage.ReportPage | undefined
}

const deadlineOf = ({ deadline = Plan.DEADLINE }: Pick<Flags, "deadline">): Duration.Duration => deadline

/** Loads the parser while the models think, rather than when the first answer arrives. */
const warmUp = Effect.map(CodeCheck, ({ check }) => check("def execute_trade(ticker, cash, shares):\n    pass")).pipe(
  Effect.delay("100 millis")
)

/** Fails where no algorithm was saved. */
export const run = (options: Options) =>
  Effect.gen(function* () {
    const report = yield* finishing((stopWhen) =>
      Effect.tap(shown(options, stopWhen), (report) => showing(options)(report))
    )
    if (report.outcomes.some(({ file }) => Option.isSome(file))) return
    const { baseUrl } = yield* OpenRouter
    const reasons = report.outcomes.flatMap(({ reason }) => Option.toArray(reason))
    const [hint] = reasons.flatMap((reason) =>
      reason._tag === "StoreError" ? [] : (Advice.aboutPath(reason, baseUrl) ?? [])
    )
    if (hint !== undefined) yield* Console.error(hint)
    return yield* new Failure({ exitCode: NOTHING_PRODUCED })
  })

const shown = ({ asked, flags, simulated }: Options, stopWhen: Effect.Effect<void>) =>
  Effect.gen(function* () {
    const { budget, events, json, out, quiet } = flags
    const deadline = deadlineOf(flags)
    const { render, report } = yield* Effect.scoped(
      Effect.gen(function* () {
        const { finish, listener, render } = yield* RunView.make({ ...flags, deadline, models: asked.models })
        yield* Effect.fork(warmUp)
        const report = yield* Generation.generateAlgorithms({ ...asked, onProgress: listener, stopWhen })
        yield* finish(report)
        return { render, report }
      })
    )
    const { state } = yield* FlowControl.FlowControl
    const document = Run.make({
      version: yield* Version,
      simulated,
      baseUrl: (yield* OpenRouter).baseUrl,
      models: asked.models,
      concurrency: asked.concurrency,
      flags: { ...flags, deadline, budget },
      report,
      flow: FlowControl.toJson(yield* state)
    })
    if (events) yield* Console.log(Events.last(document))
    else if (json) yield* Console.log(JSON.stringify(document, null, 2))
    else if (!quiet) yield* Console.log(render(report, { ...flags, out, simulated, look: RunView.output() }))
    return report
  })

/** Writes the page of a run whose outcomes are all known. */
export const showing =
  ({ asked: { concurrency }, flags, page, simulated }: Options) =>
  (report: Report.GenerationReport) =>
    Effect.gen(function* () {
      if (page === undefined) return
      const { state } = yield* FlowControl.FlowControl
      const { limits } = yield* state
      const { examiner, holdCurves } = yield* Effect.promise(() => import("../../score/Exam.js"))
      const examine = examiner(flags.series, flags)
      yield* page.write(
        FromReport.make(report, {
          simulated,
          concurrency,
          deadlineMs: Duration.toMillis(deadlineOf(flags)),
          limits,
          basis: Leaderboard.basis,
          holdCurves: (ticker) => holdCurves(examine(ticker)),
          link: page.link
        })
      )
    })
