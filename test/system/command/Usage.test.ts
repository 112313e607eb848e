/** What is said before anything is sent: wrong flags and settings, help, and where the key comes from. */
import * as fs from "node:fs/promises"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as Simulator from "../../../src/simulator/Simulator.js"
import * as JournalFile from "../../../src/storage/journal/File.js"
import { algogen, algorithms, emptyFolder, list, models, PATIENCE, read, scene, write } from "./command.js"
import { parse, statuses } from "./document.js"

const ESCAPE = "\u001b"

/** What makes no sense, and what is said about it. */
const MISTAKES: ReadonlyArray<readonly [args: ReadonlyArray<string>, said: RegExp]> = [
  [["generate", "--ticker", "A$PL"], /'A\$PL' is not valid for '--ticker'/],
  [["generate", "-t", "AAPL,MSFT"], /'AAPL,MSFT' is not valid for '--ticker': use one --ticker for each$/m],
  [["generate", "--ticker"], /^algogen: --ticker needs a value$/m],
  [["generate", "-m", ""], /^algogen: -m needs a value$/m],
  [["generate", "--json", "-m"], /^algogen: -m needs a value$/m],
  [["generate", "-m", "a/b,c/d"], /'a\/b,c\/d' looks like several models: use one --model for each/],
  [["generate", "-m", "a/b c/d"], /'a\/b c\/d' has a space in it: use one --model for each model$/m],
  [["generate", "-m", "a/b@effort=huge"], /'huge' is not valid for 'effort' in 'a\/b@effort=huge': use one of none, /],
  [["generate", "--effort", "huge"], /'huge' is not valid for '--effort': use one of none, minimal, low, /],
  [["generate", "--max-tokens", "0"], /'0' is not valid for '--max-tokens': use a whole number of at least 1/],
  [["generate", "--temperature", "3"], /'3' is not valid for '--temperature': use a number from 0 to 2/],
  [["generate", "--provider-json", "[1]"], /'\[1\]' is not valid for '--provider-json': use a JSON object/],
  [["generate", "--bar", "week"], /'week' is not valid for '--bar': use one of minute, hour, day/],
  [["generate", "--data", "none.csv"], /the file for '--data none\.csv' could not be read: .*ENOENT/],
  [["generate", "--system", "{{model}}"], /algogen: the text for '--system', line 1: \{\{model\}\} is unknown/],
  [
    ["generate", "--system", "@no-such-file"],
    /the file for '--system @no-such-file' could not be read: there is no such file \(ENOENT\); check its path$/m
  ],
  [["generate", "--system", "@/dev/null"], /^algogen: the file for '--system @\/dev\/null' is empty$/m],
  [["generate", "--prompt", "/dev/null"], /^algogen: the file for '--prompt \/dev\/null' is empty$/m],
  [
    ["generate", "--simulate", "--report", "/dev/null/page.html"],
    /^algogen: \/dev\/null is not a folder, or its parent is not one \(E\w+\); .*or choose another folder \(--report\)$/m
  ],
  [["generate", "--metrics", "--json"], /^algogen: --metrics needs a value$/m],
  [["generate", "--concurrency", "0"], /'0' is not valid for '--concurrency': use a whole number of at least 1/],
  [["generate", "--concurrency", "many"], /'many' is not valid for '--concurrency'/],
  [["generate", "--samples", "101"], /'101' is not valid for '--samples': use a whole number from 1 to 100/],
  [["generate", "--max-retries=-1"], /'-1' is not valid for '--max-retries': use a whole number of at least 0/],
  [["generate", "--budget=-1"], /'-1' is not valid for '--budget'/],
  [["generate", "--deadline", "soon"], /'soon' is not valid for '--deadline'/],
  [["generate", "--request-timeout", "0ms"], /'0ms' is not valid for '--request-timeout'/],
  [["generate", "--otlp", "collector"], /'collector' is not valid for '--otlp'/],
  [["generate", "--stream", "--no-stream"], /use either '--stream' or '--no-stream', not both/],
  [
    ["generate", "--simulate", "--base-url", "http://127.0.0.1:1"],
    /algogen: use either --simulate or --base-url, not both/
  ],
  [
    ["generate", "--db", "sqlite:jobs.db", "-m", "a/b", "--trial"],
    /algogen: use either --db or --trial, not both: the workers check the answers, so give it to each algogen worker$/m
  ],
  [
    ["generate", "--db", "sqlite:jobs.db", "-m", "a/b", "--concurrency", "6"],
    /algogen: use either --db or --concurrency, not both: the workers ask, so give it to each algogen worker$/m
  ],
  [
    ["generate", "--db", "sqlite:jobs.db", "-m", "a/b", "--rounds", "2"],
    /algogen: use either --db or --rounds, not both: each job is asked for itself, so run it without --db$/m
  ],
  [["worker", "--db", "sqlite:jobs.db", "--simulate"], /^algogen: algogen worker has no flag --simulate/m],
  [["generate", "--base-url", "ftp://x"], /algogen: --base-url 'ftp:\/\/x' is not a plain http or https address/],
  [["models", "--base-url", "http://me:secret@x"], /algogen: --base-url is not a plain http or https address/],
  [["generate", "--base-url", "https://openrouter.ai/api/v1"], /algogen: OPENROUTER_API_KEY is not set/],
  [["generate", "--out", "A", "--out", "B"], /^algogen: --out may be given only once$/m],
  [["generate", "--modle", "a/b"], /^algogen: algogen generate has no flag --modle: did you mean --model\?$/m],
  [["validate", "a-file", "--no-such-flag"], /^algogen: algogen validate has no flag --no-such-flag: /m],
  [
    ["simulate", "somewhere"],
    /^algogen: algogen simulate does not take the argument 'somewhere': algogen help simulate shows how to use it$/m
  ],
  [
    ["generate", "--metrics", "no-folder/metrics.txt"],
    /algogen: no-folder\/metrics\.txt cannot be written to \(ENOENT\); check its path/
  ],
  [
    ["generate", "--out", "a-file"],
    /algogen: a-file is not a folder, or its parent is not one \(ENOTDIR\); move the file in the way or/
  ],
  [
    ["generate", "--out", "a-file/below"],
    /algogen: a-file\/below is not a folder, or its parent is not one \(ENOTDIR\); move the file in the way or/
  ],
  [["no-such-command"], /^algogen: 'no-such-command' is not a command: use generate, /m],
  [
    ["simulate", "--scenario", "sunny"],
    /^algogen: 'sunny' is not valid for '--scenario': use one of healthy, flaky, /m
  ],
  [
    ["simulate", "--port", "99999"],
    /^algogen: '99999' is not valid for '--port': use a whole number from 0 to 65535$/m
  ],
  [["validate"], /^algogen: algogen validate needs FILE\.\.\.: algogen help validate shows/m],
  [["journal", "--prune", "long"], /'long' is not valid for '--prune'/]
]

describe.concurrent("a mistake", PATIENCE, () => {
  it.scopedLive("ends with 2 and a line that says what it is; nothing is sent, nothing is printed for scripts", () =>
    Effect.gen(function* () {
      const { folder, server } = yield* scene()
      yield* write("", folder, "a-file")
      yield* Effect.forEach(
        MISTAKES,
        ([args, said]) =>
          Effect.gen(function* () {
            // Those that name no server would find this one.
            const env = args.includes("--base-url") ? {} : { OPENROUTER_BASE_URL: server.baseUrl }
            const { code, stderr, stdout } = yield* algogen(args, { folder, env })
            assert.strictEqual(code, 2, `${args.join(" ")}: ${stderr}`)
            assert.match(stderr, said, args.join(" "))
            assert.strictEqual(stdout, "", args.join(" "))
            assert.notInclude(stderr, ESCAPE)
            assert.notMatch(stderr, /^\s+at /m, args.join(" "))
          }),
        { concurrency: 3 }
      )
      const seen = yield* server.stats
      assert.strictEqual(seen.requests, 0)
      assert.strictEqual(seen.connections.opened, 0)
      assert.notInclude(yield* list(folder), "generated")
    })
  )
})

describe.concurrent("a mistake where there is no key", PATIENCE, () => {
  it.scopedLive("is told alone: no word of the simulator, which is not started, and no folder", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      yield* write("", folder, "a-file")
      const mistakes = [
        ["generate", "--samples", "0"],
        ["generate", "--demo", "--out", "a-file"],
        ["generate", "--demo", "--metrics", "no-folder/metrics.txt"]
      ]
      for (const args of mistakes) {
        const { code, stderr } = yield* algogen(args, { folder })
        assert.strictEqual(code, 2, stderr)
        assert.notMatch(stderr, /simulat/)
        assert.match(stderr, /^.*\n$/)
      }
      deepStrictEqual(yield* list(folder), ["a-file"])
      const setting = yield* algogen(["generate"], { folder, env: { OPENROUTER_BASE_URL: "nowhere" } })
      assert.strictEqual(setting.code, 2)
      assert.match(setting.stderr, /^algogen: OPENROUTER_BASE_URL is not a plain http or https address such as .*\n$/)
      const worker = yield* algogen(["worker", "--db", "sqlite:jobs.db"], { folder })
      assert.strictEqual(worker.code, 2)
      assert.match(
        worker.stderr,
        /; to try algogen without a key, start algogen simulate, and give its address with --base-url$/m
      )
    })
  )
})

describe.concurrent("help", PATIENCE, () => {
  it.scopedLive("is plain in a pipe, and no failure", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const asked: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp]> = [
        [["--help"], /generate[^]*models[^]*doctor[^]*journal[^]*validate[^]*simulate/],
        [["generate", "--help"], /^Usage: algogen generate \[FLAGS\]\n[^]*--model ID[^]*--deadline /],
        [["help", "generate", "--all"], /^Usage: algogen generate \[FLAGS\]\n[^]*--model ID[^]*--deadline TIME/],
        [["generate", "-m", "a/b", "-h"], /^Usage: algogen generate /],
        [["help", "journal"], /^Usage: algogen journal \[FLAGS\] \[FOLDER\]\n[^]*--prune AGE/],
        [["--version"], /^\d+\.\d+\.\d+\n$/],
        [["--completions", "bash"], /complete.*algogen/],
        [["--completions", "zsh"], /#compdef algogen/],
        [["--completions", "fish"], /complete -c algogen/]
      ]
      yield* Effect.forEach(
        asked,
        ([args, said]) =>
          Effect.gen(function* () {
            const { code, stderr, stdout } = yield* algogen(args, { folder })
            assert.strictEqual(code, 0, `${args.join(" ")}: ${stderr}`)
            assert.match(stdout, said)
            assert.strictEqual(stderr, "")
            assert.notInclude(stdout, ESCAPE)
          }),
        { concurrency: 3 }
      )
      for (const args of [[], ["-h"]]) {
        const { stdout } = yield* algogen(args, { folder })
        for (const name of ["generate", "models", "doctor", "journal", "validate", "simulate"]) {
          assert.match(stdout, new RegExp(`^ {2}${name} +\\S`, "m"))
        }
        for (const line of stdout.split("\n")) assert.isAtMost(line.length, 100)
      }
      const { version } = JSON.parse(yield* read(process.cwd(), "package.json"))
      assert.strictEqual((yield* algogen(["--version"], { folder })).stdout.trim(), version)
    })
  )
})

const KEY = "sk-or-v1-0123456789abcdef"
const WRONG = "sk-or-v1-fedcba9876543210"

describe.concurrent("the key", PATIENCE, () => {
  it.scopedLive("comes from .env, like the base URL, where the process has none of its own", () =>
    Effect.gen(function* () {
      const server = yield* Simulator.make({ latencyScale: 0.02, apiKeys: [KEY] })
      const folder = yield* emptyFolder
      yield* write(`OPENROUTER_API_KEY=${KEY}\nOPENROUTER_BASE_URL=${server.baseUrl}/\n`, folder, ".env")
      const ask = ["generate", ...models("sim/ok", "sim/ok-bare"), "--json"]
      const good = yield* algogen(ask, { folder })
      assert.strictEqual(good.code, 0, good.stderr)
      deepStrictEqual(statuses(parse(good.stdout)), ["ok", "ok"])

      // The server that .env names gets the key that stands beside it.
      const beside = yield* algogen(ask, { folder, env: { OPENROUTER_API_KEY: WRONG } })
      deepStrictEqual(statuses(parse(beside.stdout)), ["ok", "ok"])
      const env = { OPENROUTER_API_KEY: WRONG, OPENROUTER_BASE_URL: server.baseUrl }
      const wrong = yield* algogen([...ask, "--concurrency", "1"], { folder, env })
      assert.strictEqual(wrong.code, 1)
      deepStrictEqual(statuses(parse(wrong.stdout)), ["failed AccountRefused", "failed NotAsked"])
      assert.strictEqual((yield* server.stats).requests, 5)
    })
  )

  it.scopedLive("comes from .env in UTF-16 and in quotes as well", () =>
    Effect.gen(function* () {
      const server = yield* Simulator.make({ latencyScale: 0.02, apiKeys: [KEY] })
      const folder = yield* emptyFolder
      const text = `\ufeffOPENROUTER_API_KEY=Bearer ${KEY}\r\nOPENROUTER_BASE_URL="'${server.baseUrl}'"\r\n`
      yield* Effect.promise(() => fs.writeFile(path.join(folder, ".env"), text, "utf16le"))
      const good = yield* algogen(["generate", ...models("sim/ok")], { folder })
      assert.strictEqual(good.code, 0, good.stderr)
      const script = yield* algogen(["generate", ...models("sim/ok")], {
        folder,
        env: { OPENROUTER_API_KEY: "undefined", OPENROUTER_BASE_URL: server.baseUrl }
      })
      assert.strictEqual(script.code, 2)
      assert.match(script.stderr, /^algogen: OPENROUTER_API_KEY is the word 'undefined', perhaps from a script/)
    })
  )

  it.scopedLive("that is blank is none, and is said to be there", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const asked = ["generate", "--demo", ...models("sim/ok")]
      const blank = yield* algogen(asked, { folder, env: { OPENROUTER_API_KEY: "  " } })
      assert.strictEqual(blank.code, 0)
      const said = /^OPENROUTER_API_KEY is set but empty and no base URL is given: using the simulator\.\n/
      assert.match(blank.stderr, said)
      assert.match(blank.stdout, /\nThe models were simulated: their answers are made up\.\n$/)
      yield* write("OPENROUTER_API_KEY=\n", folder, ".env")
      assert.match((yield* algogen(asked, { folder })).stderr, said)
      const doctor = yield* algogen(["doctor"], { folder })
      assert.match(doctor.stdout, /^✗ OPENROUTER_API_KEY is set but empty\n/)
    })
  )

  it.scopedLive("is missed with a word where .env cannot be read", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      yield* Effect.promise(() => fs.mkdir(path.join(folder, ".env")))
      const { code, stderr } = yield* algogen(["generate", ...models("sim/ok")], { folder })
      assert.strictEqual(code, 2)
      assert.match(
        stderr,
        /^\.env could not be read and is ignored: .*EISDIR.*\nalgogen: OPENROUTER_API_KEY is not set: /
      )
    })
  )

  it.scopedLive("is in nothing that is printed or written, whatever fails", () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene()
      const kinds = [
        "ok",
        "ok-other-model",
        "status-500",
        "status-429",
        "reset-body",
        "cut-headers",
        "stall-body",
        "truncated-json",
        "no-code",
        "length",
        "huge-answer",
        "status-403",
        "content-filter"
      ]
      const { code, stderr, stdout } = yield* generate(
        [...models(...kinds.map((kind) => `sim/${kind}`)), "--max-retries=0", "--request-timeout=4s", "--json"],
        { ALGOGEN_API_KEY: KEY }
      )
      assert.strictEqual(code, 0, stderr)
      assert.strictEqual(parse(stdout).totals.failed, kinds.length - 2)
      const names = yield* list(folder, "generated")
      const journal = yield* list(folder, "generated", JournalFile.FOLDER_NAME)
      assert.isAbove(journal.length, 0)
      const files = yield* Effect.forEach(
        [
          ...names.filter((name) => name !== JournalFile.FOLDER_NAME),
          ...journal.map((name) => `${JournalFile.FOLDER_NAME}/${name}`)
        ],
        (name) => read(folder, "generated", name)
      )
      for (const text of [stdout, stderr, ...files]) assert.notInclude(text, KEY.slice(-12))
    })
  )

  it.scopedLive("that is refused ends the run with 1, and says what it is", () =>
    Effect.gen(function* () {
      const { folder, generate } = yield* scene({ apiKeys: [KEY] })
      const { code, stderr } = yield* generate(models("sim/ok"), { ALGOGEN_API_KEY: WRONG })
      assert.strictEqual(code, 1)
      assert.include(stderr, "✗ sim/ok: the API refused the account or the key (HTTP 401): User not found.")
      deepStrictEqual(yield* algorithms(folder, "generated"), [])
    })
  )
})
