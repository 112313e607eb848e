/**
 * Long rows of numbers, such as the prices that a module brings along. No rule is about them, and the parser would take longer
 * for them than for the rest of the module: most of a row is left out before it is parsed.
 */
import type { Token } from "./Token.js"

/** What is left is more than any rule looks at. */
const KEPT = 16

/** Without most of what is in rows; all else stays where it is. */
export const shortened = (text: string, tokens: ReadonlyArray<Token>): readonly [string, ReadonlyArray<Token>] => {
  const kept: Array<Token> = []
  const parts: Array<string> = []
  let row = 0
  let from = 0
  const leaveOut = (start: number, end: number): void => {
    // A row outside of brackets goes on behind a backslash.
    parts.push(text.slice(from, start), text.slice(start, end).replaceAll(/\\(?!\n)|[^\\\n]/g, " "))
    from = end
  }
  let start: Token | undefined
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === undefined) break
    const comma = tokens[at + 1]
    if (token.kind === "number" && comma?.text === ",") {
      at++
      row++
      if (row > KEPT) {
        start ??= token
        continue
      }
      kept.push(token, comma)
      continue
    }
    if (start !== undefined) leaveOut(start.offset, token.offset)
    start = undefined
    row = 0
    kept.push(token)
  }
  return parts.length === 0 ? [text, tokens] : [parts.join("") + text.slice(from), kept]
}
