/**
 * Numbers and strings as CPython's compiler reads them: where a literal ends, and what it refuses inside one.
 */

/** CPython 3.11 refuses to convert longer decimal literals (`sys.int_info.default_max_str_digits`). */
const MAX_DIGITS = 4300

const isTooLong = (literal: string): boolean =>
  literal.length > MAX_DIGITS && /^[\d_]+$/.test(literal) && literal.replaceAll("_", "").length > MAX_DIGITS

const DECIMAL_WITH_ZEROS = /^0[\d_]*[1-9][\d_]*$/

export const wrongWithNumber = (literal: string): string | undefined => {
  if (DECIMAL_WITH_ZEROS.test(literal)) return `leading zeros are not permitted in the integer '${literal}'`
  return isTooLong(literal) ? "an integer literal has more digits than Python allows (4300)" : undefined
}

/** The quotes with which a string begins: one, or three of the same. */
export const quoteAt = (text: string, at: number): string => {
  const quote = text.charAt(at)
  return text.charAt(at + 1) === quote && text.charAt(at + 2) === quote ? quote.repeat(3) : quote
}

/** Where the closing quotes of a string stand whose body begins at `from`; `undefined` when there are none. */
export const closeOf = (text: string, from: number, quote: string): number | undefined => {
  for (let at = from; at < text.length; at++) {
    const char = text[at]
    if (char === "\\") at++
    else if (char === "\n" && quote.length === 1) return undefined
    else if (char === quote[0] && text.startsWith(quote, at)) return at
  }
  return undefined
}

/** What must follow `\x`, `\u`, `\U` and `\N`. The names of characters are beyond this program: their shape must do. */
const FOLLOWS: Readonly<Record<string, RegExp>> = {
  x: /[\da-f]{2}/iy,
  u: /[\da-f]{4}/iy,
  U: /00(?:0[\da-f]|10)[\da-f]{4}/iy,
  N: /\{[\w -]+\}/y
}

const brokenEscape = (body: string, letters: string): string | undefined => {
  for (let at = body.indexOf("\\"); at !== -1; at = body.indexOf("\\", at + 2)) {
    const letter = body[at + 1] ?? ""
    const follows = letters.includes(letter) ? FOLLOWS[letter] : undefined
    if (follows === undefined) continue
    follows.lastIndex = at + 2
    if (!follows.test(body)) return `the escape \\${letter} is cut short or names no character`
  }
  return undefined
}

/** What is wrong with the escapes of a text literal that is not raw. */
export const wrongEscape = (body: string): string | undefined => brokenEscape(body, "xuUN")

/** What CPython would say of a string's body, given its prefix. */
export const wrongWith = (prefix: string, body: string): string | undefined => {
  const raw = /r/i.test(prefix)
  if (!/b/i.test(prefix)) return raw ? undefined : wrongEscape(body)
  if (/[\u0080-\uffff]/.test(body)) return "bytes can only contain ASCII literal characters"
  return raw ? undefined : brokenEscape(body, "x")
}
