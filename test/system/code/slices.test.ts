/** An answer that is checked in slices: how much of the time it takes without a rest. */
import { assert, describe, it } from "@effect/vitest"
import { shapes } from "../../unit/code/shapes.js"
import { isLong } from "../../unit/properties.js"
import { shortest } from "./machine.js"
import { stretches } from "./stretches.js"

/** Beside a pass over the whole text, which takes `slack` milliseconds, no stretch takes a large part of the time. */
const SHARE = 1 / 3

/** Undefined where the work rests often enough. */
const excess = (answer: string, slack: number): string | undefined => {
  let least: ReadonlyArray<number> = []
  for (let attempt = 0; attempt < 5; attempt++) {
    least = shortest(stretches(answer), least)
    const longest = least.reduce((most, stretch) => Math.max(most, stretch), 0)
    const total = least.reduce((sum, stretch) => sum + stretch, 0)
    if (longest <= slack + SHARE * total) return undefined
    if (attempt === 4) return `${longest} ms of ${total} ms without a rest`
  }
  return undefined
}

describe.each([
  [(isLong ? 64 : 16) * 1024, 60],
  [1000 * 1024, 200]
])("of %i characters rests often", (length, slack) => {
  it.each(Object.keys(shapes))(
    "%s",
    (name) => {
      assert.isUndefined(excess(shapes[name]?.(length) ?? "", slack))
    },
    120_000
  )
})
