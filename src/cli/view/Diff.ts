/** The difference of two texts, line by line, in the form of `diff -u`. */

interface Line {
  readonly mark: " " | "-" | "+"
  readonly text: string
}

/** Lines around a change that stay. */
const CONTEXT = 3

/** The shortest way from one to the other, by the longest common subsequence. */
const linesOf = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<Line> => {
  const width = after.length + 1
  const common = new Uint32Array((before.length + 1) * width)
  const at = (row: number, column: number): number => common[row * width + column] ?? 0
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      common[row * width + column] =
        before[row] === after[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
    }
  }
  const lines: Array<Line> = []
  let [row, column] = [0, 0]
  while (row < before.length || column < after.length) {
    const [old, now] = [before[row], after[column]]
    if (old !== undefined && old === now) {
      lines.push({ mark: " ", text: old })
      row += 1
      column += 1
    } else if (old !== undefined && (now === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ mark: "-", text: old })
      row += 1
    } else {
      lines.push({ mark: "+", text: now ?? "" })
      column += 1
    }
  }
  return lines
}

/** Empty where there is no difference. */
export const render = (before: string, after: string): ReadonlyArray<string> => {
  const lines = linesOf(before.trimEnd().split("\n"), after.trimEnd().split("\n"))
  const near = new Set<number>()
  lines.forEach(({ mark }, index) => {
    if (mark === " ") return
    for (let place = index - CONTEXT; place <= index + CONTEXT; place++) near.add(place)
  })
  const shown: Array<string> = []
  lines.forEach(({ mark, text }, index) => {
    if (!near.has(index)) return
    if (index > 0 && !near.has(index - 1)) shown.push("@@")
    shown.push(`${mark}${text}`)
  })
  return shown
}
