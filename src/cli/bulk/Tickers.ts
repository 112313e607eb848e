/**
 * A file of tickers: one on a line, with comments after `#`, blank lines, and perhaps a heading. Of a table whose first column
 * is headed as tickers that column counts. Pure.
 */
import * as Either from "effect/Either"
import * as Ticker from "../../domain/Ticker.js"

/** Above the tickers in many lists; a ticker of this name would stand alone. */
const HEADING = /^(?:symbols?|tickers?)$/i

/** The heading of such a table. */
const TABLE = /^"?(?:symbols?|tickers?)"?\s*([,;\t])/i

const cell = (line: string, separator: string): string => (line.split(separator)[0] ?? "").replaceAll('"', "").trim()

/** In a list there is nothing but tickers; a table is known by its heading. */
const wanted = (word: string): string =>
  /[,;\t]/.test(word)
    ? "write one ticker a line"
    : /["'`“”‘’]/.test(word)
      ? "write one symbol a line, without quotes; a table (CSV) needs a heading, such as symbol,name"
      : `use ${Ticker.WANTED}`

/** Each once, in the order of the file. Left: what is wrong, and in which line. */
export const parse = (text: string, source: string): Either.Either<ReadonlyArray<string>, string> => {
  const tickers = new Set<string>()
  let separator: string | undefined
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const whole = line.replace(/#.*$/, "").trim()
    if (tickers.size === 0) separator ??= TABLE.exec(whole)?.[1]
    const word = separator === undefined ? whole : cell(whole, separator)
    if (word === "" || (tickers.size === 0 && HEADING.test(word))) continue
    const ticker = Either.getOrUndefined(Ticker.decode(word))
    if (ticker === undefined) {
      return Either.left(`${source}, line ${index + 1}: '${word.slice(0, 40)}' is not a ticker: ${wanted(word)}`)
    }
    tickers.add(ticker)
  }
  return tickers.size === 0 ? Either.left(`${source} has no ticker`) : Either.right([...tickers])
}
