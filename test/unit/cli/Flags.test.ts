/**
 * What each flag takes and refuses, on both sides of its limits, as it was read and found right: what stands in
 * `test/golden/command/values.txt`. Where it is meant to change, `npx vitest run --project unit test/unit/cli/Flags.test.ts -u`
 * writes it anew, and the diff shows what is taken now.
 */
import { stripVTControlCharacters } from "node:util"
import * as CliConfig from "@effect/cli/CliConfig"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import { FileSystem, Path } from "@effect/platform"
import * as NodeTerminal from "@effect/platform-node/NodeTerminal"
import { SystemError } from "@effect/platform/Error"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Option } from "effect"
import { expect } from "vitest"
import * as Commands from "../../../src/cli/Commands.js"
import { type FlagName, FLAGS } from "../../../src/cli/FlagRows.js"

const TEXTS: Readonly<Record<string, string>> = { "a.md": "\ufeffTrade {{ticker}}.\n", "empty.md": " \n" }

const surroundings = Layer.mergeAll(
  FileSystem.layerNoop({
    readFile: (path) => {
      const text = TEXTS[path]
      const missing = { reason: "NotFound", module: "FileSystem", method: "readFile", pathOrDescriptor: path } as const
      return text === undefined ? new SystemError(missing) : Effect.succeed(new TextEncoder().encode(text))
    }
  }),
  Path.layer,
  NodeTerminal.layer
)

/** A value as it is printed: what is left out is there by its absence. */
const shown = (value: unknown): string => {
  if (value === undefined) return "nothing"
  if (Option.isOption(value)) return Option.match(value, { onNone: () => "none", onSome: shown })
  if (Duration.isDuration(value)) return `${Duration.toMillis(value)} ms`
  return JSON.stringify(value, (_, each: unknown) => (each === undefined ? null : each)).slice(0, 200)
}

const read = (flag: Options.Options<unknown>, words: ReadonlyArray<string>) =>
  Options.processCommandLine(flag, words, CliConfig.defaultConfig).pipe(
    Effect.map(([, , value]) => shown(value)),
    Effect.catchAll(({ error }) =>
      Effect.succeed(`! ${stripVTControlCharacters(HelpDoc.toAnsiText(error)).trim().replaceAll(/\s+/g, " ")}`)
    )
  )

const WHOLE = ["0", "1", "2", "007", "-1", "1.5", "x", "1e3", "9007199254740991", "9007199254740992", " 1", ""]
const TIMES = (
  "60|0|0.5|90s|500ms|0ms|1 millisecond|2 secs|1 second|2m|1 min|3 minutes|1h|2 hours|1d|30 days|5 M|5w|-1s|1.s|.5s|s|" +
  "1s2|1 sm|1 mss"
).split("|")
const RATES = [
  "0.1%",
  "5bp",
  "5 bps",
  "0%",
  "100%",
  "99.99%",
  "9999bp",
  "10000bp",
  "0",
  "0.0",
  "0.1",
  "1",
  "-1%",
  "1.%",
  "%",
  "5b"
]
const TICKERS = [
  "AAPL",
  "aapl",
  "BTC/USD",
  "BINANCE:BTCUSDT",
  "A".repeat(40),
  "A".repeat(41),
  "",
  "a b",
  "../x",
  "BRK.B"
]
const MODELS = (
  "a/b|a/b@effort=low|a/b@max-tokens=0|a/b@max-tokens=1,temperature=2|a/b@temperature=2.1|a/b@service-tier=flex|a/b@x=1|" +
  "a/b@effort|@effort=low|a b||a/b@effort=lots|a/b@"
).split("|")

/** For flags that take more than any text. */
const WORDS: Partial<Readonly<Record<FlagName, ReadonlyArray<string>>>> = {
  model: MODELS,
  ticker: TICKERS,
  shard: ["1/1", "1/4", "4/4", "5/4", "0/4", " 2 / 3 ", "1/0", "1/999999", "1/1000000", "1", "a/b", "-1/4", "1/4/5"],
  samples: [...WHOLE, "20", "21", "50", "51", "64", "65", "99", "100", "101", "1000", "1001"],
  distinct: WHOLE,
  rounds: [...WHOLE, "5", "9", "10", "11", "20", "21"],
  bar: ["minute", "hour", "day", "Day", "week", ""],
  prompt: ["a.md", "empty.md", "none.md"],
  system: ["Be brief.", "@a.md", "@empty.md", "@none.md", "@"],
  effort: ["none", "minimal", "low", "medium", "high", "xhigh", "max", "HIGH", "lots"],
  "max-tokens": WHOLE,
  temperature: ["0", "2", "2.0", "2.01", "0.7", ".5", "1.", "-0.1", "x", "", "1e0"],
  "provider-json": ["{}", '{"order": ["DeepInfra"]}', "[]", "1", "{", "null", ""],
  concurrency: WHOLE,
  connections: WHOLE,
  "request-timeout": TIMES,
  deadline: TIMES,
  "max-retries": WHOLE,
  patience: WHOLE,
  repair: WHOLE,
  imports: ["pandas", "pandas, numpy", "pandas,", "os", "lambda", "a.b", "a-b", "1x", "x".repeat(100), "x".repeat(101)],
  fee: RATES,
  slippage: RATES,
  budget: ["0", "0.05", ".5", "5", "5.", "1e3", "-1", "$5", "", "1.2.3"],
  show: WHOLE,
  prune: ["30d", "12h", "30", "0d", "d", "5w", "1 day", "90s"],
  otlp: ["http://localhost:4318", "HTTPS://x.example/v1", "ftp://x.example", "localhost:4318", "x", "http://"],
  port: [...WHOLE, "80", "65535", "65536"],
  seed: WHOLE,
  scenario: ["healthy", "Healthy", "flaky", "none"],
  profile: ["openrouter", "groq", "OpenRouter", "none"]
}

const ANY = ["some text", "-", ""]

const isFlag = (flag: unknown): flag is Options.Options<unknown> => Options.isOptions(flag)

/** By their names, from the commands that have them. */
const OPTIONS = new Map(
  Object.values<object>(Commands).flatMap((flags) =>
    Object.entries(flags).flatMap(([field, flag]) => (isFlag(flag) ? [[field, flag] as const] : []))
  )
)

const FIELDS: Readonly<Record<string, FlagName>> = {
  maxCompletionTokens: "max-tokens",
  provider: "provider-json",
  models: "model",
  tickers: "ticker",
  tickersFile: "tickers",
  repairs: "repair"
}

const flagOf = (field: string): string =>
  FIELDS[field] ?? field.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)

describe("the values of flags", () => {
  it.effect("are taken and refused as they were", () =>
    Effect.gen(function* () {
      const pages: Array<string> = []
      for (const [field, flag] of OPTIONS) {
        const name = flagOf(field)
        const row = Object.entries(FLAGS).find(([each]) => each === name)?.[1]
        const lines = [`(left out): ${yield* read(flag, [])}`]
        if (field === "stream") {
          for (const words of [["--stream"], ["--no-stream"], ["--stream", "--no-stream"]])
            lines.push(`${words.join(" ")}: ${yield* read(flag, words)}`)
        } else if (row === undefined) assert.fail(`no flag is known for ${field}`)
        else if (row.value === undefined) lines.push(`(given): ${yield* read(flag, [`--${name}`])}`)
        else {
          const words = Object.entries(WORDS).find(([each]) => each === name)?.[1] ?? ANY
          for (const word of words)
            lines.push(`${word.slice(0, 50) || "(empty)"}: ${yield* read(flag, [`--${name}`, word])}`)
          if (row.repeats === true)
            lines.push(`(twice): ${yield* read(flag, [`--${name}`, words[0] ?? "", `--${name}`, words[1] ?? ""])}`)
        }
        pages.push([`=== --${name}`, ...lines, ""].join("\n"))
      }
      yield* Effect.promise(() => expect(pages.join("\n")).toMatchFileSnapshot("../../golden/command/values.txt"))
    }).pipe(Effect.provide(surroundings))
  )

  it("are those of each command, by these names", async () => {
    const commands = Object.entries(Commands).map(([name, flags]) => `${name}: ${Object.keys(flags).join(" ")}`)
    await expect(`${commands.join("\n")}\n`).toMatchFileSnapshot("../../golden/command/fields.txt")
  })
})
