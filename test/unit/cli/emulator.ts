/**
 * A terminal that knows the few sequences of the live view and wraps, scrolls and counts columns like a real one. It
 * throws at any other control character: what models write must never reach a terminal as a command.
 */

/** Two columns each: East Asian and emoji, as terminals have it; marks and joiners take none. */
const columnsOf = (character: string): number => {
  if (/^\p{M}$/u.test(character)) return 0
  return /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]$/u.test(
    character
  )
    ? 2
    : 1
}

const ESCAPE = "\u001b"
const UP = new RegExp(`^${ESCAPE}\\[(\\d+)A$`)
const TOKEN = new RegExp(`${ESCAPE}\\[\\??\\d*[A-Za-z]|[^]`, "gu")

export const make = (size: { columns: number; rows: number }) => {
  /** Every line since the start; the last `rows` of them are on the screen. */
  const lines: Array<Array<string>> = [[]]
  const writes: Array<string> = []
  let row = 0
  let column = 0
  let cursor = true
  let wrapped = 0

  const top = () => Math.max(0, lines.length - size.rows)
  const down = () => {
    row += 1
    if (row === lines.length) lines.push([])
  }

  const print = (character: string) => {
    const width = columnsOf(character)
    const line = lines[row] ?? []
    if (width === 0) {
      const last = Math.max(0, column - 1)
      line[last] = (line[last] ?? "") + character
      return
    }
    if (column + width > size.columns) {
      wrapped += 1
      down()
      column = 0
      return print(character)
    }
    line[column] = character
    if (width === 2) line[column + 1] = ""
    column += width
  }

  const control = (sequence: string) => {
    const [, rows] = UP.exec(sequence) ?? []
    if (rows !== undefined) row = Math.max(top(), row - Number(rows))
    else if (sequence === `${ESCAPE}[K`) lines[row]?.splice(column)
    else if (sequence === `${ESCAPE}[J`) {
      lines[row]?.splice(column)
      lines.splice(row + 1)
    } else if (sequence === `${ESCAPE}[?25l`) cursor = false
    else if (sequence === `${ESCAPE}[?25h`) cursor = true
    else if (sequence !== `${ESCAPE}[?2026h` && sequence !== `${ESCAPE}[?2026l`) {
      throw new Error(`the terminal was sent ${JSON.stringify(sequence)}`)
    }
  }

  const write = (chunk: string | Uint8Array): boolean => {
    const text = String(chunk)
    writes.push(text)
    for (const [token] of text.matchAll(TOKEN)) {
      if (token === "\n") {
        down()
        column = 0
      } else if (token === "\r") column = 0
      else if (token.startsWith(ESCAPE)) control(token)
      else if (/\p{Cc}|\p{Cf}|[\u2028\u2029]/u.test(token)) {
        throw new Error(`the terminal was sent ${JSON.stringify(token)}`)
      } else print(token)
    }
    return true
  }

  const textOf = (line: ReadonlyArray<string>) => Array.from(line, (cell) => cell ?? " ").join("")
  return {
    terminal: {
      get columns() {
        return size.columns
      },
      get rows() {
        return size.rows
      },
      write
    },
    resize: (columns: number) => {
      size.columns = columns
    },
    /** Becomes narrower, as most terminals do it: lines that are now too wide are wrapped. */
    reflow: (columns: number) => {
      size.columns = columns
      const before = lines.slice(0, row).reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0)
      const wrapped = lines.flatMap((line) =>
        Array.from({ length: Math.max(1, Math.ceil(line.length / columns)) }, (_, place) =>
          line.slice(place * columns, (place + 1) * columns)
        )
      )
      lines.splice(0, lines.length, ...wrapped)
      row = before
    },
    writes,
    /** What is on the screen now, without the line of the cursor below it. */
    screen: () => lines.slice(top()).map(textOf),
    /** All lines that were ever written and not overwritten. */
    history: () => lines.map(textOf),
    /** Columns in use on each line. */
    widths: () => lines.map(({ length }) => length),
    cursor: () => ({ row: row - top(), column, visible: cursor }),
    wraps: () => wrapped
  }
}
