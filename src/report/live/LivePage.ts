/** The page of a run as it is served while the run goes on: the same pieces, and a script that brings them up to date. */
import { exact, html, Markup } from "../Markup.js"
import { hashOf, skeleton } from "../Page.js"
import * as Sections from "../Sections.js"
import { STYLE } from "../Style.js"
import { SCRIPT } from "./Script.js"

/** For the header of the answer: nothing but this style, this script, and events from where the page came from. */
export const POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(STYLE)}`,
  `script-src ${hashOf(SCRIPT)}`,
  "connect-src 'self'",
  // An icon that is empty, so that the browser asks for none.
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join("; ")

/** What the page says of its connection. */
export interface Words {
  readonly live: string
  /** Of a page that comes to an end. */
  readonly over?: string | undefined
  readonly lost: string
}

export const render = (page: Sections.Page, { live, lost, over = "" }: Words): string =>
  skeleton({
    page,
    head: html`<link rel="icon" href="data:," />`,
    above: html`<p
        id="state"
        class="note"
        role="status"
        data-live="${live}"
        data-over="${over}"
        data-lost="${lost}"
      ></p>
      <noscript><p class="warning">Without its script this page stays as it was when it was opened.</p></noscript>`,
    footer: html`Made by algogen. Times are UTC; this page is served by the command on this machine, to nobody else.
    ${exact`<script>${new Markup(SCRIPT)}</script>`}`
  })

/** The pieces by their ids, and what stands in `main` in which order. */
export interface Picture {
  readonly title: string
  readonly order: ReadonlyArray<string>
  readonly pieces: ReadonlyMap<string, string>
}

export const picture = (page: Sections.Page): Picture => ({
  title: page.title,
  order: page.pieces.slice(1).map(({ id }) => id),
  pieces: new Map([
    ...page.pieces.map(({ content, id }) => [id, content.text] as const),
    ["contents", Sections.contents(page).text]
  ])
})

/** What a page has to be told that was told `known`: undefined where nothing is new. */
export const change = (picture: Picture, known: ReadonlyMap<string, string>): string | undefined => {
  const changed = [...picture.pieces].filter(([id, text]) => known.get(id) !== text)
  const isSame = changed.length === 0 && [...known.keys()].every((id) => picture.pieces.has(id))
  return isSame
    ? undefined
    : JSON.stringify({ title: picture.title, order: picture.order, changed: Object.fromEntries(changed) })
}
