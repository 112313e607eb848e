/**
 * A run as a live table on a terminal: a row for each model that shows what it is writing, and a line about the whole run,
 * which in the end give way to the final table. Whole frames are written at once, rows are overwritten in place, and what
 * models write is cut to the width and stripped of control characters; notes stand above in full. If standard error is not
 * a terminal, or the rows do not fit, plain lines are used instead.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type { Cause } from "../../domain/Attempt.js"
import { describeRound } from "../../domain/Round.js"
import * as Told from "../../domain/Told.js"
import type { Listener } from "../../generation/Listening.js"
import * as Progress from "../../generation/Progress.js"
import * as Now from "../../telemetry/Now.js"
import * as Fit from "./Fit.js"
import * as Lines from "./Lines.js"
import * as Look from "./Look.js"
import * as Pulse from "./Pulse.js"
import * as Screen from "./Screen.js"
import * as Table from "./Table.js"

/** Often enough to see text grow and seconds pass, seldom enough to cost nothing. */
const FRAME_INTERVAL = "100 millis"

interface Row {
  readonly model: string
  mark: string
  detail: string
  /** The detail is a path, to be shortened in the middle. */
  isPath: boolean
  written: string
  /** When the model was asked first, until it is settled; milliseconds since the epoch. */
  since: number | undefined
  /** When it is asked again, in milliseconds since the epoch, and why. */
  until: number | undefined
  cause: Cause | undefined
}

const waiting = (model: string): Row => ({
  model,
  mark: " ",
  detail: "waiting",
  isPath: false,
  written: "",
  since: undefined,
  until: undefined,
  cause: undefined
})

export type Terminal = Screen.Terminal & Pick<NodeJS.WriteStream, "rows">

/** Is there a terminal to draw on, and do so many rows fit, with a line above and below? */
export const fits = (
  stream: Pick<NodeJS.WriteStream, "isTTY" | "rows">,
  environment: NodeJS.ProcessEnv,
  rows: number
): boolean => Screen.isRewritable(stream, environment) && rows + 2 <= (stream.rows ?? 0)

export interface Options {
  /** For the line about the run, which is absent without it: the deadline in milliseconds. */
  readonly deadlineMs?: number | undefined
  /** US dollars that the run is known to have cost so far. */
  readonly spent?: Effect.Effect<number> | undefined
  readonly ascii?: boolean | undefined
}

export interface View {
  readonly listener: Listener
  /** Puts the final table in the place of the live one. Nothing is drawn after that. */
  readonly finish: (lines: ReadonlyArray<string>) => Effect.Effect<void>
}

export const make = (
  terminal: Terminal,
  { ascii = false, deadlineMs, spent = Effect.succeed(0) }: Options = {}
): Effect.Effect<View, never, Scope.Scope> =>
  Effect.gen(function* () {
    const pulse = Pulse.make()
    let rows: ReadonlyArray<Row> = []
    const draw = Screen.canvas(terminal)
    let isOver = false

    const look = () => Look.terminal(Look.columnsOf(terminal), ascii)

    const frame = (above: string = "") =>
      Effect.gen(function* () {
        if (isOver) return
        const now = yield* Now.millis
        const cost = yield* spent
        const { clean, columns, ellipsis } = look()
        // Half of a narrow terminal is for what happens.
        const most = Math.max(Math.floor(Look.columnsOf(terminal) / 2), 1)
        const names = Fit.shortenAll(
          rows.map(({ model }) => model),
          most,
          ellipsis
        )
        const width = Math.max(...names.map(Table.columns), 0)
        const parts = deadlineMs === undefined || rows.length === 0 ? [] : pulse.parts(now, deadlineMs, cost)
        const status = parts.filter((_, place) => Table.columns(parts.slice(0, place + 1).join(", ")) <= columns)
        const room = columns - width - 4
        const detailOf = ({ detail, isPath }: Row) => (isPath ? Fit.shorten(clean(detail), room, ellipsis) : detail)
        const rowLines = rows.map((row, place) =>
          lineOf({ ...row, detail: detailOf(row) }, Table.pad(names[place] ?? "", width), now)
        )
        const lines = [...rowLines, ...(parts.length === 0 ? [] : [status.join(", ")])].map((line) =>
          // One column stays free: a full last column makes some terminals wrap.
          Table.cut(clean(line), Look.columnsOf(terminal) - 1, ellipsis)
        )
        // Of a table that became too high the end is shown: what has scrolled away cannot be overwritten.
        draw(Fit.hang(clean(above), columns), lines.slice(-Math.max(1, terminal.rows - 1)))
      })

    const rowOf = (slot: Lines.Asked) => waiting(look().clean(Lines.nameOf(slot)))

    const set = (index: number, change: Partial<Row>) =>
      Effect.sync(() => {
        Object.assign(rows[index] ?? {}, { until: undefined, isPath: false }, change)
      })

    const onEvent = (event: Progress.Event, now: number): Effect.Effect<void> =>
      Progress.match(event, {
        RunStarted: ({ models }) =>
          Effect.sync(() => {
            rows = Lines.slotsOf(models).map(rowOf)
            terminal.write(Screen.HIDE_CURSOR)
          }),
        Note: ({ message }) => frame(message),
        SlotAdded: (slot) =>
          Effect.sync(() => {
            rows = [...rows, rowOf(slot)]
          }),
        ModelStarted: ({ index }) => set(index, { mark: "→", detail: "asked", since: now }),
        Writing: ({ index, offset, text }) => {
          const written = (rows[index]?.written ?? "").slice(0, offset) + text
          return set(index, { mark: "✎", detail: tail(written), written })
        },
        AttemptFailed: ({ attempt, cause, index, retryAt }) =>
          set(index, {
            mark: "↻",
            detail: Told.withStatus(attempt.message ?? attempt.outcome, attempt.status),
            until: retryAt,
            cause
          }),
        RoundPlayed: (round) => set(round.index, { mark: "↻", detail: describeRound(round), written: "" }),
        Generated: ({ code, index }) => set(index, { since: undefined, mark: "✓", detail: Lines.lineCount(code) }),
        Saved: ({ index, path }) => set(index, { mark: "✓", detail: path, isPath: true }),
        SaveFailed: ({ index, message }) => set(index, { mark: "✗", detail: message }),
        Failed: ({ index, model, reason, retryAt }) =>
          set(index, { since: undefined, mark: "✗", detail: Lines.explain(model, reason, retryAt) }),
        Skipped: ({ index, reason }) => set(index, { since: undefined, mark: "–", detail: Told.reason(reason) }),
        Settled: () => Effect.void,
        RunFinished: () => Effect.void
      })

    const showCursor = () => terminal.write(Screen.SHOW_CURSOR)
    // Also when the process ends without closing anything.
    process.once("exit", showCursor)
    yield* Effect.addFinalizer(() =>
      Effect.zipRight(
        frame(),
        Effect.sync(() => {
          process.off("exit", showCursor)
          showCursor()
        })
      )
    )
    yield* Effect.forkScoped(Effect.repeat(frame(), Schedule.spaced(FRAME_INTERVAL)))
    return {
      listener: ({ event }) =>
        Effect.flatMap(Now.millis, (now) => {
          pulse.hear(event, now)
          return onEvent(event, now)
        }),
      finish: (lines) =>
        Effect.sync(() => {
          draw("", lines)
          isOver = true
        })
    }
  })

const lineOf = ({ cause, detail, mark, since, until }: Row, name: string, now: number): string => {
  const elapsed = since === undefined ? "" : `${Lines.duration(now - since)}  `
  const next = until === undefined ? "" : `; ${Lines.again(cause, until - now)}`
  return `${mark} ${name}  ${elapsed}${detail}${next}`
}

/** The last line that says something, and which one it is. */
const tail = (text: string): string => {
  const lines = text.trimEnd().split("\n")
  return text.trim() === "" ? "thinking" : `line ${lines.length}: ${(lines.at(-1) ?? "").trim()}`
}
