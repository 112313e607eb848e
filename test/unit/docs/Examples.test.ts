/** The examples of the manual that need no process of their own; the others are run by `test/system/docs`. */
import { HttpApp } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Layer } from "effect"
import * as OwnPrompt from "../../../docs/examples/own-prompt.js"
import * as Sse from "../../../docs/examples/sse-route.js"
import * as Generation from "../../../src/generation/Generation.js"
import type { Event } from "../../../src/generation/Progress.js"
import * as Prompt from "../../../src/prompt/Prompt.js"
import * as AlgorithmStore from "../../../src/storage/AlgorithmStore.js"
import { answers, api, HOLD, http, store, type Store } from "../generation/doubles.js"

describe("a prompt of one's own", () => {
  const run = (lastClose: Effect.Effect<number, Error>) =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [answers()] })
      const prompt = Layer.provide(OwnPrompt.layer, Layer.succeed(OwnPrompt.Prices, { lastClose: () => lastClose }))
      const result = yield* Generation.generateAlgorithms({ models: ["x/1"], ticker: "TSLA" }).pipe(
        Effect.provide([openRouter.layer, store().layer, prompt]),
        Effect.either
      )
      return { result, requests: openRouter.requests }
    })

  it.effect("says who speaks, and what the application knows", () =>
    Effect.gen(function* () {
      const { requests } = yield* run(Effect.succeed(250))
      deepStrictEqual(
        requests.flatMap(({ messages }) => messages.map(({ role }) => role)),
        ["system", "user"]
      )
      assert.include(requests[0]?.messages[1]?.content, "Variant 1: define execute_trade")
      assert.include(requests[0]?.messages[1]?.content, "TSLA, which closed at 250.00")
    })
  )

  it.effect("that fails ends the run before anything is sent", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* run(Effect.fail(new Error("the exchange is closed")))
      assert.strictEqual(requests.length, 0)
      assert.strictEqual(
        result._tag === "Left" && `${result.left._tag}: ${result.left.message}`,
        "InvalidRequest: no price for TSLA: the exchange is closed"
      )
    })
  )
})

describe("the events of a run as server-sent events", () => {
  const post = (body: unknown, files: Pick<Store, "layer"> = store(), prompt: Layer.Layer<never> = Layer.empty) =>
    Effect.promise(async () => {
      const openRouter = api({ "x/1": [answers()], "x/2": [http(404)] })
      const { dispose, handler } = HttpApp.toWebHandlerLayer(
        Sse.router,
        Layer.mergeAll(openRouter.layer, files.layer, prompt)
      )
      const headers = { "content-type": "application/json" }
      const text = typeof body === "string" ? body : JSON.stringify(body)
      const request = new Request("http://localhost/generate", { method: "POST", headers, body: text })
      const response = await handler(request)
      const said = await response.text()
      await dispose()
      return { status: response.status, type: response.headers.get("content-type"), text: said }
    })

  /** What a client makes of the text: the event's name and its data. */
  const parse = (text: string) =>
    text
      .split("\n\n")
      .filter((block) => block !== "")
      .map((block) => /^event: (\w+)\ndata: (.*)$/.exec(block)?.slice(1) ?? [])

  it.effect("come one by one, and a client has them back as values", () =>
    Effect.gen(function* () {
      const { status, text, type } = yield* post({ models: ["x/1", "x/2"], ticker: "TSLA" })
      assert.strictEqual(status, 200)
      assert.strictEqual(type, "text/event-stream")
      const events = yield* Effect.forEach(parse(text), ([, data]) => Sse.decode(data))
      deepStrictEqual(
        parse(text).map(([name]) => name),
        events.map(({ _tag }) => _tag)
      )
      const of = <Tag extends Event["_tag"]>(tag: Tag) =>
        events.filter((event): event is Extract<Event, { _tag: Tag }> => event._tag === tag)
      deepStrictEqual(
        of("Generated").map(({ code, model }) => [model, code]),
        [["x/1", HOLD]]
      )
      deepStrictEqual(
        of("Saved").map(({ path }) => path),
        ["out/generated_algo_x_1.py"]
      )
      deepStrictEqual(
        of("Failed").map(({ index, reason }) => [index, reason._tag]),
        [[1, "Rejected"]]
      )
      deepStrictEqual(events.at(-1), { _tag: "RunFinished", generated: 1, requested: 2, left: 0 })
    })
  )

  it.effect("come from one plan: each prompt is built once", () =>
    Effect.gen(function* () {
      const built: Array<string> = []
      const prompt = Prompt.layer({
        build: ({ model }) => {
          built.push(model)
          return Effect.succeed("Write.")
        }
      })
      const { text } = yield* post({ models: ["x/1", "x/2"], ticker: "TSLA" }, store(), prompt)
      assert.include(text, "event: Saved\n")
      deepStrictEqual(built, ["x/1", "x/2"])
    })
  )

  it.effect("are none where nothing could be saved", () =>
    Effect.gen(function* () {
      const broken = Layer.mock(AlgorithmStore.AlgorithmStore, {
        prepare: new AlgorithmStore.StoreError({ path: "out", reason: { _tag: "Unknown", message: "is gone" } })
      })
      const { status, text } = yield* post({ models: ["x/1"], ticker: "TSLA" }, { layer: broken })
      deepStrictEqual([status, text], [500, '{"message":"out is gone"}'])
    })
  )

  it.effect("are none where the request makes no sense: that is a status of 400", () =>
    Effect.gen(function* () {
      const refused = yield* post({ models: [], ticker: "TSLA" })
      deepStrictEqual([refused.status, refused.text], [400, '{"message":"name at least one model"}'])
      const malformed = yield* post({ models: "x/1" })
      assert.strictEqual(malformed.status, 400)
      assert.match(malformed.text, /^\{"message":"/)
      for (const body of ["models=x/1", "", "{"]) {
        const { status, text } = yield* post(body)
        deepStrictEqual([status, text], [400, '{"message":"the body is not JSON"}'], body)
      }
    })
  )
})
