/**
 * The programs of the manual, as its readers have them: beside the packed package, in a project of their own. Each TypeScript
 * block and each example is compiled there; what the manual says about their output is held against it.
 */
import { readdirSync } from "node:fs"
import * as fs from "node:fs/promises"
import * as net from "node:net"
import * as path from "node:path"
import { assert, layer } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Layer, Schedule, Schema } from "effect"
import * as Simulator from "../../../src/simulator/Simulator.js"
import { files, read, ROOT, section } from "../../unit/docs/markdown.js"
import { algorithms, PATIENCE, type Place, start, write } from "../command/command.js"
import * as Installed from "../promise/installed.js"

const { dependencies, peerDependencies } = Schema.decodeSync(
  Schema.parseJson(
    Schema.Struct({
      dependencies: Schema.Record({ key: Schema.String, value: Schema.String }),
      peerDependencies: Schema.Record({ key: Schema.String, value: Schema.String })
    })
  )
)(read("package.json"))

/** What the README tells to install, a compiler, and what the example of a test needs. */
const needed = [
  ...Object.keys({ ...dependencies, ...peerDependencies }),
  "@types/node",
  "typescript",
  "undici-types",
  "@effect/vitest",
  "vitest"
]

const blocks = (text: string, language: string): ReadonlyArray<string> =>
  [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].flatMap(([, of, block]) => (of === language ? (block ?? []) : []))

const EXAMPLES = readdirSync(`${ROOT}docs/examples`).filter((name) => name.endsWith(".ts"))

/** Where the programs lie, in the project. */
const FOLDER = "manual"

const nameOf = (file: string): string => file.replace(/\.md$/, "").replaceAll("/", "-")

/** Every program of the manual as a file: the examples under their names, the blocks under their file's and a number. */
const programs: ReadonlyArray<readonly [name: string, text: string]> = [
  ...EXAMPLES.map((name) => [name, read(`docs/examples/${name}`)] as const),
  ...files.flatMap((file) =>
    blocks(read(file), "ts").map((text, index) => [`${nameOf(file)}-${index + 1}.ts`, text] as const)
  )
]

const project = Layer.provideMerge(
  Layer.effectDiscard(
    Effect.gen(function* () {
      const { folder } = yield* Installed.Project
      yield* Effect.promise(() => fs.mkdir(path.join(folder, FOLDER)))
      yield* Effect.forEach(programs, ([name, text]) => write(text, folder, FOLDER, name), { discard: true })
    })
  ),
  Installed.layer(needed)
)

const FLAGS = "--strict --exactOptionalPropertyTypes --skipLibCheck --types node --module nodenext --target es2022"

/** Starts a program of the manual, compiled, in an empty folder of its own. */
const startProgram = (name: string, env: Place["env"] = {}) =>
  Effect.gen(function* () {
    const { folder: home } = yield* Installed.Project
    const folder = path.join(home, FOLDER, crypto.randomUUID())
    yield* Effect.promise(() => fs.mkdir(folder))
    return { folder, ...(yield* start(process.execPath, [`../${name}`], { folder, env })) }
  })

const run = (name: string, env?: Place["env"]) =>
  Effect.gen(function* () {
    const { ended, folder } = yield* startProgram(name, env)
    const { code, stderr, stdout } = yield* ended
    assert.strictEqual(code, 0, stderr)
    return { folder, stdout }
  })

/** A server for programs that take theirs from the environment. */
const environment = Effect.map(Simulator.make({ latencyScale: 0.02 }), (server) => ({
  server,
  env: { OPENROUTER_BASE_URL: server.baseUrl }
}))

/** A port that was free a moment ago. */
const freePort = Effect.async<number>((resume) => {
  const probe = net.createServer().listen(0, () => {
    const address = probe.address()
    const port = address === null || typeof address === "string" ? 0 : address.port
    probe.close(() => resume(Effect.succeed(port)))
  })
})

layer(project, { excludeTestServices: true, timeout: PATIENCE.timeout })("the manual", (it) => {
  it.scoped(
    "has programs that compile",
    () =>
      Effect.gen(function* () {
        const { folder } = yield* Installed.Project
        const names = programs.map(([name]) => `${FOLDER}/${name}`)
        const { ended } = yield* start(
          process.execPath,
          ["node_modules/typescript/bin/tsc", ...FLAGS.split(" "), ...names],
          { folder }
        )
        const { code, stdout } = yield* ended
        assert.strictEqual(code, 0, stdout)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "says what its first example prints",
    () =>
      Effect.gen(function* () {
        const [printed] = blocks(section(read("README.md"), "Example"), "")
        const { folder, stdout } = yield* run("README-1.js")
        // The log's warning, with the time of day, comes before.
        const lines = stdout.split("\n").filter((line) => /^\S+ (ok|failed) /.test(line))
        assert.strictEqual(`${lines.join("\n")}\n`, printed)
        deepStrictEqual(yield* algorithms(folder, "generated"), ["generated_algo_openai_gpt_4o_mini.py"])
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "has a script that resumes",
    () =>
      Effect.gen(function* () {
        const { env, server } = yield* environment
        const { folder, stdout } = yield* run("script.js", env)
        assert.include(stdout, '"ok":2')
        assert.strictEqual((yield* algorithms(folder, "generated")).length, 2)
        const { ended } = yield* start(process.execPath, ["../script.js"], { folder, env })
        assert.include((yield* ended).stdout, '"requests":0')
        assert.strictEqual((yield* server.stats).requests, 2)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "asks for many tickers, each in a folder of its own",
    () =>
      Effect.gen(function* () {
        const { env, server } = yield* environment
        const { folder, stdout } = yield* run("many-tickers.js", env)
        assert.match(stdout, /^BRK-B openai\/gpt-4o-mini: generated\/BRK-B\/generated_algo_\w+\.py, 1 request$/m)
        assert.strictEqual(stdout.trim().split("\n").length, 10)
        assert.strictEqual((yield* algorithms(folder, "generated", "NVDA")).length, 2)
        assert.strictEqual((yield* server.stats).requests, 10)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "sends a run's events to a browser, and ends the run with the request",
    () =>
      Effect.gen(function* () {
        const { env, server } = yield* environment
        const port = yield* freePort
        const { folder } = yield* startProgram("sse-server.js", { ...env, PORT: String(port) })
        const post = (models: ReadonlyArray<string>, signal?: AbortSignal) =>
          Effect.tryPromise(() =>
            fetch(`http://127.0.0.1:${port}/generate`, {
              method: "POST",
              headers: { "content-type": "application/json" },
              body: JSON.stringify({ models, ticker: "TSLA" }),
              ...(signal === undefined ? {} : { signal })
            })
          ).pipe(Effect.retry(Schedule.spaced("50 millis")), Effect.timeout("30 seconds"), Effect.orDie)
        const response = yield* post(["openai/gpt-4o-mini", "sim/status-404"])
        const text = yield* Effect.promise(() => response.text())
        for (const name of ["RunStarted", "Saved", "Failed", "RunFinished"]) assert.include(text, `event: ${name}\n`)
        assert.strictEqual((yield* algorithms(folder, "generated")).length, 1)

        const closed = new AbortController()
        yield* post(["sim/stall-body"], closed.signal)
        const until = (inFlight: number) =>
          Effect.repeat(Effect.delay(server.stats, 5), { until: (stats) => stats.inFlight === inFlight })
        yield* until(1)
        closed.abort()
        yield* until(0)
        assert.strictEqual((yield* server.stats).aborted, 1)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "needs no Effect for the promises",
    () =>
      Effect.gen(function* () {
        const { env } = yield* environment
        const [source = ""] = blocks(read("docs/promise.md"), "js")
        const { code, stderr, stdout } = yield* Installed.javascript(
          `${source}console.log(success, typeof source)`,
          env
        )
        assert.strictEqual(code, 0, stderr)
        for (const model of ["openai/gpt-4o-mini", "google/gemma-2-9b-it:free"])
          assert.match(stdout, new RegExp(`^\\d+ ${model} `, "m"))
        assert.match(stdout, /\ntrue string\n$/)
      }),
    PATIENCE.timeout
  )
})
