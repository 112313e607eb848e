/**
 * The messages and blocks that the text of an answer is in. They grow in place, as they are asked for at every token: what
 * they hold is kept apart from the text, which would have to be put together to be looked at.
 */
import * as Parts from "./Parts.js"
import * as Repeat from "./Repeat.js"

interface Block {
  /** The message or block that the last text was of. */
  at?: number | undefined
  /** Its text, where that is not all there is. */
  text?: string | undefined
  /** The text so far does not end its line. */
  midLine?: boolean | undefined
}

export interface Blocks {
  text: string
  readonly block: Block
}

/** Goes to the block that text comes of. Hands back whether that is new, and what has to stand before its text. */
export const enter = (self: Blocks, piece: number | undefined): { readonly isNew: boolean; readonly lead: string } => {
  const { block } = self
  const to = piece ?? block.at
  const last = block.at ?? to ?? 0
  block.at = to === undefined ? undefined : Math.max(last, to)
  const isNew = to !== undefined && to > last
  if (isNew) block.text = ""
  const isApart = isNew && to > last + 1 && self.text !== "" && block.midLine === true
  return { isNew, lead: isApart ? Parts.BREAK : "" }
}

/** What the end of a block, which says all of it, has more than came before. */
export const rest = ({ block, text }: Blocks, at: number, whole: string): string => {
  const before = block.text ?? text
  return at === block.at && Repeat.startsWith(before, whole) ? whole.slice(before.length) : ""
}

export const grow = (self: Blocks, lead: string, fresh: string): void => {
  if (fresh === "") return
  const { block } = self
  if (self.text === "") block.text = undefined
  self.text += `${lead}${fresh}`
  if (block.text !== undefined) block.text += fresh
  block.midLine = !fresh.endsWith("\n")
}
