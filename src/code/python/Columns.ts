/** Columns in bytes of UTF-8, in which the parser counts. */
import type { Token } from "./Token.js"

/** Of a UTF-16 unit: half of a pair stands for two of its four. */
const bytesOf = (unit: number): number => (unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3)

/** Where each of the tokens begins. */
export const of = (text: string, tokens: ReadonlyArray<Token>): ReadonlyArray<number> => {
  if (!/[^\0-\x7f]/.test(text)) return tokens.map(({ column }) => column)
  let line = 0
  let at = 0
  let bytes = 0
  return tokens.map((token) => {
    if (token.line !== line) {
      line = token.line
      at = token.offset - token.column
      bytes = 0
    }
    for (; at < token.offset; at++) bytes += bytesOf(text.charCodeAt(at))
    return bytes
  })
}

/** Where a token ends that begins in a column. */
export const endOf = ({ text }: Token, column: number): number => {
  const from = text.lastIndexOf("\n") + 1
  let bytes = from === 0 ? column : 0
  for (let at = from; at < text.length; at++) bytes += bytesOf(text.charCodeAt(at))
  return bytes
}
