import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { DateTime, Effect, Option, Ref } from "effect"
import { Algorithm } from "../../../src/domain/Algorithm.js"
import { Answer } from "../../../src/domain/Answer.js"
import { AlgorithmStore } from "../../../src/storage/AlgorithmStore.js"
import * as MemoryStore from "../../../src/storage/algorithmStore/Memory.js"
import { fileNames } from "../../../src/storage/FileName.js"
import * as Journal from "../../../src/storage/Journal.js"
import * as MemoryJournal from "../../../src/storage/journal/Memory.js"

const MANY = 20_000

describe("many in memory", () => {
  it.effect("are saved without a copy of all that were saved before", () =>
    Effect.gen(function* () {
      const store = yield* AlgorithmStore
      const names = fileNames(Array.from({ length: MANY }, (_, n) => ({ model: `x/${n}`, sample: 1 })))
      const algorithm = new Algorithm({
        model: "x/y",
        ticker: "AAPL",
        sample: 1,
        code: "",
        promptHash: "",
        generatedAt: DateTime.unsafeMake(0)
      })
      yield* Effect.forEach(names, (name) => store.save(name, algorithm), { discard: true })
      assert.strictEqual((yield* Effect.flatMap(MemoryStore.Saved, Ref.get)).size, MANY)
    }).pipe(Effect.provide(MemoryStore.layer))
  )

  it.effect("are written down and looked up without going through all of them", () =>
    Effect.gen(function* () {
      const journal = yield* Journal.Journal
      const answer = new Answer({ text: "", model: "x/y" })
      const keys = Array.from({ length: MANY }, (_, n) => `${n}`)
      yield* Effect.forEach(
        keys,
        (key) =>
          Effect.zipRight(
            journal.append({ key, model: "x/y", ticker: "AAPL", messages: [], answer }),
            journal.lookup(key)
          ),
        { discard: true }
      )
      const found = yield* Effect.forEach(keys, journal.lookup)
      deepStrictEqual(found.map(Option.match({ onNone: () => "", onSome: ({ key }) => key })), keys)
    }).pipe(Effect.provide(MemoryJournal.layer))
  )
})
