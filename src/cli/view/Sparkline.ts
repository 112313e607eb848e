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

/** At most so many of the values, evenly spread, from the first to the last. */
export const thin = (values: ReadonlyArray<number>, most: number): ReadonlyArray<number> => {
  const kept = Math.max(2, Math.min(values.length, most))
  if (values.length <= kept) return values
  const places = new Set(Array.from({ length: kept }, (_, at) => Math.round((at * (values.length - 1)) / (kept - 1))))
  return values.filter((_, place) => places.has(place))
}
