/** What `--arena` adds to each file: the prices that the arena's algorithms find at their head. */
import * as Effect from "effect/Effect"
import * as Head from "../code/Head.js"
import type { Series } from "../market/Bars.js"
import * as Lookup from "../market/Lookup.js"
import * as Arena from "../prompt/Arena.js"
import { wrongUsage } from "./Failure.js"

/** The head of each ticker's files, made once. `asked` are the tickers that are known before the run. */
export const heads = (asked: ReadonlyArray<string>, data: ReadonlyArray<Series> | undefined) =>
  Effect.gen(function* () {
    if (data === undefined) return undefined
    const missing = asked.find((ticker) => Lookup.find(data, ticker) === undefined)
    if (missing !== undefined) return yield* wrongUsage(Lookup.missing(data, missing))
    const made = new Map<Series, Head.Head>()
    return (ticker: string): Head.Head | undefined => {
      const series = Lookup.find(data, ticker)
      if (series === undefined) return undefined
      const head = made.get(series) ?? Head.make(Arena.NAMES, Arena.arrays(series))
      made.set(series, head)
      return head
    }
  })
