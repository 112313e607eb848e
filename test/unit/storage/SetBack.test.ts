import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Option } from "effect"
import { Answer } from "../../../src/domain/Answer.js"
import * as Journal from "../../../src/storage/Journal.js"
import * as File from "../../../src/storage/journal/File.js"
import * as Disk from "../../system/world/Disk.js"
import { on } from "./onDisk.js"

const HOUR = 3_600_000

const entry = (text: string, at: number): Journal.Entry => ({
  key: "key",
  model: "x/y",
  ticker: "AAPL",
  messages: [],
  answer: new Answer({ text, model: "x/y" }),
  at
})

/** A run of its own, that looks for the answer first where it is told to. */
const run = (root: Disk.FolderNode, work: (journal: Journal.Service) => Effect.Effect<unknown, unknown>) =>
  on(root, Effect.flatMap(Journal.Journal, work).pipe(Effect.provide(File.layer({ directory: "/out" }))))

const resuming = (text: string, at: number) => (journal: Journal.Service) =>
  Effect.zipRight(journal.lookup("key"), journal.append(entry(text, at)))

/** What a new run finds. */
const foundIn = (root: Disk.FolderNode): string => {
  let found = "nothing"
  run(root, (journal) =>
    Effect.map(journal.lookup("key"), (answer) => {
      if (Option.isSome(answer)) found = answer.value.answer.text
    })
  )
  return found
}

describe("an answer that a run got after another one", () => {
  it("is the latest, also where the clock was set back between them", () => {
    const root = Disk.folder()
    run(root, (journal) =>
      Effect.zipRight(journal.append(entry("useless", 2 * HOUR)), journal.append(entry("good", HOUR)))
    )
    deepStrictEqual(foundIn(root), "good")
  })

  it("is the latest, also where the clock had been ahead when another request was answered", () => {
    const root = Disk.folder()
    run(root, (journal) =>
      Effect.zipRight(
        journal.append({ ...entry("of the future", 9_000 * HOUR), key: "another" }),
        journal.append(entry("old", HOUR))
      )
    )
    run(root, (journal) => journal.append(entry("new", 2 * HOUR)))
    deepStrictEqual(foundIn(root), "new")
  })
})

describe("an answer that a resumed run got", () => {
  it("is the latest, also where the clock was set back since the earlier one", () => {
    const root = Disk.folder()
    run(root, (journal) => journal.append(entry("useless", 2 * HOUR)))
    run(root, resuming("good", HOUR))
    deepStrictEqual(foundIn(root), "good")
    run(root, resuming("better", 3 * HOUR))
    deepStrictEqual(foundIn(root), "better")
  })
})
