/** Bars as they are read, in any order, and what makes a series of them. */
import { barOf, type Series } from "../Bars.js"

const NAMES = ["times", "open", "high", "low", "close", "volume"] as const

export interface Columns extends Readonly<Record<(typeof NAMES)[number], Array<number>>> {
  /** No column names the ticker. */
  readonly isNamedByFile: boolean
}

/** NaN for what a row does not say, except for the close. */
export type Bar = Readonly<Record<"open" | "high" | "low" | "close" | "adjusted" | "volume", number>>

export const make = (isNamedByFile: boolean): Columns => ({
  isNamedByFile,
  times: [],
  open: [],
  high: [],
  low: [],
  close: [],
  volume: []
})

/** A price that is missing, or 0 as in old quotes, is taken from the close; the range is widened to hold open and close. */
export const add = (columns: Columns, time: number, bar: Bar): void => {
  const factor = bar.adjusted > 0 ? bar.adjusted / bar.close : 1
  const scaled = (price: number) => (price > 0 ? price : bar.close) * factor
  const [open, close] = [scaled(bar.open), scaled(bar.close)]
  columns.times.push(time)
  columns.open.push(open)
  columns.high.push(Math.max(scaled(bar.high), open, close))
  columns.low.push(Math.min(scaled(bar.low), open, close))
  columns.close.push(close)
  columns.volume.push(bar.volume > 0 ? bar.volume : 0)
}

/** Puts parts together in the order of time; of several bars of one time the last one stays. */
export const toSeries = (ticker: string, parts: ReadonlyArray<Columns>) => {
  const [first = make(true)] = parts
  const all = { ...first, isNamedByFile: parts.every((part) => part.isNamedByFile) }
  if (parts.length > 1) {
    for (const name of NAMES) all[name] = parts.flatMap((part) => part[name])
  }
  const { length } = all.times
  const rises = all.times.every((time, index) => index === 0 || time > (all.times[index - 1] ?? time))
  if (!rises) {
    const order = orderOf(all.times)
    for (const name of NAMES) all[name] = order.map((index) => all[name][index] ?? Number.NaN)
  }
  const series: Series = { ...all, ticker, bar: barOf(all.times) ?? "day" }
  return { series, repeated: length - all.times.length }
}

const orderOf = (times: ReadonlyArray<number>): ReadonlyArray<number> => {
  const at = (index: number | undefined) => (index === undefined ? Number.NaN : (times[index] ?? Number.NaN))
  const order = times.map((_, index) => index).sort((a, b) => at(a) - at(b) || a - b)
  return order.filter((index, place) => at(index) !== at(order[place + 1]))
}
