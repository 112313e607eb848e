/** What a page consists of. */
import type { Markup } from "./Markup.js"

/** One element with this id. Those with a title are listed in the contents. */
export interface Piece {
  readonly id: string
  readonly title?: string | undefined
  readonly content: Markup
}

export interface Page {
  readonly title: string
  readonly pieces: ReadonlyArray<Piece>
}
