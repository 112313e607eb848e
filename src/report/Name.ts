/** What an algorithm is called on the page. */
import { html, type Markup } from "./Markup.js"
import type { Named } from "./Run.js"

/** A link to the details, if the page has them. */
export const link = ({ id, name }: Pick<Named, "id" | "name">): Markup =>
  id === undefined ? html`${name}` : html`<a href="#${id}">${name}</a>`
