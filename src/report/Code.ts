/** Python as the page shows it: numbered lines, coloured by the tokens of the checker. */
import * as Either from "effect/Either"
import { KEYWORDS } from "../code/python/Lexemes.js"
import * as Target from "../code/python/Target.js"
import type { Token } from "../code/python/Token.js"
import * as Tokenizer from "../code/python/Tokenizer.js"
import * as Format from "./Format.js"
import { exact, html, join, type Markup } from "./Markup.js"

/** More is in the file. */
const MOST_LINES = 1500
const MOST_COLUMNS = 2000

/** The newest that the tokenizer knows: it takes nearly all that older ones take. */
const TARGET = Target.of("3.13")

interface Piece {
  readonly kind: "k" | "s" | "n" | "c" | ""
  readonly text: string
}

/** Line breaks as Python counts them. */
export const linesOf = (code: string): ReadonlyArray<string> =>
  code
    .replace(/^\ufeff/, "")
    .replace(/\r\n?/g, "\n")
    .trimEnd()
    .split("\n")

const kindOf = ({ kind, text }: Token): Piece["kind"] => {
  if (kind === "name") return KEYWORDS.has(text) ? "k" : ""
  return kind === "string" ? "s" : kind === "number" ? "n" : ""
}

/** Between two tokens there is nothing but space and comments. */
const between = (text: string): ReadonlyArray<Piece> =>
  text.split(/(#[^\n]*)/).map((part) => ({ kind: part.startsWith("#") ? "c" : "", text: part }))

/** Without colours where the text is not Python. */
const piecesOf = (code: string): ReadonlyArray<Piece> =>
  Either.match(Tokenizer.tokenize(code, TARGET), {
    onLeft: () => [{ kind: "", text: code }],
    onRight: ({ all }) => {
      const pieces: Array<Piece> = []
      let at = 0
      for (const token of all) {
        if (token.text === "") continue
        if (token.offset > at) pieces.push(...between(code.slice(at, token.offset)))
        pieces.push({ kind: kindOf(token), text: token.text })
        at = token.offset + token.text.length
      }
      return at < code.length ? [...pieces, ...between(code.slice(at))] : pieces
    }
  })

const markup = ({ kind, text }: Piece): Markup =>
  kind === "" ? exact`${text}` : exact`<span class="${kind}">${text}</span>`

/** Every line begins with a mark that the style turns into its number: copied text has none. */
export const render = (code: string, name: string): Markup => {
  const lines = linesOf(code)
  const shown = lines.slice(0, MOST_LINES).map((line) => Format.cut(line, MOST_COLUMNS))
  const rows: Array<Array<Markup>> = [[]]
  for (const { kind, text } of piecesOf(shown.join("\n"))) {
    text.split("\n").forEach((part, index) => {
      if (index > 0) rows.push([])
      if (part !== "") rows.at(-1)?.push(markup({ kind, text: part }))
    })
  }
  const more =
    lines.length > MOST_LINES
      ? html`<p class="note">${Format.count(lines.length - MOST_LINES, "more line")} in the file.</p>`
      : undefined
  const numbered = rows.map((row) => exact`<span class="l">${join(row)}</span>\n`)
  return exact`<pre class="code" tabindex="0" role="region" aria-label="Code of ${name}"><code>${numbered}</code></pre>${more}`
}
