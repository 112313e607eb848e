/**
 * The table of a run that is over, for terminals, files and pipes: a row for each slot, and below it, indented, what has
 * no room in it. Where the columns are few the least important ones are left out.
 */
import * as Option from "effect/Option"
import * as Trial from "../../code/trial/Trial.js"
import type * as Report from "../../generation/Report.js"
import { familyOf } from "../../prompt/Strategy.js"
import * as Fit from "./Fit.js"
import * as Lines from "./Lines.js"
import type { Look } from "./Look.js"
import * as Table from "./Table.js"

const MARKS = { ok: "✓", failed: "✗", skipped: "–" } as const

/** Beside fewer columns a path says nothing: the columns before it are left out, or it moves below its row. */
const LEAST_DETAIL = 12

/** In fewer columns all paths of a folder look alike: the length of the program says more. */
const LEAST_PATH = 24

/** Most paths and reasons are readable in so many columns. */
const READABLE_DETAIL = 40

const { GAP } = Table

interface Row {
  readonly mark: string
  readonly name: string
  readonly strategy: string
  readonly time: string
  readonly requests: string
  /** Where the file is, or why there is none. */
  readonly detail: string
  readonly isPath: boolean
  /** What stands in place of a path that has no room; empty without a program. */
  readonly size: string
  /** What else there is to say of it. */
  readonly note: string
}

export interface Rendered {
  readonly lines: ReadonlyArray<string>
  /** A path had to be shortened. */
  readonly shortened: boolean
}

export const render = (
  outcomes: ReadonlyArray<Report.Outcome>,
  called: ReadonlyArray<string>,
  look: Look
): Rendered => {
  const { clean, columns, ellipsis, isTerminal } = look
  const rows = outcomes.map((outcome, index) => rowOf(outcome, called[index] ?? outcome.model, clean))
  const widest = (cells: ReadonlyArray<string>) => Math.max(0, ...cells.map(Table.columns))
  const names = rows.map(({ name }) => name)
  const time = widest(rows.map(({ time }) => time))
  const requests = widest(rows.map(({ requests }) => requests))
  // The name has to fit beside its mark and its time.
  const name = Math.min(widest(names), columns - 2 - GAP.length - time)
  const roomBeside = (others: number) => columns - 2 - name - 2 * GAP.length - time - others
  const widthOf = (column: number, others: number, least: number) =>
    column > 0 && roomBeside(others + column + GAP.length) >= least ? column + GAP.length : 0
  // Less important than paths and reasons: they take no room away from them.
  const details = widest(rows.map(({ detail }) => detail))
  const wanted = Math.max(LEAST_DETAIL, Math.min(READABLE_DETAIL, details))
  const isWhole = widthOf(widest(rows.map(({ strategy }) => strategy)), 0, wanted) > 0
  const strategyOf = ({ strategy }: Row) => (isWhole ? strategy : familyOf(strategy))
  const strategy = widest(rows.map(strategyOf))
  const strategyWidth = widthOf(strategy, 0, LEAST_DETAIL)
  const requestsWidth = widthOf(requests, strategyWidth, wanted)
  const room = roomBeside(strategyWidth + requestsWidth)
  let shortened = false
  const pathIn = (most: number, path: string) => {
    shortened ||= Table.columns(path) > most
    return Fit.shorten(path, most, ellipsis)
  }
  const shownNames = Fit.shortenAll(names, name, ellipsis)
  const linesOf = (row: Row, place: number): ReadonlyArray<string> => {
    const start = [
      `${row.mark} ${Table.pad(shownNames[place] ?? "", name)}`,
      ...(strategyWidth > 0 ? [Table.pad(strategyOf(row), strategy)] : []),
      row.time.padStart(time),
      ...(requestsWidth > 0 ? [Table.pad(row.requests, requests)] : [])
    ].join(GAP)
    const whole = row.note === "" ? row.detail : `${row.detail}, ${row.note}`
    if (Table.columns(whole) <= room) return [`${start}${GAP}${whole}`.trimEnd()]
    const note = row.note === "" ? [] : Fit.below(row.note, columns)
    if (!row.isPath) return [start.trimEnd(), ...Fit.below(whole, columns)]
    const isCramped = isTerminal && Table.columns(row.detail) > room && room < LEAST_PATH
    if (isCramped && row.size !== "" && Table.columns(row.size) <= room) {
      shortened = true
      return [`${start}${GAP}${row.size}`, ...note]
    }
    if (Table.columns(row.detail) <= room || (isTerminal && room >= LEAST_DETAIL)) {
      return [`${start}${GAP}${pathIn(room, row.detail)}`, ...note]
    }
    return [start.trimEnd(), ...Fit.below(pathIn(columns - Fit.INDENT, row.detail), columns), ...note]
  }
  return { lines: rows.flatMap(linesOf), shortened }
}

const rowOf = (outcome: Report.Outcome, name: string, clean: Look["clean"]): Row => {
  const { attempts, durationMs, file, reason, resumed, status, strategy = "", trial } = outcome
  return {
    mark: clean(MARKS[status]),
    name: clean(name),
    strategy: clean(strategy),
    time: attempts.length === 0 ? "" : Lines.duration(durationMs),
    requests: resumed ? "resumed" : attempts.length > 1 ? Lines.count(attempts.length, "request") : "",
    detail: clean(
      Option.match(reason, {
        onNone: () => Option.getOrElse(file, () => ""),
        onSome: (reason) => `${status}: ${Lines.explain(outcome.model, reason, Option.getOrUndefined(outcome.retryAt))}`
      })
    ),
    isPath: Option.isNone(reason),
    size: Option.match(outcome.algorithm, { onNone: () => "", onSome: ({ code }) => Lines.lineCount(code) }),
    // A score says as much, below the rows.
    note: clean(
      Option.match(
        Option.filter(trial, (outcome) => Trial.scoreOf(outcome) === undefined),
        { onNone: () => "", onSome: Trial.describe }
      )
    )
  }
}
