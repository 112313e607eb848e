/** How two texts differ, line by line: the fewest lines that have to go and come, by Myers' method. */

export interface Change {
  readonly kind: "same" | "removed" | "added"
  readonly line: string
}

/** As in `diff -u`. */
export const MARKS = { same: " ", removed: "-", added: "+" } as const

/** Lines around a change that are shown with it. */
const CONTEXT = 3

/** Which of the lines are near a change, or are one. */
export const near = (changes: ReadonlyArray<Change>): ReadonlyArray<boolean> =>
  changes.map((_, index) =>
    changes.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ kind }) => kind !== "same")
  )

/** Beyond it a comparison would say no more than that nearly everything differs, and take long. */
const MOST_CHANGES = 400

/** Undefined where too much differs. */
export const between = (from: ReadonlyArray<string>, to: ReadonlyArray<string>): ReadonlyArray<Change> | undefined => {
  /** How far each diagonal came, for every number of changes. */
  const history: Array<ReadonlyMap<number, number>> = []
  const reach = new Map<number, number>([[1, 0]])
  for (let changes = 0; changes <= Math.min(MOST_CHANGES, from.length + to.length); changes++) {
    for (let k = -changes; k <= changes; k += 2) {
      let x = isDown(reach, k, changes) ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1
      while (x < from.length && x - k < to.length && from[x] === to[x - k]) x++
      reach.set(k, x)
      if (x >= from.length && x - k >= to.length) return walkBack(from, to, history, changes)
    }
    history.push(new Map(reach))
  }
  return undefined
}

const isDown = (reach: ReadonlyMap<number, number>, k: number, changes: number): boolean =>
  k === -changes || (k !== changes && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1))

const walkBack = (
  from: ReadonlyArray<string>,
  to: ReadonlyArray<string>,
  history: ReadonlyArray<ReadonlyMap<number, number>>,
  changes: number
): ReadonlyArray<Change> => {
  const found: Array<Change> = []
  let [x, y] = [from.length, to.length]
  const keep = (until: number) => {
    for (; x > until; x--, y--) found.push({ kind: "same", line: from[x - 1] ?? "" })
  }
  for (let left = changes; left > 0; left--) {
    const reach = history[left - 1] ?? new Map<number, number>()
    const down = isDown(reach, x - y, left)
    const k = x - y + (down ? 1 : -1)
    const before = reach.get(k) ?? 0
    keep(down ? before : before + 1)
    found.push(down ? { kind: "added", line: to[y - 1] ?? "" } : { kind: "removed", line: from[x - 1] ?? "" })
    x = before
    y = before - k
  }
  keep(0)
  return found.toReversed()
}
