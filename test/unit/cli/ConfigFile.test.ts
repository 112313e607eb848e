/** `algogen.json`: what it may have in it, what is said of a mistake, and which flags it stands for. */
import { describe, it } from "@effect/vitest"
import { assertLeft, assertRight, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Either } from "effect"
import * as ModelRequest from "../../../src/api/ModelRequest.js"
import { type CommandName, flagsOf } from "../../../src/cli/CommandRows.js"
import * as ConfigFile from "../../../src/cli/ConfigFile.js"
import * as Ticker from "../../../src/domain/Ticker.js"

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

/** Each setting on both sides of its limits. */
describe("the values of settings", () => {
  const TEXT = "a text that is not blank"
  const whole = (least: number) => `a whole number of at least ${least}`
  const TIME = 'a duration above 0 with its unit, such as "90s", "500ms" or "2m"'
  const LONG = Number.MAX_SAFE_INTEGER
  const cases: ReadonlyArray<
    readonly [name: string, good: ReadonlyArray<unknown>, bad: ReadonlyArray<unknown>, string]
  > = [
    ["models", [["a"]], [[], 1, "a"], "a list of model ids, or of objects with one"],
    ["tickers", [["AAPL"]], [[], "AAPL"], "a list of symbols"],
    ["data", [["x"]], [[], "x"], "a list of files or folders"],
    ["bar", ["minute", "hour", "day"], ["week"], "one of minute, hour, day"],
    ["imports", [["pandas"]], [[], "pandas"], "a list of packages"],
    ["samples", [1, 100], [0, 101, 1.5, "1"], "a whole number from 1 to 100"],
    ["distinct", [0, LONG], [-1, 0.5, LONG + 1], whole(0)],
    ["rounds", [0, 20], [-1, 21], "a whole number from 0 to 20"],
    ["prompt", ["x"], ["", " ", 1], TEXT],
    ["system", ["x"], ["", " "], TEXT],
    ["effort", ["none", "minimal", "low", "medium", "high", "xhigh", "max"], ["lots"], ModelRequest.EFFORT],
    ["maxTokens", [1, LONG], [0, 1.5], whole(1)],
    ["temperature", [0, 2], [-0.1, 2.1], ModelRequest.TEMPERATURE],
    ["serviceTier", ["flex"], ["", "a b", "a,b", "a@b"], "a name"],
    ["provider", [{}], [[], 1], "an object, as OpenRouter documents it"],
    ["concurrency", [1], [0], whole(1)],
    ["connections", [1], [0], whole(1)],
    ["requestTimeout", ["1ms", "0.5s", "1 m", "2h", "3d"], ["0s", "1", "1w", "s", "-1s"], TIME],
    ["deadline", ["10s"], ["0.0s", ""], TIME],
    ["maxRetries", [0], [-1], whole(0)],
    ["patience", [0], [-1], whole(0)],
    ["repairs", [0], [-1], whole(0)],
    ["budget", [0, 0.05], [-0.01, "1"], "an amount of US dollars, such as 0.05"],
    ["out", ["x"], [" "], TEXT]
  ]

  it("are taken and refused, and there are no others", () => {
    for (const [name, good, bad, wanted] of cases) {
      for (const value of good) strictEqual(Either.isRight(parse({ [name]: value })), true, `${name} ${String(value)}`)
      for (const value of bad) assertLeft(parse({ [name]: value }), `'${name}' is not valid: use ${wanted}`)
    }
    deepStrictEqual(
      ["$schema", ...cases.map(([name]) => name)].toSorted(),
      Object.keys(ConfigFile.ConfigFile.fields).toSorted()
    )
    assertLeft(parse({ data: [" "] }), "'data[0]' is not valid: use the path of a file or folder")
    assertLeft(parse({ tickers: ["a b"] }), `'tickers[0]' is not valid: use ${Ticker.WANTED}`)
    assertLeft(parse({ models: [" "] }), "'models[0]' is not valid: use a model id")
  })

  it("stand for a flag each, and are left to what takes their place", () => {
    const value = Object.fromEntries(cases.map(([name, [good]]) => [name, good]))
    const flagsIn = (words: Either.Either<ReadonlyArray<string>, string>) =>
      Either.getOrThrow(words).filter((word) => word.startsWith("--"))
    const all = flagsIn(wordsOf(value))
    strictEqual(all.length, cases.length)
    for (const flag of all) {
      const name = flag.slice(2)
      deepStrictEqual(
        flagsIn(wordsOf(value, name)),
        all.filter((each) => each !== flag && !(name === "tickers" && each === "--ticker"))
      )
    }
    const without = (...flags: ReadonlyArray<string>) => all.filter((flag) => !flags.includes(flag))
    deepStrictEqual(flagsIn(wordsOf(value, "jobs")), without("--model", "--ticker", "--samples", "--distinct"))
    deepStrictEqual(flagsIn(wordsOf(value, "tickers")), without("--ticker"))
    const twice = ConfigFile.toWords({ data: ["a", "b"] }, { given: new Set(), flags: new Set(flagsOf("generate")) })
    strictEqual(Either.isRight(twice), true)
  })

  it("are kept in a new file with the limits that hold anyway", () => {
    deepStrictEqual(ConfigFile.LIMITS, { concurrency: 6, requestTimeout: "60s", maxRetries: 3 })
    deepStrictEqual(ConfigFile.ofRequest({ model: "a/b" }), "a/b")
    deepStrictEqual(ConfigFile.ofRequest({ model: "a/b", maxCompletionTokens: 5 }), { id: "a/b", maxTokens: 5 })
    deepStrictEqual(
      JSON.stringify(ConfigFile.ofRequest({ model: "a/b", effort: "low" })),
      '{"id":"a/b","effort":"low"}'
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
