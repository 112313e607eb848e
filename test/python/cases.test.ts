import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import { make } from "../../src/CodeCheck.js"
import { Stage } from "../../src/CodeFailure.js"

const folder = new URL("../fixtures/answers/", import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, folder), "utf8")

const Cases = Schema.Record({
  key: Schema.String,
  value: Schema.Struct({ expect: Schema.Union(Schema.Literal("accept"), Stage), module: Schema.Boolean })
})
const cases = Schema.decodeUnknownSync(Schema.parseJson(Cases))(read("cases.json"))
const { accept } = make()

describe("answers as models wrote them", () => {
  for (const [name, { expect, module }] of Object.entries(cases)) {
    // What a program does when it runs is for the trial to find: the checks before it have nothing to say.
    const wanted = expect === "trial" ? "accept" : expect
    it(`${name}: ${wanted}`, () => {
      const result = accept(read(`raw/${name}.txt`))
      assert.strictEqual(Either.isRight(result) ? "accept" : result.left.stage, wanted)
      if (Either.isRight(result) && module) assert.strictEqual(result.right.source, read(`code/${name}.py`))
    })
  }
})
