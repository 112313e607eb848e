import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { make, type Service } from "../../../src/code/CodeCheck.js"
import * as Head from "../../../src/code/Head.js"
import * as CodeFailure from "../../../src/domain/CodeFailure.js"

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

  const refuse = () => Either.left(CodeFailure.of("policy", "own", "not with us"))
  const replaced: Readonly<Record<string, () => Service>> = {
    "in a copy": () => ({ ...make(), accept: refuse }),
    "in the service itself": () => Object.assign(make(), { accept: refuse }),
    "in an object that inherits the rest": () => Object.assign(Object.create(make()), { accept: refuse })
  }
  it.each(Object.entries(replaced))(
    "is missing, and so are its slices, where another `accept` is put %s",
    (_, service) => {
      const { acceptInSlices, fingerprint } = service()
      assert.deepStrictEqual([acceptInSlices, fingerprint], [undefined, undefined])
    }
  )

  it("is missing where a head makes another module of the code, and only there", () => {
    const head = (ticker: string) => (ticker === "TSLA" ? Head.make(["prices"], "prices = []\n") : undefined)
    assert.isUndefined(nameOf({ head }, { ticker: "TSLA" }))
    assert.strictEqual(nameOf({ head }, { ticker: "AAPL" }), nameOf({}))
  })
})
