/** What a run is shown on besides the terminal: the page that is served while it goes on, and the one that is written. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as FlowControl from "../../flow/FlowControl.js"
import type * as Progress from "../../generation/Progress.js"
import type * as Report from "../../generation/Report.js"
import * as FromReport from "../../report/FromReport.js"
import type * as Place from "../../report/live/Place.js"
import type * as Run from "../../report/Run.js"
import type { Failure } from "../Failure.js"
import type * as ReportPage from "../ReportPage.js"
import * as TrialRun from "../TrialRun.js"
import * as Leaderboard from "../view/Leaderboard.js"

export interface Options {
  readonly flags: TrialRun.Scored & { readonly view: boolean }
  readonly concurrency: number
  readonly deadline: Duration.Duration
  readonly simulated: boolean
  readonly page: ReportPage.ReportPage | undefined
}

/** What a run asks for: each slot, if they are few; else how many, and what stands at a place that is open. */
export type Wanted =
  | { readonly slots: ReadonlyArray<Place.Asked> | undefined }
  | { readonly total: number | undefined; readonly asked: (index: number) => Place.Asked | undefined }

/** The page of a run while it goes on. */
export interface LiveRun {
  /** `now` in milliseconds since the epoch. */
  readonly hear: (event: Progress.Event, now: number) => void
  /**
   * The run is over: shows it as a report does. Waits until open pages have it, for a few seconds at most, and not for a
   * page that is not open yet when `hurry` succeeds.
   */
  readonly finish: (run: Run.Run, hurry: Effect.Effect<void>) => Effect.Effect<void>
}

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

const WORDS = {
  live: "Live: this page follows the run, which goes on when you close it.",
  over: "The run is over. This page stays as it is; it cannot be loaded again.",
  lost: "The command does not answer: it has ended, or is busy. This is what it said last."
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
      const [Viewer, Sections, Follow, FollowMany] = yield* Effect.promise(() =>
        Promise.all([
          import("../live/Viewer.js"),
          import("../../report/Sections.js"),
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
      const { hear, page } =
        "slots" in wanted ? Follow.make({ ...options, ...wanted }) : FollowMany.make({ ...options, ...wanted })
      const { finish } = yield* Viewer.make({ port: 0, draw: page, words: WORDS })
      return { hear, finish: (run, hurry) => finish(Sections.of(run), hurry) }
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
