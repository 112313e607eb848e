/** A curve in one line of text. */

const HEIGHTS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const

/** Curves that are drawn with the same bounds can be compared. */
export const render = (values: ReadonlyArray<number>, low: number, high: number): string =>
  values
    .map((value) => {
      const height = high > low ? ((value - low) / (high - low)) * (HEIGHTS.length - 1) : 0
      return HEIGHTS[Math.round(height)] ?? HEIGHTS[0]
    })
    .join("")
