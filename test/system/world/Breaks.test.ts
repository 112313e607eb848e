import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { breaks } from "../../../bench/world/breaks.js"

const SRC = new URL("../../../src/", import.meta.url)

describe("what is broken on purpose", () => {
  for (const { file, from, name, to } of breaks) {
    it(`is in the sources once: ${name}`, () => {
      const source = readFileSync(new URL(file, SRC), "utf8")
      assert.strictEqual(source.split(from).length - 1, 1, `src/${file} has it once: ${from}`)
      assert.notStrictEqual(from, to)
    })
  }
})
