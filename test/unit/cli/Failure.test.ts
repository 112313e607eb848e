/** What scripts read of a command that failed: the numbers are a promise. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import * as Failure from "../../../src/cli/Failure.js"

describe("a failure", () => {
  it("has the exit codes that are documented", () => {
    const { INTERRUPTED, NOTHING_PRODUCED, TERMINATED, WRONG_USAGE } = Failure
    deepStrictEqual([NOTHING_PRODUCED, WRONG_USAGE, INTERRUPTED, TERMINATED], [1, 2, 130, 143])
    strictEqual(Failure.wrongUsage("no").exitCode, 2)
  })

  it("says on each of its lines nothing that a terminal obeys", () => {
    strictEqual(Failure.textOf(Failure.wrongUsage("a\nb\u001b[31m")).split("\n")[0], "a")
    strictEqual(Failure.textOf(Failure.wrongUsage("a\u001b[31m")).includes("\u001b"), false)
    strictEqual(Failure.textOf(new Failure.Failure({ exitCode: 1 })), "")
  })
})
