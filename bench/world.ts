/** The whole product in seeded worlds, see `test/system/world`, and whether they find what is broken on purpose. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect } from "effect"
import * as esbuild from "esbuild"
import * as World from "../test/system/world/World.js"
import * as Options from "./options/Options.mjs"
import { type Break, breaks, broken } from "./world/breaks.js"

const values = Options.read("npm run bench:world --", {
  seed: { type: "number", help: "replays this one world, with everything that happens in it" },
  seeds: { type: "number", default: 20_000, help: "tries so many worlds" },
  from: { type: "number", default: 1, help: "the first of them" },
  first: { type: "boolean", default: false, help: "ends at the first world that breaks a rule" },
  breaks: { type: "boolean", default: false, help: "breaks the code on purpose, and prints the seeds that find it" },
  only: { type: "string", default: "", word: "WORDS", help: "of the breaks, those with this in their name" }
})

const fail = Effect.sync(() => {
  process.exitCode = 1
})

const replay = (seed: number) =>
  Effect.gen(function* () {
    const { broken, endings, log, requests, steps } = World.run(seed, true)
    yield* Console.log(log.join("\n"))
    yield* Console.log(`\nseed ${seed}: ${requests} requests, ${steps} steps, lives: ${endings.join(", ")}`)
    if (broken.length === 0) return yield* Console.log("every rule held")
    yield* Console.log(broken.map((sentence) => `BROKEN: ${sentence}`).join("\n"))
    return yield* fail
  })

const many = (from: number, count: number) =>
  Effect.gen(function* () {
    const began = performance.now()
    const endings = new Map<string, number>()
    let requests = 0
    let steps = 0
    const failing: Array<number> = []
    for (let seed = from; seed < from + count; seed += 1) {
      const result = World.run(seed)
      requests += result.requests
      steps += result.steps
      for (const ending of result.endings) endings.set(ending, 1 + (endings.get(ending) ?? 0))
      if (result.broken.length > 0) {
        failing.push(seed)
        yield* Console.log(`seed ${seed}: ${result.broken[0]}`)
        if (values.first) break
      }
      if (seed % 100 === 0) yield* Effect.yieldNow()
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    const lives = [...endings].map(([name, times]) => `${times} ${name}`).join(", ")
    yield* Console.log(
      `${count} worlds from seed ${from} in ${seconds} s, ${(process.cpuUsage().user / 1e6).toFixed(1)} s of CPU: ${requests} requests, ${steps} steps; lives: ${lives}; ${failing.length} broke a rule`
    )
    if (failing.length > 0) yield* fail
  })

/** Worlds of one process: 20,000 in one filled the 4 GB that the engine has by default. */
const AT_ONCE = 1000

/** As many as are wanted, process by process. */
const all = (from: number, count: number) =>
  Effect.gen(function* () {
    for (let done = 0; done < count; done += AT_ONCE) {
      const slice = ["--from", String(from + done), "--seeds", String(Math.min(AT_ONCE, count - done))]
      const program = [...process.execArgv, process.argv[1] ?? "", ...slice, ...(values.first ? ["--first"] : [])]
      const { status } = spawnSync(process.execPath, program, { stdio: "inherit" })
      if (status === 0) continue
      yield* fail
      if (values.first) return
    }
  })

/** A break has to be found within so many worlds. */
const SOON = 4000

/** The program with one thing broken, in a folder of its own: the sources stay as they are. */
const bundle = (folder: string, one: Break) => {
  const plugin: esbuild.Plugin = {
    name: "break",
    setup: (build) =>
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (path !== resolve("src", one.file)) return undefined
        const contents = broken(readFileSync(path, "utf8"), one)
        if (contents === undefined) throw new Error(`${one.file} does not have exactly one: ${one.from}`)
        return { contents, loader: "ts" }
      })
  }
  const outfile = join(folder, "world.js")
  return esbuild
    .build({
      entryPoints: ["bench/world.ts"],
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      outfile,
      logLevel: "error",
      plugins: [plugin]
    })
    .then(() => outfile)
}

const tryBreak = (one: Break) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "algogen-break-"))),
    (folder) =>
      Effect.gen(function* () {
        symlinkSync(resolve("node_modules"), join(folder, "node_modules"))
        const program = yield* Effect.promise(() => bundle(folder, one))
        const { status, stdout } = spawnSync(process.execPath, [program, "--first", "--seeds", String(SOON)], {
          encoding: "utf8"
        })
        const [found = ""] = stdout.split("\n")
        const isFound = status === 1 && found.startsWith("seed ")
        yield* Console.log(`${isFound ? "found" : "NOT FOUND"}: ${one.name}\n    ${found}`)
        return isFound
      }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const tryBreaks = Effect.gen(function* () {
  const chosen = breaks.filter(({ name }) => name.includes(values.only))
  const found = yield* Effect.forEach(chosen, tryBreak)
  const count = found.filter(Boolean).length
  yield* Console.log(`${count} of ${chosen.length} breaks were found within ${SOON} worlds`)
  if (count < chosen.length) yield* fail
})

const { from, seeds: count } = values
const worlds = values.seed !== undefined ? replay(values.seed) : count > AT_ONCE ? all(from, count) : many(from, count)
const main = values.breaks ? tryBreaks : worlds

// Programs that were killed leave timers behind, and nobody waits for them; but whoever reads from a pipe gets all of it.
NodeRuntime.runMain(
  Effect.ensuring(
    main,
    Effect.sync(() => setImmediate(() => process.stdout.write("", () => process.exit())))
  )
)
