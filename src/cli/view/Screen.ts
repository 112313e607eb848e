/** What a terminal is told, so that lines can be written again in their place. */
import * as Look from "./Look.js"
import * as Table from "./Table.js"

/** Terminals that know it show what lies between as one picture; others ignore it. */
const BEGIN_FRAME = "\x1b[?2026h"
const END_FRAME = "\x1b[?2026l"

const CLEAR_TO_LINE_END = "\x1b[K"
const CLEAR_TO_SCREEN_END = "\x1b[J"
export const HIDE_CURSOR = "\x1b[?25l"
export const SHOW_CURSOR = "\x1b[?25h"

/** Is it a terminal that shows what it is told, and not a machine's. */
export const isRewritable = (
  { isTTY }: { readonly isTTY?: boolean | undefined },
  environment: NodeJS.ProcessEnv
): boolean => isTTY === true && !environment["CI"] && environment["TERM"] !== "dumb"

export type Terminal = Pick<NodeJS.WriteStream, "columns" | "write">

/** Draws lines in the place of those that it drew last, and above them a text that stays, if there is one. */
export const canvas = (terminal: Terminal) => {
  /** The columns of each line that was drawn, from where the cursor goes up. */
  let drawn: ReadonlyArray<number> = []
  return (above: string, lines: ReadonlyArray<string>): void => {
    const columns = Look.columnsOf(terminal)
    // A terminal that became narrower has wrapped the lines that were wider.
    const rows = drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0)
    terminal.write(frame(rows, above, lines))
    drawn = lines.map(Table.columns)
  }
}

const frame = (rows: number, above: string, lines: ReadonlyArray<string>): string => {
  const up = rows === 0 ? "\r" : `\x1b[${rows}A\r`
  // What stands above takes as many of the old rows as it has lines: the others are drawn anew below.
  const head = above === "" ? "" : `${CLEAR_TO_SCREEN_END}${above}\n`
  const body = lines.map((line) => `${line}${CLEAR_TO_LINE_END}\n`).join("")
  return `${BEGIN_FRAME}${up}${head}${body}${CLEAR_TO_SCREEN_END}${END_FRAME}`
}
