/** A fresh clone: packed as it is, installed by npm without a network into a project that has nothing, and used there. */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs/promises"
import * as path from "node:path"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { algorithms, emptyFolder, list, PATIENCE, start, write } from "../command/command.js"
import * as Installed from "./installed.js"

const isClone = spawnSync("git", ["rev-parse", "HEAD"], { cwd: Installed.ROOT }).status === 0

/** What comes with the package; from node_modules, since there may be no network. */
const DEPENDENCIES = ["@noble/hashes", "py-ast", "socks", "smart-buffer", "ip-address"].map((name) =>
  path.join(Installed.ROOT, "node_modules", name)
)

const npm = (folder: string, ...args: ReadonlyArray<string>) => Installed.run("npm", args, folder)

/** A package as npm would pack it, without npm. */
const tarball = (from: string, folder: string, name: string) =>
  Effect.gen(function* () {
    const place = yield* emptyFolder
    yield* Effect.promise(() => fs.cp(from, path.join(place, "package"), { recursive: true }))
    yield* Installed.run("tar", ["-czf", path.join(folder, `${name}.tgz`), "package"], place)
  })

const install = (folder: string, tarballs: ReadonlyArray<string>) =>
  npm(folder, "install", "--offline", "--no-audit", "--no-fund", "--omit=optional", ...tarballs)

class Project extends Context.Tag("test/Project")<Project, string>() {}

const project = Effect.gen(function* () {
  const clone = path.join(yield* emptyFolder, "clone")
  const folder = yield* emptyFolder
  yield* Installed.run("git", ["clone", "--quiet", Installed.ROOT, clone], folder)
  yield* Effect.promise(() => fs.symlink(path.join(Installed.ROOT, "node_modules"), path.join(clone, "node_modules")))
  // What was built of the same sources, as `npm test` has just done, is not built again.
  yield* Effect.promise(() => fs.cp(path.join(Installed.ROOT, "dist"), path.join(clone, "dist"), { recursive: true }))
  yield* npm(clone, "pack", "--silent", "--pack-destination", folder)
  yield* Effect.forEach(DEPENDENCIES, (from) => tarball(from, folder, path.basename(from)))
  const tarballs = (yield* list(folder)).filter((name) => name.endsWith(".tgz"))
  yield* write('{ "type": "module", "private": true }', folder, "package.json")
  yield* install(
    folder,
    tarballs.map((name) => `./${name}`)
  )
  return folder
})

/** Imports a door: how many names are behind it, or why it does not open. */
const open = (folder: string, door: string) =>
  Effect.gen(function* () {
    const program = `import(${JSON.stringify(door)}).then(Object.keys, ({ message }) => message).then((m) => console.log(m))`
    const { ended } = yield* start(process.execPath, ["--input-type=module", "-e", program], { folder })
    return (yield* ended).stdout
  })

layer(isClone ? Layer.scoped(Project, project) : Layer.succeed(Project, ""), {
  excludeTestServices: true,
  timeout: PATIENCE.timeout
})(`a fresh clone${isClone ? "" : " (not run: no git repository)"}`, (it) => {
  const test = isClone ? it.scoped : it.scoped.skip

  test(
    "gives a package whose command runs and whose promises work, beside nothing",
    () =>
      Effect.gen(function* () {
        const folder = yield* Project
        const models = ["--model", "sim/ok", "--model", "sim/ok-bare"]
        const command = ["node_modules/algogen/dist/bin.js", "generate", "--simulate", ...models]
        yield* Installed.run(process.execPath, command, folder)
        assert.strictEqual((yield* algorithms(folder, "simulated")).length, 2)
        const { ended } = yield* start("node_modules/.bin/algogen", ["--version"], { folder })
        assert.match((yield* ended).stdout, /^\d+\.\d+\.\d+\n$/)
        assert.include(yield* open(folder, "algogen/promise"), "generateAlgorithmsForAgents")
      }),
    PATIENCE.timeout
  )

  test(
    "gives a library that says what it needs: beside nothing, beside Effect 4, beside Effect 3",
    () =>
      Effect.gen(function* () {
        const folder = yield* Project
        const missing =
          /^algogen\/node needs @effect\/platform@\^0[^]*; found no @effect\/platform, no @effect\/platform-node, no effect\. Install with:\nnpm install /
        assert.match(yield* open(folder, "algogen/node"), missing)

        const effect = path.join(yield* emptyFolder, "effect")
        yield* Effect.promise(() => fs.mkdir(effect))
        yield* write('{ "name": "effect", "version": "4.1.0" }', effect, "package.json")
        yield* tarball(effect, folder, "effect")
        yield* install(folder, ["./effect.tgz"])
        const other =
          /^algogen needs @effect\/platform@\^0[^]*, effect@\^3\.[^]*; found no @effect\/platform, effect 4\.1\.0\. Install with:\n/
        assert.match(yield* open(folder, "algogen"), other)
        assert.include(yield* open(folder, "algogen/promise"), "generateAlgorithmsForAgents")

        yield* Effect.promise(() => fs.rm(path.join(folder, "node_modules", "effect"), { recursive: true }))
        yield* Installed.link(folder, ["effect", "@effect/platform", "@effect/platform-node"])
        assert.include(yield* open(folder, "algogen"), "Generation")
        assert.include(yield* open(folder, "algogen/node"), "ConnectionPool")
        assert.include(yield* open(folder, "algogen/simulator"), "SimulatedApi")
      }),
    PATIENCE.timeout
  )
})
