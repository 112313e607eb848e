/** What `--arena` adds to each file: the prices that the arena's algorithms find at their head. */
import * as Effect from "effect/Effect"
import * as Head from "../code/Head.js"
import type { Series } from "../market/Bars.js"
import * as Lookup from "../market/Lookup.js"
import * as Arena from "../prompt/Arena.js"
import { wrongUsage } from "./Failure.js"

/** The lists are those of one ticker, and the arena plays one. */
export const head = (isAlone: boolean, ticker: string, data: ReadonlyArray<Series> | undefined) =>
  Effect.gen(function* () {
    if (!isAlone) return yield* wrongUsage("--arena takes one ticker")
    if (data === undefined) return undefined
    const series = Lookup.find(data, ticker)
    if (series === undefined) return yield* wrongUsage(Lookup.missing(data, ticker))
    return Head.make(Arena.NAMES, Arena.arrays(series))
  })
