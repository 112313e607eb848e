/**
 * The parts of one stretch of prices that follow each other in time. The algorithm is played through all of them without
 * a break, so at every tick it knows the past only; each part's profit counts as one observation.
 */
import { MOST_PARTS } from "./Interval.js"

/** Fewer ticks to a part are mostly one trade's luck. */
const LEAST_TICKS = 20
/** An interval over two parts is so wide that it says nothing. */
const LEAST_PARTS = 3

/** From so many ticks on there are several parts, and an interval. */
export const LEAST_FOR_FOLDS = LEAST_PARTS * LEAST_TICKS

/** The first tick of each part: one part where there are too few ticks for more. */
export const starts = (ticks: number): ReadonlyArray<number> => {
  const possible = Math.min(MOST_PARTS, Math.floor(ticks / LEAST_TICKS))
  const parts = possible < LEAST_PARTS ? 1 : possible
  return Array.from({ length: parts }, (_, part) => Math.floor((part * ticks) / parts))
}

/** What each part added, as a share of the equity at the very start: the parts add up to the whole return. */
export const profits = (equity: ReadonlyArray<number>, startEquity: number): ReadonlyArray<number> => {
  const from = starts(equity.length)
  return from.map((start, part) => {
    const before = start === 0 ? startEquity : (equity[start - 1] ?? startEquity)
    const after = equity[(from[part + 1] ?? equity.length) - 1] ?? before
    return (after - before) / startEquity
  })
}
