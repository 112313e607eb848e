/** A service of the application that throws, or dies, instead of failing: what it costs, and what not. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Chunk, Context, Effect, Layer, Option, Stream } from "effect"
import { OpenRouter } from "../../../src/api/OpenRouter.js"
import * as Generation from "../../../src/generation/Generation.js"
import { AlgorithmStore, type Service } from "../../../src/storage/AlgorithmStore.js"
import { Journal } from "../../../src/storage/Journal.js"
import { answers, api, ids, store } from "./doubles.js"

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
        assert.match(failed ?? "", /^StoreError: AAPL\/generated_algo_x_2.py was not saved: the store itself failed/)
        deepStrictEqual([outcomes[0], ...others], ["ok", "ok", "ok", "ok"])
      })
    )

    it.effect("as a client costs the model that it is called for", () =>
      Effect.gen(function* () {
        const outcomes = yield* outcomesOf(Layer.merge(api({ ...well, "x/2": [end] }).layer, store().layer))
        const [, failed, ...others] = outcomes
        assert.match(failed ?? "", /^ConnectionFailed: the client itself failed: |^Interrupted: /)
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

describe("a list of models", () => {
  it.effect("that throws is done without, and a note says so", () =>
    Effect.gen(function* () {
      const broken = Layer.map(api(well).layer, (context) =>
        Context.add(context, OpenRouter, {
          ...Context.get(context, OpenRouter),
          models: Effect.die(new Error("boom"))
        })
      )
      deepStrictEqual(yield* outcomesOf(Layer.merge(broken, store().layer)), ["ok", "ok", "ok", "ok", "ok"])
    })
  )
})

describe("a journal", () => {
  const calm = {
    begin: () => Effect.succeed("run"),
    finish: () => Effect.void,
    append: () => Effect.void,
    lookup: () => Effect.succeedNone,
    entries: Effect.succeed([]),
    unfinished: Effect.succeed([]),
    skipped: Effect.succeed(0),
    prune: () => Effect.succeed(0)
  }
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
            const services = Layer.mergeAll(
              api(well).layer,
              store().layer,
              Layer.succeed(Journal, { ...calm, ...over })
            )
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
      const journal = Layer.mock(Journal, {
        begin: () => Effect.succeed("run"),
        finish: () => Effect.void,
        unfinished: Effect.succeed([]),
        append: boom
      })
      const outcomes = yield* Effect.provide(outcomesOf(Layer.merge(api(well).layer, store().layer)), journal)
      deepStrictEqual(outcomes, ["ok", "ok", "ok", "ok", "ok"])
    })
  )
})
