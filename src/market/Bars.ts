/**
 * Prices as everything else takes them: one ticker's bars in the order of time, a column each. This is also where the
 * line is drawn between what a prompt may describe and what is kept for scoring.
 */
import { MINUTE_MS } from "../domain/Figures.js"

export const BAR_SIZES = ["minute", "hour", "day"] as const
export type BarSize = (typeof BAR_SIZES)[number]

/** The columns are equally long, the times rise, and every price is finite and above zero. */
export interface Series {
  readonly ticker: string
  readonly bar: BarSize
  /** Its source names no ticker, so that the file's name stands for one. */
  readonly isNamedByFile?: boolean | undefined
  /** When each bar begins, in milliseconds since 1970. A time without a zone is read as UTC. */
  readonly times: ReadonlyArray<number>
  readonly open: ReadonlyArray<number>
  readonly high: ReadonlyArray<number>
  readonly low: ReadonlyArray<number>
  readonly close: ReadonlyArray<number>
  /** 0 where the source has none. */
  readonly volume: ReadonlyArray<number>
}

/** From half an hour on bars count as hours, from half a day on as days. */
const HOURS_FROM_MS = 30 * MINUTE_MS
const DAYS_FROM_MS = 12 * 60 * MINUTE_MS

/** Bars that show the distance; more would show the same. */
const LOOK = 2000

/** The usual distance of two bars in milliseconds, the median, so that nights and holidays do not count; 0 for fewer than two. */
export const stepOf = (times: ReadonlyArray<number>): number => {
  const steps = times.slice(1, LOOK).map((time, index) => time - (times[index] ?? time))
  return steps.sort((a, b) => a - b)[steps.length >> 1] ?? 0
}

/** The size that times tell; undefined for fewer than two. */
export const barOf = (times: ReadonlyArray<number>): BarSize | undefined => {
  const step = stepOf(times)
  if (step === 0) return undefined
  return step < HOURS_FROM_MS ? "minute" : step < DAYS_FROM_MS ? "hour" : "day"
}

/** The bars from one place up to, and without, another. */
export const slice = (series: Series, from: number, to: number = series.close.length): Series => ({
  ...series,
  times: series.times.slice(from, to),
  open: series.open.slice(from, to),
  high: series.high.slice(from, to),
  low: series.low.slice(from, to),
  close: series.close.slice(from, to),
  volume: series.volume.slice(from, to)
})

/** With fewer there is no last third. */
export const LEAST_BARS = 3

/** Where the part begins that a prompt never sees: the last third. */
export const heldOutFrom = ({ close }: Series): number => close.length - Math.floor(close.length / LEAST_BARS)

/** What a prompt may describe: all before that. */
export const shown = (series: Series): Series => slice(series, 0, heldOutFrom(series))

/** What scores are counted on. */
export const heldOut = (series: Series): Series => slice(series, heldOutFrom(series))
