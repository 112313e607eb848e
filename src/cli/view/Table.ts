/** Text in columns, as wide as their content. Cells come from models and servers, so control characters are dropped. */
import stringWidth from "string-width"

/** Where a column is a character there is no need for tables of Unicode, which take 15 ms to load: ASCII, and our own symbols. */
const SINGLE = /^[ -~·µ×–—“”…→↻−≤⋯▁-█◁▷✎✓✗]*$/

/** The columns of a terminal that one line takes. */
export const columns = (line: string): number => (SINGLE.test(line) ? line.length : stringWidth(line))

/** Between two columns. */
export const GAP = "  "

export const render = (header: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const lines = [header, ...rows].map((row) => row.map(plain))
  const widths = header.map((_, column) => Math.max(...lines.map((row) => columns(row[column] ?? ""))))
  return lines
    .map((row) =>
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0))
        .join(GAP)
        .trimEnd()
    )
    .join("\n")
}

/** The columns that its longest line takes. */
export const width = (text: string): number => Math.max(...text.split("\n").map(columns))

/** One printable line. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ")

/** A line of code, whose tabs are its indentation and harmless to a terminal. */
export const code = (line: string): string => line.split("\t").map(plain).join("\t")

/** At least so many columns of a terminal. */
export const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - columns(text)))

/** At most so many columns of a terminal, the last ones an ellipsis where something is missing. */
export const cut = (text: string, most: number, ellipsis = "…"): string => {
  const room = Math.max(0, most - ellipsis.length)
  if (SINGLE.test(text)) return text.length <= most ? text : `${text.slice(0, room)}${ellipsis}`
  let width = 0
  let whole = ""
  let shortened = ""
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += columns(segment)
    if (width > most) return `${shortened}${ellipsis}`
    whole += segment
    if (width <= room) shortened = whole
  }
  return whole
}
