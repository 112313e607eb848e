/** What is made without a constructor is what the constructor makes. */
import { describe, it } from "@effect/vitest"
import { assertEquals, assertTrue, deepStrictEqual } from "@effect/vitest/utils"
import { Schema } from "effect"
import { Answer, Usage } from "../../../src/domain/Answer.js"
import { Attempt } from "../../../src/domain/Attempt.js"
import * as Instance from "../../../src/domain/Instance.js"

const facts = { number: 1, cause: "first", waitedMs: 0, startedAt: 5, durationMs: 7, outcome: "ok" } as const
const tokens = { promptTokens: 520, completionTokens: 560 }

describe("a value of a class", () => {
  it("equals, prints and encodes as one that the constructor made", () => {
    const usage = Instance.of(Usage, tokens)
    const made = Instance.of(Attempt, { ...facts, usage })
    const constructed = new Attempt({ ...facts, usage: new Usage(tokens) })
    assertTrue(made instanceof Attempt)
    deepStrictEqual(made, constructed)
    assertEquals(made, constructed)
    deepStrictEqual(String(made), String(constructed))
    deepStrictEqual(Schema.encodeSync(Attempt)(made), Schema.encodeSync(Attempt)(constructed))
    deepStrictEqual(Schema.decodeSync(Attempt)(Schema.encodeSync(Attempt)(made)), made)
  })

  it("has no field for what is undefined", () => {
    const answer = Instance.of(Answer, { text: "x", model: "m", finishReason: undefined, usage: undefined })
    deepStrictEqual(Object.keys(answer), ["text", "model"])
    deepStrictEqual(answer, new Answer({ text: "x", model: "m" }))
  })
})
