/** The symbol that an algorithm trades: checked before it reaches a prompt or a file. */
import * as Schema from "effect/Schema"

/** Long enough for every listed symbol with its class or currency, such as `BRK-B`, `^GSPC` or `EURUSD=X`. */
const MAX_LENGTH = 15

/** At least one letter or digit: a path such as `..` is no symbol. */
const PART = `(?=[.^=-]*[A-Za-z0-9])[A-Za-z0-9.^=-]{1,${MAX_LENGTH}}`

/** Pairs and exchanges are written before or behind it: `BTC/USD`, `BINANCE:BTCUSDT`, `BTC/USDT:USDT`. */
const PATTERN = new RegExp(`^${PART}(?:[/:]${PART}){0,2}$`)

/** What a ticker may be, for messages. */
export const WANTED =
  `1 to ${MAX_LENGTH} letters, digits, ".", "-", "^" or "=", ` +
  "with its currency or exchange if need be, as in BTC/USD or BINANCE:BTCUSDT"

/** Upper-cases while decoding. */
export const Ticker = Schema.String.pipe(
  Schema.filter(
    (text) => PATTERN.test(text) || `the ticker ${JSON.stringify(text.slice(0, 40))} is not a symbol: ${WANTED}`
  ),
  Schema.transform(Schema.String, { strict: true, decode: (text) => text.toUpperCase(), encode: (text) => text })
)

export const decode = Schema.decodeEither(Ticker)
