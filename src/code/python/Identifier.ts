/**
 * Names as Python compares them: in Unicode's form NFKC, in which an ASCII name, as nearly all are, is what it is already. And as the
 * parser can read them: it takes the half of a pair of UTF-16 for a character, and a keyword in other letters for the keyword.
 */

/** Of characters in the worst order the form takes the square of their number, and no word has as many. */
const PIECE = /[^]{1,64}/gu

const isAscii = (name: string): boolean => {
  for (let at = 0; at < name.length; at++) if (name.charCodeAt(at) > 127) return false
  return true
}

export const nfkc = (name: string): string =>
  isAscii(name) ? name : name.replace(PIECE, (piece) => piece.normalize("NFKC"))

/** A letter to the parser, and to Python another form of `a`: no name has it in NFKC. */
export const MARK = "ª"

const write = (char: string): string => `${MARK}${char.codePointAt(0)?.toString(16)}${MARK}`

/** For the parser, a name in NFKC that is neither a keyword nor a prefix of a string: its first character is written as a number. */
export const written = (name: string): string =>
  isAscii(name) ? name : nfkc(name).replace(/^.|[\u{10000}-\u{10ffff}]/gu, write)

/** The name, or the names with dots between them, that were written so. */
export const read = (text: string): string =>
  text.includes(MARK)
    ? text.replaceAll(/ª([\da-f]+)ª/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    : text
