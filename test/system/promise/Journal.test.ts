/** The door without Effect keeps what was paid for as the command does, and the command takes it from there. */
import * as fs from "node:fs/promises"
import * as path from "node:path"
import { NodeContext } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import * as Simulator from "../../../src/simulator/Simulator.js"
import * as JournalFile from "../../../src/storage/journal/File.js"
import { algogen, algorithms, list, models, PATIENCE } from "../command/command.js"
import * as Installed from "./installed.js"

const run = (body: string, env: Readonly<Record<string, string>>) =>
  Installed.javascript(`import { generateAlgorithmsForAgents } from "algogen/promise"\n${body}`, env)

const scene = Effect.gen(function* () {
  const { baseUrl, stats } = yield* Effect.orDie(Simulator.make({ latencyScale: 0.02 }))
  const env = { OPENROUTER_BASE_URL: baseUrl, OPENROUTER_API_KEY: "sk-or-v1-0123456789abcdef" }
  return {
    env,
    requests: (model: string) => Effect.map(stats, (seen) => seen.models[model]?.requests ?? 0),
    resume: (folder: string, ids: ReadonlyArray<string>, ticker: string) =>
      algogen(["generate", "--resume", "--ticker", ticker, ...models(...ids)], { folder, env })
  }
})

const journal = (folder: string) =>
  JournalFile.read({ directory: path.join(folder, "generated") }).pipe(Effect.provide(NodeContext.layer))

layer(Installed.layer(), { excludeTestServices: true, timeout: PATIENCE.timeout })("the journal", (it) => {
  it.scoped(
    "has the answers whose files could not be saved, and the command resumes without a request",
    () =>
      Effect.gen(function* () {
        const { env, requests, resume } = yield* scene
        const ids = ["sim/ok:free", "sim/ok-fenced", "sim/ok-fenced"]
        const name = "generated_algo_sim_ok_free.py"
        const { folder, stderr, stdout } = yield* run(
          `import { mkdirSync } from "node:fs"
           mkdirSync("generated/${name}", { recursive: true })
           const failed = []
           await generateAlgorithmsForAgents(${JSON.stringify(ids)}, "tsla", (_, text) => { if (text.startsWith("MODEL_FAIL")) failed.push(text) })
           console.log(failed.join())`,
          env
        )
        assert.include(stdout, `MODEL_FAIL::sim/ok:free::generated/${name} is taken by a directory`, stderr)
        assert.include(stdout, "the journal has the answer")
        const asked = [yield* requests("sim/ok:free"), yield* requests("sim/ok-fenced")]
        deepStrictEqual(asked, [1, 2])
        yield* Effect.promise(() => fs.rmdir(path.join(folder, "generated", name)))

        const resumed = yield* resume(folder, ids, "TSLA")
        assert.strictEqual(resumed.code, 0, resumed.stderr)
        assert.include(resumed.stdout, "3 of 3 algorithms for TSLA")
        deepStrictEqual([yield* requests("sim/ok:free"), yield* requests("sim/ok-fenced")], asked)
        assert.include(yield* list(folder, "generated"), name)
        deepStrictEqual((yield* journal(folder)).unfinished, [])
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "has the answers of a process that died",
    () =>
      Effect.gen(function* () {
        const { env, requests, resume } = yield* scene
        const ids = ["sim/ok", "sim/stall-body*1"]
        const { folder } = yield* run(
          `await generateAlgorithmsForAgents(${JSON.stringify(ids)}, "AAPL", (_, text) => {
             if (text.endsWith("::generated")) process.kill(process.pid, "SIGKILL")
           })`,
          env
        )
        // One may have been under construction.
        const saved = (yield* algorithms(folder, "generated")).filter((name) => name.endsWith(".py"))
        deepStrictEqual(saved, [])
        const resumed = yield* resume(folder, ids, "AAPL")
        assert.include(resumed.stdout, "2 of 2 algorithms for AAPL", resumed.stderr)
        deepStrictEqual([yield* requests("sim/ok"), yield* requests("sim/stall-body*1")], [1, 2])
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "is shared by all calls of a process, which hear nothing of each other",
    () =>
      Effect.gen(function* () {
        const { env } = yield* scene
        const { folder, stderr, stdout } = yield* run(
          `const heard = []
           const call = (models, saved) => generateAlgorithmsForAgents(models, "AAPL", (_, text) => {
             heard.push(text)
             if (text.endsWith("::saved")) saved?.()
           })
           const results = await Promise.all(Array.from({ length: 20 }, () => call(["sim/ok", "sim/ok-fenced"])))
           // And one after the other, so that many calls begin just when the one before ends.
           const chain = []
           for (let n = 0; n < 60; n++) await new Promise((next) => chain.push(call(["sim/ok"], () => setTimeout(next, n % 15))))
           results.push(...(await Promise.all(chain)))
           console.log(results.every((success) => success === true))
           console.log(heard.filter((text) => text.includes("earlier run")).length)`,
          env
        )
        assert.strictEqual(stdout, "true\n0\n")
        assert.strictEqual(stderr, "")
        const { entries, unfinished } = yield* journal(folder)
        assert.strictEqual(entries.length, 100)
        deepStrictEqual(unfinished, [])
        const all = yield* list(folder, "generated", JournalFile.FOLDER_NAME)
        const files = all.filter((name) => !name.startsWith("checked-"))
        assert.lengthOf(files, 80)
        assert.isTrue(files.every((name) => name.endsWith(".finished.jsonl")))
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "is kept also while another process keeps its own, and no call takes that for one of its own",
    () =>
      Effect.gen(function* () {
        const { env, requests } = yield* scene
        const { folder, stderr, stdout } = yield* run(
          `import { spawn } from "node:child_process"
           import { once } from "node:events"
           import { writeFileSync } from "node:fs"
           writeFileSync("other.mjs", \`import { generateAlgorithmsForAgents } from "algogen/promise"
             await generateAlgorithmsForAgents(["sim/ok-fenced", "sim/ok-bare"], "AAPL")\`)
           const other = spawn(process.execPath, ["other.mjs"], { stdio: "inherit" })
           const ended = once(other, "exit")
           const results = []
           for (let n = 0; n < 10; n++) results.push(await generateAlgorithmsForAgents(["sim/ok"], "AAPL"))
           console.log(results.every((success) => success), (await ended)[0])`,
          env
        )
        assert.strictEqual(stdout, "true 0\n", stderr)
        assert.strictEqual((yield* journal(folder)).entries.length, 12)
        assert.strictEqual(yield* requests("sim/ok"), 10)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "rejects, with a StoreError and before anything is sent, where there is no place for it",
    () =>
      Effect.gen(function* () {
        const { env, requests } = yield* scene
        const { stderr, stdout } = yield* run(
          `import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
           const call = () => generateAlgorithmsForAgents(["sim/ok"], "AAPL").catch(({ _tag, message }) => _tag + ": " + message)
           mkdirSync("generated")
           symlinkSync("../elsewhere", "generated/${JournalFile.FOLDER_NAME}")
           console.log(await call())
           rmSync("generated", { recursive: true })
           writeFileSync("generated", "")
           console.log(await call())`,
          env
        )
        const [link = "", folder = ""] = stdout.split("\n")
        assert.match(link, /^StoreError: generated\/\.algogen-journal is taken by a symbolic link/)
        assert.match(folder, /^StoreError: generated is not a folder, or its parent is not one/)
        assert.strictEqual(stderr, "")
        assert.strictEqual(yield* requests("sim/ok"), 0)
      }),
    PATIENCE.timeout
  )
})
