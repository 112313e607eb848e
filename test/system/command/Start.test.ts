/** How the command starts: with what V8 made of it before, kept beside it, and as well without. */
import * as fs from "node:fs/promises"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { algorithms, emptyFolder, list, PATIENCE, read, start, write } from "./command.js"

const ROOT = path.resolve(".")
const CHUNKS = ["dist", "chunks"]

/** The command as it is when it has just been installed, in a folder that can be changed. */
const installed = Effect.gen(function* () {
  const folder = yield* emptyFolder
  yield* Effect.promise(async () => {
    await fs.cp(path.join(ROOT, ...CHUNKS), path.join(folder, ...CHUNKS), {
      recursive: true,
      filter: (file) => !file.includes(".cache")
    })
    for (const file of ["package.json", "dist/bin.js"])
      await fs.copyFile(path.join(ROOT, file), path.join(folder, file))
  })
  const run = Effect.gen(function* () {
    const args = ["dist/bin.js", "generate", "--simulate", "--model", "sim/ok", "--out", "out", "--json"]
    const result = yield* Effect.flatMap(start(process.execPath, args, { folder }), ({ ended }) => ended)
    assert.strictEqual(result.code, 0)
    assert.include(result.stdout, '"success": true')
    assert.deepStrictEqual(yield* algorithms(folder, "out"), ["generated_algo_sim_ok.py"])
    return result
  })
  const kept = Effect.map(list(folder, ...CHUNKS), (names) => names.filter((name) => name.includes(".cache")))
  return { folder, kept, run }
})

describe("the compiled code of the command", () => {
  it.scopedLive(
    "is kept by the first run and taken by the second",
    () =>
      Effect.gen(function* () {
        const { folder, kept, run } = yield* installed
        assert.deepStrictEqual(yield* kept, [])
        yield* run
        const [name = ""] = yield* kept
        assert.isTrue(name.startsWith(`command.cjs.${process.version}-${process.arch}-`))
        const file = path.join(folder, ...CHUNKS, name)
        const before = yield* Effect.promise(() => fs.stat(file))
        yield* run
        const after = yield* Effect.promise(() => fs.stat(file))
        assert.deepStrictEqual([after.ino, after.mtimeMs], [before.ino, before.mtimeMs])
        assert.deepStrictEqual(yield* kept, [name])
      }),
    PATIENCE.timeout
  )

  it.scopedLive(
    "is made anew when it is of another version or cut off, and does no harm when it cannot be kept",
    () =>
      Effect.gen(function* () {
        const { folder, kept, run } = yield* installed
        yield* run
        const [name = ""] = yield* kept
        for (const damaged of ["", "not what V8 makes", "\0".repeat(5000)]) {
          yield* write(damaged, folder, ...CHUNKS, name)
          yield* run
          const size = Effect.promise(() => fs.stat(path.join(folder, ...CHUNKS, name)))
          assert.isAbove((yield* size).size, 100_000)
        }
        yield* Effect.promise(() => fs.rm(path.join(folder, ...CHUNKS, name)))
        // A folder of that name stands for all reasons why a file cannot be written.
        yield* Effect.promise(() => fs.mkdir(path.join(folder, ...CHUNKS, name)))
        yield* run
        assert.deepStrictEqual(yield* kept, [name])
      }),
    PATIENCE.timeout
  )

  it.scopedLive(
    "is not taken for that of a file which was changed, even if its length is the same",
    () =>
      Effect.gen(function* () {
        const { folder, kept, run } = yield* installed
        yield* run
        const command = yield* read(folder, ...CHUNKS, "command.cjs")
        yield* write(command.replaceAll("These models are", "THESE models are"), folder, ...CHUNKS, "command.cjs")
        const { stderr } = yield* run
        assert.include(stderr, "THESE models are simulated")
        assert.lengthOf(yield* kept, 2)
      }),
    PATIENCE.timeout
  )

  it("is made of ASCII", async () => {
    assert.match(await fs.readFile(path.join(ROOT, ...CHUNKS, "command.cjs"), "latin1"), /^[\0-\x7f]*$/)
  })
})
