/** How a run for one ticker is shown, from its start to its end, on this process's terminal, file or pipe. */
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { FlowControl } from "../../flow/FlowControl.js"
import type { Listener } from "../../generation/Listening.js"
import type * as Report from "../../generation/Report.js"
import * as Metrics from "../../telemetry/Metrics.js"
import { FEW } from "../Flags.js"
import * as Events from "./Events.js"
import * as LiveView from "./LiveView.js"
import * as Look from "./Look.js"
import * as PlainView from "./PlainView.js"
import * as Summary from "./Summary.js"

export interface Options {
  readonly models: ReadonlyArray<unknown>
  readonly samples: number
  readonly deadline: Duration.Duration
  readonly json: boolean
  readonly events: boolean
  readonly quiet: boolean
  readonly verbose: boolean
}

export interface View {
  readonly listener: Listener
  /** Called when the run is over, before anything is printed. */
  readonly finish: (report: Report.GenerationReport) => Effect.Effect<void>
  /** What standard output gets, if it gets no document. */
  readonly render: (report: Report.GenerationReport, options: Ending) => string
}

export interface Ending extends Summary.Options {
  readonly out: string
  readonly simulated: boolean
}

const withSummary = (listener: Listener): View => ({
  listener,
  finish: () => Effect.void,
  render: Summary.render
})

/** A live table if it fits the terminal and no log lines would disturb it, else a line for each event. */
export const make = (options: Options): Effect.Effect<View, never, Scope.Scope | FlowControl> => {
  const { deadline, events, json, models, quiet, samples, verbose } = options
  const slots = models.length * samples
  if (events) return Effect.map(Events.make(Console.log), withSummary)
  if (quiet) {
    return Effect.succeed(
      withSummary(PlainView.make(samples, Look.progress(), Console.error, { isShown: PlainView.isError }))
    )
  }
  if (slots > FEW) return crowd(slots, verbose)
  if (verbose || !LiveView.fits(process.stderr, process.env, slots)) {
    return Effect.succeed(withSummary(PlainView.make(samples, Look.progress(), Console.error, { isSummed: !json })))
  }
  return live({ deadlineMs: Duration.toMillis(deadline), spent: Metrics.spent, ascii: Look.progress().ascii })
}

/** The final table takes the place of the live one, so only the rest is printed below it. */
const live = (options: LiveView.Options): Effect.Effect<View, never, Scope.Scope> =>
  Effect.map(LiveView.make(process.stderr, options), ({ finish, listener }) => {
    let shortened = false
    return {
      listener,
      finish: (report) => {
        const table = Summary.table(report, Look.progress())
        shortened = table.shortened
        return finish(table.lines)
      },
      render: (report, options) =>
        process.stdout.isTTY ? Summary.ending(report, options, shortened) : Summary.render(report, options)
    }
  })

/** More slots than anybody reads. */
const crowd = (slots: number, verbose: boolean): Effect.Effect<View, never, Scope.Scope | FlowControl> =>
  Effect.promise(() => import("../bulk/index.js")).pipe(
    Effect.flatMap(({ Bulk }) => Bulk.crowd(slots, verbose)),
    Effect.map(({ listener, render }) => ({
      listener,
      finish: () => Effect.void,
      render: (report, options) =>
        [
          render(report, {
            ...options,
            folder: options.out,
            columns: Look.output().isTerminal ? Look.output().columns : undefined
          }),
          ...Summary.different(report, options)
        ].join("\n")
    }))
  )
