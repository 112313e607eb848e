/** More of it by `npm run bench:command`. */
import { assert, describe, it } from "@effect/vitest"
import { run } from "./fuzz/fuzz.js"

const CASES = 80 * Number(process.env["ALGOGEN_CASES"] ?? 1)

describe("the command, whatever it is told", () => {
  it(
    "ends with an exit code and a sentence",
    async () => {
      const codes = new Map<number | undefined, number>()
      for (let seed = 1; seed <= CASES; seed += 1) {
        const { broken, exitCode } = await run(seed)
        assert.deepStrictEqual(broken, [], `npm run bench:command -- --seed ${seed}`)
        codes.set(exitCode, 1 + (codes.get(exitCode) ?? 0))
      }
      // Some of it is right, and most is not.
      assert.isAbove(codes.get(0) ?? 0, CASES / 20)
      assert.isAbove(codes.get(2) ?? 0, CASES / 4)
    },
    120_000 + 200 * CASES
  )

  it("says at once that a file is no database", async () => {
    const began = performance.now()
    const { broken, errors, words } = await run(10)
    assert.deepStrictEqual([words, broken], [["status", "--db", "sqlite:broken.db"], []])
    assert.include(errors, "file is not a database")
    // A database that another process is making is waited for, five seconds long.
    assert.isBelow(performance.now() - began, 4_000)
  })
})
