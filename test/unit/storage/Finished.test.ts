/** What the name of a run's file says: that nothing of it is left to be resumed, and that it may be removed after a month. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Clock, Effect, Exit, Logger, LogLevel } from "effect"
import { Answer } from "../../../src/domain/Answer.js"
import * as Journal from "../../../src/storage/Journal.js"
import * as File from "../../../src/storage/journal/File.js"
import * as Line from "../../../src/storage/journal/Line.js"
import * as Record from "../../../src/storage/journal/Record.js"
import * as Disk from "../../system/world/Disk.js"
import type { Call } from "../../system/world/Faults.js"
import { on } from "./onDisk.js"

const entry = (key: string) => ({
  key,
  model: "x/y",
  ticker: "AAPL",
  messages: [],
  answer: new Answer({ text: "x", model: "x/y" })
})
const CUT_SHORT = [
  new Record.Began({ run: "r", at: 1, ticker: "AAPL", keys: ["a"] }),
  new Record.Answered({ ...entry("a"), at: 2 })
]
const DAY_MS = 86_400_000

interface Kept {
  readonly name: string
  readonly modifiedAt?: number
}

const diskWith = (files: ReadonlyArray<Kept>) => {
  const root = Disk.folder()
  const [out, journal] = [Disk.folder(), Disk.folder(0o700)]
  root.names.set("out", out)
  out.names.set(".algogen-journal", journal)
  for (const { modifiedAt = 0, name } of files) {
    const text = CUT_SHORT.map(Line.print).join("")
    journal.names.set(name, Disk.file(new TextEncoder().encode(text), 0o600, modifiedAt))
  }
  return {
    root,
    names: () => [...journal.names.keys()].filter((name) => name.startsWith("1") || name.startsWith("checked")).sort()
  }
}

/** The value, and how often a file was opened for it. */
const asked = <A, E>(files: ReadonlyArray<Kept>, use: (journal: Journal.Service) => Effect.Effect<A, E>) => {
  const { names, root } = diskWith(files)
  const calls: Array<string> = []
  const work = Effect.flatMap(Journal.Journal, use).pipe(
    Effect.provide(File.layer({ directory: "/out" })),
    Effect.scoped,
    Logger.withMinimumLogLevel(LogLevel.None)
  )
  const exit = on(root, work, (call: Call, path) => {
    if (call === "open" && path.endsWith(".jsonl")) calls.push(path)
    return undefined
  })
  return { value: exit !== undefined && Exit.isSuccess(exit) ? exit.value : exit, opened: calls.length, names }
}

describe("a run's file", () => {
  it("is looked into for what is left of its run, unless its name says that nothing is", () => {
    const unfinished = (...names: ReadonlyArray<string>) => {
      const { opened, value } = asked(
        names.map((name) => ({ name })),
        (journal) => Effect.map(journal.unfinished, (runs) => runs.length)
      )
      return [value, opened > 0]
    }
    deepStrictEqual(unfinished("1970-a.jsonl"), [1, true])
    deepStrictEqual(unfinished("1970-a.finished.jsonl"), [0, false])
    deepStrictEqual(unfinished(), [0, false])
    deepStrictEqual(unfinished("1970-a.finished.jsonl", "1970-b.jsonl")[1], true)
    // Of other names nothing is read.
    deepStrictEqual(unfinished("197-a.jsonl", "1970-a.json", "x1970-a.jsonl"), [0, false])
  })

  it("is removed after 30 days when its run came to its end, and it was not written to since", () => {
    const swept = (files: (now: number) => ReadonlyArray<Kept>) => {
      let now = 0
      on(
        Disk.folder(),
        Effect.map(Clock.currentTimeMillis, (millis) => void (now = millis))
      )
      const { names } = asked(files(now), (journal) => journal.append(entry("b")))
      return names()
    }
    const dated = (at: number) => new Date(at).toISOString().replace(/[:.]/g, "-")
    deepStrictEqual(
      swept(() => [{ name: "1970-a.finished.jsonl" }, { name: "1970-b.jsonl" }]),
      ["1970-b.jsonl"]
    )
    deepStrictEqual(
      swept((now) => [{ name: "1970-a.finished.jsonl", modifiedAt: now - 30 * DAY_MS + 1000 }]),
      ["1970-a.finished.jsonl"]
    )
    deepStrictEqual(
      swept((now) => [{ name: "1970-a.finished.jsonl", modifiedAt: now - 30 * DAY_MS - 1000 }]),
      []
    )
    const checked = (day: number, now: number) => ({
      name: `checked-${dated(now - day * DAY_MS).slice(0, 10)}-${"a".repeat(16)}.jsonl`
    })
    deepStrictEqual(swept((now) => [checked(29, now), checked(30, now), checked(31, now)]).length, 2)
  })
})
