import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { make } from "../../../src/code/CodeCheck.js"
import { cases } from "./fixtures.js"

const { accept } = make()

describe("answers as models wrote them", () => {
  for (const { answer, expect, module, name } of cases) {
    // What a program does when it runs is for the trial to find: the checks before it have nothing to say.
    const wanted = expect === "trial" ? "accept" : expect
    it(`${name}: ${wanted}`, () => {
      const result = accept(answer)
      assert.strictEqual(Either.isRight(result) ? "accept" : result.left.stage, wanted)
      if (Either.isRight(result)) assert.strictEqual(result.right.source, module)
    })
  }
})
