/** What a file is stands on its first line: sorting imports takes a comment along with the import that is below it. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"

const ROOT = fileURLToPath(new URL("../../../", import.meta.url))

/** A comment that an import follows, and not at the beginning. */
const DISPLACED = /^[^]*\n\/\*\*(?:(?!\*\/)[^])*\*\/\nimport\b/
const SHEBANG = /^#!.*\n/

const isDisplaced = (text: string) => DISPLACED.test(text.replace(SHEBANG, ""))

describe("the comment that says what a file is", () => {
  for (const folder of ["src", "test", "bench"]) {
    it(`is at its top: ${folder}`, () => {
      const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).filter((file) =>
        file.endsWith(".ts")
      )
      assert.isAbove(files.length, 30)
      deepStrictEqual(
        files.filter((file) => isDisplaced(readFileSync(join(ROOT, folder, file), "utf8"))),
        []
      )
    })
  }

  it("is found behind the first import, and one of something else is not", () => {
    assert.isTrue(isDisplaced('import a from "a"\n/**\n * What it is.\n */\nimport b from "b"\n'))
    assert.isFalse(isDisplaced('#!/usr/bin/env node\n/** What it is. */\nimport a from "a"\n'))
    assert.isFalse(isDisplaced('/** What it is. */\nimport a from "a"\n\n/** A number. */\nconst n = 1\nimport("b")\n'))
  })
})
