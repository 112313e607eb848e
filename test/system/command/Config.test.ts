/** `algogen.json` where the command runs, and the JSON Schema that the package has for it. */
import { spawnSync } from "node:child_process"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Either, Effect } from "effect"
import * as ConfigFile from "../../../src/cli/ConfigFile.js"
import { algogen, models, PATIENCE, read, scene, write } from "./command.js"
import { parse } from "./document.js"

const settings = (value: unknown) => JSON.stringify(value)

describe.concurrent("algogen.json", PATIENCE, () => {
  it.scopedLive("is read where the command runs, or where --config says; flags win", () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene()
      yield* write(
        settings({ models: ["sim/ok", { id: "sim/ok-bare", temperature: 0.5 }], tickers: ["TSLA"], out: "here" }),
        folder,
        ConfigFile.NAME
      )
      yield* write(settings({ models: ["sim/ok-fenced"] }), folder, "other.json")
      const asked = (stdout: string) => {
        const { results, ticker } = parse(stdout)
        return [ticker, ...results.map(({ file, model }) => [model, path.dirname(file ?? "")])]
      }
      const plain = yield* generate(["--json"])
      deepStrictEqual(asked(plain.stdout), ["TSLA", ["sim/ok", "here"], ["sim/ok-bare", "here"]], plain.stderr)
      const over = yield* generate(["--json", ...models("sim/ok-fenced"), "-t", "IBM", "-o", "there"])
      deepStrictEqual(asked(over.stdout), ["IBM", ["sim/ok-fenced", "there"]], over.stderr)
      const named = yield* generate(["--json", "--config", "other.json"])
      deepStrictEqual(asked(named.stdout), ["AAPL", ["sim/ok-fenced", "generated"]], named.stderr)
    })
  )

  it.scopedLive("is read by every command that has a flag for one of its settings", () =>
    Effect.gen(function* () {
      const { folder, server } = yield* scene()
      yield* write(settings({ models: ["sim/ok-bare"], imports: ["pandas"] }), folder, ConfigFile.NAME)
      yield* write(settings({ models: ["sim/status-404"] }), folder, "other.json")
      yield* write("import pandas\ndef execute_trade(a, b, c):\n    return 'HOLD'\n", folder, "frames.py")
      const call = (...args: ReadonlyArray<string>) => algogen(args, { folder })
      const doctor = yield* call("doctor", "--base-url", server.baseUrl)
      assert.match(doctor.stdout, /^- settings are read from algogen\.json$/m)
      assert.match(doctor.stdout, /^✓ a small request to sim\/ok-bare succeeded/m)
      const other = yield* call("doctor", "--base-url", server.baseUrl, "--config", "other.json")
      assert.match(other.stdout, /^✗ a small request to sim\/status-404 failed/m)
      const flag = yield* call("doctor", "--base-url", server.baseUrl, ...models("sim/ok"))
      assert.match(flag.stdout, /^✓ a small request to sim\/ok succeeded/m)
      assert.strictEqual((yield* call("validate", "frames.py")).code, 0)
      const own = yield* call("validate", "--imports", "numpy", "frames.py")
      assert.match(own.stdout, /importing 'pandas' is not allowed/)
      yield* write("{", folder, ConfigFile.NAME)
      assert.match(
        (yield* call("doctor")).stderr,
        /^algogen: algogen\.json: it is not JSON from line \d+, column \d+ on$/m
      )
      assert.match(
        (yield* call("journal")).stderr,
        /^algogen: algogen\.json: it is not JSON from line \d+, column \d+ on$/m
      )
      assert.strictEqual((yield* call("models", "--base-url", server.baseUrl)).code, 0)
    })
  )

  it.scopedLive("ends the command with 2, before anything is sent, where it is wrong or not there", () =>
    Effect.gen(function* () {
      const { folder, generate, server } = yield* scene()
      yield* write("{", folder, "half.json")
      const missing = yield* generate(["--config", "nowhere.json"])
      const half = yield* generate(["--config=half.json"])
      yield* write(settings({ modles: [] }), folder, ConfigFile.NAME)
      const unknown = yield* generate(models("sim/ok"))
      deepStrictEqual(
        [missing, half, unknown].map(({ code, stderr }) => [code, stderr]),
        [
          [2, "algogen: nowhere.json could not be read: there is no such file (ENOENT); check its path\n"],
          [2, "algogen: half.json: it is not JSON from line 1, column 2 on\n"],
          [2, "algogen: algogen.json: 'modles' is not a setting: did you mean models?\n"]
        ]
      )
      assert.strictEqual((yield* server.stats).requests, 0)
    })
  )
})

/** What is right and what is wrong by the command has to be so by the schema. */
const CASES: ReadonlyArray<unknown> = [
  {},
  { $schema: "./x.json", models: ["a", { id: "b", effort: "low", serviceTier: "flex" }], tickers: ["AAPL"] },
  { samples: 100, temperature: 2, maxTokens: 1, deadline: "2m", requestTimeout: "1.5 s", budget: 0, out: "x" },
  { provider: { order: ["a"], nested: { b: 1 } } },
  [],
  { modles: ["a"] },
  { models: [] },
  { models: [3] },
  { models: [{ effort: "low" }] },
  { models: [{ id: "a", efort: "low" }] },
  { samples: 101 },
  { samples: 1.5 },
  { temperature: 2.1 },
  { effort: "huge" },
  { deadline: "400" },
  { deadline: 400 },
  { deadline: "0s" },
  { budget: -1 },
  { out: " " },
  { provider: [] }
]

const VALIDATOR = `
import json, sys, jsonschema
schema, cases = json.load(open(sys.argv[1])), json.load(sys.stdin)
jsonschema.Draft7Validator.check_schema(schema)
print(json.dumps([jsonschema.Draft7Validator(schema).is_valid(case) for case in cases]))`

const hasValidator = spawnSync("python3", ["-c", "import jsonschema"]).status === 0

describe("the JSON Schema in the package", () => {
  it.live("is that of the command", () =>
    Effect.gen(function* () {
      const built: unknown = JSON.parse(yield* read("schemas", "algogen.json"))
      deepStrictEqual(built, JSON.parse(JSON.stringify(ConfigFile.jsonSchema())))
    })
  )

  const check = hasValidator ? it : it.skip
  check(`agrees with the command${hasValidator ? "" : " (not run: python3 has no jsonschema)"}`, () => {
    const { stderr, stdout } = spawnSync("python3", ["-c", VALIDATOR, "schemas/algogen.json"], {
      input: JSON.stringify(CASES),
      encoding: "utf8"
    })
    const own = CASES.map((value) => Either.isRight(ConfigFile.parse(JSON.stringify(value))))
    deepStrictEqual(JSON.parse(stdout || "null"), own, stderr)
    deepStrictEqual(own.lastIndexOf(true), 3)
  })
})
