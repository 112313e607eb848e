/** Which of several words was meant by one with a typing error. */

/** How many letters were left out, put in, changed, or swapped with their neighbour. */
const distance = (one: string, other: string): number => {
  let before: ReadonlyArray<number> = []
  let row: ReadonlyArray<number> = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (let line = 1; line <= one.length; line += 1) {
    const next = [line]
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[line - 1] === other[column - 1]
      const swapped = one[line - 1] === other[column - 2] && one[line - 2] === other[column - 1]
      next.push(
        Math.min(
          (row[column] ?? 0) + 1,
          (next[column - 1] ?? 0) + 1,
          (row[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY
        )
      )
    }
    before = row
    row = next
  }
  return row[other.length] ?? 0
}

/** The one with the fewest letters wrong, if no more are than `most`; default every third. */
export const closest = (word: string, among: ReadonlyArray<string>, most = word.length / 3): string | undefined => {
  const [first] = among
    .map((candidate) => ({ candidate, errors: distance(word, candidate) }))
    .toSorted((one, other) => one.errors - other.errors)
  return first !== undefined && first.errors <= most ? first.candidate : undefined
}

/** The only one that begins like it, else the closest one: for words that have to be one of these. */
export const nearest = (word: string, among: ReadonlyArray<string>): string | undefined => {
  const [only, ...others] = among.filter((candidate) => candidate.startsWith(word))
  return only !== undefined && others.length === 0 ? only : closest(word, among)
}
