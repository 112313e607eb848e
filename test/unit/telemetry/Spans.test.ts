/** What a tracer sees of a run: one span for each attempt under one for each model, all of them ended. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Exit, Fiber, Layer, TestClock } from "effect"
import * as OpenRouter from "../../../src/api/OpenRouter.js"
import { CutOff } from "../../../src/domain/GenerationError.js"
import * as Generator from "../../../src/generation/Generator.js"
import * as Wire from "../api/wire/network.js"
import {
  after,
  answers,
  api,
  each,
  fails,
  finish,
  HOLD,
  http,
  ids,
  never,
  start,
  type Reply,
  flowControl
} from "../generation/doubles.js"
import { usage } from "../generation/moneyDoubles.js"
import * as Tracer from "./tracer.js"

const traced = (script: Readonly<Record<string, ReadonlyArray<Reply>>>, run: object = {}) =>
  Effect.gen(function* () {
    const tracer = Tracer.make()
    const models = Object.keys(script)
    const started = yield* start({ models, deadline: "10 seconds", ...run }, { api: api(script) }).pipe(
      Effect.withTracer(tracer.tracer)
    )
    return { ...tracer, started }
  })

const ended = ({ ends, status }: Tracer.Seen) => (ends === 1 && status._tag === "Ended" ? status.exit._tag : ends)

describe("a run", () => {
  it.effect("has a span for each attempt under one for each model", () =>
    Effect.gen(function* () {
      const { named, started } = yield* traced({
        "x/1": [http(503), fails(new CutOff({}), { usage: usage(1) }), answers({ usage: usage(2) })],
        "x/2": [answers()],
        "x/3": [http(400)]
      })
      const report = yield* finish(started, 4_000)
      const models = named("generate_algorithm")
      deepStrictEqual(
        models.map(({ attributes, kind, parent }) => [attributes["gen_ai.request.model"], kind, parent?.name]),
        ids(3).map((id) => [id, "internal", "Generation.generateAlgorithms"])
      )
      deepStrictEqual(models.map(ended), ["Success", "Success", "Failure"])
      const chats = named("chat ")
      deepStrictEqual(
        report.outcomes.map(({ attempts, model }) => [model, attempts.length]),
        ids(3).map((id) => [id, chats.filter(({ name }) => name === `chat ${id}`).length])
      )
      for (const { kind, name, parent } of chats) {
        assert.strictEqual(kind, "client")
        assert.strictEqual(`chat ${String(parent?.attributes["gen_ai.request.model"])}`, name)
        assert.strictEqual(parent?.name, "generate_algorithm")
      }
      deepStrictEqual(
        chats.filter(({ name }) => name === "chat x/1").map((span) => [ended(span), span.attributes["error.type"]]),
        [
          ["Failure", "ServerFailed"],
          ["Failure", "CutOff"],
          ["Success", undefined]
        ]
      )
    })
  )

  it.effect("says what was asked and what came back, in the conventions' words", () =>
    Effect.gen(function* () {
      const { named, started } = yield* traced({
        "x/1": [
          http(503),
          fails(new CutOff({}), { usage: usage(1), generationId: "gen-1" }),
          answers({ model: "x/served", finishReason: "stop", generationId: "gen-2", usage: usage(2) })
        ]
      })
      yield* finish(started, 4_000)
      const asked = (resends: number, tokens: number) => ({
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openrouter",
        "server.address": "openrouter.ai",
        "server.port": 443,
        "gen_ai.request.model": "x/1",
        "gen_ai.request.max_tokens": tokens,
        "http.request.resend_count": resends
      })
      const used = { "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 20 }
      deepStrictEqual(
        named("chat ").map(({ attributes }) => attributes),
        [
          { ...asked(0, 4_096), "error.type": "ServerFailed", "http.response.status_code": 503 },
          { ...asked(1, 4_096), "error.type": "CutOff", "gen_ai.response.id": "gen-1", ...used },
          {
            ...asked(2, 8_192),
            "gen_ai.response.model": "x/served",
            "gen_ai.response.id": "gen-2",
            ...used,
            "gen_ai.response.finish_reasons": ["stop"]
          }
        ]
      )
    })
  )

  it.effect("lasts as long as its spans say, the wait between two attempts in the model's alone", () =>
    Effect.gen(function* () {
      const { named, started } = yield* traced({ "x/1": [after(100, http(503)), after(200, answers())] })
      yield* finish(started, 4_000)
      const times = ({ status }: Tracer.Seen) =>
        status._tag === "Ended" ? [status.startTime / 1_000_000n, status.endTime / 1_000_000n] : []
      deepStrictEqual(named("generate_algorithm").map(times), [[0n, 825n]])
      deepStrictEqual(named("chat ").map(times), [
        [0n, 100n],
        [625n, 825n]
      ])
    })
  )

  const endings = {
    "at its deadline": (fiber: Fiber.RuntimeFiber<unknown, unknown>) =>
      Effect.zipRight(TestClock.adjust(10_000), Fiber.await(fiber)),
    interrupted: Fiber.interrupt
  }
  for (const [how, end] of Object.entries(endings)) {
    it.effect(`that is ended ${how} leaves no span open, of a request, a wait or a model that had no turn`, () =>
      Effect.gen(function* () {
        const script = { "x/asked": [never], "x/waits": [http(429, { "retry-after": "9" })], "x/queued": [never] }
        const { named, spans, started } = yield* traced(script, { concurrency: 1, requestTimeout: "1 minute" })
        yield* TestClock.adjust(1)
        yield* end(started.fiber)
        assert.deepEqual(
          spans.filter(({ ends }) => ends !== 1).map(({ name }) => name),
          []
        )
        deepStrictEqual(named("generate_algorithm").map(ended), ["Failure", "Failure", "Failure"])
        deepStrictEqual(named("chat ").map(ended), ["Failure"])
      }).pipe(Effect.provide(flowControl))
    )
  }

  it.effect("has no span for a model that is not on offer, and none of a request that does not fit its budget", () =>
    Effect.gen(function* () {
      const { named, started } = yield* traced(each(["x/1"], answers()), { models: ["x/1", "y/none"], budget: 1 })
      yield* finish(started)
      deepStrictEqual(
        named("generate_algorithm").map(({ attributes }) => attributes["gen_ai.request.model"]),
        ["x/1"]
      )
      deepStrictEqual(named("chat "), [])
      deepStrictEqual(named("generate_algorithm").map(ended), ["Failure"])
    })
  )
})

describe("one model alone", () => {
  it.effect("has its span ended by success, failure and interruption", () =>
    Effect.gen(function* () {
      for (const [reply, exit] of [
        [answers(), "Success"],
        [http(400), "Failure"],
        [never, "Failure"]
      ] as const) {
        const { named, tracer } = Tracer.make()
        const fiber = yield* Generator.generateAlgorithm({ model: "x/1", prompt: "write" }).pipe(
          Effect.provide(api({ "x/1": [reply] }).layer),
          Effect.withTracer(tracer),
          Effect.fork
        )
        yield* TestClock.adjust(1)
        if (reply === never) yield* Fiber.interrupt(fiber)
        yield* Fiber.await(fiber)
        deepStrictEqual(named("generate_algorithm").map(ended), [exit])
        deepStrictEqual(named("chat ").map(ended), [exit])
      }
    })
  )
})

describe("no span tells", () => {
  it.effect("the key, the prompt or the answer, not even when the server repeats them", () =>
    Effect.gen(function* () {
      const prompt = "Write about the purple elephant"
      const { spans, tracer } = Tracer.make()
      const { client, sent } = Wire.network((_, nth) =>
        nth === 1
          ? new Response(`{"error":{"code":401,"message":"bad key ${Wire.KEY}"}}`, { status: 401 })
          : new Response(Wire.says(HOLD) + Wire.finishes("stop") + "data: [DONE]\n\n", { headers: Wire.SSE })
      )
      const service = yield* Wire.openRouter(client)
      const ask = Generator.generateAlgorithm({ model: "x/1", prompt }).pipe(
        Effect.provide(Layer.succeed(OpenRouter.OpenRouter, service)),
        Effect.withTracer(tracer),
        Effect.exit
      )
      assert.isTrue(Exit.isFailure(yield* ask))
      assert.isTrue(Exit.isSuccess(yield* ask))
      deepStrictEqual(
        sent.map(({ headers }) => headers["authorization"]),
        [`Bearer ${Wire.KEY}`, `Bearer ${Wire.KEY}`]
      )
      for (const { headers } of sent) assert.notInclude(JSON.stringify(headers), "traceparent")

      const told = JSON.stringify(
        spans.map(({ attributes, name, status }) => [
          name,
          attributes,
          status._tag === "Ended" && Exit.isFailure(status.exit) ? status.exit.toString() : ""
        ])
      )
      assert.include(told, "chat x/1")
      for (const secret of [Wire.KEY, "purple elephant", "cash_balance"]) assert.notInclude(told, secret)
    })
  )
})
