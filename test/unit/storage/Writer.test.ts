import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Exit, Option } from "effect"
import { Answer } from "../../../src/domain/Answer.js"
import * as Journal from "../../../src/storage/Journal.js"
import * as File from "../../../src/storage/journal/File.js"
import * as Disk from "../../system/world/Disk.js"
import type { Call } from "../../system/world/Faults.js"
import { on } from "./onDisk.js"

const entry = (key: string): Journal.Entry => ({
  key,
  model: "x/y",
  ticker: "AAPL",
  messages: [{ role: "user", content: "Write" }],
  answer: new Answer({ text: key.repeat(200), model: "x/y" })
})

const KEYS = ["a", "b", "c"]

const layer = File.layer({ directory: "/out" })

const lookUp = (journal: Journal.Service) =>
  Effect.forEach(KEYS, (key) => Effect.map(journal.lookup(key), Option.isSome))

/** Appends three answers, one after the other; says which of them are safe, and which it finds itself. */
const append = Effect.flatMap(Journal.Journal, (journal) =>
  Effect.all([
    Effect.forEach(KEYS, (key) => Effect.map(Effect.exit(journal.append(entry(key))), Exit.isSuccess)),
    lookUp(journal)
  ])
).pipe(Effect.provide(layer))

/** Which of them another run finds. */
const find = Effect.flatMap(Journal.Journal, lookUp).pipe(Effect.provide(layer))

const valueOf = <A, E>(exit: Exit.Exit<A, E> | undefined): A | undefined =>
  exit !== undefined && Exit.isSuccess(exit) ? exit.value : undefined

/** Fails at this call of a kind for the journal's file, and as often as it is told to from there on. */
const failing = (faults: Partial<Record<Call, readonly [nth: number, times: number]>>) => {
  const counts = new Map<Call, number>()
  return (call: Call, path: string) => {
    const fault = faults[call]
    if (fault === undefined || !path.endsWith(".jsonl")) return undefined
    const count = (counts.get(call) ?? 0) + 1
    counts.set(call, count)
    return count >= fault[0] && count < fault[0] + fault[1] ? "EIO" : undefined
  }
}

describe("an answer behind one that could not be written", () => {
  it.each([
    ["a short write that cannot be cut off", { write: [2, 1], truncate: [1, 1] }],
    ["a short write that is cut off", { write: [2, 1] }],
    ["a flush that fails and cannot be cut off", { sync: [2, 1], truncate: [1, 1] }]
  ] satisfies ReadonlyArray<readonly [string, Parameters<typeof failing>[0]]>)("is found again: %s", (_, faults) => {
    const root = Disk.folder()
    const [safe, ownFound] = valueOf(on(root, append, failing(faults))) ?? []
    deepStrictEqual(safe, [true, false, true])
    const later = [root, Disk.afterCut(root, Disk.worst)].map((disk) => valueOf(on(disk, find)))
    for (const found of [ownFound, ...later]) deepStrictEqual([found?.[0], found?.[2]], [true, true])
  })
})
