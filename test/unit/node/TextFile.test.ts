import { describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import * as TextFile from "../../../src/node/TextFile.js"

const TEXT = "OPENROUTER_API_KEY=sk-é\r\n"
const utf16 = Buffer.from(TEXT, "utf16le")

describe("a text file", () => {
  it("is read in UTF-8 and UTF-16, with and without a mark in front", () => {
    for (const bytes of [
      Buffer.from(TEXT),
      Buffer.from(`\ufeff${TEXT}`),
      utf16,
      Buffer.from(`\ufeff${TEXT}`, "utf16le"),
      Buffer.from(`\ufeff${TEXT}`, "utf16le").swap16()
    ]) {
      strictEqual(TextFile.decode(bytes), TEXT)
    }
    strictEqual(TextFile.decode(new Uint8Array()), "")
    strictEqual(TextFile.decode(Buffer.from("a")), "a")
    strictEqual(TextFile.decode(Buffer.from("\0\0")), "\0\0")
  })
})
