import { assert, describe, it } from "@effect/vitest"
import { assertNone, assertSome, deepStrictEqual } from "@effect/vitest/utils"
import { FastCheck as fc } from "effect"
import * as Models from "../../../src/api/Models.js"

const catalog = (...ids: ReadonlyArray<string>) => ids.map((id) => ({ id }))

describe("the default models", () => {
  it("are the six free ones of the benchmark", () => {
    assert.strictEqual(new Set(Models.DEFAULT).size, 6)
    assert.isTrue(Models.DEFAULT.every(Models.isFree))
  })
})

describe("the twin", () => {
  it("is the id with `:free` toggled, and its twin is the id again", () => {
    assert.strictEqual(Models.twin("x/y"), "x/y:free")
    assert.strictEqual(Models.twin("x/y:free"), "x/y")
    assert.strictEqual(Models.twin("x/y:beta"), "x/y:beta:free")
    fc.assert(fc.property(fc.string(), (id) => assert.strictEqual(Models.twin(Models.twin(`${id}/y`)), `${id}/y`)))
  })
})

describe("resolve", () => {
  it("finds the id itself before its twin, then its twin, and nothing that merely looks like it", () => {
    assertSome(Models.resolve(catalog("x/y:free", "x/y"), "x/y"), { id: "x/y" })
    assertSome(Models.resolve(catalog("x/y", "x/y:free"), "x/y:free"), { id: "x/y:free" })
    assertSome(Models.resolve(catalog("x/y:free"), "x/y"), { id: "x/y:free" })
    assertSome(Models.resolve(catalog("x/y"), "x/y:free"), { id: "x/y" })
    assertNone(Models.resolve(catalog("x/y-2", "x/Y", "x/y:beta"), "x/y"))
    assertNone(Models.resolve([], "x/y"))
  })
})

describe("similar", () => {
  it("names up to three: most words in common first, then the same author, equal ones by name", () => {
    const offer = catalog(
      "meta/llama-3-8b",
      "nous/llama-3-8b-hermes",
      "meta/guard",
      "meta/code",
      "google/gemma",
      "meta/zed"
    )
    deepStrictEqual(Models.similar(offer, "meta/llama-3-8b-instruct:free"), [
      "meta/llama-3-8b",
      "nous/llama-3-8b-hermes",
      "meta/code"
    ])
  })

  it("finds a model whose author was left out, and an author alone", () => {
    const offer = catalog("a/gemini-flash", "openai/gpt-4o-mini", "z/other")
    deepStrictEqual(Models.similar(offer, "gpt-4o-mini"), ["openai/gpt-4o-mini"])
    deepStrictEqual(Models.similar(offer, "google/GPT-4o-mini:free"), ["openai/gpt-4o-mini"])
    deepStrictEqual(Models.similar(offer, "openai"), ["openai/gpt-4o-mini"])
  })

  it("names none that is hidden", () => {
    deepStrictEqual(Models.similar([{ id: "sim/large", hidden: true }, { id: "a/large-2" }], "b/large"), ["a/large-2"])
  })

  it("takes no notice of case, and names nothing where nothing is alike", () => {
    deepStrictEqual(Models.similar(catalog("Meta/LLAMA"), "meta/llama"), ["Meta/LLAMA"])
    deepStrictEqual(Models.similar(catalog("x/1", "x/2"), "y/z-9:free"), [])
    deepStrictEqual(Models.similar(catalog("x/1"), ""), [])
  })
})

describe("the token ceiling", () => {
  const ceiling = (contextLength: number | undefined, maxCompletionTokens: number | undefined, prompt = "") =>
    Models.tokenCeiling(
      {
        id: "x/y",
        ...(contextLength === undefined ? {} : { contextLength }),
        ...(maxCompletionTokens === undefined ? {} : { maxCompletionTokens })
      },
      prompt
    )

  it("is the smaller of the model's largest answer and the room that the prompt leaves", () => {
    assertSome(ceiling(8_192, undefined), 8_192)
    assertSome(ceiling(undefined, 2_048), 2_048)
    assertSome(ceiling(8_192, 2_048), 2_048)
    assertSome(ceiling(8_192, 8_192, "a".repeat(3_001)), 8_192 - 1_001)
  })

  it("is at least one token, and nothing where the catalogue says nothing", () => {
    assertSome(ceiling(100, undefined, "a".repeat(3_000)), 1)
    assertNone(ceiling(undefined, undefined, "a"))
  })
})
