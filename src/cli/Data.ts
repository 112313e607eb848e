/** The prices of `--data`: a CSV file or a folder of them, read once. What was left out is said on standard error. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Arr from "effect/Array"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { count } from "../domain/Figures.js"
import { type BarSize, LEAST_BARS, type Series } from "../market/Bars.js"
import * as Csv from "../market/Csv.js"
import * as Lookup from "../market/Lookup.js"
import * as TextFile from "../node/TextFile.js"
import { wrongUsage } from "./Failure.js"
import * as ReadFailure from "./ReadFailure.js"

const IS_TABLE = /\.(?:csv|txt|tsv)$/i

/** Notes are of interest, a thousand of them are not. */
const MAX_NOTES = 5

interface Flags {
  readonly data: ReadonlyArray<string>
  readonly bar: BarSize | undefined
}

/**
 * A series a ticker; undefined without `--data`. `asked` are the tickers of a run: none where only its jobs know them, and
 * undefined where any will do.
 */
export const load = ({ bar, data }: Flags, asked?: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    if (data.length === 0) return undefined
    const paths = yield* Effect.forEach(data, filesOf)
    const tables = yield* Effect.forEach(paths.flat(), tableOf)
    const { notes: read, series: all } = Csv.combine(tables)
    const filesWith = ({ ticker }: Series) => paths.flat().filter((_, index) => tables[index]?.byTicker.has(ticker))
    const [short, series] = Arr.partition(all, ({ close }) => close.length >= LEAST_BARS)
    const isAsked = (each: Series) => asked?.some((ticker) => Lookup.named([each], ticker) !== undefined)
    const lacking = short.find(isAsked) ?? (series.length === 0 ? short[0] : undefined)
    if (lacking !== undefined) return yield* wrongUsage(shortfall(lacking, filesWith(lacking)))
    const notes = [...read, ...short.map((each) => shortfall(each, filesWith(each)))]
    yield* Effect.forEach(notes.slice(0, MAX_NOTES), (note) => Console.error(`--data: ${note}.`))
    if (notes.length > MAX_NOTES) yield* Console.error(`--data: ${notes.length - MAX_NOTES} more notes of this kind.`)
    yield* Effect.forEach(series, (each) => fits(each, bar))
    const [ticker, ...others] = asked ?? []
    if (asked === undefined) return series
    if (ticker === undefined || others.length > 0) return Lookup.strict(series)
    const found = Lookup.find(series, ticker)
    if (found !== undefined && Lookup.named(series, ticker) === undefined) {
      const files = filesWith(found)
      yield* Console.error(
        `${files.join(", ")} ${files.length === 1 ? "names" : "name"} ${found.ticker}; its prices are taken for ${ticker}`
      )
    }
    return series
  })

/** Those that are prices by their names, in the order of their names. */
const filesOf = Effect.fnUntraced(function* (path: string) {
  const files = yield* FileSystem.FileSystem
  const { join } = yield* Path.Path
  const info = yield* readable(path, files.stat(path))
  if (info.type !== "Directory") return [path]
  const names = yield* readable(path, files.readDirectory(path))
  const tables = names.filter((name) => IS_TABLE.test(name)).sort()
  if (tables.length === 0) return yield* wrongUsage(`the folder for '--data ${path}' has no .csv, .txt or .tsv files`)
  return tables.map((name) => join(path, name))
})

const tableOf = Effect.fnUntraced(function* (path: string) {
  const files = yield* FileSystem.FileSystem
  const text = TextFile.decode(yield* readable(path, files.readFile(path)))
  return yield* Either.mapLeft(Csv.parse(path, text), wrongUsage)
})

const readable = <A, E extends { readonly message: string }, R>(path: string, effect: Effect.Effect<A, E, R>) =>
  Effect.catchAll(effect, (error) =>
    wrongUsage(`the file for '--data ${path}' could not be read: ${ReadFailure.describe(error)}`)
  )

const shortfall = ({ close: { length }, ticker }: Series, files: ReadonlyArray<string>): string =>
  `${files.join(", ")}: ${count(length, "price")} of ${ticker} ${length === 1 ? "leaves" : "leave"} none to score with; ` +
  `at least ${LEAST_BARS} are needed`

const fits = (series: Series, bar: BarSize | undefined) =>
  bar === undefined || bar === series.bar
    ? Effect.void
    : wrongUsage(`'--bar ${bar}' contradicts the data: a bar of ${series.ticker} is a ${series.bar}`)
