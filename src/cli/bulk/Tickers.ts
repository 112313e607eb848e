/** A file of tickers: one on a line, with comments after `#`, blank lines, and perhaps a heading. Pure. */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Ticker from "../../domain/Ticker.js"

/** Above the tickers in many lists; a ticker of this name would stand alone. */
const HEADING = /^(?:symbols?|tickers?)$/i

const decode = Schema.decodeOption(Ticker.Ticker)

/** Each once, in the order of the file. Left: what is wrong, and in which line. */
export const parse = (text: string, source: string): Either.Either<ReadonlyArray<string>, string> => {
  const tickers = new Set<string>()
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const word = line.replace(/#.*$/, "").trim()
    if (word === "" || (tickers.size === 0 && HEADING.test(word))) continue
    const ticker = Option.getOrUndefined(decode(word))
    if (ticker === undefined) {
      return Either.left(`${source}, line ${index + 1}: '${word.slice(0, 40)}' is not a ticker: use ${Ticker.WANTED}`)
    }
    tickers.add(ticker)
  }
  return tickers.size === 0 ? Either.left(`${source} has no ticker`) : Either.right([...tickers])
}
