/** One attempt is one request, and every one is written down: in the report, in the JSON document, and in the sums. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Option } from "effect"
import { Usage } from "../../../src/domain/Answer.js"
import { CutOff, ServerFailed } from "../../../src/domain/GenerationError.js"
import * as Report from "../../../src/generation/Report.js"
import { after, answers, api, fails, finish, http, never, start, type Reply } from "./doubles.js"

/** The first token comes after so long. */
const speaking =
  (ms: number, reply: Reply): Reply =>
  (asked, onToken) =>
    Effect.sleep(ms).pipe(
      Effect.zipRight(onToken(() => "d")),
      Effect.zipRight(Effect.sleep(20)),
      Effect.zipRight(onToken(() => "de")),
      Effect.zipRight(reply(asked, onToken))
    )

describe("the ledger", () => {
  it.effect(
    "has every attempt: number, when, how long, first token, status, outcome, wait and why, id, tokens, cost",
    () =>
      Effect.gen(function* () {
        const openRouter = api({
          "x/1": [
            after(100, fails(new ServerFailed({ status: 502, message: "bad" }), { generationId: "gen-1" })),
            speaking(
              40,
              after(
                40,
                fails(new CutOff({}), { usage: new Usage({ promptTokens: 10, completionTokens: 20, cost: 0.25 }) })
              )
            ),
            after(200, http(429, { "retry-after": "60" })),
            speaking(
              300,
              after(
                680,
                answers({
                  model: "x/1-turbo",
                  generationId: "gen-4",
                  usage: new Usage({ promptTokens: 11, completionTokens: 30, cost: 0.5 })
                })
              )
            )
          ]
        })
        const report = yield* finish(yield* start({ models: ["x/1"] }, { api: openRouter }), 61_925)
        const [outcome] = report.outcomes
        deepStrictEqual(
          outcome?.attempts.map((attempt) => ({ ...attempt })),
          [
            {
              number: 1,
              cause: "first",
              waitedMs: 0,
              startedAt: 0,
              durationMs: 100,
              outcome: "ServerFailed",
              message: "bad",
              status: 502,
              maxCompletionTokens: 4_096,
              generationId: "gen-1"
            },
            {
              number: 2,
              cause: "backoff",
              waitedMs: 525,
              startedAt: 625,
              durationMs: 100,
              firstTokenMs: 40,
              outcome: "CutOff",
              message: "the answer was cut off at its token limit",
              maxCompletionTokens: 4_096,
              usage: new Usage({ promptTokens: 10, completionTokens: 20, cost: 0.25 })
            },
            {
              number: 3,
              cause: "cut-off",
              waitedMs: 0,
              startedAt: 725,
              durationMs: 200,
              outcome: "RateLimited",
              message: "HTTP 429",
              status: 429,
              maxCompletionTokens: 8_192
            },
            {
              number: 4,
              cause: "hint",
              waitedMs: 60_000,
              startedAt: 60_925,
              durationMs: 1_000,
              firstTokenMs: 300,
              outcome: "ok",
              status: 200,
              servedModel: "x/1-turbo",
              maxCompletionTokens: 8_192,
              generationId: "gen-4",
              usage: new Usage({ promptTokens: 11, completionTokens: 30, cost: 0.5 })
            }
          ]
        )
        deepStrictEqual(outcome?.servedModel, Option.some("x/1-turbo"))
        assert.strictEqual(outcome?.durationMs, 61_925)
        deepStrictEqual(outcome?.usage, Option.some(new Usage({ promptTokens: 21, completionTokens: 50, cost: 0.75 })))
        deepStrictEqual(Report.totals(report), {
          ok: 1,
          failed: 0,
          skipped: 0,
          left: undefined,
          requests: 4,
          retries: 3,
          successRate: 1,
          retryRate: 0.75,
          cost: 0.75,
          requestsOfUnknownCost: 0
        })
      })
  )

  it.effect("counts the wait for a place, and the time until it was free", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [after(300, answers())], "x/2": [answers()] })
      const report = yield* finish(yield* start({ models: ["x/1", "x/2"], concurrency: 1 }, { api: openRouter }), 300)
      deepStrictEqual(
        report.outcomes[1]?.attempts.map(({ cause, startedAt, waitedMs }) => [cause, waitedMs, startedAt]),
        [["first", 300, 300]]
      )
    })
  )

  it.effect("has the attempt that the run's end interrupted, with the time of its first token", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [speaking(200, never)] })
      const run = yield* start({ models: ["x/1"], deadline: 1_000 }, { api: openRouter })
      const report = yield* finish(run, 1_000)
      deepStrictEqual(
        report.outcomes[0]?.attempts.map(({ durationMs, firstTokenMs, outcome }) => [
          outcome,
          durationMs,
          firstTokenMs
        ]),
        [["Interrupted", 1_000, 200]]
      )
    })
  )
})
