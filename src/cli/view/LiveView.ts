/**
 * A run as a live table on a terminal: a row for each model that shows what it is writing. Whole frames are written at
 * once, rows are overwritten in place, and what models write is cut to the width and stripped of control characters; notes
 * stand above in full. If standard error is not a terminal, or the rows do not fit, plain lines are used instead.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type { Cause } from "../../domain/Attempt.js"
import type { Listener } from "../../generation/Listening.js"
import * as Progress from "../../generation/Progress.js"
import * as Lines from "./Lines.js"
import * as Table from "./Table.js"

/** Often enough to see text grow and seconds pass, seldom enough to cost nothing. */
const FRAME_INTERVAL = "100 millis"

const HIDE_CURSOR = "\x1b[?25l"
const SHOW_CURSOR = "\x1b[?25h"
/** Terminals that know it show what lies between as one picture; others ignore it. */
const BEGIN_FRAME = "\x1b[?2026h"
const END_FRAME = "\x1b[?2026l"
const CLEAR_TO_LINE_END = "\x1b[K"
const CLEAR_TO_SCREEN_END = "\x1b[J"
const up = (rows: number): string => (rows === 0 ? "\r" : `\x1b[${rows}A\r`)

interface Row {
  readonly model: string
  mark: string
  detail: string
  /** What the model has written so far. */
  written: string
  /** When the model was asked first, until it is settled; milliseconds since the epoch. */
  since: number | undefined
  /** When it is asked again, in milliseconds since the epoch, and why. */
  until: number | undefined
  cause: Cause | undefined
}

export type Terminal = Pick<NodeJS.WriteStream, "columns" | "rows" | "write">

/** Is there a terminal to draw on, and do so many rows fit, with a line above and below? */
export const fits = (
  stream: Pick<NodeJS.WriteStream, "isTTY" | "rows">,
  environment: NodeJS.ProcessEnv,
  rows: number
): boolean => stream.isTTY && !environment["CI"] && environment["TERM"] !== "dumb" && rows + 2 <= (stream.rows ?? 0)

/** Slots come model by model, each with so many samples. */
export const make = (terminal: Terminal, samples: number = 1): Effect.Effect<Listener, never, Scope.Scope> =>
  Effect.gen(function* () {
    let rows: ReadonlyArray<Row> = []
    let drawn = 0

    /** One column stays free: a full last column makes some terminals wrap. */
    const fitted = (line: string) => `${Table.cut(Table.plain(line), terminal.columns - 1)}${CLEAR_TO_LINE_END}\n`

    const frame = (above: string = "") =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const width = Math.max(...rows.map(({ model }) => Table.columns(model)), 0)
        const lines = rows.map((row) => fitted(lineOf(row, width, now)))
        // What stands above is wrapped by the terminal, over as many of the old rows as it takes.
        const head = above === "" ? "" : `${CLEAR_TO_SCREEN_END}${Table.plain(above)}\n`
        terminal.write(`${BEGIN_FRAME}${up(drawn)}${head}${lines.join("")}${CLEAR_TO_SCREEN_END}${END_FRAME}`)
        drawn = rows.length
      })

    const set = (index: number, change: Partial<Row>) =>
      Effect.sync(() => {
        Object.assign(rows[index] ?? {}, { until: undefined }, change)
      })

    const onEvent = (event: Progress.Event, now: number): Effect.Effect<void> =>
      Progress.match(event, {
        RunStarted: ({ models }) =>
          Effect.sync(() => {
            const names = models.map((model, index) => Lines.nameOf({ model, sample: (index % samples) + 1 }))
            rows = names.map((name, index) => ({
              model: numbered(Table.plain(name), names.slice(0, index).filter((other) => other === name).length),
              mark: " ",
              detail: "waiting",
              written: "",
              since: undefined,
              until: undefined,
              cause: undefined
            }))
            terminal.write(HIDE_CURSOR)
          }),
        Note: ({ message }) => frame(message),
        ModelStarted: ({ index }) => set(index, { mark: "→", detail: "asked", since: now }),
        Writing: ({ index, offset, text }) => {
          const written = (rows[index]?.written ?? "").slice(0, offset) + text
          return set(index, { mark: "✎", detail: tail(written), written })
        },
        AttemptFailed: ({ attempt, cause, index, retryAt }) =>
          set(index, { mark: "↻", detail: attempt.message ?? attempt.outcome, until: retryAt, cause }),
        Generated: ({ code, index }) => set(index, { since: undefined, mark: "✓", detail: `${lineCount(code)} lines` }),
        Saved: ({ index, path }) => set(index, { mark: "✓", detail: path }),
        SaveFailed: ({ index, message }) => set(index, { mark: "✗", detail: message }),
        Failed: ({ index, model, reason, retryAt }) =>
          set(index, { since: undefined, mark: "✗", detail: Lines.explain(model, reason, retryAt) }),
        Skipped: ({ index, reason }) => set(index, { since: undefined, mark: "–", detail: reason.message }),
        Settled: () => Effect.void,
        RunFinished: () => Effect.void
      })

    const showCursor = () => terminal.write(SHOW_CURSOR)
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
    return ({ event }) => Effect.flatMap(Clock.currentTimeMillis, (now) => onEvent(event, now))
  })

const lineOf = ({ cause, detail, mark, model, since, until }: Row, width: number, now: number): string => {
  const elapsed = since === undefined ? "" : `${Lines.seconds(now - since)} s  `
  const next = until === undefined ? "" : `; ${Lines.again(cause, until - now)}`
  return `${mark} ${Table.pad(model, width)}  ${elapsed}${detail}${next}`
}

/** A model that was named several times has a row each time. */
const numbered = (model: string, before: number): string => (before === 0 ? model : `${model} #${before + 1}`)

const lineCount = (text: string): number => text.trimEnd().split("\n").length

/** The last line that says something, and which one it is. */
const tail = (text: string): string => {
  const lines = text.trimEnd().split("\n")
  return text.trim() === "" ? "thinking" : `line ${lines.length}: ${(lines.at(-1) ?? "").trim()}`
}
