/** The manifest on a disk on which a part of a line was left, as where it was full for a moment. */
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
    deepStrictEqual(text.split("\n"), [PART, JSON.stringify(LINE), ""])
  })
)
