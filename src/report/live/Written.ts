/** What a model has written so far of an answer: its last lines, and how many there are. */

/** Enough for the lines that are shown, however long. */
const KEPT = 8000
const SHOWN_LINES = 10

export interface Written {
  /** The end of it. */
  readonly text: string
  /** Characters in all. */
  readonly end: number
  /** Line breaks before `text`. */
  readonly before: number
}

export const nothing: Written = { text: "", end: 0, before: 0 }

const breaks = (text: string): number => text.split("\n").length - 1

/** `offset` is the place of `text` in the answer; an answer that starts anew starts at 0. */
export const add = (written: Written, text: string, offset: number): Written => {
  const known = Math.max(0, written.text.length - Math.max(0, written.end - offset))
  const all = offset === 0 ? text : written.text.slice(0, known) + text
  const cut = Math.max(0, all.length - KEPT)
  return {
    text: all.slice(cut),
    end: offset + text.length,
    before: (offset === 0 ? 0 : written.before) + breaks(all.slice(0, cut))
  }
}

export const isBlank = ({ before, text }: Written): boolean => before === 0 && text.trim() === ""

/** Lines so far, and the last of them. */
export const lines = (written: Written): number => (isBlank(written) ? 0 : written.before + breaks(written.text) + 1)

export const tail = ({ text }: Written): ReadonlyArray<string> => text.trimEnd().split("\n").slice(-SHOWN_LINES)
