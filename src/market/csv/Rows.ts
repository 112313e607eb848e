/**
 * The rows of a CSV text. Written here rather than taken from a library: what makes price files hard is what their headers,
 * dates and numbers mean, which no library knows, and the rest fits on this page. Lines without quotes, nearly all, are only
 * split, so that a million of them take about a second.
 */

const SEPARATORS = [",", ";", "\t", "|"]

/** The separator that the first line with any has most of; a comma where there is none. */
export const separatorOf = (text: string): string => {
  const counted = (line: string, separator: string) => line.split(separator).length
  for (const line of text.slice(0, 10_000).split("\n")) {
    const unquoted = line.replaceAll(/"[^"]*"/g, "")
    const [best = ","] = SEPARATORS.toSorted((a, b) => counted(unquoted, b) - counted(unquoted, a))
    if (unquoted.includes(best)) return best
  }
  return ","
}

/** Returns `stop` to end the reading. */
export type Visit = (cells: ReadonlyArray<string>, line: number) => "stop" | undefined

/** Anything but separators. */
const TEXT = /[^\s,;|"]/

/** Calls `visit` for each row that has any text, with the number of its first line, from 1. */
export const each = (text: string, separator: string, visit: Visit): void => {
  // A byte order mark.
  let from = text.codePointAt(0) === 0xfeff ? 1 : 0
  for (let line = 1; from < text.length; line++) {
    const newline = text.indexOf("\n", from)
    const end = newline === -1 ? text.length : newline
    const row = text.slice(from, text[end - 1] === "\r" ? end - 1 : end)
    const first = line
    let cells: ReadonlyArray<string>
    if (row.includes('"')) {
      const quoted = quotedRow(text, from, separator)
      cells = quoted.cells
      from = quoted.next
      line += quoted.newlines
    } else {
      cells = row.split(separator)
      from = end + 1
    }
    if (TEXT.test(row) && visit(cells, first) === "stop") return
  }
}

/** A row with quotes: a quoted cell may hold separators, line breaks, and quotes written twice. */
const quotedRow = (text: string, from: number, separator: string) => {
  const cells: Array<string> = []
  let [newlines, at] = [0, from]
  for (;;) {
    let cell = ""
    while (text[at] === " ") at++
    while (text[at] === '"') {
      const closing = text.indexOf('"', at + 1)
      const end = closing === -1 ? text.length : closing
      const part = text.slice(at + 1, end)
      if (part.includes("\n")) newlines += part.split("\n").length - 1
      cell += part
      at = end + 1
      // Written twice it is one of the cell's own.
      if (text[at] === '"') cell += '"'
    }
    const start = at
    while (at < text.length && text[at] !== separator && text[at] !== "\n") at++
    cells.push(cell + (text[at - 1] === "\r" ? text.slice(start, at - 1) : text.slice(start, at)))
    if (text[at] !== separator) return { cells, next: at + 1, newlines }
    at++
  }
}
