/** How two programs differ, as lines of the page. */
import { between, type Change, MARKS, near } from "../domain/Difference.js"
import * as Code from "./Code.js"
import * as Format from "./Format.js"
import { exact, html, type Markup } from "./Markup.js"

/** The share of lines that both have, 0 to 1, wherever they stand. */
export const likeness = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): number => {
  const left = new Map<string, number>()
  const [one, other] = [a, b].map((lines) => lines.map((line) => line.trim()).filter((line) => line !== ""))
  if (one === undefined || other === undefined || one.length + other.length === 0) return 0
  for (const line of one) left.set(line, (left.get(line) ?? 0) + 1)
  let shared = 0
  for (const line of other) {
    const more = left.get(line) ?? 0
    if (more === 0) continue
    shared++
    left.set(line, more - 1)
  }
  return (2 * shared) / (one.length + other.length)
}

const MOST_LINES = 600
const MOST_COLUMNS = 500

const row = ({ kind, line }: Change): Markup => {
  const text = `${MARKS[kind]} ${Format.cut(line, MOST_COLUMNS)}`
  if (kind === "same") return exact`<span class="l">${text}</span>\n`
  return kind === "added" ? exact`<ins class="l">${text}</ins>\n` : exact`<del class="l">${text}</del>\n`
}

/** The changes, with a gap for what both have in common. */
export const render = (other: string, own: string, label: string): Markup => {
  const changes = between(Code.linesOf(other), Code.linesOf(own))
  if (changes === undefined) return html`<p class="note">Nearly every line differs.</p>`
  const isNear = near(changes)
  const rows = changes
    .flatMap((change, index) => {
      if (isNear[index] === true) return [row(change)]
      return isNear[index - 1] === true || index === 0 ? [exact`<span class="gap">⋯</span>\n`] : []
    })
    .slice(0, MOST_LINES)
  return exact`<pre class="diff" tabindex="0" role="region" aria-label="${label}"><code>${rows}</code></pre>`
}
