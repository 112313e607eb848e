/** What `--arena` adds to each file: the prices that the arena's algorithms find at their head. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as CodeCheck from "../code/CodeCheck.js"
import * as Head from "../code/Head.js"
import type { Series } from "../market/Bars.js"
import * as Lookup from "../market/Lookup.js"
import * as Arena from "../prompt/Arena.js"
import { wrongUsage } from "./Failure.js"

/** The lists are those of one ticker, and the arena plays one. */
export const layer = (isAlone: boolean, ticker: string, data: ReadonlyArray<Series> | undefined) =>
  Effect.gen(function* () {
    if (!isAlone) return yield* wrongUsage("--arena takes one ticker")
    if (data === undefined) return Layer.empty
    const series = Lookup.find(data, ticker)
    if (series === undefined) return yield* wrongUsage(Lookup.missing(data, ticker))
    return CodeCheck.layerWith({ head: Head.make(Arena.NAMES, Arena.arrays(series)) })
  })
