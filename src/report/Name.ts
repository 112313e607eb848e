/** What an algorithm is called on the page. */
import { html, type Markup } from "./Markup.js"
import type { Named } from "./Run.js"

/** A link to the details, if the page has them: what is not settled has none. */
export const link = ({ doing, id, name }: Pick<Named, "doing" | "id" | "name">): Markup =>
  id === undefined || doing !== undefined ? html`${name}` : html`<a href="#${id}">${name}</a>`
