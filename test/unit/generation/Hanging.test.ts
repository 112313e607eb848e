/** A store or a journal from outside that hangs: what it was given is given up after 30 s, and the run goes on, or ends. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Deferred, Effect, Fiber, Layer, Option, Stream, TestClock } from "effect"
import { Answer } from "../../../src/domain/Answer.js"
import * as Generation from "../../../src/generation/Generation.js"
import { InvalidRequest } from "../../../src/generation/Plan.js"
import * as Prompt from "../../../src/prompt/Prompt.js"
import { AlgorithmStore, StoreError, type Service } from "../../../src/storage/AlgorithmStore.js"
import * as Journal from "../../../src/storage/Journal.js"
import { Answered, type Record } from "../../../src/storage/journal/Record.js"
import {
  after,
  answers,
  api,
  each,
  finish,
  HOLD,
  ids,
  never,
  start,
  store,
  type Started,
  type Store
} from "./doubles.js"
import { plainJournal } from "./resumeDoubles.js"

const GRACE = 30_000
const SOON = 2_000
const SAVE_LATE = /generated_algo_x_1\.py was not saved: the store did not answer within 30 s/

const hangingStore = (over: Partial<Service>): Store => ({
  ...store(),
  layer: Layer.succeed(AlgorithmStore, { prepare: Effect.void, save: (name) => Effect.succeed(name), ...over })
})

const notesOf = (run: Started) => run.heard("Note").map(({ message }) => message)

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

    it.effect(`is an InvalidRequest when stopWhen succeeds, not before, and nothing is sent: ${name}`, () =>
      Effect.gen(function* () {
        const openRouter = one()
        const failing = yield* Generation.generateAlgorithms({
          models: ["x/1"],
          ticker: "AAPL",
          stopWhen: Effect.sleep(1_000)
        }).pipe(
          Effect.provide(Layer.mergeAll(openRouter.layer, store().layer, Prompt.layer({ build: () => build }))),
          Effect.flip,
          Effect.fork
        )
        yield* TestClock.adjust(999)
        assert.isNull(failing.unsafePoll())
        yield* TestClock.adjust(1)
        const failure = yield* Option.getOrThrow(yield* Fiber.poll(failing))
        assert.isTrue(failure instanceof InvalidRequest)
        assert.strictEqual(failure.message, "the run was ended before all prompts were built, and nothing was sent")
        assert.lengthOf(openRouter.requests, 0)
      })
    )
  }
})

describe("a prompt that takes its time", () => {
  it.effect("leaves stopWhen what is left of its own, and a stream of requests ends with it", () =>
    Effect.gen(function* () {
      const slow = Prompt.layer({ build: () => Effect.as(Effect.sleep(600), "ask") })
      const stopWhen = Effect.sleep(1_000)
      const openRouter = api({ "x/1": [never] })
      const services = Layer.mergeAll(openRouter.layer, store().layer, slow)
      const request = { model: "x/1", ticker: "AAPL" }
      const fibers = [
        yield* Generation.generateAlgorithms({ models: ["x/1"], ticker: "AAPL", stopWhen }).pipe(
          Effect.provide(services),
          Effect.fork
        ),
        yield* Generation.stream({ requests: [request, request, request], stopWhen }).pipe(
          Stream.runDrain,
          Effect.provide(services),
          Effect.fork
        )
      ]
      yield* TestClock.adjust(999)
      for (const fiber of fibers) assert.isNull(fiber.unsafePoll())
      yield* TestClock.adjust(1)
      for (const fiber of fibers) assert.isNotNull(fiber.unsafePoll())
      assert.lengthOf(openRouter.requests, 2)
    })
  )
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

describe("a run that resumes", () => {
  const known = Effect.succeedSome(
    new Answered({
      key: "k",
      at: 1,
      model: "x/1",
      ticker: "AAPL",
      messages: [],
      answer: new Answer({ text: HOLD, model: "x/1" })
    })
  )
  for (const [what, over, requests] of [
    ["a search that hangs", { lookup: () => Effect.never }, 1],
    ["one that nothing interrupts", { lookup: () => Effect.uninterruptible(Effect.never) }, 1],
    [
      "checks of which nothing is heard",
      { lookup: () => known, approvals: { find: () => Effect.never, keep: () => Effect.void } },
      0
    ]
  ] as const) {
    it.effect(`waits 30 s for ${what}, and goes on`, () =>
      Effect.gen(function* () {
        const openRouter = one()
        const run = yield* start({ models: ["x/1"], resume: true }, { api: openRouter }).pipe(
          Effect.provide(plainJournal(over))
        )
        yield* TestClock.adjust(GRACE - 1)
        assert.isNull(run.fiber.unsafePoll())
        assert.lengthOf(openRouter.requests, 0)
        // The other searches of the request have 2 s each.
        yield* TestClock.adjust(1)
        for (let n = 0; n < 10; n++) yield* TestClock.adjust(SOON)
        const { outcomes } = yield* finish(run)
        deepStrictEqual(
          outcomes.map(({ status }) => status),
          ["ok"]
        )
        assert.lengthOf(openRouter.requests, requests)
      })
    )
  }

  it.effect("can be interrupted while it searches", () =>
    Effect.gen(function* () {
      const run = yield* start({ models: ["x/1"], resume: true }, { api: one() }).pipe(
        Effect.provide(plainJournal({ lookup: () => Effect.uninterruptible(Effect.never) }))
      )
      yield* TestClock.adjust(1_000)
      const interrupting = yield* Effect.fork(Fiber.interrupt(run.fiber))
      yield* TestClock.adjust(1)
      assert.isNotNull(interrupting.unsafePoll())
    })
  )
})

describe("what comes behind a call that was late", () => {
  const models = ids(3)

  /** Three models, one after the other, each answering at once; with what its journal does when it is called. */
  const inTurn = (appends: ReadonlyArray<Effect.Effect<void>>, timeoutMs?: number) =>
    Effect.gen(function* () {
      const calls = [...appends]
      const openRouter = api(each(models, answers()))
      const append = () => calls.shift() ?? Effect.void
      const run = yield* start({ models, concurrency: 1 }, { api: openRouter }).pipe(
        Effect.provide(plainJournal({ append, timeoutMs }))
      )
      return { openRouter, run, sent: () => openRouter.requests.map(({ at }) => at) }
    })

  it.effect("is waited for 2 s, not less, and the note is said once", () =>
    Effect.gen(function* () {
      const { run, sent } = yield* inTurn([Effect.never, Effect.never, Effect.never])
      yield* TestClock.adjust(GRACE - 1)
      deepStrictEqual(sent(), [0])
      yield* TestClock.adjust(1 + 2 * SOON - 1)
      assert.isNull(run.fiber.unsafePoll())
      assert.isTrue((yield* finish(run, 1)).success)
      deepStrictEqual(sent(), [0, GRACE, GRACE + SOON])
      deepStrictEqual(notesOf(run), [
        "x/1: the answer could not be written to the journal, and is lost if its file cannot be saved: the journal did not answer within 30 s"
      ])
    })
  )

  it.effect("is waited for again once one was in time, and late ones are told again", () =>
    Effect.gen(function* () {
      const { run, sent } = yield* inTurn([Effect.never, Effect.sleep(SOON - 1), Effect.never])
      const { success } = yield* finish(run, 2 * GRACE + SOON - 1)
      assert.isTrue(success)
      deepStrictEqual(sent(), [0, GRACE, GRACE + SOON - 1])
      deepStrictEqual(
        notesOf(run).map((note) => note.slice(0, 3)),
        ["x/1", "x/3"]
      )
    })
  )

  it.effect(
    "goes on as the one probe and counts when it is done, though nobody waits: the next has its whole time",
    () =>
      Effect.gen(function* () {
        const { run, sent } = yield* inTurn([Effect.never, Effect.sleep(SOON + 1), Effect.sleep(GRACE - 1)])
        const { success } = yield* finish(run, GRACE + SOON + GRACE - 1)
        assert.isTrue(success)
        deepStrictEqual(sent(), [0, GRACE, GRACE + SOON])
        assert.lengthOf(notesOf(run), 1)
      })
  )

  it.effect("counts where nothing interrupts it and it is done after all", () =>
    Effect.gen(function* () {
      const late = Effect.uninterruptible(Effect.sleep(GRACE + 1))
      const { run } = yield* inTurn([late, Effect.never, Effect.sleep(GRACE - 1)])
      yield* TestClock.adjust(2 * GRACE)
      // The second has its whole time, as the first was done meanwhile, and is late in its turn.
      assert.isNull(run.fiber.unsafePoll())
      assert.lengthOf(notesOf(run), 2)
      assert.isTrue((yield* finish(run, SOON)).success)
    })
  )

  it.effect("is told to end when its time is over: no more are in flight than the run keeps, and the probe", () =>
    Effect.gen(function* () {
      let now = 0
      let most = 0
      const save = () =>
        Effect.suspend(() => {
          now += 1
          most = Math.max(most, now)
          return Effect.ensuring(
            Effect.never,
            Effect.sync(() => {
              now -= 1
            })
          )
        })
      const asked = ids(400)
      const run = yield* start(
        { models: asked, concurrency: 400 },
        { api: api(each(asked, answers())), store: hangingStore({ save }) }
      )
      yield* TestClock.adjust(GRACE)
      for (let n = 0; n < 5; n++) yield* TestClock.adjust(SOON)
      assert.isNull(run.fiber.unsafePoll())
      yield* finish(run, SOON)
      assert.isAtMost(most, 65)
      assert.strictEqual(now, 0)
      assert.lengthOf(run.heard("SaveFailed"), 400)
    })
  )

  for (const [what, outcome] of [
    ["a result", Effect.succeed("kept")],
    ["a failure", new StoreError({ path: "a.py", reason: { _tag: "Unknown", message: "was refused" } })]
  ] as const) {
    it.effect(`is as good as any other once ${what} has come`, () =>
      Effect.gen(function* () {
        const others = ids(22).slice(2)
        const openRouter = api({
          ...each(others, after(GRACE + 130, answers())),
          "x/1": [answers()],
          "x/2": [after(GRACE + 1, answers())]
        })
        const save: Service["save"] = (_, { model }) =>
          model === "x/1"
            ? Effect.never
            : model === "x/2"
              ? Effect.delay(outcome, 120)
              : Effect.delay(Effect.succeed(model), GRACE - 1)
        const run = yield* start(
          { models: ids(22), concurrency: 22 },
          { api: openRouter, store: hangingStore({ save }) }
        )
        const { outcomes } = yield* finish(run, 2 * GRACE + 129)
        assert.lengthOf(
          outcomes.slice(2).filter(({ status }) => status === "ok"),
          20
        )
      })
    )
  }

  it.effect("is saved where a store takes as long as stores take", () =>
    Effect.gen(function* () {
      const others = ids(21).slice(1)
      const save: Service["save"] = (name, { model }) =>
        model === "x/1" ? Effect.never : Effect.as(Effect.sleep(120), name)
      const openRouter = api({ ...each(others, after(GRACE + 1, answers())), "x/1": [answers()] })
      const run = yield* start({ models: ids(21), concurrency: 21 }, { api: openRouter, store: hangingStore({ save }) })
      const { outcomes } = yield* finish(run, GRACE + 121)
      assert.lengthOf(
        outcomes.filter(({ status }) => status === "ok"),
        20
      )
    })
  )

  it.effect("costs a run of 120 models no answer within its deadline", () =>
    Effect.gen(function* () {
      const many = ids(120)
      const run = yield* start({ models: many }, { api: api(each(many, after(10_000, answers()))) }).pipe(
        Effect.provide(
          plainJournal({ begin: () => Effect.never, append: () => Effect.never, finish: () => Effect.never })
        )
      )
      for (let n = 0; n < 40; n++) yield* TestClock.adjust(10_000)
      const { outcomes } = yield* finish(run)
      assert.lengthOf(
        outcomes.filter(({ status }) => status === "ok"),
        120
      )
    })
  )

  it.effect("is told to end with the run, if not before", () =>
    Effect.gen(function* () {
      let told = 0
      const hung = Effect.onInterrupt(Effect.never, () =>
        Effect.sync(() => {
          told += 1
        })
      )
      const { run } = yield* inTurn([hung, hung, hung])
      assert.isTrue((yield* finish(run, GRACE + 2 * SOON)).success)
      assert.strictEqual(told, 3)
    })
  )

  it.effect("is a save, too: all of them are told", () =>
    Effect.gen(function* () {
      const openRouter = api(
        Object.fromEntries(
          models.map((model, index) => [model, [after(index === 0 ? 0 : 31_000 + index * 1_000, answers())]])
        )
      )
      const hung = hangingStore({ save: () => Effect.never })
      const run = yield* start({ models }, { api: openRouter, store: hung })
      yield* TestClock.adjust(33_000 + SOON - 1)
      assert.lengthOf(run.heard("SaveFailed"), 2)
      yield* finish(run, 1)
      deepStrictEqual(
        run.heard("SaveFailed").map(({ message }) => message.replace(/^.*?the store/, "")),
        [
          " did not answer within 30 s; check that the store can be reached",
          " does not answer; check that the store can be reached",
          " does not answer; check that the store can be reached"
        ]
      )
    })
  )

  it.effect("has the time that a journal asks for", () =>
    Effect.gen(function* () {
      const { run, sent } = yield* inTurn([Effect.never], 90_000)
      yield* TestClock.adjust(89_999)
      deepStrictEqual(sent(), [0])
      assert.isTrue((yield* finish(run, 1)).success)
      assert.match(notesOf(run).join(), /the journal did not answer within 90 s$/)
    })
  )

  it.effect("is waited for without a limit where a journal asks for it, and nothing more is sent meanwhile", () =>
    Effect.gen(function* () {
      const { run, sent } = yield* inTurn([Effect.sleep("3 hours")], Number.POSITIVE_INFINITY)
      yield* TestClock.adjust(399_999)
      deepStrictEqual(sent(), [0])
      // The deadline asks no more, and waits for what is paid for.
      yield* TestClock.adjust(3 * 3_600_000 - 400_000)
      assert.isNull(run.fiber.unsafePoll())
      const { outcomes } = yield* finish(run, 1)
      deepStrictEqual(
        outcomes.map(({ status }) => status),
        ["ok", "failed", "failed"]
      )
      deepStrictEqual(notesOf(run), [])
    })
  )
})
