import { existsSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { SECONDS } from "../../LongestFirst.js"

describe("the files that are known to take long", () => {
  it("are there", () => {
    const missing = SECONDS.filter(([file]) => !existsSync(new URL(`../../${file}`, import.meta.url)))
    assert.deepStrictEqual(missing, [])
  })
})
