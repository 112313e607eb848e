import { describe, it } from "@effect/vitest"
import { assertLeft, assertRight } from "@effect/vitest/utils"
import { FastCheck as fc } from "effect"
import * as Models from "../../../src/api/Models.js"

describe("a model with parameters of its own", () => {
  it("has them behind an @, each with its name", () => {
    assertRight(Models.parse("openai/gpt-5.5@effort=low,max-tokens=20000,temperature=0.2"), {
      model: "openai/gpt-5.5",
      effort: "low",
      maxCompletionTokens: 20_000,
      temperature: 0.2
    })
    assertRight(Models.parse("a/b@effort=XHIGH"), { model: "a/b", effort: "xhigh" })
    assertRight(Models.parse("a/b@service-tier=flex"), { model: "a/b", serviceTier: "flex" })
    assertRight(Models.parse("a/b@temperature=0"), { model: "a/b", temperature: 0 })
    assertRight(Models.parse("qwen3:8b@max-tokens=1"), { model: "qwen3:8b", maxCompletionTokens: 1 })
  })

  it("may have an id with an @ in it", () => {
    for (const model of ["openai/gpt-4o@preset/trader", "@preset/trader", "claude-3-5-sonnet@20240620", "a/b:free"]) {
      assertRight(Models.parse(model), { model })
      assertRight(Models.parse(`${model}@effort=none`), { model, effort: "none" })
    }
  })

  it("is refused with the word that is wrong", () => {
    for (const [text, why] of [
      ["", "'' has no model id"],
      ["@effort=low", "'@effort=low' has no model id"],
      ["a/b,c/d", "'a/b,c/d' looks like several models: use one --model for each"],
      ["a b", "'a b' has a space in it: use one --model for each model"],
      ["a/b\tc/d@effort=low", "'a/b\tc/d@effort=low' has a space in it: use one --model for each model"],
      [
        "a/b@top-k=3",
        "'top-k=3' in 'a/b@top-k=3' is not a parameter of a model: use effort, max-tokens, temperature, service-tier"
      ],
      [
        "a/b@effort=low,c/d",
        "'c/d' in 'a/b@effort=low,c/d' is not a parameter of a model: use effort, max-tokens, temperature, service-tier"
      ],
      [
        "a/b@effort=huge",
        "'huge' is not valid for 'effort' in 'a/b@effort=huge': use one of none, minimal, low, medium, high, xhigh, max"
      ],
      ["a/b@max-tokens=0", "'0' is not valid for 'max-tokens' in 'a/b@max-tokens=0': use a whole number of at least 1"],
      ["a/b@max-tokens=", "'' is not valid for 'max-tokens' in 'a/b@max-tokens=': use a whole number of at least 1"],
      [
        "a/b@temperature=2.1",
        "'2.1' is not valid for 'temperature' in 'a/b@temperature=2.1': use a number from 0 to 2"
      ],
      ["a/b@effort=low,effort=high", "'effort' may be given only once in 'a/b@effort=low,effort=high'"]
    ] as const) {
      assertLeft(Models.parse(text), why)
    }
  })

  it("is a file with a space in its name, as some servers list them", () => {
    const model = "/models/My Model.gguf"
    assertRight(Models.parse(model), { model })
  })

  it("is an id alone, whatever that is, where nothing is behind it", () => {
    const id = fc.string({ minLength: 1 }).filter((text) => !/[,=\s]/.test(text))
    fc.assert(fc.property(id, (model) => assertRight(Models.parse(model), { model })))
  })
})
