/** How two programs differ, as lines of the page. */
import { between, type Change, MARKS, near } from "../domain/Difference.js"
import * as Code from "./Code.js"
import * as Format from "./Format.js"
import { exact, html, type Markup } from "./Markup.js"

/** How often each line is there, wherever it stands and however it is indented. */
export interface Counted {
  readonly counts: ReadonlyMap<string, number>
  readonly total: number
}

export const counted = (lines: ReadonlyArray<string>): Counted => {
  const counts = new Map<string, number>()
  const all = lines.map((line) => line.trim()).filter((line) => line !== "")
  for (const line of all) counts.set(line, (counts.get(line) ?? 0) + 1)
  return { counts, total: all.length }
}

/** The share of lines that both have, 0 to 1. */
export const likeness = (one: Counted, other: Counted): number => {
  let shared = 0
  for (const [line, count] of one.counts) shared += Math.min(count, other.counts.get(line) ?? 0)
  return shared === 0 ? 0 : (2 * shared) / (one.total + other.total)
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
