/** What `--json` prints, held against the JSON Schemas of the package: by the code's own schemas, and by Python's validator. */
import { spawnSync } from "node:child_process"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Either, Schema } from "effect"
import { TreeFormatter } from "effect/ParseResult"
import * as Manifest from "../../../src/cli/bulk/Manifest.js"
import { Jobs } from "../../../src/cli/documents/Jobs.js"
import * as Journal from "../../../src/cli/documents/JournalDocument.js"
import * as Others from "../../../src/cli/documents/Others.js"
import * as Prompts from "../../../src/cli/documents/Prompts.js"
import * as Run from "../../../src/cli/documents/Run.js"
import { algogen, emptyFolder, models, PATIENCE, read, scene, startAlgogen, write } from "./command.js"

const VALIDATOR = `
import json, sys
from jsonschema import Draft7Validator
for file, documents in json.load(sys.stdin):
    schema = json.load(open(file))
    Draft7Validator.check_schema(schema)
    for document in documents:
        Draft7Validator(schema).validate(document)
`

const hasPython = spawnSync("python3", ["-c", "import jsonschema"]).status === 0

/** What was printed, by the file of its schema: Python, which takes half a second to start, looks at all of it in the end. */
const printed: Array<readonly [file: string, documents: ReadonlyArray<unknown>]> = []

/** Does each of these texts hold to the schema, in which a field too many is a mistake too. */
const holds = <A, I>(name: string, schema: Schema.Schema<A, I>, ...texts: ReadonlyArray<string>) => {
  const decode = Schema.decodeEither(Schema.parseJson(schema), { errors: "all", onExcessProperty: "error" })
  const values = texts.map((text) =>
    Either.getOrThrowWith(decode(text), (error) => new Error(`${TreeFormatter.formatErrorSync(error)}\n${text}`))
  )
  printed.push([path.resolve("schemas", name), texts.map((text): unknown => JSON.parse(text))])
  return values
}

describe.concurrent("the documents", PATIENCE, () => {
  it.scopedLive("of generate, its events and its dry runs", () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene()
      const asked = models("sim/ok", "sim/no-code", "sim/status-503*1", "no/such", "sim/ok", "sim/status-404")
      const run = yield* generate([...asked, "--json", "--temperature", "0.5", "--budget", "1"])
      const [document] = holds("generate.json", Run.Run, run.stdout)
      deepStrictEqual(
        document?.results.map(({ model, sample }) => `${model} ${sample}`),
        ["sim/ok 1", "sim/no-code 1", "sim/status-503*1 1", "no/such 1", "sim/ok 2", "sim/status-404 1"]
      )
      assert.strictEqual(document?.options.temperature, 0.5)
      const events = yield* generate([...asked, "--events"])
      holds("events.json", Others.EventLine, ...events.stdout.trimEnd().split("\n"))
      const dry = yield* generate([...asked, "--dry-run", "--json"])
      holds("dry-run.json", Others.DryRun, dry.stdout)
      const dryOfMany = yield* generate([...asked, "--dry-run", "--json", "-t", "A", "-t", "B"])
      yield* write('{"model":"sim/ok","ticker":"A"}\n{"model":"sim/ok","ticker":"A"}\n', folder, "jobs.jsonl")
      const dryOfJobs = yield* generate(["--dry-run", "--json", "--jobs", "jobs.jsonl"])
      deepStrictEqual(
        holds("dry-run.json", Others.DryRun, dryOfMany.stdout, dryOfJobs.stdout).map((document) =>
          "models" in document ? document.totals.jobs : document.estimates
        ),
        [12, 2]
      )
    })
  )

  it.scopedLive("of --show-prompt, which sends nothing and needs no key", () =>
    Effect.gen(function* () {
      const { folder, generate, server } = yield* scene()
      const flags = ["generate", "--show-prompt", "--system", "Be brief.", ...models("a/b", "a/b")]
      const { code, stdout } = yield* algogen([...flags, "--json"], { folder })
      assert.strictEqual(code, 0)
      const [document] = holds("prompts.json", Prompts.Prompts, stdout)
      deepStrictEqual(
        document?.results.map(({ messages, model, sample }) => [model, sample, messages.map(({ role }) => role)]),
        [1, 2].map((sample) => ["a/b", sample, ["system", "user"]])
      )
      const text = yield* algogen(flags, { folder })
      assert.match(
        text.stdout,
        /^=== a\/b, AAPL, strategy [a-z]+ .*\nprompt: sha256 [0-9a-f]{64}\n--- system\nBe brief\.\n--- user\n/
      )
      assert.include(text.stdout, "\n=== a/b #2, AAPL")
      // What is shown is what is sent.
      const run = yield* generate([...models("a/b"), "--system", "Be brief.", "--json"])
      assert.strictEqual(
        holds("generate.json", Run.Run, run.stdout)[0]?.results[0]?.promptHash,
        document?.results[0]?.promptHash
      )
      assert.strictEqual((yield* server.stats).requests, 1)
    })
  )

  it.scopedLive("of models, doctor and validate", () =>
    Effect.gen(function* () {
      const { folder, server } = yield* scene()
      const base = ["--base-url", server.baseUrl, "--json"]
      const [list] = holds("models.json", Others.Models, (yield* algogen(["models", ...base], { folder })).stdout)
      assert.isTrue(list?.models.some(({ id, price }) => id === "openai/gpt-4o-mini" && price?.prompt === 1.5e-7))
      const good = yield* algogen(["doctor", ...base], { folder })
      assert.strictEqual(good.code, 0)
      assert.isTrue(holds("doctor.json", Others.Doctor, good.stdout)[0]?.ok)
      const bad = yield* algogen(["doctor", ...base, ...models("sim/status-404")], { folder })
      assert.strictEqual(bad.code, 1)
      const [findings] = holds("doctor.json", Others.Doctor, bad.stdout)
      assert.isFalse(findings?.ok)
      assert.isTrue(findings?.checks.some(({ advice, result }) => result === "bad" && advice !== undefined))
      yield* write("def execute_trade(a, b, c, d, e):\n    return 'HOLD'\n", folder, "good.py")
      yield* write("def execute_trade(:\n", folder, "bad.py")
      const checked = yield* algogen(["validate", "good.py", "bad.py", "none.py", "--json"], { folder })
      assert.strictEqual(checked.code, 1)
      deepStrictEqual(
        holds("validate.json", Others.Validate, checked.stdout)[0]?.map(({ ok }) => ok),
        [true, false, false]
      )
    })
  )

  it.scopedLive("of several tickers, few and many: the document, the last event, the manifest", () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene()
      const few = [...models("sim/ok", "sim/no-code", "sim/status-404"), "-t", "AAPL", "-t", "BTC/USD"]
      const run = yield* generate([...few, "--json"])
      deepStrictEqual(holds("jobs.json", Jobs, run.stdout)[0]?.results?.length, 6)
      const events = yield* generate([...few, "--events"])
      holds("events.json", Others.EventLine, ...events.stdout.trimEnd().split("\n"))
      const many = yield* generate([...models("sim/ok", "sim/no-code"), "-t", "A", "-t", "B", "--samples=9", "--json"])
      const [document] = holds("jobs.json", Jobs, many.stdout)
      deepStrictEqual([document?.results, document?.totals.ok, document?.totals.failed], [undefined, 18, 18])
      const lines = (yield* read(folder, "generated", Manifest.NAME)).trimEnd().split("\n")
      assert.isAtLeast(holds("manifest.json", Manifest.Line, ...lines).length, 36)
    })
  )

  it.scopedLive("of a batch that is left to workers, and of the status of its database", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const db = ["--db", "sqlite:jobs.db", "--batch", "one"]
      const asked = ["generate", ...db, ...models("a/b"), "-t", "A", "-t", "B", "--json"]
      const client = yield* startAlgogen(asked, { folder, env: { OPENROUTER_API_KEY: "sk-test" } })
      const status = Effect.map(algogen(["status", ...db, "--json"], { folder }), ({ stdout }) => stdout)
      const text = yield* Effect.repeat(status, { until: (stdout) => stdout.includes('"queued": 2') })
      yield* client.kill("SIGINT")
      deepStrictEqual(holds("jobs.json", Jobs, (yield* client.ended).stdout)[0]?.jobs, 2)
      deepStrictEqual(
        holds("status.json", Others.Status, text)[0]?.batches.map(({ batch, queued }) => [batch, queued]),
        [["one", 2]]
      )
    })
  )

  it.scopedLive("of score and compare", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      yield* write("def execute_trade(a, b, c, d, e):\n    return 'HOLD'\n", folder, "good.py")
      yield* write("def execute_trade(a, b, c, d, e):\n    return 'BUY'\n", folder, "other.py")
      yield* write("def execute_trade(:\n", folder, "bad.py")
      const score = yield* algogen(["score", "good.py", "bad.py", "--json"], { folder })
      const compare = yield* algogen(["compare", "good.py", "other.py", "--json"], { folder })
      deepStrictEqual(
        holds("score.json", Others.Scores, score.stdout)[0]?.map(({ ok }) => ok),
        [true, false]
      )
      deepStrictEqual(
        holds("compare.json", Others.Comparison, compare.stdout)[0]?.sides.map(({ file }) => file),
        ["good.py", "other.py"]
      )
    })
  )

  it.scopedLive("of the journal: its runs, its answers, and one answer with why it was refused", () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene()
      yield* generate([...models("sim/ok", "sim/no-code", "sim/status-404"), "--ticker", "TSLA"])
      const journal = (...flags: ReadonlyArray<string>) => algogen(["journal", ...flags], { folder })
      const [document] = holds("journal.json", Journal.Journal, (yield* journal("--json")).stdout)
      deepStrictEqual(
        document?.runs.map(({ answered, asked, finished, ticker }) => ({ ticker, asked, answered, finished })),
        [{ ticker: "TSLA", asked: 3, answered: 2, finished: true }]
      )
      const { number = 0 } = document?.answers.find(({ model }) => model === "sim/no-code") ?? {}
      const [shown] = holds("answer.json", Journal.Shown, (yield* journal("--show", String(number), "--json")).stdout)
      deepStrictEqual(shown?.verdict.stage, "extract")
      const text = yield* journal("--show", String(number))
      assert.match(text.stdout, /^refused: extract: the answer contains no Python code$/m)
      assert.include(text.stdout, shown?.text.split("\n")[0] ?? "")
      const good = yield* journal("--show", String(3 - number))
      assert.match(good.stdout, /^passes the checks$/m)
      assert.include(good.stdout, "def execute_trade(")
      const none = yield* journal("--show", "3")
      assert.strictEqual(none.code, 2)
      assert.match(none.stderr, /there is no answer 3: the journal has 2 answers/)
      const nowhere = yield* algogen(["journal", "--json"], { folder: yield* emptyFolder })
      deepStrictEqual(holds("journal.json", Journal.Journal, nowhere.stdout), [{ runs: [], answers: [], skipped: 0 }])
    })
  )
})

describe.skipIf(!hasPython)(`all of them${hasPython ? "" : " (not run: needs Python's jsonschema)"}`, PATIENCE, () => {
  it("are valid by Python's validator too", () => {
    assert.lengthOf(printed, 21)
    const { status, stderr } = spawnSync("python3", ["-c", VALIDATOR], { input: JSON.stringify(printed) })
    assert.strictEqual(status, 0, String(stderr))
  })
})
