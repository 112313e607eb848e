/** The symbol that an algorithm trades: checked before it reaches a prompt or a file. */
import * as Schema from "effect/Schema"

/** Long enough for every listed symbol with its exchange, class or currency, such as `BRK-B`, `^GSPC` or `EURUSD=X`. */
export const MAX_LENGTH = 15

const PATTERN = new RegExp(`^[A-Za-z0-9.^=-]{1,${MAX_LENGTH}}$`)

/** Upper-cases while decoding. */
export const Ticker = Schema.String.pipe(
  Schema.filter(
    (text) =>
      PATTERN.test(text) ||
      `the ticker ${JSON.stringify(text.slice(0, 40))} is not a symbol: 1 to ${MAX_LENGTH} letters, digits, ".", "-", "^" or "="`
  ),
  Schema.transform(Schema.String, { strict: true, decode: (text) => text.toUpperCase(), encode: (text) => text })
)
