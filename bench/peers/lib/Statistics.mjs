/** Medians and spread, and a table for the terminal and for a page. */

export const median = (numbers) => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

const digitsFor = (number) => (number >= 100 ? 0 : number >= 10 ? 1 : 2)
export const short = (number) => number.toFixed(digitsFor(number))

/** The median, and the smallest and largest beside it. */
export const spread = (numbers) => {
  const digits = digitsFor(median(numbers))
  const text = (number) => number.toFixed(digits)
  return `${text(median(numbers))} (${text(Math.min(...numbers))}-${text(Math.max(...numbers))})`
}

/** As Markdown, which is readable in a terminal and can be pasted into a page. */
export const table = ([head, ...rows]) => {
  const line = (cells) => `| ${cells.join(" | ")} |`
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n")
}
