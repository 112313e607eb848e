/** The difference of two texts, line by line, in the form of `diff -u`. */
import * as Difference from "../../domain/Difference.js"

const linesOf = (text: string): ReadonlyArray<string> => text.trimEnd().split("\n")

/** Empty where there is no difference; where nearly every line differs, the whole of both. */
export const render = (before: string, after: string): ReadonlyArray<string> => {
  const [from, to] = [linesOf(before), linesOf(after)]
  const lines = Difference.between(from, to) ?? [
    ...from.map((line): Difference.Change => ({ kind: "removed", line })),
    ...to.map((line): Difference.Change => ({ kind: "added", line }))
  ]
  const isNear = Difference.near(lines)
  return lines.flatMap(({ kind, line }, index) => {
    if (isNear[index] !== true) return []
    const marked = `${Difference.MARKS[kind]}${line}`
    return index > 0 && isNear[index - 1] !== true ? ["@@", marked] : [marked]
  })
}
