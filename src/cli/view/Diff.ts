/** The difference of two texts, line by line, in the form of `diff -u`. */
import * as Difference from "../../domain/Difference.js"

/** Lines around a change that stay. */
const CONTEXT = 3

const MARKS = { same: " ", removed: "-", added: "+" } as const

const linesOf = (text: string): ReadonlyArray<string> => text.trimEnd().split("\n")

/** Empty where there is no difference; where nearly every line differs, the whole of both. */
export const render = (before: string, after: string): ReadonlyArray<string> => {
  const [from, to] = [linesOf(before), linesOf(after)]
  const lines = Difference.between(from, to) ?? [
    ...from.map((line): Difference.Change => ({ kind: "removed", line })),
    ...to.map((line): Difference.Change => ({ kind: "added", line }))
  ]
  const near = new Set<number>()
  lines.forEach(({ kind }, index) => {
    if (kind === "same") return
    for (let place = index - CONTEXT; place <= index + CONTEXT; place++) near.add(place)
  })
  const shown: Array<string> = []
  lines.forEach(({ kind, line }, index) => {
    if (!near.has(index)) return
    if (index > 0 && !near.has(index - 1)) shown.push("@@")
    shown.push(`${MARKS[kind]}${line}`)
  })
  return shown
}
