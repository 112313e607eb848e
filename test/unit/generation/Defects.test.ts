/** A service of the application that throws, or dies, instead of failing: what it costs, and what not. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Chunk, Context, Effect, Fiber, Layer, Option, Stream, TestClock } from "effect"
import { OpenRouter } from "../../../src/api/OpenRouter.js"
import { CodeCheck, type Service as Checks } from "../../../src/code/CodeCheck.js"
import * as Generation from "../../../src/generation/Generation.js"
import { InvalidRequest } from "../../../src/generation/Plan.js"
import * as Prompt from "../../../src/prompt/Prompt.js"
import { AlgorithmStore, type Service } from "../../../src/storage/AlgorithmStore.js"
import { Journal } from "../../../src/storage/Journal.js"
import { after, answers, api, finish, HOLD, ids, never, type Reply, start, store } from "./doubles.js"
import { journal, plainJournal } from "./resumeDoubles.js"

const boom = (): never => {
  throw new Error("boom")
}

const ends = {
  throws: boom,
  dies: () => Effect.die(new Error("boom")),
  "interrupts itself": () => Effect.interrupt
}

const models = ids(5)
const well = Object.fromEntries(models.map((model) => [model, [answers()]]))

/** What became of five requests for one ticker, of which one is asked at a time: its file, or why there is none. */
const outcomesOf = (layer: Layer.Layer<OpenRouter | AlgorithmStore>, options: { readonly resume?: boolean } = {}) =>
  Generation.stream({ requests: models.map((model) => ({ model, ticker: "AAPL" })), concurrency: 1, ...options }).pipe(
    Stream.runCollect,
    Effect.provide(layer),
    Effect.map((events) => {
      const heard = Chunk.toReadonlyArray(events)
      assert.strictEqual(heard.at(-1)?._tag, "RunFinished")
      return heard.flatMap((event) =>
        event._tag === "Settled"
          ? [
              Option.match(event.outcome.reason, {
                onNone: () => "ok",
                onSome: ({ _tag, message }) => `${_tag}: ${message}`
              })
            ]
          : []
      )
    })
  )

const files = (save: Service["save"], flush?: Service["flush"]) =>
  Layer.succeed(AlgorithmStore, { prepare: Effect.void, save, flush })

for (const [how, end] of Object.entries(ends)) {
  describe(`what ${how}`, () => {
    it.effect("as a store costs the slot that it is called for", () =>
      Effect.gen(function* () {
        const saving = files((name, { model }) => (model === "x/2" ? end() : Effect.succeed(name)))
        const outcomes = yield* outcomesOf(Layer.merge(api(well).layer, saving))
        const [, failed, ...others] = outcomes
        assert.match(
          failed ?? "",
          /^StoreError: AAPL\/generated_algo_x_2.py was not saved: the store itself failed \((Error: boom|it was interrupted)\)$/
        )
        deepStrictEqual([outcomes[0], ...others], ["ok", "ok", "ok", "ok"])
      })
    )

    it.effect("as a client costs the model that it is called for", () =>
      Effect.gen(function* () {
        const outcomes = yield* outcomesOf(Layer.merge(api({ ...well, "x/2": [end] }).layer, store().layer))
        const [, failed, ...others] = outcomes
        assert.match(failed ?? "", /^ConnectionFailed: the client itself failed: (Error: boom|it was interrupted)/)
        deepStrictEqual([outcomes[0], ...others], ["ok", "ok", "ok", "ok"])
      })
    )

    it.effect("as the last flush of a store costs nothing", () =>
      Effect.gen(function* () {
        const saving = files((name) => Effect.succeed(name), Effect.suspend(end))
        deepStrictEqual(yield* outcomesOf(Layer.merge(api(well).layer, saving)), ["ok", "ok", "ok", "ok", "ok"])
      })
    )
  })
}

for (const [how, end] of Object.entries(ends)) {
  describe(`a client that ${how}`, () => {
    it.effect("costs no other model of a run for one ticker, and keeps what had come", () =>
      Effect.gen(function* () {
        const kept = journal()
        const speaking: Reply = (_request, onToken) =>
          Effect.zipRight(
            onToken(() => "half an answer"),
            Effect.suspend(end)
          )
        const broken = { ...well, "x/1": [speaking], "x/2": [after(10, answers())] }
        const run = yield* start({ models }, { api: api(broken) }).pipe(Effect.provide(kept.layer))
        const { outcomes } = yield* finish(run, 10)
        deepStrictEqual(
          outcomes.map(({ status }) => status),
          ["failed", "ok", "ok", "ok", "ok"]
        )
        assert.include(kept.texts(), "half an answer")
      })
    )

    it.effect("is an answer where a whole module had come", () =>
      Effect.gen(function* () {
        const speaking: Reply = (_request, onToken) =>
          Effect.zipRight(
            onToken(() => `\`\`\`python\n${HOLD}\`\`\`\n`),
            Effect.suspend(end)
          )
        const run = yield* start({ models: ["x/1"] }, { api: api({ "x/1": [speaking] }) })
        assert.isTrue((yield* finish(run)).success)
      })
    )

    it.effect("as it lists its models is done without, and a note says so", () =>
      Effect.gen(function* () {
        const broken = api(well, Effect.suspend(end))
        const run = yield* start({ models }, { api: broken })
        assert.isTrue((yield* finish(run)).success)
        assert.match(
          run
            .heard("Note")
            .map(({ message }) => message)
            .join(),
          /^The list of models is not available \(the client itself failed: (Error: boom|it was interrupted)\)/
        )
        deepStrictEqual(yield* outcomesOf(Layer.merge(broken.layer, store().layer)), ["ok", "ok", "ok", "ok", "ok"])
      })
    )
  })

  describe(`a prompt that ${how}`, () => {
    it.effect("is an InvalidRequest, and what was asked before it is saved", () =>
      Effect.gen(function* () {
        const files = store()
        const build: Prompt.Service["build"] = ({ model }) => (model === "x/3" ? end() : "ask")
        const services = Layer.mergeAll(api(well).layer, files.layer, Prompt.layer({ build }))
        const asked = [
          Generation.generateAlgorithms({ models, ticker: "AAPL" }),
          Stream.runDrain(Generation.stream({ requests: models.map((model) => ({ model, ticker: "AAPL" })) }))
        ] as const
        for (const run of asked) {
          const failure = yield* Effect.flip(Effect.provide(Effect.asVoid(run), services))
          assert.instanceOf(failure, InvalidRequest)
          assert.match(failure.message, /the prompt itself failed: (Error: boom|it was interrupted)$/)
        }
        deepStrictEqual(files.saved, ["x/1", "x/2"])
      })
    )
  })

  describe(`checks of which one ${how}`, () => {
    it.effect("cost the model of that answer", () =>
      Effect.gen(function* () {
        const check = yield* CodeCheck
        const acceptInSlices: Checks["acceptInSlices"] = (answer, options) =>
          answer === "bad" ? Effect.suspend(end) : Effect.sync(() => check.accept(answer, options))
        const run = yield* start({ models }, { api: api({ ...well, "x/2": [answers({ text: "bad" })] }) }).pipe(
          Effect.provideService(CodeCheck, { ...check, acceptInSlices })
        )
        const { outcomes } = yield* finish(run)
        deepStrictEqual(
          outcomes.map(({ status }) => status),
          ["ok", "failed", "ok", "ok", "ok"]
        )
      })
    )
  })
}

it.effect("a run that is interrupted ends all the same, be the client calm or not", () =>
  Effect.gen(function* () {
    for (const reply of [never, (() => Effect.onInterrupt(Effect.never, () => Effect.interrupt)) satisfies Reply]) {
      const run = yield* start({ models }, { api: api({ ...well, "x/2": [reply] }) })
      yield* TestClock.adjust(1_000)
      yield* Fiber.interrupt(run.fiber)
      deepStrictEqual(
        run.heard("Settled").map(({ outcome }) => outcome.status),
        ["ok", "failed", "ok", "ok", "ok"]
      )
      assert.match(
        run
          .heard("Failed")
          .map(({ reason }) => reason._tag)
          .join(),
        /^Interrupted$/
      )
    }
  })
)

describe("a journal", () => {
  for (const [how, end] of Object.entries(ends)) {
    for (const [what, over] of Object.entries({
      begin: { begin: end },
      append: { append: end },
      lookup: { lookup: end },
      finish: { finish: end },
      skipped: { skipped: Effect.suspend(end) },
      unfinished: { unfinished: Effect.suspend(end) },
      entries: { entries: Effect.suspend(end) }
    })) {
      for (const resume of [false, true]) {
        it.effect(`takes no answer with it when its ${what} ${how}${resume ? " in a run that resumes" : ""}`, () =>
          Effect.gen(function* () {
            const services = Layer.mergeAll(api(well).layer, store().layer, plainJournal(over))
            const outcomes = yield* outcomesOf(services, { resume })
            deepStrictEqual(outcomes, ["ok", "ok", "ok", "ok", "ok"])
            const report = yield* Generation.generateAlgorithms({ models, ticker: "AAPL", resume }).pipe(
              Effect.provide(services)
            )
            assert.isTrue(report.success)
          })
        )
      }
    }
  }

  it.effect("may be a double that answers nothing else", () =>
    Effect.gen(function* () {
      const double = Layer.mock(Journal, {
        begin: () => Effect.succeed("run"),
        finish: () => Effect.void,
        unfinished: Effect.succeed([]),
        append: boom
      })
      const outcomes = yield* Effect.provide(outcomesOf(Layer.merge(api(well).layer, store().layer)), double)
      deepStrictEqual(outcomes, ["ok", "ok", "ok", "ok", "ok"])
    })
  )
})

describe("what a prompt says beside its text", () => {
  for (const part of ["system", "strategy"] as const) {
    it.effect(`is an InvalidRequest where its ${part} throws, and nothing is sent`, () =>
      Effect.gen(function* () {
        const openRouter = api(well)
        const services = Layer.mergeAll(
          openRouter.layer,
          store().layer,
          Prompt.layer({ build: () => "ask", [part]: boom })
        )
        for (const run of [
          Generation.generateAlgorithms({ models, ticker: "AAPL" }),
          Stream.runDrain(Generation.stream({ requests: [{ model: "x/1", ticker: "AAPL" }] }))
        ] as const) {
          const failure = yield* Effect.flip(Effect.provide(Effect.asVoid(run), services))
          assert.instanceOf(failure, InvalidRequest)
          assert.match(failure.message, /the prompt itself failed: Error: boom$/)
        }
        assert.lengthOf(openRouter.requests, 0)
      })
    )
  }
})

describe("connections that a client is to reserve", () => {
  for (const [how, reserve] of Object.entries({
    ...ends,
    hangs: () => Effect.never,
    "hangs and cannot be interrupted": () => Effect.uninterruptible(Effect.never)
  })) {
    it.effect(`are done without where it ${how}`, () =>
      Effect.gen(function* () {
        const openRouter = api(well)
        const layer = Layer.map(openRouter.layer, (services) =>
          Context.make(OpenRouter, Object.assign(Context.get(services, OpenRouter), { reserve }))
        )
        const run = yield* start({ models }, { api: { ...openRouter, layer } })
        assert.isTrue((yield* finish(run)).success)
      })
    )
  }

  it.effect("are asked for before anything is sent", () =>
    Effect.gen(function* () {
      const openRouter = api(well)
      const asked: Array<readonly [number, number]> = []
      const reserve = (requests: number) =>
        Effect.sync(() => {
          asked.push([requests, openRouter.requests.length])
        })
      const layer = Layer.map(openRouter.layer, (services) =>
        Context.make(OpenRouter, Object.assign(Context.get(services, OpenRouter), { reserve }))
      )
      yield* finish(yield* start({ models, concurrency: 7 }, { api: { ...openRouter, layer } }))
      deepStrictEqual(asked, [[7, 0]])
    })
  )
})

describe("stopWhen", () => {
  for (const [how, end] of Object.entries(ends)) {
    it.effect(`has never come where it ${how}`, () =>
      Effect.gen(function* () {
        const stopWhen = Effect.delay(Effect.suspend(end), 100)
        const slow = api({ ...well, "x/2": [after(1_000, answers())] })
        const run = yield* start({ models, stopWhen }, { api: slow })
        assert.isTrue((yield* finish(run, 1_000)).success)
      })
    )
  }
})

describe("a run where nothing is interrupted", () => {
  const hanging = { ...well, "x/2": [never] }
  for (const [what, options, endsAt] of [
    ["by itself", { models: ["x/1"] }, 0],
    ["by itself beside a stopWhen", { models: ["x/1"], stopWhen: Effect.never }, 0],
    ["at its deadline", { models, deadline: 5_000 }, 5_000],
    ["with stopWhen", { models, stopWhen: Effect.sleep(1_000) }, 1_000]
  ] as const) {
    it.effect(`ends ${what}, not before`, () =>
      Effect.gen(function* () {
        const services = Layer.merge(api(hanging).layer, store().layer)
        const asked = Generation.generateAlgorithms({ ticker: "AAPL", ...options })
        const { models: named, ...more } = options
        const requests = named.map((model) => ({ model, ticker: "AAPL" }))
        const fibers = [
          yield* Effect.fork(Effect.provide(Effect.uninterruptible(asked), services)),
          yield* Effect.fork(Effect.provide(Effect.scoped(Effect.acquireRelease(asked, () => Effect.void)), services)),
          yield* Effect.fork(
            Effect.provide(Effect.uninterruptible(Stream.runDrain(Generation.stream({ ...more, requests }))), services)
          )
        ]
        // What hashes the prompt takes real time.
        yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 50)))
        if (endsAt > 0) {
          yield* TestClock.adjust(endsAt - 1)
          for (const fiber of fibers) assert.isNull(fiber.unsafePoll())
        }
        yield* TestClock.adjust(1)
        for (const fiber of fibers) assert.strictEqual(fiber.unsafePoll()?._tag, "Success")
      })
    )
  }
})
