/** `algogen init`, and the choice of models, with a terminal and without. */
import { spawn, spawnSync } from "node:child_process"
import * as fs from "node:fs/promises"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import { DEFAULT } from "../../../src/api/Models.js"
import * as Simulator from "../../../src/simulator/Simulator.js"
import { algogen, emptyFolder, list, PATIENCE, type Place, read, write } from "./command.js"

const KEY = "sk-or-v1-0123456789abcdef"

const server = (options: Simulator.Options = {}) =>
  Effect.orDie(Simulator.make({ latencyScale: 0.02, apiKeys: [KEY], ...options }))

/** What a person does: waits for these words, then types. */
type Step = readonly [words: string, typed: string]

/** The command in a terminal, from its start to its end. */
const atTerminal = (args: ReadonlyArray<string>, steps: ReadonlyArray<Step>, { env, folder }: Place) =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const words = [process.execPath, path.resolve("dist/bin.js"), ...args].map((word) => `'${word}'`)
      return spawn("script", ["-qefc", words.join(" "), "/dev/null"], {
        cwd: folder,
        env: { PATH: process.env["PATH"], HOME: folder, TERM: "xterm", ...env },
        stdio: ["pipe", "pipe", "inherit"]
      })
    }),
    (child) =>
      Effect.async<{ readonly code: number | null; readonly shown: string }>((resume) => {
        const left = [...steps]
        let shown = ""
        let seen = 0
        const next = () => {
          const [words, typed] = left[0] ?? []
          const at = words === undefined ? -1 : shown.indexOf(words, seen)
          if (words === undefined || typed === undefined || at < 0) return
          seen = at + words.length
          left.shift()
          // The question listens a moment after it is drawn.
          setTimeout(() => {
            child.stdin.write(typed)
            next()
          }, 300)
        }
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
          shown += text
          next()
        })
        child.once("close", (code) => resume(Effect.succeed({ code, shown })))
      }),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

const hasTerminal = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0
const onTerminal = hasTerminal ? it.scopedLive : it.scopedLive.skip

const modeOf = (...where: ReadonlyArray<string>) =>
  Effect.promise(async () => ((await fs.stat(path.join(...where))).mode & 0o777).toString(8))

describe.concurrent(`algogen init at a terminal${hasTerminal ? "" : " (not run: no script)"}`, PATIENCE, () => {
  onTerminal("asks for the key without showing it, checks it, and writes .env and algogen.json", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* server()
      const folder = yield* emptyFolder
      yield* write("# mine\nOTHER=1\n", folder, ".env")
      const { code, shown } = yield* atTerminal(
        ["init", "--base-url", baseUrl],
        [
          ["API key for", "wrong\r"],
          ["the server refuses this key: ", ""],
          ["API key for", `${KEY}\r`],
          ["Which models?", "\r"],
          ["Which symbol?", "tsla\r"]
        ],
        { folder }
      )
      assert.strictEqual(code, 0, shown)
      assert.include(shown, "the server refuses this key: ")
      assert.notInclude(shown, KEY)
      assert.strictEqual(
        yield* read(folder, ".env"),
        `# mine\nOTHER=1\nOPENROUTER_BASE_URL=${baseUrl}\nALGOGEN_API_KEY=${KEY}\n`
      )
      assert.strictEqual(yield* modeOf(folder, ".env"), "600")
      const config: unknown = JSON.parse(yield* read(folder, "algogen.json"))
      deepStrictEqual(config, {
        models: [...DEFAULT],
        tickers: ["TSLA"],
        concurrency: 6,
        requestTimeout: "60s",
        maxRetries: 3
      })
      const run = yield* algogen(["generate", "--json"], { folder })
      assert.strictEqual(run.code, 0, run.stderr)
      assert.deepInclude(JSON.parse(run.stdout), { ticker: "TSLA", success: true })
      // Once more, it leaves what is there.
      const again = yield* atTerminal(["init"], [["API key for", "\r"]], { folder })
      assert.strictEqual(again.code, 0, again.shown)
      assert.include(again.shown, "algogen.json is there already")
      assert.match(yield* read(folder, ".env"), /^# mine\nOTHER=1\nOPENROUTER_BASE_URL=.*\nALGOGEN_API_KEY=.*\n$/)
    })
  )

  onTerminal("offers the default models where OpenRouter cannot be reached", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const { code, shown } = yield* atTerminal(
        ["init"],
        [
          ["API key for", `${KEY}\r`],
          ["Which models?", "\r"],
          ["Which symbol?", "\r"]
        ],
        // Nobody listens there.
        { folder, env: { HTTPS_PROXY: "http://127.0.0.1:9" } }
      )
      assert.strictEqual(code, 0, shown)
      assert.include(shown, "The server could not be asked about the key: ")
      assert.deepInclude(JSON.parse(yield* read(folder, "algogen.json")), { models: [...DEFAULT], tickers: ["AAPL"] })
    })
  )

  onTerminal("writes nothing where a question is left with Ctrl-C", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* server()
      const folder = yield* emptyFolder
      const { code, shown } = yield* atTerminal(
        ["init", "--base-url", baseUrl],
        [
          ["API key for", `${KEY}\r`],
          ["Which models?", "\u0003"]
        ],
        { folder }
      )
      assert.strictEqual(code, 130, shown)
      deepStrictEqual(yield* list(folder), [])
    })
  )
})

describe.concurrent("algogen init without a terminal", PATIENCE, () => {
  it.scopedLive("takes key, models and ticker from the environment and from flags", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* server()
      const folder = yield* emptyFolder
      const flags = ["-m", "sim/ok@max-tokens=9,effort=low", "-m", "a/b", "-t", "btc/usd", "--api-key-env", "MY_KEY"]
      const { code, stderr } = yield* algogen(["init", "--base-url", baseUrl, ...flags], {
        folder,
        env: { MY_KEY: KEY }
      })
      assert.strictEqual(code, 0, stderr)
      assert.strictEqual(yield* read(folder, ".env"), `OPENROUTER_BASE_URL=${baseUrl}\nALGOGEN_API_KEY=${KEY}\n`)
      assert.deepInclude(JSON.parse(yield* read(folder, "algogen.json")), {
        models: [{ id: "sim/ok", effort: "low", maxTokens: 9 }, "a/b"],
        tickers: ["BTC/USD"]
      })
    })
  )

  it.scopedLive("says that the key is not checked where the server cannot be reached", () =>
    Effect.gen(function* () {
      const folder = yield* emptyFolder
      const flags = ["--base-url", "http://127.0.0.1:9", "-m", "a/b"]
      const { code, stdout } = yield* algogen(["init", ...flags], { folder, env: { ALGOGEN_API_KEY: KEY } })
      assert.strictEqual(code, 0)
      assert.match(stdout, /ALGOGEN_API_KEY written to \.env.*\nIt is not checked yet: algogen doctor does that/)
      const { baseUrl } = yield* server()
      const good = yield* algogen(["init", "--base-url", baseUrl], { folder, env: { ALGOGEN_API_KEY: KEY } })
      assert.notInclude(good.stdout, "not checked")
    })
  )

  it.scopedLive("writes nothing where the key is missing, wrong, or no key", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* server()
      const folder = yield* emptyFolder
      const missing = yield* algogen(["init"], { folder })
      deepStrictEqual([missing.code, missing.stdout], [2, ""])
      assert.match(
        missing.stderr,
        /^algogen: OPENROUTER_API_KEY is not set, and there is no terminal to ask for the key: /
      )
      const wrong = yield* algogen(["init", "--base-url", baseUrl], { folder, env: { ALGOGEN_API_KEY: "wrong" } })
      deepStrictEqual([wrong.code, wrong.stdout], [1, ""])
      assert.match(wrong.stderr, /^algogen: the server refuses this key: .*Nothing was written\.\n$/)
      const none = yield* algogen(["init"], { folder, env: { ALGOGEN_API_KEY: "undefined" } })
      assert.match(none.stderr, /^algogen: ALGOGEN_API_KEY is the word 'undefined', .*Nothing was written\.\n$/)
      deepStrictEqual(yield* list(folder), [])
    })
  )
})

describe.concurrent(`a choice of models${hasTerminal ? "" : " (not run: no script)"}`, PATIENCE, () => {
  const scene = Effect.gen(function* () {
    const { baseUrl, stats } = yield* server()
    const folder = yield* emptyFolder
    return { folder, stats, env: { OPENROUTER_BASE_URL: baseUrl, OPENROUTER_API_KEY: KEY } }
  })

  onTerminal("is offered by generate, with six that Enter takes", () =>
    Effect.gen(function* () {
      const { stats, ...place } = yield* scene
      // Down past "all" and "the others", and the first one is out.
      const { code, shown } = yield* atTerminal(["generate"], [["Which models?", "\u001b[B\u001b[B \r"]], place)
      assert.strictEqual(code, 0, shown)
      deepStrictEqual(Object.keys((yield* stats).models).sort(), DEFAULT.slice(1).toSorted())
    })
  )

  onTerminal("is not offered where models are named, for scripts, or to a machine", () =>
    Effect.gen(function* () {
      const { env, folder } = yield* scene
      for (const [args, more] of [
        [["-m", "sim/ok"], {}],
        [["--json"], {}],
        [["--events"], {}],
        [[], { CI: "true" }]
      ] as const) {
        const { code, shown } = yield* atTerminal(["generate", ...args], [], { folder, env: { ...env, ...more } })
        assert.strictEqual(code, 0, shown)
        assert.notInclude(shown, "Which models?")
      }
    })
  )
})
