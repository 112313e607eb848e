/** The JSON Schemas of the package, which come from the schemas in the code: `npx vitest run -u test/unit/cli/Schemas.test.ts`. */
import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { expect } from "vitest"
import * as Schemas from "../../../src/cli/documents/Schemas.js"

const FOLDER = new URL("../../../schemas/", import.meta.url).pathname

describe("the folder of schemas", () => {
  it("has a file for each document, as the code has it, and no others", async () => {
    const made = Object.entries(Schemas.make())
    for (const [name, schema] of made) {
      await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(`${FOLDER}${name}`)
    }
    assert.sameMembers(
      readdirSync(FOLDER),
      made.map(([name]) => name)
    )
  })

  it("is part of the package", () => {
    const manifest = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"))
    assert.include(manifest.files, "schemas")
    assert.strictEqual(manifest.exports["./schemas/*"], "./schemas/*")
  })
})
