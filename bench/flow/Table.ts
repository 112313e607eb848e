/** Lines of cells as text: the first column to the left, numbers to the right. */

type Line = ReadonlyArray<string>

export const render = (lines: ReadonlyArray<Line>): string => {
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? []
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  return lines.map((line) => line.map(pad).join("  ")).join("\n")
}

export const fixed = (value: number, digits: number): string => (Number.isFinite(value) ? value.toFixed(digits) : "-")

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
