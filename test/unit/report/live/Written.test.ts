/** What a model has written so far, from pieces. */
import { describe, it } from "@effect/vitest"
import { assertTrue, deepStrictEqual } from "@effect/vitest/utils"
import * as Written from "../../../../src/report/live/Written.js"

const of = (...pieces: ReadonlyArray<readonly [text: string, offset: number]>) =>
  pieces.reduce((written, [text, offset]) => Written.add(written, text, offset), Written.nothing)

describe("what a model writes", () => {
  it("grows by pieces, and starts anew with another answer", () => {
    const whole = of(["import ma", 0], ["th\nx = 1\n", 9], ["y = 2", 18])
    deepStrictEqual(Written.tail(whole), ["import math", "x = 1", "y = 2"])
    deepStrictEqual(Written.lines(whole), 3)
    deepStrictEqual(Written.tail(of(["a\nb\nc", 0], ["z", 0])), ["z"])
    deepStrictEqual(Written.lines(of(["a\nb\nc", 0], ["z", 0])), 1)
  })

  it("takes a piece that replaces the end of the one before", () => {
    deepStrictEqual(Written.tail(of(["ab\ncd", 0], ["XY", 3])), ["ab", "XY"])
  })

  it("has no lines while it is blank", () => {
    deepStrictEqual(Written.lines(of(["", 0], [" \n", 0])), 0)
  })

  it("keeps the last ten lines, and little of what has no line breaks", () => {
    const lines = Array.from({ length: 5000 }, (_, line) => `line ${line}\n`)
    let at = 0
    const long = of(
      ...lines.map((line): [string, number] => {
        at += line.length
        return [line, at - line.length]
      })
    )
    deepStrictEqual(
      Written.tail(long),
      lines.slice(-10).map((line) => line.trim())
    )
    deepStrictEqual(Written.lines(long), 5001)
    assertTrue(of(["x".repeat(1_000_000), 0]).text.length < 10_000)
  })
})
