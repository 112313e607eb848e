/**
 * Code inside a JSON string, with its line breaks escaped: `{"code": "import math\n..."}`, alone, in a fence, or in the
 * middle of a sentence, and cut off if it must be.
 */

const DEFINES = /def[ \t]+execute_trade\b/
const ESCAPED_BREAK = /\\n/

export interface Text {
  readonly text: string
  /** The string never ends. */
  readonly open: boolean
}

/** The string literals of a text, as `[body, closed]`: quotes inside of them are escaped. */
function* literals(text: string): Generator<readonly [string, boolean]> {
  for (let from = text.indexOf('"'); from !== -1;) {
    let at = from + 1
    while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1
    const closed = at < text.length
    yield [text.slice(from + 1, at), closed]
    from = closed ? text.indexOf('"', at + 1) : -1
  }
}

const decode = (body: string): string | undefined => {
  try {
    // Line breaks and tabs that should have been escaped are no reason to lose a program.
    const strict = body
      .replaceAll("\n", "\\n")
      .replaceAll("\t", "\\t")
      .replace(/\\(u[\da-f]{0,3})?$/i, "")
    const value: unknown = JSON.parse(`"${strict}"`)
    return typeof value === "string" ? value : undefined
  } catch {
    return undefined
  }
}

/** The decoded strings that define the function, the last first. */
export const texts = (text: string): ReadonlyArray<Text> => {
  const found: Array<Text> = []
  if (!DEFINES.test(text) || !ESCAPED_BREAK.test(text)) return found
  for (const [body, closed] of literals(text)) {
    if (!DEFINES.test(body) || !ESCAPED_BREAK.test(body)) continue
    const decoded = decode(body)
    if (decoded !== undefined) found.unshift({ text: decoded.replaceAll("\r\n", "\n"), open: !closed })
  }
  return found
}
