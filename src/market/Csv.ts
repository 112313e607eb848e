/**
 * Prices from CSV files, as yfinance, Stooq, Alpaca, pandas and others write them. A row without a price is left out;
 * what cannot be understood is an error with its line and column. Where there is an adjusted close, all prices are adjusted
 * alike, so that a split is no crash and a dividend no loss.
 */
import * as Either from "effect/Either"
import { count } from "../domain/Figures.js"
import type { Series } from "./Bars.js"
import * as Columns from "./csv/Columns.js"
import * as Header from "./csv/Header.js"
import * as Numbers from "./csv/Numbers.js"
import * as Rows from "./csv/Rows.js"
import * as Times from "./csv/Times.js"

export interface Parsed {
  /** By ticker, in the order of the files. */
  readonly series: ReadonlyArray<Series>
  /** What was left out, for the user. */
  readonly notes: ReadonlyArray<string>
}

/** What one file holds. */
export interface Table {
  readonly byTicker: ReadonlyMap<string, Columns.Columns>
  readonly notes: ReadonlyArray<string>
}

/** Far above any price, and far below where a sum of money is no finite number any more. */
const MOST_PRICE = 1e15

/** Rows that tell how the file writes dates and numbers. */
const SAMPLES = 1000

/** Left: a message with the file, the line and the column. */
export const parse = (name: string, text: string): Either.Either<Table, string> => {
  const separator = Rows.separatorOf(text)
  const start = headOf(text, separator)
  if (start.rows.length === 0) {
    return Either.left(
      text.trim() === ""
        ? `${name}: the file is empty`
        : `${name}, line 1: neither it nor any other has more than one column`
    )
  }
  const header = Header.parse(start.rows.slice(0, 3))
  if (Either.isLeft(header)) return Either.left(`${name}, line ${start.line}: ${header.left}`)
  return read(name, text, separator, header.right, start)
}

interface Head {
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
  /** Where the header begins. */
  readonly line: number
}

/** The first rows; a line with text in its first cell only before them, such as an address, is no header. */
const headOf = (text: string, separator: string): Head => {
  const rows: Array<ReadonlyArray<string>> = []
  let line = 1
  Rows.each(text, separator, (cells, at) => {
    const texts = cells.filter((cell) => cell.trim() !== "")
    if (rows.length === 0 && texts.length === 1 && cells[0] === texts[0]) return undefined
    if (rows.length === 0) line = at
    rows.push(cells)
    return rows.length < SAMPLES ? undefined : "stop"
  })
  return { rows, line }
}

const read = (
  name: string,
  text: string,
  separator: string,
  layout: Header.Layout,
  head: Head
): Either.Either<Table, string> => {
  const { date, groups, symbol, time } = layout
  const samples = head.rows.slice(layout.rows)
  const order = Times.orderOf(samples.map((cells) => cells[date] ?? ""))
  const prices = groups.flatMap(({ close, high, low, open }) => [open, high, low, close])
  const mark = Numbers.markOf(
    samples.flatMap((cells) => prices.map((place) => (place === undefined ? "" : (cells[place] ?? "")))),
    separator
  )
  const byTicker = new Map<string, Columns.Columns>()
  const fallback = tickerOf(name)
  let [line, header, empty] = [0, layout.rows, 0]
  let failure: string | undefined
  const fail = (place: number, what: string): undefined => {
    const column = layout.names[place] === "" ? `${place + 1}` : (layout.names[place] ?? `${place + 1}`)
    failure ??= `${name}, line ${line}, column ${column}: ${what}`
  }
  const numberAt = (cells: ReadonlyArray<string>, place: number | undefined): number => {
    if (place === undefined) return Number.NaN
    const cell = cells[place]
    if (cell === undefined) {
      fail(place, `this cell is missing: the row has ${cells.length} of ${layout.names.length}`)
      return Number.NaN
    }
    const value = Numbers.parse(cell, mark)
    if (value === undefined) {
      const { length } = layout.names
      const more = cells.length > length ? `; the row has ${cells.length} cells, the header ${length}` : ""
      fail(place, `${quote(cell)} is not a number${more}`)
    }
    return value ?? Number.NaN
  }
  const priceAt = (cells: ReadonlyArray<string>, place: number | undefined): number => {
    const price = numberAt(cells, place)
    if (place !== undefined && price > MOST_PRICE) fail(place, `${quote(cells[place] ?? "")} is too large for a price`)
    return price
  }
  Rows.each(text, separator, (cells, at) => {
    if (at < head.line || header-- > 0) return undefined
    line = at
    const [day = "", clock = ""] = [cells[date], time === undefined ? "" : cells[time]]
    const moment = Times.parse(day, order, clock)
    if (moment === undefined) fail(date, `${quote(clock === "" ? day : `${day} ${clock}`)} is not a date`)
    let isEmpty = true
    for (const group of groups) {
      const close = priceAt(cells, group.close)
      if (close <= 0) fail(group.close, `a price must be above 0, not ${cells[group.close] ?? ""}`)
      if (failure !== undefined || moment === undefined) return "stop"
      if (Number.isNaN(close)) continue
      isEmpty = false
      const own = symbol === undefined ? undefined : cells[symbol]?.trim()
      const ticker = (own === undefined || own === "" ? group.ticker : own)?.toUpperCase()
      let columns = byTicker.get(ticker ?? fallback)
      if (columns === undefined) {
        columns = Columns.make(ticker === undefined)
        byTicker.set(ticker ?? fallback, columns)
      }
      Columns.add(columns, moment, {
        open: priceAt(cells, group.open),
        high: priceAt(cells, group.high),
        low: priceAt(cells, group.low),
        close,
        adjusted: priceAt(cells, group.adjusted),
        volume: numberAt(cells, group.volume)
      })
    }
    if (isEmpty) empty++
    return failure === undefined ? undefined : "stop"
  })
  if (failure !== undefined) return Either.left(failure)
  if (byTicker.size === 0) return Either.left(`${name}: it has no prices`)
  return Either.right({
    byTicker,
    notes: empty === 0 ? [] : [`${name}: ${count(empty, "row")} without a price ${empty === 1 ? "is" : "are"} left out`]
  })
}

/** The prices of all files: what several say about one ticker is put together. */
export const combine = (tables: ReadonlyArray<Table>): Parsed => {
  const all = new Map<string, Array<Columns.Columns>>()
  for (const { byTicker } of tables) {
    for (const [ticker, columns] of byTicker) all.set(ticker, [...(all.get(ticker) ?? []), columns])
  }
  const notes = tables.flatMap((table) => table.notes)
  const series = [...all].map(([ticker, parts]) => {
    const { repeated, series } = Columns.toSeries(ticker, parts)
    if (repeated > 0)
      notes.push(`${ticker}: ${count(repeated, "row")} with the time of an earlier one; the last of each counts`)
    return series
  })
  return { series, notes }
}

const quote = (cell: string): string => JSON.stringify(cell.length > 40 ? `${cell.slice(0, 40)}..` : cell)

/** AAPL of AAPL.csv, aapl_data.csv or AAPL_1min.txt; AAPL.US of Stooq's aapl_us_d.csv. */
export const tickerOf = (path: string): string => {
  const file = path.replace(/^.*[/\\]/, "").replace(/\.(?:csv|txt|tsv)$/i, "")
  const stem = file.replace(/^([^_]+)_([a-z]{2})_[a-z]$/i, "$1.$2").replace(/[_\s(].*$/, "")
  const ticker = stem.toUpperCase().replaceAll(/[^A-Z0-9.^=-]/g, "")
  return ticker === "" ? "DATA" : ticker
}
