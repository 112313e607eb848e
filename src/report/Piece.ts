/** What a page consists of. */
import { html, type Markup, nothing } from "./Markup.js"

/** One element with this id. Those with a title are listed in the contents. */
export interface Piece {
  readonly id: string
  readonly title?: string | undefined
  readonly content: Markup
}

/** A section under a heading, by which the contents name it; empty where it has no content. */
export const section = (id: string, title: string, content: Markup | undefined, heading = title): Piece => ({
  id,
  title,
  content:
    content === undefined
      ? nothing
      : html`<section id="${id}">
          <h2>${heading}</h2>
          ${content}
        </section> `
})

export interface Page {
  readonly title: string
  readonly pieces: ReadonlyArray<Piece>
}
