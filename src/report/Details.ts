/** Each algorithm by itself: its attempts, its checks, its code, and how it differs from the one most like it. */
import * as Answer from "./Answer.js"
import * as Timeline from "./chart/Timeline.js"
import * as Code from "./Code.js"
import * as Difference from "./Difference.js"
import * as Format from "./Format.js"
import { html, join, type Markup, nothing } from "./Markup.js"
import type { Attempt, Named, Run } from "./Run.js"
import * as Table from "./Table.js"

/** Characters of markup for all code on the page; what goes beyond it is in the files. */
const CODE_ROOM = 1_800_000

const MOST_ATTEMPTS = 30

/** Lines by which the nearest is found. */
const MOST_COMPARED = 500

const CAUSES: Readonly<Record<string, string>> = {
  first: "first request",
  backoff: "again after a failure",
  patience: "again, with patience",
  hint: "again when the server said",
  "cut-off": "again with more tokens",
  "unclear-end": "again: the end was unclear",
  empty: "again: the answer was empty",
  repair: "asked to correct its code",
  improve: "asked to improve its algorithm",
  parameter: "again without what was refused",
  fits: "again with fewer tokens"
}

const tokens = ({ completionTokens, promptTokens }: Attempt): string =>
  completionTokens === undefined || promptTokens === undefined
    ? ""
    : `${Format.whole(promptTokens)} + ${Format.whole(completionTokens)}`

const columns = ({ startedAt }: Run): ReadonlyArray<Table.Column<Attempt>> => [
  { title: "No.", look: "num", heads: true, cell: ({ number }) => number },
  { title: "Why", cell: ({ cause }) => (Object.hasOwn(CAUSES, cause) ? CAUSES[cause] : cause) },
  { title: "Start", look: "num", cell: (attempt) => Format.duration(attempt.startedAt - startedAt) },
  { title: "Waited", look: "num", cell: ({ waitedMs }) => (waitedMs < 50 ? "" : Format.duration(waitedMs)) },
  {
    title: "First token",
    look: "num",
    cell: ({ firstTokenMs }) => (firstTokenMs === undefined ? "" : Format.duration(firstTokenMs))
  },
  { title: "Took", look: "num", cell: ({ durationMs }) => Format.duration(durationMs) },
  { title: "Result", look: "result", cell: Timeline.resultOf },
  { title: "Tokens", look: "num", cell: tokens }
]

const attempts = ({ attempts: all }: Named, run: Run): Markup => {
  if (all.length === 0) return nothing
  const part = all.length > MOST_ATTEMPTS ? `, the first ${MOST_ATTEMPTS} of ${all.length}` : ""
  return Table.render(`Attempts${part}`, columns(run), all.slice(0, MOST_ATTEMPTS))
}

const checks = ({ checks }: Named): Markup =>
  checks.length === 0
    ? nothing
    : html`<ul class="checks">
        ${checks.map((check) => html`<li>${Format.cut(check, 300)}</li>`)}
      </ul>`

interface Neighbour {
  readonly slot: Named
  readonly code: string
  readonly likeness: number
}

/** The other algorithm with the most lines in common; of several the first. */
const nearest = (slots: ReadonlyArray<Named>): ((slot: Named) => Neighbour | undefined) => {
  const coded = slots.flatMap((slot) => {
    if (slot.code === undefined) return []
    return [{ slot, code: slot.code, lines: Difference.counted(Code.linesOf(slot.code).slice(0, MOST_COMPARED)) }]
  })
  return (slot) => {
    const own = coded.find((other) => other.slot === slot)
    return coded.reduce<Neighbour | undefined>((best, other) => {
      if (own === undefined || other === own) return best
      const likeness = Difference.likeness(own.lines, other.lines)
      return best === undefined || likeness > best.likeness ? { slot: other.slot, code: other.code, likeness } : best
    }, undefined)
  }
}

const folded = (summary: string, content: Markup): Markup =>
  html`<details>
    <summary>${summary}</summary>
    ${content}
  </details> `

const difference = (code: string, slot: Named, other: Neighbour | undefined): Markup => {
  if (other === undefined) return nothing
  const title = `Difference to ${other.slot.name}, the nearest: ${Math.round(other.likeness * 100)} % of the lines are the same`
  return folded(title, Difference.render(other.code, code, `How ${slot.name} differs from ${other.slot.name}`))
}

interface Article {
  readonly id: string
  readonly content: Markup
}

/** All slots, each under a heading of its own. */
export const render = (slots: ReadonlyArray<Named>, run: Run): ReadonlyArray<Article> => {
  const neighbour = nearest(slots)
  let room = CODE_ROOM
  const code = (slot: Named): Markup => {
    if (slot.code === undefined) return nothing
    const left = html`<p class="note">The code is left out here, to keep this page small.</p>`
    if (room <= 0) return left
    const shown = html`${folded(`Code, ${Format.count(Code.linesOf(slot.code).length, "line")}`, Code.render(slot.code, slot.name))}${difference(slot.code, slot, neighbour(slot))}`
    room -= shown.text.length
    return room < 0 ? left : shown
  }
  return slots.map((slot) => {
    const facts = [
      Answer.resultOf(slot),
      ...(slot.file === undefined ? [] : [Answer.fileOf(slot)]),
      ...(slot.strategy === undefined ? [] : [html`strategy: ${slot.strategy}`]),
      ...(slot.servedModel === undefined ? [] : [html`answered by ${slot.servedModel}`])
    ]
    const content = html`<article id="${slot.id}">
      <h3>${slot.name}</h3>
      <p>${join(facts, " · ")}</p>
      ${checks(slot)}${attempts(slot, run)} ${code(slot)}
    </article>`
    return { id: slot.id ?? "", content }
  })
}
