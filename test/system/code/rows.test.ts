/** A great many of one thing side by side: no piece of the work that does not rest takes long. */
import { assert, describe, it } from "@effect/vitest"
import { rows } from "../../unit/code/rows.js"
import { isLong } from "../../unit/properties.js"
import { loop, shortest } from "./machine.js"
import { stretches } from "./stretches.js"

/** Of the kinds that were mended a piece took 10 to 80 times as long as the loop; now it takes twice as long at most. */
const TIMES = 8
const ATTEMPTS = 6

const excess = (answer: string): string | undefined => {
  let fastest = Infinity
  let least: ReadonlyArray<number> = []
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    fastest = Math.min(fastest, loop())
    least = shortest(stretches(answer), least)
    const longest = least.reduce((most, piece) => Math.max(most, piece), 0)
    if (longest <= TIMES * fastest) return undefined
    if (attempt === ATTEMPTS - 1) return `piece ${least.indexOf(longest)} took ${longest} ms, the loop ${fastest} ms`
  }
  return undefined
}

/** Those that nothing counted. */
const TRIVIA = /comment|blank|lines of|continued|form feeds|spaces/
const names = Object.keys(rows).filter((name) => isLong || TRIVIA.test(name))

describe("many of one thing side by side", () => {
  it.each(names)("%s: no piece takes long", (name) => {
    assert.isUndefined(excess(rows[name]?.(250_000) ?? ""))
    if (isLong) assert.isUndefined(excess(rows[name]?.(1_000_000) ?? ""))
  })

  it("nor does an import that is repeated", () => {
    assert.isUndefined(excess(rows["imports"]?.(130_000) ?? ""))
  })
})
