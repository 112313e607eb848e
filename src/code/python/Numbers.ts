/**
 * Long rows of numbers, such as the prices that a module brings along. No rule is about them, and the parser would take longer
 * for them than for the rest of the module: most of a row is left out before it is parsed.
 */
import type { Token } from "./Token.js"

/** What is left is more than any rule looks at. */
const KEPT = 16

/** What is left of a row: its line breaks. Outside of brackets it goes on behind a backslash. */
const breaksOf = (row: string, count: number): string =>
  row.includes("\\") ? (row.match(/\\?\n/g) ?? []).join("") : "\n".repeat(count)

/** Without most of what is in rows. All else stays on its line, and the tokens have their offset in the new text. */
export const shortened = (text: string, tokens: ReadonlyArray<Token>): readonly [string, ReadonlyArray<Token>] => {
  const kept: Array<Token> = []
  const parts: Array<string> = []
  let row = 0
  let from = 0
  /** How many characters were left out. */
  let removed = 0
  const keep = (token: Token): void => {
    kept.push(removed === 0 ? token : { ...token, offset: token.offset - removed })
  }
  const leaveOut = (start: Token, end: Token): void => {
    const breaks = breaksOf(text.slice(start.offset, end.offset), end.line - start.line)
    parts.push(text.slice(from, start.offset), breaks, " ")
    from = end.offset
    removed += end.offset - start.offset - breaks.length - 1
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
      keep(token)
      keep(comma)
      continue
    }
    if (start !== undefined) leaveOut(start, token)
    start = undefined
    row = 0
    keep(token)
  }
  return parts.length === 0 ? [text, tokens] : [parts.join("") + text.slice(from), kept]
}
