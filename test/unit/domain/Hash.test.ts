/** The hash that names requests: the same on every platform, whatever computes it. */
import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import * as Hash from "../../../src/domain/Hash.js"

const own = (text: string) => createHash("sha256").update(text).digest("hex")

describe("SHA-256", () => {
  const texts = ["", "abc", "\u00e9\u4e2d\u{1f40d}", "a".repeat(100_000)]

  it("is that of the standard, by this package's own code and by the platform's", () => {
    assert.strictEqual(Hash.sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    const portable = texts.map(Hash.sha256)
    let calls = 0
    Hash.use((text) => {
      calls += 1
      return own(text)
    })
    assert.deepStrictEqual(texts.map(Hash.sha256), portable)
    assert.isAtLeast(calls, texts.length)
  })

  it("stays what it is where the platform's comes to something else", () => {
    Hash.use((text) => own(text).toUpperCase())
    assert.strictEqual(Hash.sha256("abc"), own("abc"))
  })
})
