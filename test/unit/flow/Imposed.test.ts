/** Waits that hold everybody back are not a model's own. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Layer } from "effect"
import * as FlowControl from "../../../src/flow/FlowControl.js"
import { after, answers, api, finish, http, start } from "../generation/doubles.js"

const flow = Layer.effect(FlowControl.FlowControl, FlowControl.make())

/** For three seconds, and for all `:free` models. */
const refused = after(
  500,
  http(
    429,
    { "retry-after": "3" },
    JSON.stringify({ error: { code: 429, message: "Rate limit exceeded: free-models-per-min" } })
  )
)

const unlucky = "x/1:free"

/** What becomes of a model that is refused eight times, and how often it was asked. */
const play = (others: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const openRouter = api({
      [unlucky]: [...Array.from({ length: 8 }, () => refused), answers()],
      "x/2:free": [after(100, answers())]
    })
    const options = { models: [unlucky, ...others], concurrency: 2 }
    const report = yield* finish(yield* start(options, { api: openRouter }), 300_000)
    return [
      report.outcomes.at(0)?.status,
      openRouter.requests.filter(({ model }) => model === unlucky).length,
      report.outcomes.slice(1).every(({ status }) => status === "ok")
    ]
  }).pipe(Effect.provide(flow))

describe("a model that is refused more than six times for a moment that the server names", () => {
  it.effect("fails where nobody is let in", () =>
    Effect.map(play([]), (came) => deepStrictEqual(came, ["failed", 7, true]))
  )

  it.effect("waits with the others as long as some of them are let in", () =>
    Effect.map(play(Array.from({ length: 40 }, () => "x/2:free")), (came) => deepStrictEqual(came, ["ok", 9, true]))
  )
})
