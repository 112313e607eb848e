/** A backslash on a line of its own, as CPython 3.11 reads it. */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { tree as compiles } from "../../../src/code/python/PythonCheck.js"
import * as Target from "../../../src/code/python/Target.js"

const RIGHT = [
  "\\\n\nx = 1\n",
  "if a:\n    \\\n  y\n",
  "if a:\n    x\n\\\n    y\n",
  "if a:\n    x\n\\\ny\n",
  "if a:\n    \\\n\\\n  y\n",
  "if a:\n\\\n    \\\n y\n    z\n",
  "if a:\n  x\n \\\n\n  y\n",
  "x\n    \\\n\ny\n",
  "x\n  \\\n# c\ny\n",
  "x\n  \\\n\n",
  "\f\\\nx",
  "\t\\\n  \nif a:\n        d\n        d\n\n",
  "x = 1 \\\n# c\ny = 2\n"
]

/** The line is that of the mistake in CPython, too. */
const WRONG: ReadonlyArray<readonly [source: string, line: number]> = [
  ["if a:\n    x\n  \\\n    y\n", 4],
  ["x = 1\n   \\\ny = 2\n", 3],
  ["\\\n        d\n", 2],
  ["  \n\\\n        \\\n        d\n", 4],
  ["if a:\n\tx\n        \\\n\ty\n", 4],
  ["x\n\\\n", 2]
]

/** Long enough to be read in parts, and without what is between its tokens. */
const PADDINGS = ["", "p = 1\n".repeat(2000), "# a\n".repeat(3000)]

describe("a backslash on a line of its own", () => {
  it.each(PADDINGS.map((before) => [before.length, before] as const))("behind %i characters", (_, before) => {
    for (const source of RIGHT) {
      assert.isTrue(Either.isRight(compiles(before + source, Target.of("3.11"))), JSON.stringify(source))
    }
    for (const [source, line] of WRONG) {
      const found = compiles(before + source, Target.of("3.11"))
      const lines = before.split("\n").length - 1
      assert.deepStrictEqual(Either.isLeft(found) && found.left.line, line + lines, JSON.stringify(source))
    }
  })
})
