/** The other commands: what there is to ask, what is wrong, what is good, what was paid for, and a server of one's own. */
import * as fs from "node:fs/promises"
import { createServer, type Server, type ServerResponse } from "node:http"
import * as path from "node:path"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Array as Arr, Effect, Option, Schema } from "effect"
import * as Models from "../../../src/api/Models.js"
import * as Manifest from "../../../src/cli/bulk/Manifest.js"
import { Answer } from "../../../src/domain/Answer.js"
import * as Behavior from "../../../src/simulator/Behavior.js"
import * as Names from "../../../src/simulator/Names.js"
import * as Profiles from "../../../src/simulator/Profiles.js"
import * as Journal from "../../../src/storage/Journal.js"
import * as JournalFile from "../../../src/storage/journal/File.js"
import { algogen, emptyFolder, list, models, PATIENCE, read, scene, shell, startAlgogen, write } from "./command.js"
import { parse } from "./document.js"

const KEY = "sk-or-v1-0123456789abcdef"

describe.concurrent("models", PATIENCE, () => {
  it.scopedLive("lists what is on offer with context and prices, and fails where there is no list", () =>
    Effect.gen(function* () {
      const { folder, server } = yield* scene()
      const { code, stdout } = yield* algogen(["models", "--base-url", server.baseUrl], { folder })
      assert.strictEqual(code, 0)
      const [header, ...lines] = stdout.split("\n")
      assert.match(header ?? "", /^model +context +\$ per 1M tokens in +out$/)
      for (const model of Models.DEFAULT)
        assert.isTrue(
          lines.some((line) => line.startsWith(`${model} `)),
          model
        )
      assert.match(stdout, /^openai\/gpt-4o-mini +128000 +0\.15 +0\.60$/m)
      assert.notMatch(stdout, /^sim\//m)
      assert.match(stdout, /^and \d+ ids with special behaviors: algogen simulate --list shows them$/m)
      const filtered = (...more: ReadonlyArray<string>) =>
        Effect.map(
          algogen(["models", "--base-url", server.baseUrl, ...more], { folder }),
          ({ code, stderr, stdout }) => ({
            code,
            stderr,
            ids: stdout
              .split("\n")
              .slice(1, -1)
              .map((line) => line.split(" ")[0])
          })
        )
      deepStrictEqual((yield* filtered("QWEN")).ids, ["qwen/qwen-2-7b-instruct:free", "qwen/qwen-2-7b-instruct"])
      deepStrictEqual((yield* filtered("qwen", "--free")).ids, ["qwen/qwen-2-7b-instruct:free"])
      const none = yield* filtered("--free", "gpt-4o")
      deepStrictEqual([none.code, none.stderr], [0, "The server lists no free model with 'gpt-4o' in its id.\n"])
      const nobody = yield* algogen(["models", "--base-url", "http://127.0.0.1:9/v1"], { folder })
      assert.strictEqual(nobody.code, 1)
      assert.match(nobody.stderr, /^algogen: GET \/models: .*ECONNREFUSED/)
    })
  )
})

describe.concurrent("doctor", PATIENCE, () => {
  const doctor = (args: ReadonlyArray<string>, key = KEY) =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      return yield* algogen(["doctor", ...args], { folder, env: key === "" ? {} : { ALGOGEN_API_KEY: key } })
    })

  it.scopedLive("has nothing to say against what works", () =>
    Effect.gen(function* () {
      const { server } = yield* scene({ apiKeys: [KEY] })
      const { code, stderr, stdout } = yield* doctor(["--base-url", server.baseUrl])
      assert.strictEqual(code, 0, stdout + stderr)
      const lines = stdout.trimEnd().split("\n")
      assert.isTrue(
        lines.every((line) => line.startsWith("✓ ")),
        stdout
      )
      assert.include(stdout, `requests go to ${server.baseUrl}`)
      assert.match(stdout, /the key works/)
      assert.match(stdout, /a small request to meta-llama\/llama-3\.2-1b-instruct:free succeeded/)
      assert.notInclude(stdout + stderr, KEY.slice(-8))
      // One question each.
      const seen = yield* server.stats
      assert.strictEqual(seen.requests, 1)
      deepStrictEqual(seen.routes, { "GET /key": 1, "GET /models": 1 })
    })
  )

  it.scopedLive("does not call a key accepted where there is none", () =>
    Effect.gen(function* () {
      const { server } = yield* scene()
      const { code, stdout } = yield* doctor(["--base-url", server.baseUrl], "")
      assert.strictEqual(code, 0, stdout)
      assert.include(stdout, "✓ this server did not ask for a key\n")
      assert.notInclude(stdout, "accepted")
    })
  )

  it.scopedLive(
    "finds a key that is refused, a wrong base URL, a model that answers nothing, nobody there, and no key",
    () =>
      Effect.gen(function* () {
        const { server } = yield* scene({ apiKeys: ["another"] })
        const open = yield* scene()
        const ailments: ReadonlyArray<
          readonly [args: ReadonlyArray<string>, key: string, said: ReadonlyArray<RegExp>]
        > = [
          [
            ["--base-url", server.baseUrl],
            KEY,
            [
              /^✗ the key could not be checked: the API refused .*: User not found\.\n {4}the key is wrong, has expired or is for another server/m,
              /^✗ a small request/m
            ]
          ],
          [
            ["--base-url", open.server.baseUrl.replace(/\/v1$/, "")],
            KEY,
            [
              /^- the list of models is not available: /m,
              /^✗ name a model with --model: .*; the base URL has another path than this server's API: try http:.*\/api\/v1$/m
            ]
          ],
          [
            ["--base-url", open.server.baseUrl, ...models("sim/content-empty")],
            KEY,
            [/^✗ a small request to sim\/content-empty failed: /m]
          ],
          [
            ["--base-url", open.server.baseUrl, ...models("sim/empty-body")],
            KEY,
            [/^✗ a small request to sim\/empty-body failed: .*\n {4}the answer has no body: check that --base-url is/m]
          ],
          [
            ["--base-url", open.server.baseUrl, ...models("sim/status-404")],
            KEY,
            [/^✗ a small request to sim\/status-404 failed: HTTP 404: No endpoints found for this model\n {4}./m]
          ],
          [
            ["--base-url", "http://127.0.0.1:9/v1"],
            KEY,
            [
              /\n✗ the server cannot be reached: .*ECONNREFUSED.*\n {4}check the base URL, that the server is running.*\n$/
            ]
          ],
          [
            ["--base-url", server.baseUrl],
            "",
            [
              /^✗ the key could not be checked: the API refused .*: Missing Authentication header\n {4}this server needs a key/m
            ]
          ],
          [[], "", [/^✗ OPENROUTER_API_KEY is not set\n {4}create a key at https:\/\/openrouter\.ai\/keys/m]]
        ]
        const diagnose = ([args, key, said]: (typeof ailments)[number]) =>
          Effect.map(doctor(args, key), ({ code, stdout }) => {
            assert.strictEqual(code, 1, stdout)
            for (const pattern of said) assert.match(stdout, pattern)
          })
        yield* Effect.forEach(ailments, diagnose, { concurrency: 3, discard: true })
      })
  )

  it.scopedLive("says whose key goes where: OpenRouter's to no other server, unless it is told to", () =>
    Effect.gen(function* () {
      const { folder, server } = yield* scene({ apiKeys: [KEY] })
      const there = ["--base-url", server.baseUrl]
      const ask = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>>) =>
        algogen(["doctor", ...models("sim/ok"), ...args], { folder, env })
      const kept = yield* ask(there, { OPENROUTER_API_KEY: KEY })
      assert.strictEqual(kept.code, 1)
      const lack = `OPENROUTER_API_KEY is not sent to ${new URL(server.baseUrl).origin}`
      assert.include(
        kept.stderr,
        `${lack}. If it is a key for this server, add --api-key-env OPENROUTER_API_KEY; else set ALGOGEN_API_KEY if it needs one.\n`
      )
      assert.match(kept.stdout, /^✓ OPENROUTER_API_KEY is not sent to .*; your own server may not need one$/m)
      assert.match(
        kept.stdout,
        /^✗ the key could not be checked: .*\n {4}this server needs a key, and OPENROUTER_API_KEY is not sent to .*, add --api-key-env OPENROUTER_API_KEY; /m
      )
      for (const run of [[], ["-t", "AAPL", "-t", "MSFT"]]) {
        const lost = yield* algogen(["generate", ...models("sim/ok"), ...there, ...run, "--quiet"], {
          folder,
          env: { OPENROUTER_API_KEY: KEY }
        })
        assert.match(lost.stderr, new RegExp(`^this server needs a key, and ${lack}\\. If it is `, "m"))
      }

      const told: ReadonlyArray<readonly [string, ReadonlyArray<string>, Readonly<Record<string, string>>]> = [
        ["OPENROUTER_API_KEY", [...there, "--api-key-env", "OPENROUTER_API_KEY"], { OPENROUTER_API_KEY: KEY }],
        ["MY_KEY", [...there, "--api-key-env=MY_KEY"], { MY_KEY: KEY, ALGOGEN_API_KEY: "another" }],
        ["ALGOGEN_API_KEY", there, { OPENROUTER_API_KEY: "another", ALGOGEN_API_KEY: KEY }],
        ["OPENROUTER_API_KEY", [], { OPENROUTER_API_KEY: KEY, OPENROUTER_BASE_URL: server.baseUrl }],
        // The same server, as the environment has it.
        ["OPENROUTER_API_KEY", there, { OPENROUTER_API_KEY: KEY, OPENROUTER_BASE_URL: `${server.baseUrl}/` }]
      ]
      const hears = ([variable, args, env]: (typeof told)[number]) =>
        Effect.map(ask(args, env), ({ code, stderr, stdout }) => {
          assert.strictEqual(code, 0, stdout + stderr)
          assert.include(stdout, `✓ ${variable} is set\n`)
          assert.strictEqual(stderr, "")
        })
      yield* Effect.forEach(told, hears, { concurrency: 3, discard: true })
      const unset = yield* ask([...there, "--api-key-env", "MY_KEY"], { OPENROUTER_API_KEY: KEY })
      assert.strictEqual(unset.code, 2)
      assert.strictEqual(unset.stderr, "algogen: MY_KEY is not set (--api-key-env)\n")
      const word = yield* ask(there, { ALGOGEN_API_KEY: "undefined" })
      assert.match(word.stderr, /^algogen: ALGOGEN_API_KEY is the word 'undefined'/)
    })
  )

  it.scopedLive("tries the first model that is named, with the parameters of a run, listed or not", () =>
    Effect.gen(function* () {
      const asked: Array<Record<string, unknown>> = []
      const port = yield* chat((body, response) => {
        asked.push(body)
        response.setHeader("content-type", "application/json")
        response.end(
          JSON.stringify({
            choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "OK" } }]
          })
        )
      })
      const { code, stdout } = yield* doctor(
        [
          "--base-url",
          `http://127.0.0.1:${port}/v1?api-version=1&key=secret-in-query`,
          "--no-stream",
          ...models("my-model@effort=low,max-tokens=50", "other"),
          "--temperature",
          "0.5",
          "--system",
          "Be brief."
        ],
        ""
      )
      assert.strictEqual(code, 0, stdout)
      deepStrictEqual(asked, [
        {
          model: "my-model",
          messages: [
            { role: "system", content: "Be brief." },
            { role: "user", content: "Answer with the word OK." }
          ],
          stream: false,
          max_tokens: 50,
          temperature: 0.5,
          reasoning_effort: "low"
        }
      ])
      assert.match(stdout, /^- this server gives no information about keys$/m)
      assert.match(
        stdout,
        /^- my-model is not in this server's list of models \(which has nothing similar, but listed\); asking for it anyway$/m
      )
      assert.match(stdout, /^✓ a small request to my-model succeeded/m)
      assert.match(stdout, /^✓ requests go to http:.*\/v1\?api-version=1&key=\.\.\.$/m)
    })
  )
})

const GOOD = 'def execute_trade(ticker, price, tick, cash_balance, shares_held):\n    return "HOLD"\n'

const Verdicts = Schema.parseJson(
  Schema.Array(
    Schema.Struct({
      file: Schema.String,
      ok: Schema.Boolean,
      arity: Schema.optional(Schema.Number),
      stage: Schema.optional(Schema.String),
      code: Schema.optional(Schema.String),
      line: Schema.optional(Schema.Number),
      message: Schema.optional(Schema.String),
      truncated: Schema.optional(Schema.Boolean),
      trial: Schema.optional(Schema.Unknown)
    })
  )
)
const verdicts = Schema.decodeSync(Verdicts, { onExcessProperty: "error" })

describe.concurrent("validate", PATIENCE, () => {
  it.scopedLive("says of each file what holds and what does not, with its line", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      yield* write(GOOD, folder, "good.py")
      yield* write(`Here you are:\n\n\`\`\`python\n${GOOD}\`\`\`\n`, folder, "answer.txt")
      yield* write(GOOD.replace('"HOLD"', "undefined_name"), folder, "bad.py")
      const good = yield* algogen(["validate", "good.py", "answer.txt"], { folder })
      assert.strictEqual(good.code, 0, good.stderr)
      deepStrictEqual(good.stdout.trimEnd().split("\n"), [
        "✓ good.py: 2 lines of code, execute_trade takes 5 arguments",
        "✓ answer.txt: 2 lines of code, execute_trade takes 5 arguments"
      ])
      const bad = yield* algogen(["validate", "good.py", "bad.py"], { folder })
      assert.strictEqual(bad.code, 1)
      assert.match(bad.stdout, /^✓ good\.py: .*\n✗ bad\.py: names: line 2: .*undefined_name/)
      const json = yield* algogen(["validate", "--json", "bad.py", "good.py"], { folder })
      assert.strictEqual(json.code, 1)
      deepStrictEqual(
        verdicts(json.stdout).map(({ arity, file, line, ok, stage }) => [file, ok, stage, line, arity]),
        [
          ["bad.py", false, "names", 2, undefined],
          ["good.py", true, undefined, undefined, 5]
        ]
      )
    })
  )

  it.scopedLive("judges every file, also beside one that cannot be read, and knows an answer that is called .py", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      yield* write(GOOD, folder, "good.py")
      yield* write(`\`\`\`python\n${GOOD}\`\`\`\n`, folder, "answer.py")
      const files = ["missing.py", "nothing", "answer.py", "good.py", "good.py/below.txt"]
      yield* Effect.promise(() => fs.mkdir(path.join(folder, "nothing")))
      const { code, stderr, stdout } = yield* algogen(["validate", ...files], { folder })
      assert.strictEqual(code, 1, stderr)
      deepStrictEqual(stdout.trimEnd().split("\n"), [
        "✗ missing.py: read: there is no such file",
        "✗ nothing: read: the folder holds no .py file; name one, or the folder that algogen generate wrote to",
        "✗ answer.py: syntax: line 1: invalid character '`' (U+0060); if this is a model's answer, rename the file so that it does not end in .py",
        "✓ good.py: 2 lines of code, execute_trade takes 5 arguments",
        "✗ good.py/below.txt: read: it is neither a file nor a folder"
      ])
      const json = yield* algogen(["validate", "--json", ...files], { folder })
      assert.strictEqual(json.code, 1)
      deepStrictEqual(
        verdicts(json.stdout).map(({ code, file, ok, stage }) => [file, ok, stage, code]),
        [
          ["missing.py", false, "read", "not-found"],
          ["nothing", false, "read", "not-a-file"],
          ["answer.py", false, "syntax", "bad-character"],
          ["good.py", true, undefined, undefined],
          ["good.py/below.txt", false, "read", "not-a-file"]
        ]
      )
    })
  )

  it.scopedLive("takes a folder for the modules in it, and a dash for an answer on standard input", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      for (const name of ["generated/AAPL", "generated/.hidden"]) {
        yield* Effect.promise(() => fs.mkdir(path.join(folder, name), { recursive: true }))
      }
      yield* write(GOOD, folder, "generated", "b.py")
      yield* write("import os\n", folder, "generated", "a.py")
      yield* write(GOOD, folder, "generated", "AAPL", "c.py")
      yield* write("no", folder, "generated", "answer.txt")
      yield* write("no", folder, "generated", ".hidden", "d.py")
      const { code, stdout } = yield* algogen(["validate", "generated", "generated/b.py"], { folder })
      assert.strictEqual(code, 1)
      deepStrictEqual(
        stdout.split("\n").map((line) => line.split(": ")[0]),
        ["✓ generated/AAPL/c.py", "✗ generated/a.py", "✓ generated/b.py", "✓ generated/b.py", ""]
      )
      const piped = yield* shell(
        "printf 'Here:\\n```python\\n%s\\n```\\n' \"$(cat generated/b.py)\" | $algogen validate -",
        {
          folder
        }
      )
      assert.strictEqual(piped.stdout, "✓ -: 2 lines of code, execute_trade takes 5 arguments\n")
      assert.strictEqual(piped.code, 0)
      assert.strictEqual((yield* shell("$algogen validate - < generated/b.py", { folder })).code, 0)
      const bad = yield* shell("echo nothing | $algogen validate -", { folder })
      assert.strictEqual(bad.code, 1)
      assert.match(bad.stdout, /^✗ -: extract: /)
    })
  )

  it.scopedLive("--trial plays a module before it believes it", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      yield* write(GOOD, folder, "good.py")
      yield* write(GOOD.replace('return "HOLD"', "return 1 / (tick - tick)"), folder, "divides.py")
      const { stdout, ...ended } = yield* algogen(["validate", "--trial", "--json", "good.py", "divides.py"], {
        folder
      })
      const [good, divides] = verdicts(stdout)
      assert.isTrue(good?.ok)
      assert.isDefined(good?.trial)
      // Where there is no sandbox, nothing is run and nobody is blamed.
      if (divides?.ok === false) {
        assert.strictEqual(ended.code, 1)
        assert.match(divides.message ?? "", /ZeroDivisionError/)
      } else assert.strictEqual(ended.code, 0)
    })
  )
})

describe.concurrent("simulate", PATIENCE, () => {
  it.scopedLive("--profile plays another server, at its own path and with its own ids", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const port = yield* freePort
      const server = yield* startAlgogen(["simulate", "--port", String(port), "--profile", "gemini"], { folder })
      yield* server.says(
        `The server imitates Gemini. Try: algogen generate --base-url 'http://127.0.0.1:${port}/v1beta/openai' --model gemini-2.5-flash`
      )
      yield* untilListening(port)
      const list = yield* Effect.promise(() => fetch(`http://127.0.0.1:${port}/v1beta/openai/models`))
      assert.include(yield* Effect.promise(() => list.text()), "models/gemini-2.5-flash")
      const unknown = yield* algogen(["simulate", "--profile", "nope"], { folder })
      assert.strictEqual(unknown.code, 2)
      for (const name of Names.PROFILES) assert.include(unknown.stderr, name)
    })
  )

  it.scopedLive("--list prints every behavior and every profile with its sentence", () =>
    Effect.gen(function* () {
      const { code, stdout } = yield* algogen(["simulate", "--list"], { folder: yield* emptyFolder })
      assert.strictEqual(code, 0)
      for (const line of stdout.split("\n")) assert.isAtMost(line.length, 120)
      // A sentence goes on below itself.
      const lines = stdout.replaceAll(/\n {10,}/g, " ").split("\n")
      for (const { description, name, value } of Behavior.table) {
        const line = lines.find((each) => each.startsWith(`${name} `))
        deepStrictEqual(line?.split(/ {2,}/), [name, ...(value === undefined ? [] : [String(value)]), description])
      }
      for (const { description, name, typed } of Profiles.all) {
        assert.isTrue(lines.map((line) => line.split(/ {2,}/).join()).includes([name, typed, description].join()), name)
      }
    })
  )

  it.scopedLive("serves on the port that was asked for, as its seed and scenario say, until it is interrupted", () =>
    Effect.gen(function* () {
      const serve = (flags: ReadonlyArray<string>) =>
        Effect.gen(function* () {
          const folder = yield* emptyFolder
          const port = yield* freePort
          const server = yield* startAlgogen(["simulate", "--port", String(port), ...flags], { folder })
          yield* server.says("These models are simulated: their answers are made up. Press Ctrl-C to stop the server.")
          yield* untilListening(port)
          return { folder, port, server, env: { OPENROUTER_BASE_URL: `http://127.0.0.1:${port}/api/v1` } }
        })
      const answersOf = (seed: string) =>
        Effect.gen(function* () {
          const { env, folder, port, server } = yield* serve(["--seed", seed])
          const { code, stderr } = yield* algogen(["generate", ...models("sim/ok-bare")], { folder, env })
          assert.strictEqual(code, 0, stderr)
          const taken = yield* algogen(["simulate", "--port", String(port)], { folder })
          assert.strictEqual(taken.code, 2)
          assert.include(
            taken.stderr,
            `algogen: cannot listen on port ${port}: it may be in use, choose another --port`
          )
          yield* server.kill("SIGINT")
          const ended = yield* server.ended
          assert.strictEqual(ended.code, 130)
          assert.strictEqual(ended.stdout, `OPENROUTER_BASE_URL=${env.OPENROUTER_BASE_URL}\n`)
          const source = yield* read(folder, "generated", "generated_algo_sim_ok_bare.py")
          return source.slice(source.indexOf("\n\n"))
        })
      const outage = Effect.gen(function* () {
        const { env, folder, server } = yield* serve(["--scenario", "outage"])
        const { code, stderr } = yield* algogen(["generate", "-m", "a/b", "--max-retries=0"], { folder, env })
        assert.strictEqual(code, 1)
        assert.match(stderr, /The list of models is not available/)
        yield* server.kill("SIGTERM")
        assert.strictEqual((yield* server.ended).code, 143)
      })
      const [[first, same, other]] = yield* Effect.all(
        [Effect.all([answersOf("7"), answersOf("7"), answersOf("8")], { concurrency: 3 }), outage],
        { concurrency: 2 }
      )
      assert.strictEqual(same, first)
      assert.notStrictEqual(other, first)
    })
  )
})

describe.concurrent("journal", PATIENCE, () => {
  it.scopedLive(
    "lists what each run of many received, whatever ended it: together it is what the server has answered",
    () =>
      Effect.gen(function* () {
        const { folder, generate, server, startGenerate } = yield* scene({ latencyScale: 0 })
        const good = (first: number, count: number) =>
          Arr.makeBy(count, (n) => ({ model: "sim/ok", ticker: `T${first + n}` }))
        const stalled = Arr.makeBy(6, (n) => ({ model: "sim/stall-headers*12", ticker: `T${n}` }))
        const jobs = (...lines: ReadonlyArray<unknown>) =>
          write(lines.map((line) => JSON.stringify(line)).join("\n"), folder, "jobs.jsonl")
        const args = ["--jobs", "jobs.jsonl", "--resume"]
        /** Ends it when so many requests hang, and so many answers are on the disk. */
        const cutShort = (signal: NodeJS.Signals, hanging: number, kept: number) =>
          Effect.gen(function* () {
            const run = yield* startGenerate(args)
            const { models } = yield* server.stats.pipe(
              Effect.delay(20),
              Effect.repeat({ until: ({ models }) => models["sim/stall-headers*12"]?.requests === hanging })
            )
            yield* algogen(["journal", "--json"], { folder }).pipe(
              Effect.map(({ stdout }) => (stdout === "" ? 0 : JSON.parse(stdout).answers.length)),
              Effect.delay(20),
              Effect.repeat({ until: (answers) => answers === kept })
            )
            yield* run.kill(signal)
            yield* run.ended
            return models["sim/ok"]?.completed
          })
        yield* jobs(...good(0, 10), ...stalled)
        const interrupted = yield* cutShort("SIGINT", 6, 10)
        yield* jobs(...good(0, 15), ...stalled)
        const killed = yield* cutShort("SIGKILL", 12, 15)
        deepStrictEqual([interrupted, killed], [10, 15])
        const last = yield* generate([...args, "--json"])
        assert.strictEqual(last.code, 0, last.stderr)
        const { totals } = JSON.parse(last.stdout)
        deepStrictEqual([totals.resumed, totals.requests], [15, 6])

        const { answers, runs } = JSON.parse((yield* algogen(["journal", "--json"], { folder })).stdout)
        deepStrictEqual(
          runs.map((run: { [name: string]: unknown }) => [run["answered"], run["received"], run["finished"]]),
          [
            [10, 10, false],
            [5, 5, false],
            [21, 6, true]
          ]
        )
        assert.lengthOf(answers, (yield* server.stats).completed)
        const costs = (all: ReadonlyArray<{ readonly cost: number }>) => all.reduce((sum, { cost }) => sum + cost, 0)
        assert.closeTo(costs(runs), costs(answers.map(({ usage }: { usage: { cost: number } }) => usage)), 1e-12)
        assert.closeTo(runs.at(-1).cost, totals.cost, 1e-12)
        const { stdout } = yield* algogen(["journal"], { folder })
        assert.match(stdout, /^\S+ +several +\? +10 +no +10 +\$\S+$/m)
        assert.match(stdout, /^21 answers, cost \$\S+$/m)
      })
  )

  it.scopedLive("counts no answer that did not come in time, and fails when nothing can be read", () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene()
      yield* generate([...models("sim/ok", "sim/stall-body"), "--request-timeout=2s", "--max-retries=0"])
      const listed = yield* algogen(["journal"], { folder })
      const rows = listed.stdout.trimEnd().split("\n")
      assert.match(rows.find((row) => row.includes("sim/stall-body")) ?? "", / cut off +\?$/)
      deepStrictEqual(
        rows.slice(-3, -1).map((row) => row.replace(/\d\.\d+/, "..")),
        ["1 answer, cost $..", "1 incomplete answer besides, kept for reading only"]
      )
      yield* Effect.promise(() => fs.mkdir(path.join(folder, "bad", JournalFile.FOLDER_NAME), { recursive: true }))
      yield* write("no journal at all\nnor this\n", folder, "bad", JournalFile.FOLDER_NAME, "2026-01-01.jsonl")
      const bad = yield* algogen(["journal", "--out", "bad"], { folder })
      assert.strictEqual(bad.code, 1, bad.stdout)
      assert.include(bad.stderr, "the journal in bad: 2 records could not be read; they are damaged")
    })
  )

  it.scopedLive("says of an answer that keeps an algorithm that it does, not that it is refused", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const directory = path.join(folder, "generated")
      const answer = new Answer({ model: "a/one", text: "KEEP" })
      yield* Effect.flatMap(Journal.Journal, ({ append }) =>
        append({ key: "k", model: "a/one", ticker: "AAPL", messages: [], answer })
      ).pipe(Effect.provide(JournalFile.layer({ directory })), Effect.provide(NodeContext.layer))
      const { stdout } = yield* algogen(["journal", "--show", "1"], { folder })
      assert.match(stdout, /^keeps the algorithm of an earlier round$/m)
      assert.notInclude(stdout, "refused")
      const json = yield* algogen(["journal", "--show", "1", "--json"], { folder })
      assert.deepStrictEqual(JSON.parse(json.stdout).verdict, { ok: true, keeps: true })
    })
  )

  it.scopedLive("is that of the folder that is named, and says why a simulated one has none", () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene()
      yield* generate([...models("sim/ok"), "--out", "mine"])
      const mine = yield* algogen(["journal", "mine"], { folder })
      assert.match(mine.stdout, /^1 answer, cost /m)
      yield* algogen(["generate", "--simulate", ...models("sim/ok")], { folder })
      const why = "its algorithms are simulated, and no journal keeps the answers of simulated models"
      const simulated = yield* algogen(["journal", "simulated"], { folder })
      deepStrictEqual([simulated.code, simulated.stdout], [0, `there is no journal in simulated: ${why}\n`])
      const report = yield* algogen(["report", "simulated"], { folder })
      deepStrictEqual(report.code, 0, report.stderr)
      yield* Effect.promise(() => fs.rm(path.join(folder, "simulated", Manifest.NAME)))
      const none = yield* algogen(["report", "simulated"], { folder })
      const lack = `algogen: there is neither a manifest nor a journal in simulated: ${why}\n`
      deepStrictEqual([none.code, none.stderr], [2, lack])
    })
  )

  it.scopedLive("lists what was paid for, and deletes what is old", () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene()
      for (const args of [["journal"], ["journal", "--prune", "1d"]]) {
        const none = yield* algogen([...args, "--out", "nowhere"], { folder })
        assert.strictEqual(none.code, 0, none.stderr)
        assert.strictEqual(none.stdout, "there is no journal in nowhere: there is no such folder\n")
      }
      // What cannot be looked at may well be there.
      const long = yield* algogen(["journal", "--out", "x".repeat(300)], { folder })
      assert.strictEqual(long.code, 2)
      assert.include(long.stderr, "cannot be read (ENAMETOOLONG)")
      deepStrictEqual(yield* list(folder), [])
      yield* generate([...models("sim/ok", "sim/ok-bare", "sim/status-404"), "--ticker", "TSLA"])
      const { code, stdout } = yield* algogen(["journal"], { folder })
      assert.strictEqual(code, 0)
      const rows = stdout.trimEnd().split("\n")
      assert.match(rows[0] ?? "", /^run +ticker +asked +answered +finished +received +cost$/)
      assert.match(rows[1] ?? "", /^\d{4}-\d\d-\d\dT[\d:.]+Z +TSLA +3 +2 +yes +2 +\$0\.00\d{4}$/)
      assert.match(rows[3] ?? "", /^answer +model +ticker +when +completion tokens +cost$/)
      assert.lengthOf(rows, 9)
      assert.match(rows[7] ?? "", /^2 answers, cost \$0\.00\d{4}$/)
      for (const model of ["sim/ok", "sim/ok-bare"]) {
        assert.match(
          stdout,
          new RegExp(`^[12] +${model} +TSLA +\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z +\\d+ +\\$0\\.00\\d{4}$`, "m")
        )
      }
      const young = yield* algogen(["journal", "--prune", "30d"], { folder })
      assert.strictEqual(young.stdout, "0 answers deleted: none is older than 30d\n")
      const old = yield* algogen(["journal", "--prune", "0s"], { folder })
      assert.strictEqual(old.stdout, "2 answers deleted\n")
      const empty = yield* algogen(["journal", "--prune", "0d"], { folder })
      deepStrictEqual([empty.code, empty.stdout], [0, "0 answers deleted: there are none\n"])
      const listed = yield* algogen(["journal"], { folder })
      deepStrictEqual([listed.code, listed.stdout], [0, "the journal in generated has no answers\n"])
      const again = yield* generate([...models("sim/ok"), "--ticker", "TSLA", "--resume", "--json"])
      assert.strictEqual(parse(again.stdout).totals.requests, 1)
    })
  )

  it.scopedLive("is for its owner alone", () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene()
      yield* generate(models("sim/ok"))
      const journal = path.join("generated", JournalFile.FOLDER_NAME)
      const files = (yield* list(folder, journal)).map((name) => path.join(journal, name))
      assert.isAbove(files.length, 0)
      const modes = yield* Effect.promise(() =>
        Promise.all([journal, ...files].map(async (name) => (await fs.stat(path.join(folder, name))).mode & 0o777))
      )
      deepStrictEqual(modes, [0o700, ...files.map(() => 0o600)])
    })
  )
})

/** A server of a chat completions endpoint and a list with one model; everything else is not found. */
const chat = (answer: (body: Record<string, unknown>, response: ServerResponse) => void) =>
  Effect.acquireRelease(
    Effect.async<readonly [Server, number]>((resume) => {
      const server = createServer((request, response) => {
        let text = ""
        request.on("data", (piece: Buffer) => (text += piece.toString()))
        request.on("end", () => {
          const path = request.url?.split("?")[0]
          if (path === "/v1/chat/completions") return answer(JSON.parse(text), response)
          response.statusCode = path === "/v1/models" ? 200 : 405
          response.end(path === "/v1/models" ? '{"data":[{"id":"listed"}]}' : "<html>not here</html>")
        })
      }).listen(0, "127.0.0.1", () => {
        const address = server.address()
        resume(Effect.succeed([server, typeof address === "object" && address !== null ? address.port : 0]))
      })
    }),
    ([server]) => Effect.sync(() => server.close())
  ).pipe(Effect.map(([, port]) => port))

const freePort = Effect.async<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

const untilListening = (port: number) =>
  Effect.promise((signal) =>
    fetch(`http://127.0.0.1:${port}/__stats`, { signal }).then(
      ({ ok }) => ok,
      () => false
    )
  ).pipe(Effect.repeat({ until: (listens) => listens }), Effect.timeoutOption("30 seconds"), Effect.map(Option.isSome))

describe("status", PATIENCE, () => {
  it.scopedLive("names the batches that it deletes", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const db = ["--db", `sqlite:${path.join(folder, "jobs.db")}`]
      const batch = [...db, "--batch", "evening"]
      const submitting = yield* startAlgogen(["generate", ...batch, ...models("a/one"), "-t", "AAPL"], { folder })
      const call = (...args: ReadonlyArray<string>) => Effect.map(algogen(args, { folder }), ({ stdout }) => stdout)
      yield* Effect.repeat(call("status", ...db, "--json"), { until: (stdout) => stdout.includes('"evening"') })
      yield* submitting.kill("SIGINT")
      yield* call("cancel", ...batch)
      assert.strictEqual(
        yield* call("status", ...db, "--prune", "1h"),
        "deleted 0 batches: none ended more than 1h ago\n"
      )
      assert.strictEqual(yield* call("status", ...db, "--prune", "0s"), "deleted 1 batch: evening\n")
    })
  )
})

describe("a base URL with another path than the API's", PATIENCE, () => {
  it.scopedLive("gets one hint, and the same one from each command", () =>
    Effect.gen(function* () {
      const { folder, server } = yield* scene()
      const { origin } = new URL(server.baseUrl)
      const hint = `the base URL has another path than this server's API: try ${server.baseUrl}`
      for (const args of [
        ["generate", ...models("sim/ok", "sim/ok-bare"), "--max-retries", "0"],
        ["generate", ...models("sim/ok"), "--max-retries", "0", "--json"],
        ["generate", ...models("sim/ok"), "--max-retries", "0", "-t", "A", "-t", "B"],
        ["generate", ...models("sim/ok"), "--max-retries", "0", "-t", "A", "-t", "B", "--json"],
        ["generate", ...models("sim/ok"), "--max-retries", "0", "--samples", "31"],
        ["doctor", ...models("sim/ok")],
        ["models"]
      ]) {
        const { code, stderr, stdout } = yield* algogen([...args, "--base-url", origin], { folder })
        assert.strictEqual(code, 1)
        const said = `${stdout}${stderr}`
        deepStrictEqual(said.match(/\btry http\S+/g), [`try ${server.baseUrl}`], args.join(" "))
        assert.include(said, hint)
        assert.notMatch(said, /run algogen doctor|no list of models/)
      }
    })
  )
})
