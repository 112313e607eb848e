import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { closest, nearest } from "../../../src/domain/Nearest.js"

const WORDS = ["--model", "--max-tokens", "--max-retries", "--metrics", "--json", "generate", "models", "-m"]

describe("the word that was meant", () => {
  it("is the one with the fewest letters wrong, or the only one that begins so", () => {
    const cases: Readonly<Record<string, string | undefined>> = {
      "--modle": "--model",
      "--mdel": "--model",
      "--mdl": undefined,
      "--models": "--model",
      "--max-tok": "--max-tokens",
      "--jsn": "--json",
      "--maxretries": "--max-retries",
      generte: "generate",
      geenrate: "generate",
      modells: "models",
      // Two begin so, and neither is close.
      "--max": undefined,
      "-x": undefined,
      "--ticker": undefined,
      nothing: undefined,
      "": undefined
    }
    deepStrictEqual(
      Object.keys(cases).map((word) => [word, nearest(word, WORDS)]),
      Object.entries(cases)
    )
    deepStrictEqual(nearest("anything", []), undefined)
    deepStrictEqual(closest("--modle", WORDS), "--model")
    deepStrictEqual(closest("--mod", WORDS), undefined)
  })
})
