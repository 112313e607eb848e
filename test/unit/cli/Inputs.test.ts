/** Whatever is in a file or on the command line: a value, or one sentence about what is wrong and where; never an exception. */
import { describe, it } from "@effect/vitest"
import { assertFalse, assertTrue, deepStrictEqual, strictEqual } from "@effect/vitest/utils"
import { Effect, Either, FastCheck as fc } from "effect"
import * as Arguments from "../../../src/cli/Arguments.js"
import * as Job from "../../../src/cli/bulk/Job.js"
import * as Tickers from "../../../src/cli/bulk/Tickers.js"
import * as ConfigFile from "../../../src/cli/ConfigFile.js"
import * as JsonPlace from "../../../src/cli/JsonPlace.js"
import * as Csv from "../../../src/market/Csv.js"
import * as Template from "../../../src/prompt/Template.js"
import { character, times } from "../properties.js"

const CONFIG = JSON.stringify(
  { models: ["a/b", { id: "c/d", effort: "low" }], ticker: 1, concurrency: 3, out: "x" },
  null,
  2
)
const JOB = JSON.stringify({ model: "a/b", ticker: "AAPL", sample: 2, temperature: 0.5, prompt: "x" })
const PRICES = "Date,Open,High,Low,Close,Volume\n2024-01-02,1,2,0.5,1.5,100\n2024-01-03,1.5,2,1,1.75,90\n"

const noise = fc.array(fc.oneof(character, fc.constantFrom(...'{}[]",:\\\n\r\t\u0000\u202e-0123456789.eE')), {
  maxLength: 60
})

/** A file that was right once: letters replaced, cut away, doubled. */
const damaged = (text: string) =>
  fc.array(fc.tuple(fc.nat(), fc.nat(20), noise), { minLength: 1, maxLength: 4 }).map((changes) =>
    changes.reduce((now, [at, length, put]) => {
      const from = at % (now.length + 1)
      return now.slice(0, from) + put.slice(0, length % 6).join("") + now.slice(from + (length % 8))
    }, text)
  )

const text = (right: string) =>
  fc.oneof(
    { weight: 3, arbitrary: damaged(right) },
    noise.map((all) => all.join(""))
  )

/** A sentence for people: nothing of JavaScript's own, and no stack. */
const isSentence = (why: string) => {
  assertTrue(why.length > 0 && why.length < 5_000, why)
  assertFalse(/\n\s+at |\bundefined\b|\[object |TypeError|RangeError/.test(why.replace(/'[^']*'/g, "")), why)
}

const readers: ReadonlyArray<readonly [string, string, (text: string) => Either.Either<unknown, string>]> = [
  ["algogen.json", CONFIG, ConfigFile.parse],
  ["a job", JOB, Job.parse],
  ["a list of tickers", "AAPL\nTSLA # car\n\nMSFT,NVDA", (all) => Tickers.parse(all, "list")],
  ["prices", PRICES, (all) => Csv.parse("prices.csv", all)],
  ["a prompt", "Trade {{ticker}} with {{strategy}}", Template.parse]
]

describe("any input is a value or a sentence", () => {
  for (const [name, right, read] of readers) {
    it(name, () =>
      fc.assert(
        fc.property(text(right), (all) => {
          Either.match(read(all), { onLeft: isSentence, onRight: () => {} })
        }),
        { numRuns: times(300) }
      )
    )
  }

  it.effect("a command line", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.oneof(
              fc.constantFrom(
                "generate",
                "models",
                "--model",
                "-m",
                "--budget=x",
                "--",
                "-",
                "--ticker=",
                "-tX",
                "--json",
                "=",
                "--no-stream"
              ),
              noise.map((all) => all.join(""))
            ),
            { maxLength: 8 }
          ),
          async (words) => {
            const result = await Effect.runPromise(Effect.either(Arguments.separate(words)))
            if (Either.isLeft(result)) isSentence(result.left.message)
          }
        ),
        { numRuns: times(300) }
      )
    )
  )
})

describe("where a text stops being JSON", () => {
  it("is told by line and column", () => {
    deepStrictEqual(
      ['{\n  "a": 1,\n}', '{"a" 1}', "[1, 2", "", "nul", '{"a": "x\ny"}', "[1]]", "{'a': 1}", '{"a": 01}', "[,]"].map(
        JsonPlace.ofError
      ),
      [
        "line 3, column 1",
        "line 1, column 6",
        "line 1, column 6",
        "line 1, column 1",
        "line 1, column 1",
        "line 1, column 7",
        "line 1, column 4",
        "line 1, column 2",
        "line 1, column 8",
        "line 1, column 2"
      ]
    )
    deepStrictEqual(ConfigFile.parse('{\n  "out": "x",\n}'), Either.left("it is not JSON from line 3, column 1 on"))
    deepStrictEqual(
      Job.parse('{"model": }'),
      Either.left("this is not a JSON object: it is not JSON from column 11 on")
    )
    // To a file of jobs a carriage return does not end the line.
    deepStrictEqual(
      Job.parse('{\r"model": }'),
      Either.left("this is not a JSON object: it is not JSON from column 12 on")
    )
  })

  it("is its end and nothing before where JSON.parse takes it", () =>
    fc.assert(
      fc.property(fc.json(), (json) => {
        const lines = json.split("\n")
        strictEqual(JsonPlace.ofError(json), `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`)
      }),
      { numRuns: times(200) }
    ))

  it("is never behind what JSON.parse could still make sense of", () =>
    fc.assert(
      fc.property(damaged(CONFIG), (json) => {
        const start = performance.now()
        JsonPlace.ofError("[".repeat(200_000))
        assertTrue(performance.now() - start < 5_000)
        assertTrue(/^line \d+, column \d+$/.test(JsonPlace.ofError(json)))
      }),
      { numRuns: 20 }
    ))
})
