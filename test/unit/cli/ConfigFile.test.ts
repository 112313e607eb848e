/** `algogen.json`: what it may have in it, what is said of a mistake, and which flags it stands for. */
import { describe, it } from "@effect/vitest"
import { assertLeft, assertRight, strictEqual } from "@effect/vitest/utils"
import { Either } from "effect"
import { type CommandName, flagsOf } from "../../../src/cli/CommandRows.js"
import * as ConfigFile from "../../../src/cli/ConfigFile.js"

const parse = (value: unknown) => ConfigFile.parse(JSON.stringify(value))
const wordsOf = (value: unknown, ...given: ReadonlyArray<string>) =>
  Either.flatMap(parse(value), (file) =>
    ConfigFile.toWords(file, { given: new Set(given), flags: new Set(flagsOf("generate")) })
  )

describe("a mistake in algogen.json", () => {
  for (const [value, said] of [
    [[], "it is not a JSON object"],
    [{ modles: ["a"] }, "'modles' is not a setting: did you mean models?"],
    [{ "max-tokens": 1 }, "'max-tokens' is not a setting: did you mean maxTokens?"],
    [{ models: [] }, "'models' is not valid: use a list of model ids, or of objects with one"],
    [{ models: "a" }, "'models' is not valid: use a list of model ids, or of objects with one"],
    [{ models: ["a", 3] }, "'models[1]' is not valid: use a model id"],
    [{ models: ["a", { id: "b", efort: "low" }] }, "'models[1].efort' is not a setting: did you mean effort?"],
    [{ models: [{ id: "b", temperature: 3 }] }, "'models[0].temperature' is not valid: use a number from 0 to 2"],
    [{ models: [{ effort: "low" }] }, "'models[0].id' is missing"],
    [{ temperature: 2.1 }, "'temperature' is not valid: use a number from 0 to 2"],
    [{ samples: 101 }, "'samples' is not valid: use a whole number from 1 to 100"],
    [{ samples: 1.5 }, "'samples' is not valid: use a whole number from 1 to 100"],
    [{ concurrency: 0 }, "'concurrency' is not valid: use a whole number of at least 1"],
    [
      { deadline: "400" },
      `'deadline' is not valid: use a duration above 0 with its unit, such as "90s", "500ms" or "2m"`
    ],
    [
      { deadline: "0s" },
      `'deadline' is not valid: use a duration above 0 with its unit, such as "90s", "500ms" or "2m"`
    ],
    [{ imports: [] }, "'imports' is not valid: use a list of packages"],
    [{ imports: ["a.b"] }, "'imports[0]' is not valid: use the name that it is imported by, such as pandas"],
    [{ budget: -1 }, "'budget' is not valid: use an amount of US dollars, such as 0.05"],
    [{ out: " " }, "'out' is not valid: use a text that is not blank"]
  ] as const) {
    it(JSON.stringify(value), () => assertLeft(parse(value), said))
  }

  it("is named where the text is no JSON, and where a key is like no other", () => {
    assertLeft(ConfigFile.parse("{"), "it is not JSON from line 1, column 2 on")
    const said = Either.getOrThrow(Either.flip(parse({ zzz: 1 })))
    strictEqual(
      said.startsWith("'zzz' is not a setting: use $schema, models, tickers, data, bar, imports, samples, "),
      true
    )
  })
})

describe("a setting", () => {
  it("stands for a flag, unless that or what takes its place is given", () => {
    const value = {
      $schema: "./x.json",
      models: ["a/b", { id: "c/d:free", effort: "low", maxTokens: 20_000, temperature: 0.5 }, { id: "e/f" }],
      tickers: ["btc/usd"],
      samples: 3,
      provider: { order: ["x"] },
      deadline: "2m",
      budget: 1e-7
    }
    const models = [
      "--model",
      "a/b",
      "--model",
      "c/d:free@effort=low,max-tokens=20000,temperature=0.5",
      "--model",
      "e/f"
    ]
    const ticker = ["--ticker", "btc/usd"]
    const samples = ["--samples", "3"]
    const rest = ["--provider-json", '{"order":["x"]}', "--deadline", "2m", "--budget", "0.0000001"]
    assertRight(wordsOf(value), [...models, ...ticker, ...samples, ...rest])
    assertRight(wordsOf(value, "model"), [...ticker, ...samples, ...rest])
    assertRight(wordsOf(value, "ticker", "budget"), [...models, ...samples, ...rest.slice(0, 4)])
    assertRight(wordsOf(value, "jobs"), rest)
  })

  it("is only for commands that have its flag", () => {
    const value = { models: ["a/b"], data: ["x.csv"], imports: ["pandas", "yfinance"], bar: "day", out: "here" }
    const wordsFor = (name: CommandName) =>
      Either.flatMap(parse(value), (file) =>
        ConfigFile.toWords(file, { given: new Set(), flags: new Set(flagsOf(name)) })
      )
    const imports = ["--imports", "pandas", "--imports", "yfinance"]
    assertRight(wordsFor("validate"), imports)
    assertRight(wordsFor("score"), ["--data", "x.csv", "--bar", "day", ...imports])
    assertRight(wordsFor("doctor"), ["--model", "a/b"])
    assertRight(wordsFor("journal"), ["--out", "here"])
    strictEqual(ConfigFile.hasSettings(new Set(flagsOf("simulate"))), false)
    strictEqual(ConfigFile.hasSettings(new Set(flagsOf("journal"))), true)
  })
})
