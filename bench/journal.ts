/**
 * A journal that no string of JavaScript can hold: opened, read from, pruned. Writes 560 MB into a folder of its own, and
 * removes them.
 */
import { mkdtempSync, openSync, closeSync, mkdirSync, rmSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Duration, Effect, Option } from "effect"
import { Answer } from "../src/domain/Answer.js"
import * as Journal from "../src/storage/Journal.js"
import * as File from "../src/storage/journal/File.js"
import * as Line from "../src/storage/journal/Line.js"
import * as Record from "../src/storage/journal/Record.js"
import * as Options from "./options/Options.mjs"

Options.read("npm run bench:journal", {})

const ANSWERS = 5_600
const OLD = 100
const SIZE = 100_000
const DAY = 86_400_000

const directory = mkdtempSync(join(tmpdir(), "algogen-journal-"))

const fill = (now: number) => {
  const folder = join(directory, File.FOLDER_NAME)
  mkdirSync(folder, { mode: 0o700, recursive: true })
  const file = openSync(join(folder, `${new Date(now).toISOString().replace(/[:.]/g, "-")}-bench.jsonl`), "w", 0o600)
  let bytes = 0
  for (let n = 0; n < ANSWERS; n += 1) {
    const answer = new Answer({ text: `${n} ${"x".repeat(SIZE)}`, model: "m" })
    const at = n < OLD ? now - 2 * DAY : now
    const record = new Record.Answered({ key: `key-${n}`, at, model: "m", ticker: "AAPL", messages: [], answer })
    bytes += writeSync(file, Line.encode(record))
  }
  closeSync(file)
  return bytes
}

const check = (isSo: boolean, what: string) => (isSo ? Effect.void : Effect.dieMessage(what))

const program = Effect.gen(function* () {
  const bytes = yield* Effect.sync(() => fill(Date.now()))
  yield* Console.log(`${ANSWERS} answers, ${Math.round(bytes / 1_000_000)} MB`)
  const journal = yield* Journal.Journal
  const found = yield* Effect.timed(journal.lookup(`key-${ANSWERS - 1}`))
  yield* check(
    Option.exists(found[1], ({ answer }) => answer.text.startsWith(`${ANSWERS - 1} `)),
    "the last answer was not found"
  )
  const [took, forgotten] = yield* Effect.timed(journal.prune("1 day"))
  yield* check(forgotten === OLD, `${forgotten} answers were forgotten, not ${OLD}`)
  yield* check(Option.isSome(yield* journal.lookup("key-100")), "an answer is missing after the old ones were removed")
  yield* check(Option.isNone(yield* journal.lookup("key-99")), "an old answer is still there")
  yield* Console.log(`opened in ${Duration.format(found[0])}, pruned in ${Duration.format(took)}: nothing is missing`)
}).pipe(
  Effect.provide(File.layer({ directory })),
  Effect.provide(NodeContext.layer),
  Effect.ensuring(Effect.sync(() => rmSync(directory, { recursive: true })))
)

NodeRuntime.runMain(program)
