/** The manifest on a disk on which a part of a line was left, as where it was full for a moment; and of two runs at once. */
import { createHash } from "node:crypto"
import * as fs from "node:fs/promises"
import * as path from "node:path"
import { it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect } from "effect"
import type * as Manifest from "../../../src/cli/bulk/Manifest.js"
import * as ManifestFile from "../../../src/cli/bulk/ManifestFile.js"
import { emptyFolder } from "./command.js"

const PART = '{"model":"x/1","tick'

const LINE: Manifest.Line = {
  job: "1",
  run: "1970-01-01T00:00:00.000Z",
  ticker: "AAPL",
  model: "x/1",
  sample: 1,
  status: "failed",
  attempts: 1,
  requests: [],
  durationMs: 0,
  simulated: false
}

it.scopedLive("a line is one of its own also behind a part of another", () =>
  Effect.gen(function* () {
    const folder = yield* emptyFolder
    const written = Effect.gen(function* () {
      const { add, path: file } = yield* ManifestFile.make(folder)
      yield* Effect.promise(() => fs.appendFile(file, PART))
      add(LINE)
    })
    yield* Effect.scoped(written)
    const text = yield* Effect.promise(() => fs.readFile(path.join(folder, "manifest.jsonl"), "utf8"))
    deepStrictEqual(text.split("\n"), [JSON.stringify(LINE), ""])
  })
)

it.scopedLive("of two runs at once, the lines stay that say what is in the files", () =>
  Effect.gen(function* () {
    const folder = yield* emptyFolder
    const of = (run: number, job: string, content: string): Manifest.Line => ({
      ...LINE,
      job,
      run: `1970-01-01T00:00:0${run}.000Z`,
      status: "ok",
      file: `${job}.py`,
      sha256: createHash("sha256").update(content).digest("hex")
    })
    yield* Effect.promise(() => fs.writeFile(path.join(folder, "a.py"), "earlier"))
    yield* Effect.promise(() => fs.writeFile(path.join(folder, "b.py"), "later"))
    const add = (lines: ReadonlyArray<Manifest.Line>) =>
      Effect.map(ManifestFile.make(folder), ({ add }) => lines.forEach(add))
    // The first one writes last, and ends last.
    yield* Effect.scoped(
      Effect.zipRight(
        add([of(1, "a", "earlier"), of(1, "b", "earlier")]),
        Effect.scoped(add([of(2, "a", "later"), of(2, "b", "later")]))
      )
    )
    const text = yield* Effect.promise(() => fs.readFile(path.join(folder, "manifest.jsonl"), "utf8"))
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
    deepStrictEqual(lines.map(({ file, run }) => [file, run]).sort(), [
      ["a.py", "1970-01-01T00:00:01.000Z"],
      ["b.py", "1970-01-01T00:00:02.000Z"]
    ])
  })
)
