/**
 * How deep the brackets of a foreign text of JSON stand within each other. What looks through a value does so level by level
 * and would not come back from a million of them, so that deeper ones are not parsed at all, nor those of a million parts. Pure.
 */

/** No answer of any API has a tenth of it. */
const MAX_DEPTH = 500

/** An answer that is a list of all its chunks has a tenth of it; each takes some microseconds to be looked through. */
const MAX_VALUES = 150_000

export const TOO_DEEP = `the JSON of the answer is nested more than ${MAX_DEPTH} levels deep, or has more than ${MAX_VALUES} lists and objects`

/** Is a value deeper, or of more parts, than anything that is read. */
export const isDeep = (text: string): boolean => {
  // Nearly every text is too short for it.
  if (text.length <= 2 * MAX_DEPTH) return false
  let depth = 0
  let values = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at)
    if (character === QUOTE) at = endOfString(text, at)
    else if (character === OBJECT || character === LIST) {
      depth += 1
      values += 1
      if (depth > MAX_DEPTH || values > MAX_VALUES) return true
    } else if (character === OBJECT_END || character === LIST_END) depth -= 1
  }
  return false
}

const [QUOTE, LIST, LIST_END, OBJECT, OBJECT_END] = [0x22, 0x5b, 0x5d, 0x7b, 0x7d]

/** At the quote that closes the string which begins at `start`, or at the end of the text. */
export const endOfString = (text: string, start: number): number => {
  let quote = text.indexOf('"', start + 1)
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1)
  return quote === -1 ? text.length : quote
}

/** Backslashes before it that are not escaped themselves. */
const isEscaped = (text: string, at: number): boolean => {
  let before = at - 1
  while (text[before] === "\\") before -= 1
  return (at - before) % 2 === 0
}
