/**
 * `algogen score`: plays modules over prices and ranks them. A file of algogen's is played over its own ticker's prices,
 * any other over those of every ticker that the data have; without data all are played over made-up prices.
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as CodeCheck from "../../code/CodeCheck.js"
import * as Trial from "../../code/trial/Trial.js"
import type { Score } from "../../domain/Score.js"
import * as Standings from "../../generation/Leaderboard.js"
import type { Series } from "../../market/Bars.js"
import * as Lookup from "../../market/Lookup.js"
import type * as Commands from "../Commands.js"
import * as Data from "../Data.js"
import * as Json from "../documents/Json.js"
import type * as Others from "../documents/Others.js"
import { nothingProduced, wrongUsage } from "../Failure.js"
import * as ReadFailure from "../ReadFailure.js"
import * as TrialRun from "../TrialRun.js"
import * as Leaderboard from "../view/Leaderboard.js"
import * as Look from "../view/Look.js"
import * as Validate from "./Validate.js"

export interface Played extends Validate.Judged {
  readonly index: number
  /** Whose prices it was played over; empty for those of all tickers, and for made-up ones, which are the same for all. */
  readonly ticker: string
  readonly score: Score | undefined
}

/** What a module is told that is played over the prices of several tickers. */
const ANY = "AAPL"

/** The ticker in the head of a file of algogen's, if the data have it; else the one that they are of, if it is one. */
export const tickerIn = (text: string, series: ReadonlyArray<Series> | undefined): string => {
  const [, own = ANY] = /^# ticker: (\S+)$/m.exec(text.slice(0, 4096)) ?? []
  if (series === undefined) return own
  const [only, ...others] = series
  return Lookup.find(series, own)?.ticker ?? (others.length === 0 && only !== undefined ? only.ticker : "")
}

/** Fails unless it is a file that can be read, which is known at once; playing the others may take minutes. */
const readable = (takesFolders: boolean) => (file: string) =>
  Effect.gen(function* () {
    if (file === Validate.STANDARD_INPUT) return
    const fs = yield* FileSystem.FileSystem
    yield* fs.access(file, { readable: true })
    const { type } = yield* fs.stat(file)
    if (type === "Directory") {
      const [first] = yield* Validate.filesOf(file)
      return yield* wrongUsage(
        first === file
          ? takesFolders
            ? `${file}: ${Validate.NO_MODULES}`
            : `${file} is a folder, and holds no .py file; name a .py file`
          : `${file} is a folder; name a .py file in it, such as ${first}`
      )
    }
  }).pipe(
    Effect.catchAll((error) =>
      error._tag === "Failure" ? error : wrongUsage(`${file} could not be read: ${ReadFailure.describe(error)}`)
    )
  )

/** Each file with its verdict and, where it could be played, its score. `takesFolders`: whoever named them may name folders. */
export const play = (
  flags: Omit<Commands.Score, "files" | "json">,
  files: ReadonlyArray<string>,
  takesFolders = false
) =>
  Effect.gen(function* () {
    yield* Effect.forEach(files, readable(takesFolders))
    const series = yield* Data.load(flags)
    return yield* Effect.forEach(files, (file, index) => {
      let ticker = ""
      const tickerOf = (text: string) => {
        ticker = tickerIn(text, series)
        return ticker
      }
      return Effect.map(Validate.judge(file, tickerOf), (verdict): Played => {
        const score = Option.getOrUndefined(Option.map(verdict.trial, Trial.scoreOf))
        return { ...verdict, index, ticker: series === undefined ? "" : ticker, score }
      })
    }).pipe(
      Effect.provide(TrialRun.layer({ ...flags, trial: true }, { ...flags, series })),
      Effect.provide(CodeCheck.layerWith(flags))
    )
  })

export const standings = (played: ReadonlyArray<Played>) =>
  Standings.standings(
    played.flatMap(({ index, result, score, ticker }) =>
      score === undefined || Either.isLeft(result) ? [] : [{ index, ticker, score, code: result.right.source }]
    )
  )

/** Plain data for `JSON.stringify`. */
export const toJson = (
  one: Played,
  standing?: Standings.Standing | undefined
): (typeof Others.Scores.Encoded)[number] => ({
  ...Validate.toJson({ ...one, trial: Option.map(one.trial, Trial.withoutScore) }),
  score: one.score,
  rank: standing?.rank,
  repeats: standing?.repeats
})

export const run = (flags: Commands.Score) =>
  Effect.gen(function* () {
    const files = yield* Effect.forEach(flags.files, Validate.filesOf)
    const played = yield* play(flags, files.flat(), true)
    const found = standings(played)
    const rows = played.flatMap((one) => {
      const standing = found.get(one.index)
      return standing === undefined ? [] : [{ ...standing, index: one.index, name: one.file, ticker: one.ticker }]
    })
    const unscored = played.filter(({ index }) => !found.has(index)).map(Validate.toLine)
    yield* Console.log(
      flags.json
        ? Json.document(played.map((one) => toJson(one, found.get(one.index))))
        : [...Leaderboard.render(rows, Look.output()), ...unscored].join("\n").trimEnd()
    )
    yield* Validate.simulated(played)
    if (rows.length === 0) return yield* nothingProduced()
  })
