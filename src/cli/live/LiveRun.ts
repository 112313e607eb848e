/** `--view`: the page of a run while it goes on. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Progress from "../../generation/Progress.js"
import type { Follow } from "../../report/live/Follow.js"
import type * as Run from "../../report/Run.js"
import * as Sections from "../../report/Sections.js"
import type { Failure } from "../Failure.js"
import * as Viewer from "./Viewer.js"

export interface LiveRun {
  /** `now` in milliseconds since the epoch. */
  readonly hear: (event: Progress.Event, now: number) => void
  /**
   * The run is over: shows it as a report does. Waits until open pages have it, for a few seconds at most, and not for a
   * page that is not open yet when `hurry` succeeds.
   */
  readonly finish: (run: Run.Run, hurry: Effect.Effect<void>) => Effect.Effect<void>
}

const WORDS = {
  live: "Live: this page follows the run, which goes on when you close it.",
  over: "The run is over. This page stays as it is; it cannot be loaded again.",
  lost: "The command does not answer: it has ended, or is busy. This is what it said last."
}

export const make = ({ hear, page }: Follow): Effect.Effect<LiveRun, Failure, Scope.Scope> =>
  Effect.map(Viewer.make({ port: 0, draw: page, words: WORDS }), ({ finish }) => ({
    hear,
    finish: (run, hurry) => finish(Sections.of(run), hurry)
  }))
