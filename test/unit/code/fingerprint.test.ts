import { assert, describe, it } from "@effect/vitest"
import { make } from "../../../src/code/CodeCheck.js"
import * as Head from "../../../src/code/Head.js"

const nameOf = (options: Parameters<typeof make>[0], asked: { ticker?: string; endingImplied?: boolean } = {}) =>
  make(options).fingerprint?.(asked)

describe("the name of checks", () => {
  it("is the same for the same checks", () => {
    assert.match(nameOf({}) ?? "", /^[0-9a-f]{64}$/)
    assert.strictEqual(nameOf({}), nameOf({ target: "3.11" }))
    assert.strictEqual(nameOf({ imports: ["pandas", "scipy"] }), nameOf({ imports: ["scipy", "pandas"] }))
    assert.strictEqual(nameOf({}, { ticker: "TSLA" }), nameOf({}, { ticker: "AAPL", endingImplied: false }))
  })

  it("is another for each of what decides the verdict", () => {
    const names = [
      nameOf({}),
      nameOf({ target: "3.12" }),
      nameOf({ imports: ["pandas"] }),
      nameOf({ imports: ["pandas", "scipy"] }),
      nameOf({}, { endingImplied: true })
    ]
    assert.strictEqual(new Set(names).size, names.length)
  })

  it("is missing where a head makes another module of the code, and only there", () => {
    const head = (ticker: string) => (ticker === "TSLA" ? Head.make(["prices"], "prices = []\n") : undefined)
    assert.isUndefined(nameOf({ head }, { ticker: "TSLA" }))
    assert.strictEqual(nameOf({ head }, { ticker: "AAPL" }), nameOf({}))
  })
})
