/** The package: what is in it, and that each of its doors opens, with types, beside what it says it needs. */
import * as fs from "node:fs/promises"
import * as path from "node:path"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { build } from "esbuild"
import * as Durable from "../../../src/durable.js"
import * as Library from "../../../src/index.js"
import * as Node from "../../../src/node.js"
import * as Promises from "../../../src/promise.js"
import * as Redis from "../../../src/redis.js"
import * as Simulator from "../../../src/simulator.js"
import { algorithms, emptyFolder, list, PATIENCE, read, start, write } from "../command/command.js"
import * as Installed from "./installed.js"

const Manifest = Schema.parseJson(
  Schema.Struct({
    bin: Schema.Record({ key: Schema.String, value: Schema.String }),
    dependencies: Schema.Record({ key: Schema.String, value: Schema.String }),
    devDependencies: Schema.Record({ key: Schema.String, value: Schema.String }),
    peerDependencies: Schema.Record({ key: Schema.String, value: Schema.String }),
    peerDependenciesMeta: Schema.Record({
      key: Schema.String,
      value: Schema.Struct({ optional: Schema.Literal(true) })
    }),
    exports: Schema.Record({ key: Schema.String, value: Schema.Unknown })
  })
)

const manifest = Effect.map(read(Installed.ROOT, "package.json"), Schema.decodeSync(Manifest))

/** What `algogen/redis` needs, and nothing else does. */
const SHARING = ["@effect/experimental", "ioredis"]

/** What an application has after installing the package and its peers; types and compiler are for the test. */
const needed = Effect.map(manifest, ({ dependencies, peerDependencies }) =>
  [...Object.keys(dependencies), ...Object.keys(peerDependencies)].filter((name) => !SHARING.includes(name))
)

const PROGRAM = `
import { NodeContext } from "@effect/platform-node"
import { Effect, Layer, Logger, Option } from "effect"
import { FileSystemStore, Generation, Generator, Models, OpenRouter, type GenerationError, type Report } from "algogen"
import { ConnectionPool } from "algogen/node"
import { generateAlgorithm, generateAlgorithmsForAgents, type ProgressCallback } from "algogen/promise"
import { Scenario, SimulatedApi, Simulator } from "algogen/simulator"

const main = Effect.gen(function* () {
  const report: Report.GenerationReport = yield* Generation.generateAlgorithms({ models: Models.DEFAULT, ticker: "AAPL" })
  const { requests } = yield* Effect.flatMap(Simulator.Simulator, ({ stats }) => stats)
  console.log(report.success, report.algorithms.filter(Option.isSome).length, requests)
}).pipe(
  Effect.provide(FileSystemStore.layer({ directory: "out" })),
  Effect.provide(SimulatedApi.layer({ latencyScale: 0.02, scenario: Scenario.healthy })),
  Effect.provide(ConnectionPool.layer),
  Effect.provide(NodeContext.layer)
)

const one: Effect.Effect<Generator.Generated, GenerationError.GenerationError, OpenRouter.OpenRouter> =
  Generator.generateAlgorithm({ model: "a/b", prompt: "Write." })
const callback: ProgressCallback = (percent: number, message: string) => void [percent, message]
const promises: ReadonlyArray<() => Promise<boolean | string | null>> = [
  (): Promise<boolean> => generateAlgorithmsForAgents(["a/b"], "AAPL", callback),
  (): Promise<string | null> => generateAlgorithm("a/b", "Write.", { maxRetries: 1 })
]
// @ts-expect-error the ticker is needed
const wrong = () => generateAlgorithmsForAgents(["a/b"])
void [one, promises, wrong]

await Effect.runPromise(main)
`

const SHARED = `
import { Layer } from "effect"
import { FlowControl, type OpenRouter } from "algogen"
import { RedisQuota } from "algogen/redis"

const flow: Layer.Layer<FlowControl.FlowControl, never, OpenRouter.OpenRouter> =
  FlowControl.layerShared().pipe(Layer.provide(RedisQuota.layer({ host: "localhost", port: 6379, prefix: "mine:" })))
// @ts-expect-error the quota is needed
const alone: typeof flow = FlowControl.layerShared()
console.log([flow, alone].every(Layer.isLayer))
`

/** A library around this one: types that its declarations have to name, without an import for any of them. */
const LIBRARY = `
import { Effect, Option, Stream } from "effect"
import { Generation, Generator } from "algogen"
import { SimulatedApi } from "algogen/simulator"

const options = { models: ["a/b"], ticker: "TSLA" }
export const run = Generation.generateAlgorithms(options)
export const events = Generation.stream(options)
export const outcomes = Effect.map(run, ({ outcomes }) => outcomes)
export const settled = Stream.filterMap(events, (event) => event._tag === "Settled" ? Option.some(event) : Option.none())
export const one = Generator.generateAlgorithm({ model: "a/b", prompt: "Write." })
export const simulated = SimulatedApi.layer()
export class Desk extends Effect.Service<Desk>()("Desk", { effect: Effect.succeed({ ask: () => run }) }) {}
`

/** What uses that library has nothing but its declarations, which would be \`any\` where they name what is not found. */
const USER = `
import { Effect } from "effect"
import { run } from "./library.js"

export const isDone: Effect.Effect<boolean, unknown, unknown> = Effect.map(run, ({ success }) => success)
// @ts-expect-error the report has no such field
export const wrong = Effect.map(run, ({ succes }) => succes)
`

/** A program for each export of a door, which exports it again, or all that is in it: it imports nothing beside it. */
const declarations = (door: string, exports: object): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(exports).map(([name, value]) => {
      const values = typeof value === "function" ? [name] : Object.keys(value).map((key) => `${name}.${key}`)
      const lines = values.map((each, index) => `export const value${index} = ${each}`)
      return [`${door.replace("/", "-")}-${name}`, [`import { ${name} } from "${door}"`, ...lines].join("\n")]
    })
  )

/** Compiles programs as strictly as can be, with declarations, beside nothing but what is installed there. */
const compile = (folder: string, programs: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const names = Object.keys(programs).map((name) => `${name}.ts`)
    yield* Effect.forEach(Object.entries(programs), ([name, text]) => write(text, folder, `${name}.ts`))
    const flags = ["--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "--types", "node"]
    const target = ["--module", "nodenext", "--target", "es2022", "--declaration"]
    const tsc = ["node_modules/typescript/bin/tsc", ...flags, ...target, ...names]
    const compiled = yield* Effect.flatMap(start(process.execPath, tsc, { folder }), ({ ended }) => ended)
    assert.strictEqual(compiled.code, 0, compiled.stdout)
  })

/** What needs no more than the package and its peers, in one go: a compiler reads for longer what all import than what each adds. */
const compiled = Effect.gen(function* () {
  const { folder } = yield* Installed.Project
  const examples = (yield* list(Installed.ROOT, "docs", "examples")).filter((name) => /^[\w-]+\.ts$/.test(name))
  const texts = yield* Effect.forEach(examples, (name) => read(Installed.ROOT, "docs", "examples", name))
  yield* compile(folder, {
    main: PROGRAM,
    ...Object.fromEntries(examples.map((name, index) => [name.replace(".ts", ""), texts[index] ?? ""])),
    ...declarations("algogen", Library),
    ...declarations("algogen/node", Node),
    ...declarations("algogen/durable", Durable),
    ...declarations("algogen/promise", Promises),
    ...declarations("algogen/simulator", Simulator),
    library: LIBRARY
  })
}).pipe(Effect.scoped, Effect.cached, Effect.runSync)

/** Runs one of them. */
const run = (folder: string, name: string) =>
  Effect.gen(function* () {
    const { code, stderr, stdout } = yield* (yield* start(process.execPath, [`${name}.js`], { folder })).ended
    assert.strictEqual(code, 0, stderr)
    return stdout
  })

const project = Layer.unwrapEffect(
  Effect.map(needed, (names) => Installed.layer([...names, "@types/node", "typescript", "undici-types"]))
)

layer(project, { excludeTestServices: true, timeout: PATIENCE.timeout })("the package", (it) => {
  it.scoped(
    "has the library, its types, its source and the command in it, and nothing of the workshop",
    () =>
      Effect.gen(function* () {
        const { home } = yield* Installed.Project
        const files = yield* list(home)
        assert.includeMembers([...files], ["LICENSE", "dist", "package.json", "python", "schemas", "src"])
        for (const name of files)
          assert.match(
            name,
            /^(?:LICENSE|(?:README|CHANGELOG|SECURITY)\.md|dist|docs|package\.json|data|python|schemas|src)$/
          )
        const dist = yield* list(home, "dist")
        assert.notInclude(dist, "bench")
        assert.notInclude(dist, "test")
        const { bin, devDependencies, exports, peerDependencies, peerDependenciesMeta } = yield* manifest
        // A project on another Effect, or on none, can install the command; the library looks for itself.
        assert.sameMembers(Object.keys(peerDependenciesMeta), Object.keys(peerDependencies))
        for (const [name, range] of Object.entries(peerDependencies)) {
          assert.match(range, /^>=\d+\.\d+\.\d+$/)
          assert.strictEqual(devDependencies[name], range.replace(">=", "^"))
        }
        assert.sameMembers(Object.keys(exports), [
          ".",
          "./durable",
          "./node",
          "./promise",
          "./redis",
          "./simulator",
          "./types/*",
          "./schemas/*",
          "./package.json"
        ])
        assert.match(yield* read(home, bin["algogen"] ?? ""), /^#!\/usr\/bin\/env node\n/)
        for (const chunk of yield* list(home, "dist", "chunks")) assert.match(chunk, /\.c?js$/)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "opens every door with types, beside its peers and dependencies alone",
    () =>
      Effect.gen(function* () {
        const { folder } = yield* Installed.Project
        yield* compiled
        assert.strictEqual(yield* run(folder, "main"), "true 6 6\n")
        assert.strictEqual((yield* algorithms(folder, "out")).length, 6)
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "takes a store and a journal from outside, which fail with words of their own",
    () =>
      Effect.gen(function* () {
        const { folder } = yield* Installed.Project
        const store = yield* run(folder, "s3-store")
        const file = "s3://algorithms/TSLA/generated_algo_sim_ok.py"
        assert.include(store, "openai/gpt-4o-mini s3://algorithms/TSLA/generated_algo_openai_gpt_4o_mini.py\n")
        assert.include(store, `sim/ok ${file} was refused (Error: quota exceeded); raise the bucket's quota\n`)
        assert.include(store, "objects: TSLA/generated_algo_openai_gpt_4o_mini.py\n")
        const journal = yield* run(folder, "journal-log")
        assert.include(journal, "resumed: true, requests: 0\n")
        assert.include(journal, "redis://localhost/answers is not available (Error: ECONNREFUSED); start Redis\n")
        assert.include(journal, "forgotten: 1, left: 0\n")
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "has types that the declarations of a library around it can name",
    () =>
      Effect.gen(function* () {
        const { folder } = yield* Installed.Project
        yield* compiled
        const user = path.join(folder, "user")
        yield* Effect.promise(() => fs.mkdir(user))
        const declared = yield* read(folder, "library.d.ts")
        // Each event by its name: written out they are six thousand characters.
        assert.match(declared, /export declare const events: Stream\.Stream<import\("[^"]+\/Progress"\)\.Event, /)
        assert.notInclude(declared, "readonly index")
        yield* write(declared, user, "library.d.ts")
        yield* compile(folder, { "user/user": USER })
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "runs from a bundle, beside nothing, whatever conditions the bundler was given",
    () =>
      Effect.gen(function* () {
        const { folder } = yield* Installed.Project
        const contents = 'import { Generation } from "algogen"\nconsole.log(typeof Generation.stream)'
        for (const conditions of [undefined, ["production"], ["module", "production"]]) {
          const outfile = path.join(yield* emptyFolder, "bundle.mjs")
          yield* Effect.promise(() =>
            build({
              stdin: { contents, resolveDir: folder },
              ...(conditions === undefined ? {} : { conditions }),
              bundle: true,
              platform: "node",
              format: "esm",
              outfile,
              banner: {
                js: 'import{createRequire as $require}from"node:module";const require=$require(import.meta.url);'
              }
            })
          )
          assert.strictEqual(yield* Installed.run(process.execPath, [outfile], path.dirname(outfile)), "function")
        }
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "makes algorithms without Effect from a bundle that is beside nothing, also of CommonJS",
    () =>
      Effect.gen(function* () {
        const { folder } = yield* Installed.Project
        const { baseUrl } = yield* Effect.orDie(Simulator.Simulator.make({ latencyScale: 0.02 }))
        const contents = `import { createClient } from "algogen/promise"
          const { close, generateAlgorithm } = createClient({ baseUrl: "${baseUrl}" })
          generateAlgorithm("sim/ok", "Write.").then((made) => {
            console.log(made?.includes("def execute_trade"))
            return close()
          })`
        for (const format of ["esm", "cjs"] as const) {
          const outfile = path.join(yield* emptyFolder, `bundle.${format === "esm" ? "mjs" : "cjs"}`)
          yield* Effect.promise(() =>
            build({
              stdin: { contents, resolveDir: folder },
              bundle: true,
              platform: "node",
              format,
              outfile,
              // Of `import.meta`, which is empty in CommonJS.
              logLevel: "error"
            })
          )
          assert.strictEqual(yield* Installed.run(process.execPath, [outfile], path.dirname(outfile)), "true")
        }
      }),
    PATIENCE.timeout
  )

  it.scoped(
    "shares limits where it is asked to, which takes two packages more",
    () =>
      Effect.gen(function* () {
        const { folder } = yield* Installed.Project
        yield* Installed.link(folder, SHARING)
        yield* compile(folder, { shared: SHARED, ...declarations("algogen/redis", Redis) })
        assert.strictEqual(yield* run(folder, "shared"), "true\n")
      }),
    PATIENCE.timeout
  )
})
