/** What models are writing at this moment, of a run that goes on. */
import * as Code from "./Code.js"
import * as Format from "./Format.js"
import { exact, html, type Markup, nothing } from "./Markup.js"
import * as Name from "./Name.js"
import type { Named, Run } from "./Run.js"

/** More panels than that nobody follows. */
const MOST_SHOWN = 12

const LINES = 10
const MOST_COLUMNS = 120

const panel = ({ doing, ...slot }: Named): Markup => {
  const tail = slot.code === undefined ? (doing?.tail ?? []) : Code.linesOf(slot.code).slice(-LINES)
  const lines = tail.map((line) => exact`${Format.cut(line, MOST_COLUMNS)}\n`)
  const done = slot.status === "failed" || slot.status === "skipped" ? (slot.reason ?? slot.status) : "written"
  return html`<figure class="small" id="w-${slot.id}">
    <figcaption>${Name.link(slot)} <span class="note">${doing?.words || done}</span></figcaption>
    ${exact`<pre class="tail"><code>${lines}</code></pre>`}
  </figure> `
}

/** A panel for each slot keeps its place until the run ends; where there are too many, only those that write have one. */
export const render = (slots: ReadonlyArray<Named>, { now }: Run): Markup => {
  if (now === undefined) return nothing
  const shown =
    slots.length <= MOST_SHOWN
      ? slots
      : slots.filter(({ doing }) => doing !== undefined && doing.lines > 0).slice(0, MOST_SHOWN)
  return html`<section id="writing">
    <h2>As it is written</h2>
    <div class="smalls">${shown.map(panel)}</div>
  </section>`
}
