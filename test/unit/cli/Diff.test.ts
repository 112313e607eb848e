import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import * as Diff from "../../../src/cli/view/Diff.js"
import * as Sparkline from "../../../src/cli/view/Sparkline.js"

const text = (...lines: ReadonlyArray<string>) => lines.join("\n")

describe("the difference of two texts", () => {
  it("is nothing where they are the same", () => {
    assert.deepStrictEqual(Diff.render(text("a", "b", ""), text("a", "b")), [])
  })

  it("keeps three lines around a change, and marks what it leaves out", () => {
    const before = Array.from({ length: 30 }, (_, line) => `line ${line}`)
    const after = before.with(2, "changed").toSpliced(20, 1)
    assert.deepStrictEqual(Diff.render(text(...before), text(...after)), [
      " line 0",
      " line 1",
      "-line 2",
      "+changed",
      " line 3",
      " line 4",
      " line 5",
      "@@",
      " line 17",
      " line 18",
      " line 19",
      "-line 20",
      " line 21",
      " line 22",
      " line 23"
    ])
  })

  it("leads from the one to the other", () => {
    const lines = FastCheck.array(FastCheck.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 6 })
    FastCheck.assert(
      FastCheck.property(lines, lines, (before, after) => {
        // Of texts this short no more is left out than what comes before.
        const shown = Diff.render(text(...before), text(...after)).filter((line) => line !== "@@")
        const side = (other: string) => shown.filter((line) => !line.startsWith(other)).map((line) => line.slice(1))
        if (shown.length === 0) return assert.deepStrictEqual(before, after)
        const kept = shown.filter((line) => line.startsWith(" ")).length
        assert.include(text(...before), text(...side("+")))
        assert.include(text(...after), text(...side("-")))
        return assert.isBelow(kept, Math.max(before.length, after.length))
      })
    )
  })
})

describe("a sparkline", () => {
  it("is as high as its values are between the bounds", () => {
    assert.strictEqual(Sparkline.render([0, 1, 2, 3, 4, 5, 6, 7], 0, 7), "▁▂▃▄▅▆▇█")
    assert.strictEqual(Sparkline.render([1, 2], 0, 7), "▂▃")
  })

  it("is flat where nothing moves", () => {
    assert.strictEqual(Sparkline.render([1, 1, 1], 1, 1), "▁▁▁")
  })
})
