/** Finds a ticker's prices among several series. */
import type { Series } from "./Bars.js"

/** Without the market behind it: Stooq writes AAPL.US. */
const bare = (ticker: string): string => ticker.replace(/\.[A-Z]{1,2}$/, "")

/** The series of that name, or one of the same name but for its market. */
export const named = (all: ReadonlyArray<Series>, ticker: string): Series | undefined =>
  all.find((series) => series.ticker === ticker) ?? all.find((series) => bare(series.ticker) === ticker)

/** The series of that name; or the only one, where nothing but its file names it. */
export const find = (all: ReadonlyArray<Series>, ticker: string): Series | undefined => {
  const [only, ...others] = all
  return named(all, ticker) ?? (only?.isNamedByFile === true && others.length === 0 ? only : undefined)
}

/** For several tickers: a file's name then counts like any other, so that no prices stand for two of them. */
export const strict = (all: ReadonlyArray<Series>): ReadonlyArray<Series> =>
  all.map((series) => ({ ...series, isNamedByFile: false }))

/** How many names a message lists. */
const LISTED = 8

export const missing = (all: ReadonlyArray<Series>, ticker: string): string => {
  const names = all.slice(0, LISTED).map((series) => series.ticker)
  const more = all.length > LISTED ? ` and ${all.length - LISTED} more` : ""
  return `the data have no prices of ${ticker}, only of ${names.join(", ")}${more}`
}
