import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import * as Arguments from "../../../src/promise/Arguments.js"

const complaint = (checked: Arguments.Checked): string =>
  Either.match(checked, { onLeft: ({ message }) => message, onRight: () => "fine" })

const CIRCULAR: Record<string, unknown> = {}
CIRCULAR["itself"] = CIRCULAR

const several = (options: unknown) => complaint(Arguments.several(["a/b"], "AAPL", undefined, options))

describe("the options of the promise door", () => {
  it("are taken as they are named, and left out as undefined", () => {
    const every = {
      maxRetries: 0,
      patience: 1,
      repairs: 1,
      requestTimeout: 0.5,
      maxTokens: 1,
      temperature: 2,
      effort: "low",
      system: "Be brief.",
      provider: { order: ["DeepInfra"] },
      serviceTier: "flex",
      imports: ["pandas"],
      signal: new AbortController().signal,
      directory: null,
      samples: 2,
      distinct: 3,
      rounds: 1,
      data: ["a.csv", "b"],
      bar: "day",
      prompt: "Trade {{ticker}}.",
      trial: true,
      concurrency: 1,
      deadline: 1,
      resume: true,
      allowPaid: false,
      budget: 0,
      indexed: true
    }
    assert.strictEqual(several(every), "fine")
    for (const name of Object.keys(every)) assert.strictEqual(several({ [name]: undefined }), "fine")
    assert.strictEqual(several({}), "fine")
  })

  for (const [name, meant] of [
    ["max_retries", "maxRetries"],
    ["request_timeout", "requestTimeout"],
    ["maxretries", "maxRetries"],
    ["MaxTokens", "maxTokens"]
  ] as const) {
    it(`are refused by another spelling, with the right one: ${name}`, () => {
      assert.strictEqual(several({ [name]: 1 }), `${name} is not an option: write ${meant}`)
    })
  }

  it("are refused by any other name, with the names that there are", () => {
    for (const name of ["timeout", "toString", "__proto__x", "apiKey"]) {
      assert.match(
        several({ [name]: 1 }),
        new RegExp(`^${name} is not an option; the options are maxRetries, .*, directory, `)
      )
    }
    assert.match(
      complaint(Arguments.one("a/b", "Write.", { directory: "x" })),
      /^directory is not an option; the options are (?!.*directory)/
    )
    assert.match(complaint(Arguments.client({ signal: new AbortController().signal })), /^signal is not an option/)
    assert.strictEqual(complaint(Arguments.client({ api_key: "x" })), "api_key is not an option: write apiKey")
  })

  for (const [name, values, what] of [
    ["maxRetries", [-1, 0.5, NaN, "3", null], "a whole number of at least 0"],
    ["maxTokens", [0, 1.5, "1"], "a whole number of at least 1"],
    ["samples", [0], "a whole number of at least 1"],
    ["deadline", [0, -1, NaN, "1 minute"], "a number of milliseconds above 0"],
    ["temperature", [-0.1, 2.1, "1"], "a number from 0 to 2"],
    ["effort", ["much", 1], "one of none, minimal, low, medium, high, xhigh, max"],
    ["directory", ["", " ", 1, false], "the path of a folder, or null for no files"],
    ["resume", [1, "yes", null], "true or false"],
    ["rounds", [-1, "1"], "a whole number of at least 0"],
    ["imports", ["pandas", 1, null], 'a list of packages such as "pandas"'],
    ["data", ["", 1, null], "the path of a CSV file or of a folder of them, or a list of paths"],
    ["bar", ["week"], "one of minute, hour, day"],
    ["trial", [1], "true or false"],
    ["provider", [[], "x", null], "an object that can be written as JSON"]
  ] as const) {
    it(`must be right: ${name}`, () => {
      for (const value of values) assert.include(several({ [name]: value }), `${name} must be ${what}, not `)
    })
  }

  const package_ = "use the name that it is imported by, such as pandas"
  const path = "use the path of a CSV file or of a folder of them"
  for (const [options, what] of [
    [
      { imports: ["pandas", "subprocess"] },
      'imports[1] ("subprocess") is not valid: it reaches files, processes or memory, which no algorithm needs, and the sandbox ends what uses it'
    ],
    [{ imports: ["a b"] }, `imports[0] ("a b") is not valid: ${package_}`],
    [{ imports: [1] }, `imports[0] (1) is not valid: ${package_}`],
    [
      { imports: ["a".repeat(101)] },
      `imports[0] ("${"a".repeat(40)}...") is not valid: use a name of at most 100 characters`
    ],
    [{ data: ["a.csv", ""] }, `data[1] ("") is not valid: ${path}`],
    [{ data: [["a.csv"]] }, `data[0] (a list) is not valid: ${path}`],
    [{ provider: CIRCULAR }, "provider cannot be written as JSON: Converting circular structure to JSON"],
    [{ provider: { order: 1n } }, "provider cannot be written as JSON: Do not know how to serialize a BigInt"]
  ] as const) {
    it(`say what is wrong inside: ${what.slice(0, 40)}`, () => {
      assert.strictEqual(several(options), what)
    })
  }

  it("never repeats a key", () => {
    assert.strictEqual(complaint(Arguments.client({ apiKey: " " })), "apiKey must be a text that is not blank")
  })
})

describe("a model of the promise door", () => {
  const asked = (...agents: ReadonlyArray<unknown>) => complaint(Arguments.several(agents, "AAPL", undefined, {}))

  it("is an id, or an object with parameters of its own", () => {
    const whole = { model: "a/b", effort: "low", maxTokens: 1, temperature: 0, serviceTier: "flex" }
    assert.strictEqual(asked("a/b", { model: "a/b" }, whole), "fine")
    for (const name of Object.keys(whole).slice(1))
      assert.strictEqual(asked({ model: "a/b", [name]: undefined }), "fine")
  })

  for (const [given, what] of [
    [{}, "selectedAgents[1].model must be a model id, not undefined"],
    [{ model: " " }, 'selectedAgents[1].model must be a model id, not " "'],
    [{ model: "a/b", temperature: 3 }, "selectedAgents[1].temperature must be a number from 0 to 2, not 3"],
    [{ model: "a/b", maxTokens: 0 }, "selectedAgents[1].maxTokens must be a whole number of at least 1, not 0"],
    [{ model: "a/b", max_tokens: 1 }, "selectedAgents[1].max_tokens is not an option: write maxTokens"],
    [
      { model: "a/b", samples: 1 },
      "selectedAgents[1].samples is not an option; the options are model, effort, maxTokens, temperature, serviceTier"
    ],
    [["a/b"], "selectedAgents[1] must be a model id, not a list"],
    [5, "selectedAgents[1] must be a model id, not 5"]
  ] as const) {
    it(`is refused by its place where it is wrong: ${JSON.stringify(given)}`, () => {
      assert.strictEqual(asked("a/b", given), what)
    })
  }
})
