/** Bars as they are read, in any order, and what makes a series of them. */
import { barOf, type Series } from "../Bars.js"

export interface Columns {
  /** No column names the ticker. */
  readonly isNamedByFile: boolean
  readonly times: Array<number>
  readonly open: Array<number>
  readonly high: Array<number>
  readonly low: Array<number>
  readonly close: Array<number>
  readonly volume: Array<number>
}

/** NaN for what a row does not say, except for the close. */
export interface Bar {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly adjusted: number
  readonly volume: number
}

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

const NAMES = ["times", "open", "high", "low", "close", "volume"] as const

/** Puts parts together in the order of time; of several bars of one time the last one stays. */
export const toSeries = (ticker: string, parts: ReadonlyArray<Columns>) => {
  const [first = make(true)] = parts
  const all = { ...first }
  if (parts.length > 1) {
    for (const name of NAMES) all[name] = parts.flatMap((part) => part[name])
  }
  const rises = all.times.every((time, index) => index === 0 || time > (all.times[index - 1] ?? time))
  const kept = rises ? undefined : orderOf(all.times)
  const column = (name: (typeof NAMES)[number]): ReadonlyArray<number> =>
    kept === undefined ? all[name] : kept.map((index) => all[name][index] ?? Number.NaN)
  const times = column("times")
  const series: Series = {
    ticker,
    bar: barOf(times) ?? "day",
    isNamedByFile: parts.every((part) => part.isNamedByFile),
    times,
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume")
  }
  return { series, repeated: all.times.length - times.length }
}

const orderOf = (times: ReadonlyArray<number>): ReadonlyArray<number> => {
  const at = (index: number | undefined) => (index === undefined ? Number.NaN : (times[index] ?? Number.NaN))
  const order = times.map((_, index) => index).sort((a, b) => at(a) - at(b) || a - b)
  return order.filter((index, place) => at(index) !== at(order[place + 1]))
}
