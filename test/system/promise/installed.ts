/** The package as its users get it: packed, unpacked into a project of its own, and used from plain JavaScript. */
import { existsSync } from "node:fs"
import * as fs from "node:fs/promises"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { Context, Effect, Layer } from "effect"
import { inject } from "vitest"
import { emptyFolder, javascript as runProgram, start, write, type Place } from "../command/command.js"

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url))

/** Runs a program that has to succeed, and yields what it printed. */
export const run = (program: string, args: ReadonlyArray<string>, folder: string) =>
  Effect.gen(function* () {
    const { ended } = yield* start(program, args, { folder })
    const { code, stderr, stdout } = yield* ended
    return code === 0 ? stdout.trim() : yield* Effect.dieMessage(`${program} ${args.join(" ")}:\n${stderr}`)
  })

/** Puts packages beside the project: linked, so that no registry is needed. */
export const link = (folder: string, packages: ReadonlyArray<string>) =>
  Effect.forEach(
    packages,
    (name) =>
      Effect.promise(async () => {
        const place = path.join(folder, "node_modules", name)
        await fs.mkdir(path.dirname(place), { recursive: true })
        await fs.symlink(path.join(ROOT, "node_modules", name), place)
      }),
    { discard: true }
  )

/** The tarball: whichever process of the test run is the first to need it makes it, and the others wait until it is there. */
const packed: Effect.Effect<string> = Effect.suspend(() => {
  const tarball = path.join(inject("shared"), "algogen.tgz")
  const making = path.join(inject("shared"), "making")
  if (existsSync(tarball)) return Effect.succeed(tarball)
  const pack = Effect.gen(function* () {
    const name = yield* run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", making, ROOT], making)
    yield* Effect.promise(() => fs.rename(path.join(making, name), tarball))
    return tarball
  }).pipe(Effect.scoped, Effect.ensuring(Effect.promise(() => fs.rm(making, { recursive: true }))))
  return Effect.matchEffect(
    Effect.tryPromise(() => fs.mkdir(making)),
    { onFailure: () => Effect.delay(packed, 50), onSuccess: () => pack }
  )
})

/** A project with the package in it, and nothing else but what is named. */
const make = (dependencies: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const folder = yield* emptyFolder
    const home = path.join(folder, "node_modules", "algogen")
    const tarball = yield* packed
    yield* Effect.promise(() => fs.mkdir(home, { recursive: true }))
    yield* run("tar", ["-xzf", tarball, "--strip-components=1", "-C", home], folder)
    yield* link(folder, dependencies)
    yield* write('{ "type": "module" }', folder, "package.json")
    return { folder, home }
  })

export class Project extends Context.Tag("test/Project")<
  Project,
  { readonly folder: string; readonly home: string }
>() {}

export const layer = (dependencies: ReadonlyArray<string> = []): Layer.Layer<Project> =>
  Layer.scoped(Project, make(dependencies))

/** Runs a program of plain JavaScript, in a folder of its own below the project, from its start to its end. */
export const javascript = (source: string, env: Place["env"] = {}) =>
  Effect.gen(function* () {
    const folder = path.join((yield* Project).folder, crypto.randomUUID())
    yield* Effect.promise(() => fs.mkdir(folder))
    return { folder, ...(yield* runProgram(source, "main.js", { folder, env })) }
  })
