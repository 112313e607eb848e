/** Text in columns, as wide as their content. Cells come from models and servers, so control characters are dropped. */
import stringWidth from "string-width"

export const render = (header: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const lines = [header, ...rows].map((row) => row.map(plain))
  const widths = header.map((_, column) => Math.max(...lines.map((row) => stringWidth(row[column] ?? ""))))
  return lines
    .map((row) =>
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0))
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}

/** The columns that its longest line takes. */
export const width = (text: string): number => Math.max(...text.split("\n").map((line) => stringWidth(line)))

/** One printable line. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ")

/** At least so many columns of a terminal. */
export const pad = (text: string, columns: number): string =>
  text + " ".repeat(Math.max(0, columns - stringWidth(text)))

/** At most so many columns of a terminal, the last one an ellipsis where something is missing. */
export const cut = (text: string, columns: number): string => {
  let width = 0
  let whole = ""
  let shortened = ""
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += stringWidth(segment)
    if (width > columns) return `${shortened}…`
    whole += segment
    if (width < columns) shortened = whole
  }
  return whole
}
