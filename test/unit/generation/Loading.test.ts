/** A server that still loads the model, as llama.cpp does for as long as it takes. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Clock, Effect, Layer, Option } from "effect"
import { after, answers, api, each, finish, flowControl, http, ids, type Reply, start } from "./doubles.js"

const refused = http(503, {}, JSON.stringify({ error: { code: 503, message: "Loading model" } }))

const loads =
  (ms: number): Reply =>
  (request, onToken) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      (now < ms ? after(10, refused) : after(100, answers()))(request, onToken)
    )

/** More than the three distinct ones whose refusals would be taken for the account's. */
const MODELS = ids(4)

const play = (ms: number, { deadline = 400_000, models = MODELS } = {}) =>
  Effect.gen(function* () {
    const openRouter = api(each(models, loads(ms)))
    const report = yield* finish(yield* start({ models, deadline }, { api: openRouter }), 400_000)
    const came = report.outcomes.map(({ reason, status }) =>
      Option.match(reason, { onNone: (): string => status, onSome: ({ _tag }) => _tag })
    )
    const most = Math.max(...models.map((id) => openRouter.requests.filter(({ model }) => model === id).length))
    return { came, most }
  })

describe("a model that is being loaded", () => {
  for (const [name, flow] of [
    ["with flow control", flowControl],
    ["without", Layer.empty]
  ] as const) {
    it.effect(`is waited for, whatever the retries, ${name}`, () =>
      Effect.gen(function* () {
        deepStrictEqual(yield* play(12_000), { came: MODELS.map(() => "ok"), most: 5 })
      }).pipe(Effect.provide(flow))
    )

    it.effect(`is waited for over minutes, ${name}`, () =>
      Effect.gen(function* () {
        const { came } = yield* play(240_000)
        deepStrictEqual(
          came,
          MODELS.map(() => "ok")
        )
      }).pipe(Effect.provide(flow))
    )

    it.effect(`is given up after five minutes, ${name}`, () =>
      Effect.gen(function* () {
        const { came } = yield* play(Number.POSITIVE_INFINITY)
        deepStrictEqual(
          came,
          MODELS.map(() => "ServerFailed")
        )
      }).pipe(Effect.provide(flow))
    )

    it.effect(`is not waited for beyond the deadline, ${name}`, () =>
      Effect.gen(function* () {
        const { came } = yield* play(20_000, { deadline: 10_000, models: ["x/1"] })
        deepStrictEqual(came, ["ServerFailed"])
      }).pipe(Effect.provide(flow))
    )
  }
})
