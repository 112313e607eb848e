/** What a run is shown on besides the terminal: the page that is served while it goes on, and the one that is written. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as FlowControl from "../../flow/FlowControl.js"
import type * as Report from "../../generation/Report.js"
import type { Series } from "../../market/Bars.js"
import * as FromReport from "../../report/FromReport.js"
import type * as Place from "../../report/live/Place.js"
import type * as Run from "../../report/Run.js"
import type { Failure } from "../Failure.js"
import type { LiveRun } from "../live/LiveRun.js"
import type * as ReportPage from "../ReportPage.js"
import * as TrialRun from "../TrialRun.js"
import * as Leaderboard from "../view/Leaderboard.js"

export interface Options {
  readonly flags: {
    readonly view: boolean
    readonly fee: number | undefined
    readonly slippage: number | undefined
    readonly rounds: number
    readonly series: ReadonlyArray<Series> | undefined
  }
  readonly concurrency: number
  readonly deadline: Duration.Duration
  readonly simulated: boolean
  readonly page: ReportPage.ReportPage | undefined
}

/** What a run asks for: each slot, if they are few; else how many, and what stands at a place that is open. */
export type Wanted =
  | { readonly slots: ReadonlyArray<Place.Asked> | undefined }
  | { readonly total: number | undefined; readonly asked: (index: number) => Place.Asked | undefined }

export interface Pages {
  /** Begins to serve the page of a run, if that is wanted. */
  readonly follow: (
    wanted: Wanted
  ) => Effect.Effect<LiveRun | undefined, Failure, Scope.Scope | FlowControl.FlowControl>
  /** Shows a run that is over, on both pages. */
  readonly show: (run: Run.Run, live: LiveRun | undefined, hurry: Effect.Effect<void>) => Effect.Effect<void>
  /** The same of a run whose outcomes are all known. */
  readonly showReport: (
    report: Report.GenerationReport,
    live: LiveRun | undefined,
    hurry: Effect.Effect<void>
  ) => Effect.Effect<void, never, FlowControl.FlowControl>
}

/** How often the page learns of limits that flow control has changed. */
const LIMITS_INTERVAL = "1 second"

export const make = ({ concurrency, deadline, flags, page, simulated }: Options): Pages => {
  /** Loaded late: most runs need none of it. */
  const contextOf = Effect.map(
    Effect.promise(() => Promise.all([import("../../score/Exam.js"), import("../../score/Grading.js")])),
    ([{ examiner }, { holdCurves }]): Omit<FromReport.Context, "limits"> => {
      const examine = examiner(flags.series, TrialRun.scoringOf(flags))
      const curves = new Map<string, ReturnType<FromReport.Context["holdCurves"]>>()
      return {
        simulated,
        concurrency,
        deadlineMs: Duration.toMillis(deadline),
        basis: Leaderboard.basis,
        holdCurves: (ticker) => {
          const known = curves.get(ticker) ?? holdCurves(examine(ticker))
          curves.set(ticker, known)
          return known
        },
        link: page === undefined ? () => undefined : page.link
      }
    }
  )

  const show: Pages["show"] = (run, live, hurry) =>
    Effect.gen(function* () {
      if (page !== undefined) yield* page.write(run)
      // A page that is served has nothing beside it.
      const slots = run.slots.map((slot) => ({ ...slot, link: undefined }))
      yield* live?.finish({ ...run, slots }, hurry) ?? Effect.void
    })

  const follow: Pages["follow"] = (wanted) =>
    Effect.gen(function* () {
      if (!flags.view) return undefined
      const [LiveRun, Follow, FollowMany] = yield* Effect.promise(() =>
        Promise.all([
          import("../live/LiveRun.js"),
          import("../../report/live/Follow.js"),
          import("../../report/live/FollowMany.js")
        ])
      )
      const facts = { ...(yield* contextOf), link: () => undefined }
      const { state } = yield* FlowControl.FlowControl
      let { limits } = yield* state
      const look = Effect.map(state, (state) => {
        limits = state.limits
      })
      yield* Effect.forkScoped(Effect.forever(Effect.delay(look, LIMITS_INTERVAL)))
      const options = {
        startedAt: yield* Clock.currentTimeMillis,
        context: () => ({ ...facts, limits })
      }
      return yield* LiveRun.make(
        "slots" in wanted ? Follow.make({ ...options, ...wanted }) : FollowMany.make({ ...options, ...wanted })
      )
    })

  const showReport: Pages["showReport"] = (report, live, hurry) =>
    Effect.gen(function* () {
      if (page === undefined && live === undefined) return
      const { state } = yield* FlowControl.FlowControl
      const { limits } = yield* state
      yield* show(FromReport.make(report, { ...(yield* contextOf), limits }), live, hurry)
    })

  return { follow, show, showReport }
}
