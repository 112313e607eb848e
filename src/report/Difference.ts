/** How two programs differ, line by line: the fewest lines that have to go and come, by Myers' method. */
import * as Code from "./Code.js"
import * as Format from "./Format.js"
import { exact, html, type Markup } from "./Markup.js"

export interface Change {
  readonly kind: "same" | "removed" | "added"
  readonly line: string
}

/** Beyond it a comparison would say no more than that nearly everything differs, and take long. */
const MOST_CHANGES = 400

/** Undefined where too much differs. */
export const between = (from: ReadonlyArray<string>, to: ReadonlyArray<string>): ReadonlyArray<Change> | undefined => {
  /** How far each diagonal came, for every number of changes. */
  const history: Array<ReadonlyMap<number, number>> = []
  const reach = new Map<number, number>([[1, 0]])
  for (let changes = 0; changes <= Math.min(MOST_CHANGES, from.length + to.length); changes++) {
    for (let k = -changes; k <= changes; k += 2) {
      let x = isDown(reach, k, changes) ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1
      while (x < from.length && x - k < to.length && from[x] === to[x - k]) x++
      reach.set(k, x)
      if (x >= from.length && x - k >= to.length) return walkBack(from, to, history, changes)
    }
    history.push(new Map(reach))
  }
  return undefined
}

const isDown = (reach: ReadonlyMap<number, number>, k: number, changes: number): boolean =>
  k === -changes || (k !== changes && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1))

const walkBack = (
  from: ReadonlyArray<string>,
  to: ReadonlyArray<string>,
  history: ReadonlyArray<ReadonlyMap<number, number>>,
  changes: number
): ReadonlyArray<Change> => {
  const found: Array<Change> = []
  let [x, y] = [from.length, to.length]
  const keep = (until: number) => {
    for (; x > until; x--, y--) found.push({ kind: "same", line: from[x - 1] ?? "" })
  }
  for (let left = changes; left > 0; left--) {
    const reach = history[left - 1] ?? new Map<number, number>()
    const down = isDown(reach, x - y, left)
    const k = x - y + (down ? 1 : -1)
    const before = reach.get(k) ?? 0
    keep(down ? before : before + 1)
    found.push(down ? { kind: "added", line: to[y - 1] ?? "" } : { kind: "removed", line: from[x - 1] ?? "" })
    x = before
    y = before - k
  }
  keep(0)
  return found.toReversed()
}

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

/** Lines around a change. */
const CONTEXT = 3
const MOST_LINES = 600
const MOST_COLUMNS = 500

const MARKS = { same: " ", removed: "-", added: "+" } as const

const row = ({ kind, line }: Change): Markup => {
  const text = `${MARKS[kind]} ${Format.cut(line, MOST_COLUMNS)}`
  if (kind === "same") return exact`<span class="l">${text}</span>\n`
  return kind === "added" ? exact`<ins class="l">${text}</ins>\n` : exact`<del class="l">${text}</del>\n`
}

/** The changes, with a gap for what both have in common. */
export const render = (other: string, own: string, label: string): Markup => {
  const changes = between(Code.linesOf(other), Code.linesOf(own))
  if (changes === undefined) return html`<p class="note">Nearly every line differs.</p>`
  const near = changes.map((_, index) =>
    changes.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ kind }) => kind !== "same")
  )
  const rows = changes
    .flatMap((change, index) => {
      if (near[index] === true) return [row(change)]
      return near[index - 1] === true || index === 0 ? [exact`<span class="gap">⋯</span>\n`] : []
    })
    .slice(0, MOST_LINES)
  return exact`<pre class="diff" tabindex="0" role="region" aria-label="${label}"><code>${rows}</code></pre>`
}
