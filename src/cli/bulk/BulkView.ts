/**
 * The progress of many jobs: a few lines on a terminal, rewritten in place, with the latest failures; elsewhere a line every
 * 10 s and every 5 %, and the failures in groups.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as FlowControl from "../../flow/FlowControl.js"
import type * as Progress from "../../generation/Progress.js"
import * as Metrics from "../../telemetry/Metrics.js"
import * as Now from "../../telemetry/Now.js"
import * as Fit from "../view/Fit.js"
import * as Look from "../view/Look.js"
import * as Screen from "../view/Screen.js"
import * as Table from "../view/Table.js"
import type * as BulkSummary from "./BulkSummary.js"
import type * as Tally from "./Tally.js"
import * as Words from "./Words.js"

export interface View {
  readonly hear: (event: Progress.Event) => Effect.Effect<void>
  /** The run is over, and nothing is printed yet. */
  readonly finish: Effect.Effect<void>
  /** What standard output gets, if it gets no document. */
  readonly render: (options: BulkSummary.Options) => string
}

/** Shows a sentence about the run as a whole. */
export type Note = (message: string) => Effect.Effect<void>

const FRAME_INTERVAL = "200 millis"
/** A line after so many milliseconds, or after such a part of the jobs, but no more than one for each look. */
const LINE_INTERVAL_MS = 10_000
const PARTS = 20
const LOOK = "1 second"
/** Kinds of failure in one report. */
const KINDS = 5

/** What flow control says and what was spent, for these views. */
const flow: Effect.Effect<Words.Flow, never, FlowControl.FlowControl> = Effect.flatMap(
  FlowControl.FlowControl,
  ({ state }) =>
    Effect.zipWith(state, Metrics.spent, ({ gates, inFlight, limit }, spent) => ({
      limit,
      inFlight,
      spent,
      pausedUntil: gates.find(([key]) => key === "account")?.[1]
    }))
)

/** Lines are rewritten in place on a terminal, if no log lines disturb them. */
export const make = (
  tally: Tally.Tally,
  verbose: boolean,
  hasWorkers = false
): Effect.Effect<Note, never, Scope.Scope | FlowControl.FlowControl> =>
  Effect.flatMap(FlowControl.FlowControl, (control) => {
    const state = hasWorkers ? Effect.succeed(undefined) : Effect.provideService(flow, FlowControl.FlowControl, control)
    const isLive = !verbose && Screen.isRewritable(process.stderr, process.env)
    return isLive ? live(process.stderr, tally, state) : plain(tally, state)
  })

/** On a terminal. */
export const live = (
  terminal: Screen.Terminal,
  tally: Tally.Tally,
  flow: Effect.Effect<Words.Flow | undefined>
): Effect.Effect<Note, never, Scope.Scope> =>
  Effect.gen(function* () {
    const draw = Screen.canvas(terminal)
    const frame = (above: string = "") =>
      Effect.zipWith(Now.millis, flow, (now, flow) => {
        const lines = [...Words.progress(tally, now, flow), ...tally.latest.map((failure) => `✗ ${failure}`)]
        // One column stays free: a full last column makes some terminals wrap.
        const columns = Look.columnsOf(terminal) - 1
        draw(
          Fit.hang(Table.plain(above), columns),
          lines.map((line) => Table.cut(Table.plain(line), columns))
        )
      })
    yield* Effect.addFinalizer(() => frame())
    yield* Effect.forkScoped(Effect.repeat(frame(), Schedule.spaced(FRAME_INTERVAL)))
    return frame
  })

/** Into a file or a pipe. */
export const plain = (
  tally: Tally.Tally,
  flow: Effect.Effect<Words.Flow | undefined>
): Effect.Effect<Note, never, Scope.Scope> =>
  Effect.gen(function* () {
    const told = new Map<string, number>()
    let last = { at: yield* Now.millis, done: 0 }
    const write = (line: string) => Console.error(Table.plain(line))
    const partOf = (done: number) => (tally.total === undefined ? 0 : Math.floor((PARTS * done) / tally.total))
    const report = Effect.gen(function* () {
      const now = yield* Now.millis
      last = { at: now, done: tally.done() }
      yield* write(Words.progress(tally, now, yield* flow).join("; "))
      const news = [...tally.kinds]
        .map(([label, kind]) => ({ label, example: kind.example, count: kind.count - (told.get(label) ?? 0) }))
        .filter(({ count }) => count > 0)
        .sort((one, other) => other.count - one.count)
      for (const { count, example, label } of news.slice(0, KINDS)) {
        yield* write(`✗ ${Words.kind(label, count, example)}`)
      }
      if (news.length > KINDS) yield* write(`✗ and ${news.length - KINDS} more kinds of failure`)
      for (const [label, { count }] of tally.kinds) told.set(label, count)
    })
    const look = Effect.flatMap(Now.millis, (now) =>
      now - last.at >= LINE_INTERVAL_MS || partOf(tally.done()) > partOf(last.done) ? report : Effect.void
    )
    const all = tally.total === undefined ? "" : ` ${Words.number(tally.total)}`
    yield* write(
      `Asking for${all} algorithms; progress follows every ${LINE_INTERVAL_MS / 1000} s${tally.total === undefined ? "" : ` or ${100 / PARTS} %`}.`
    )
    yield* Effect.addFinalizer(() => (tally.done() === last.done ? Effect.void : report))
    yield* Effect.forkScoped(Effect.repeat(Effect.delay(look, LOOK), Schedule.forever))
    return write
  })
