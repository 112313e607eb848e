/** How a run is shown slot by slot, from its start to its end, on this process's terminal, file or pipe. */
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Listener } from "../../generation/Listening.js"
import type * as Report from "../../generation/Report.js"
import * as Metrics from "../../telemetry/Metrics.js"
import * as Events from "./Events.js"
import * as LiveView from "./LiveView.js"
import * as Look from "./Look.js"
import * as PlainView from "./PlainView.js"
import * as Summary from "./Summary.js"

export interface Manner {
  readonly json: boolean
  readonly events: boolean
  readonly quiet: boolean
  readonly verbose: boolean
}

export interface Options extends Manner {
  readonly slots: number
  /** For each naming of a model. */
  readonly samples: number
  /** For a line about the run below a live table. */
  readonly deadline?: Duration.Duration | undefined
}

export interface View {
  readonly listener: Listener
  /** It is a table that is drawn anew. */
  readonly isLive: boolean
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
  isLive: false,
  finish: () => Effect.void,
  render: Summary.render
})

/** A live table if it fits the terminal and no log lines would disturb it, else a line for each event. */
export const make = (options: Options): Effect.Effect<View, never, Scope.Scope> => {
  const { deadline, events, json, quiet, samples, slots, verbose } = options
  if (events) return Effect.map(Events.make(Console.log), withSummary)
  const look = Look.progress()
  if (quiet || verbose || !LiveView.fits(process.stderr, process.env, slots)) {
    const shown = quiet ? { isShown: PlainView.isError } : { isSummed: !json }
    return Effect.succeed(withSummary(PlainView.make(samples, look, Console.error, shown)))
  }
  return live({ deadlineMs: deadline && Duration.toMillis(deadline), spent: Metrics.spent, ascii: look.ascii })
}

/** The final table takes the place of the live one, so only the rest is printed below it. */
const live = (options: LiveView.Options): Effect.Effect<View, never, Scope.Scope> =>
  Effect.map(LiveView.make(process.stderr, options), ({ finish, listener }) => {
    let shortened = false
    return {
      listener,
      isLive: true,
      finish: (report) => {
        const table = Summary.table(report, Look.progress())
        shortened = table.shortened
        return finish(table.lines)
      },
      render: (report, options) =>
        process.stdout.isTTY ? Summary.ending(report, options, shortened) : Summary.render(report, options)
    }
  })
