/** What models are writing at this moment, of a run that goes on. */
import * as Code from "./Code.js"
import * as Format from "./Format.js"
import { exact, html, type Markup } from "./Markup.js"
import * as Name from "./Name.js"
import { type Piece, section } from "./Piece.js"
import type { Named, Run } from "./Run.js"

/** More panels than that nobody follows. */
const MOST_SHOWN = 12

const LINES = 10
const MOST_COLUMNS = 120

const panel = ({ code, doing, id, name }: Named): Markup => {
  const tail = code === undefined ? (doing?.tail ?? []) : Code.linesOf(code).slice(-LINES)
  const lines = tail.map((line) => exact`${Format.cut(line, MOST_COLUMNS)}\n`)
  return html`<figure class="small writer" id="w-${id}">
    <figcaption>${Name.link({ doing, id, name })} <span class="note">${doing?.words || "written"}</span></figcaption>
    ${exact`<pre class="tail"><code>${lines}</code></pre>`}
  </figure> `
}

/** Those that have written something; where they are too many, only those that write. */
export const render = (slots: ReadonlyArray<Named>, { now }: Run): Piece => {
  const isWriting = ({ doing }: Named) => doing !== undefined && doing.lines > 0
  const written = slots.filter((slot) => isWriting(slot) || slot.code !== undefined)
  const shown = written.length <= MOST_SHOWN ? written : written.filter(isWriting).slice(0, MOST_SHOWN)
  const panels =
    now === undefined || shown.length === 0 ? undefined : html`<div class="smalls">${shown.map(panel)}</div>`
  return section("writing", "As it is written", panels)
}
