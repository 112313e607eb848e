/** A store or a journal from outside that hangs: what it was given is given up after 30 s, and the run goes on, or ends. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Deferred, Effect, Fiber, Layer, Option, TestClock } from "effect"
import * as Generation from "../../../src/generation/Generation.js"
import { InvalidRequest } from "../../../src/generation/Plan.js"
import * as Prompt from "../../../src/prompt/Prompt.js"
import { AlgorithmStore, StoreError, type Service } from "../../../src/storage/AlgorithmStore.js"
import * as Journal from "../../../src/storage/Journal.js"
import type { Record } from "../../../src/storage/journal/Record.js"
import { after, answers, api, finish, start, store, type Store } from "./doubles.js"

const GRACE = 30_000
const SAVE_LATE = /generated_algo_x_1\.py was not saved: the store did not answer within 30 s/

const hangingStore = (over: Partial<Service>): Store => ({
  ...store(),
  layer: Layer.succeed(AlgorithmStore, { prepare: Effect.void, save: (name) => Effect.succeed(name), ...over })
})

/** Hangs on the records of one kind. */
const hangingJournal = (tag: Record["_tag"], more: Partial<Journal.Log> = {}) =>
  Layer.succeed(
    Journal.Journal,
    Journal.make({
      records: Effect.succeed([]),
      write: ({ _tag }) => (_tag === tag ? Effect.never : Effect.void),
      retain: () => Effect.succeed(0),
      ...more
    })
  )

const one = () => api({ "x/1": [answers()] })

describe("a save that hangs", () => {
  for (const [name, save] of [
    ["and can be interrupted", Effect.never],
    ["and cannot", Effect.uninterruptible(Effect.never)]
  ] as const) {
    it.effect(`fails after 30 s, not before, and the run ends: ${name}`, () =>
      Effect.gen(function* () {
        const run = yield* start({ models: ["x/1"] }, { api: one(), store: hangingStore({ save: () => save }) })
        yield* TestClock.adjust(GRACE - 1)
        assert.isTrue(Option.isNone(yield* Fiber.poll(run.fiber)))
        const { outcomes } = yield* finish(run, 1)
        assert.match(
          run
            .heard("SaveFailed")
            .map(({ message }) => message)
            .join(),
          SAVE_LATE
        )
        deepStrictEqual(
          outcomes.map(({ status }) => status),
          ["failed"]
        )
      })
    )
  }

  it.effect("holds up no other model, and its late end is ignored", () =>
    Effect.gen(function* () {
      const end = yield* Deferred.make<string>()
      const save: Service["save"] = (name, { model }) =>
        model === "x/1" ? Effect.uninterruptible(Deferred.await(end)) : Effect.succeed(name)
      const openRouter = api({ "x/1": [answers()], "x/2": [after(40_000, answers())] })
      const run = yield* start({ models: ["x/1", "x/2"] }, { api: openRouter, store: hangingStore({ save }) })
      yield* TestClock.adjust(35_000)
      yield* Deferred.succeed(end, "late")
      const { outcomes } = yield* finish(run, 5_000)
      deepStrictEqual(
        outcomes.map(({ status }) => status),
        ["failed", "ok"]
      )
      assert.lengthOf(run.heard("SaveFailed"), 1)
      deepStrictEqual(
        run.heard("Saved").map(({ model }) => model),
        ["x/2"]
      )
    })
  )

  it.effect("ends with an interruption of the run, within 30 s", () =>
    Effect.gen(function* () {
      const run = yield* start({ models: ["x/1"] }, { api: one(), store: hangingStore({ save: () => Effect.never }) })
      yield* TestClock.adjust(10_000)
      const interrupting = yield* Effect.fork(Fiber.interrupt(run.fiber))
      yield* TestClock.adjust(19_999)
      assert.isTrue(Option.isNone(yield* Fiber.poll(interrupting)))
      yield* TestClock.adjust(1)
      assert.isTrue(Option.isSome(yield* Fiber.poll(interrupting)))
    })
  )

  it.effect("is waited for where it takes less", () =>
    Effect.gen(function* () {
      const run = yield* start({ models: ["x/1"] }, { api: one(), store: store({ takes: GRACE - 1 }) })
      assert.isTrue((yield* finish(run, GRACE - 1)).success)
      assert.lengthOf(run.heard("Saved"), 1)
    })
  )
})

describe("the end of a run", () => {
  it.effect("waits 30 s for a store that hangs as it is flushed", () =>
    Effect.gen(function* () {
      const run = yield* start({ models: ["x/1"] }, { api: one(), store: hangingStore({ flush: Effect.never }) })
      assert.isTrue((yield* finish(run, GRACE)).success)
    })
  )
})

describe("a store that hangs before anything is sent", () => {
  it.effect("is a StoreError after 30 s", () =>
    Effect.gen(function* () {
      const openRouter = one()
      const failing = yield* Generation.generateAlgorithms({ models: ["x/1"], ticker: "AAPL" }).pipe(
        Effect.provide(Layer.merge(openRouter.layer, hangingStore({ prepare: Effect.never }).layer)),
        Effect.flip,
        Effect.fork
      )
      // What hashes the prompt takes real time.
      yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 50)))
      yield* TestClock.adjust(GRACE)
      const error = Option.getOrThrow(yield* Fiber.poll(failing))
      const failure = yield* error
      assert.isTrue(failure instanceof StoreError)
      assert.strictEqual(
        failure.message,
        "algorithms cannot be saved: the store did not answer within 30 s; check that the store can be reached"
      )
      assert.lengthOf(openRouter.requests, 0)
    })
  )
})

describe("a prompt that hangs", () => {
  for (const [name, build] of [
    ["and can be interrupted", Effect.never],
    ["and cannot", Effect.uninterruptible(Effect.never)]
  ] as const) {
    it.effect(`is an InvalidRequest at the deadline, not before, and nothing is sent: ${name}`, () =>
      Effect.gen(function* () {
        const openRouter = one()
        const failing = yield* Generation.generateAlgorithms({ models: ["x/1"], ticker: "AAPL", deadline: 5_000 }).pipe(
          Effect.provide(Layer.mergeAll(openRouter.layer, store().layer, Prompt.layer({ build: () => build }))),
          Effect.flip,
          Effect.fork
        )
        yield* TestClock.adjust(4_999)
        assert.isTrue(Option.isNone(yield* Fiber.poll(failing)))
        yield* TestClock.adjust(1)
        const failure = yield* Option.getOrThrow(yield* Fiber.poll(failing))
        assert.isTrue(failure instanceof InvalidRequest)
        assert.match(failure.message, /deadline of 5 s has passed before all prompts were built/)
        assert.lengthOf(openRouter.requests, 0)
      })
    )
  }
})

describe("a journal that hangs", () => {
  for (const [what, layer, note] of [
    ["with the beginning of a run", hangingJournal("Began"), /journal cannot be written.*did not answer within 30 s/],
    ["with an answer", hangingJournal("Answered"), /x\/1: the answer could not be written.*did not answer within 30 s/],
    ["with the end of a run", hangingJournal("Finished"), undefined],
    [
      "with what it knows of checks",
      hangingJournal("Finished", {
        write: () => Effect.void,
        approvals: { find: () => Effect.succeedNone, keep: () => Effect.never }
      }),
      undefined
    ],
    [
      "with what earlier runs left",
      hangingJournal("Finished", { write: () => Effect.void, history: Effect.never }),
      /within 30 s/
    ]
  ] as const) {
    it.effect(`${what} is given up after 30 s, and nothing else is lost`, () =>
      Effect.gen(function* () {
        const files = store()
        const run = yield* start({ models: ["x/1"] }, { api: one(), store: files }).pipe(Effect.provide(layer))
        yield* TestClock.adjust(GRACE - 1)
        assert.isTrue(Option.isNone(yield* Fiber.poll(run.fiber)))
        const report = yield* finish(run, 1)
        assert.isTrue(report.success)
        deepStrictEqual(files.saved, ["x/1"])
        if (note !== undefined)
          assert.match(
            run
              .heard("Note")
              .map(({ message }) => message)
              .join(),
            note
          )
      })
    )
  }
})
