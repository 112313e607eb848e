/** Clocks that only a socket can run out: a body that stalls, also while something that is no answer keeps coming. */
import { assert, describe, it } from "@effect/vitest"
import { assertSome, deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Option } from "effect"
import { TimedOut } from "../../../src/domain/GenerationError.js"
import { against, closedAt, generate, scripted, stats, until } from "./library.js"

const LIMIT = 400

/** What may pass between a clock's alarm and the server's seeing the socket closed: some 10 ms, and more on a busy machine. */
const ABORT_MS = 250

const STALLS = [
  "stall-headers",
  "stall-after-headers",
  "stall-body",
  "stall-comments",
  "stall-comments-first",
  "stall-padding",
  "endless"
]

describe.concurrent("the wall clock of an attempt", { retry: 2 }, () => {
  for (const stream of [true, false]) {
    it.live(`fires whatever keeps coming, and closes the socket (${stream ? "streamed" : "not streamed"})`, () =>
      Effect.gen(function* () {
        const report = yield* generate({
          models: STALLS.map((name) => `sim/${name}`),
          concurrency: STALLS.length,
          requestTimeout: LIMIT,
          maxRetries: 0
        })
        const seen = yield* until(({ aborted }) => aborted === STALLS.length)
        for (const { attempts, model, reason } of report.outcomes) {
          assertSome(reason, new TimedOut({ clock: "attempt", limitMs: LIMIT }))
          deepStrictEqual(
            attempts.map(({ outcome }) => outcome),
            ["TimedOut"]
          )
          const [{ durationMs, startedAt } = { durationMs: 0, startedAt: 0 }] = attempts
          assert.isTrue(durationMs >= LIMIT && durationMs < LIMIT + 600, `${model}: ${durationMs} ms`)
          const [request, ...others] = seen.recent.filter((request) => request.model === model)
          assert.isEmpty(others)
          assert.strictEqual(request?.outcome, "aborted", model)
          assert.isBelow(closedAt(seen, request) - (startedAt + durationMs), ABORT_MS, model)
        }
      }).pipe(Effect.provide(against({}, { stream })))
    )
  }

  it.live("covers an answer that comes in the end, but late", () =>
    Effect.gen(function* () {
      const report = yield* generate({
        models: ["x/late", "x/silent"],
        requestTimeout: LIMIT,
        maxRetries: 1
      })
      for (const { attempts } of report.outcomes) {
        deepStrictEqual(
          attempts.map(({ outcome }) => outcome),
          ["TimedOut", "TimedOut"]
        )
      }
      assert.strictEqual((yield* until(({ aborted }) => aborted === 4)).completed, 0)
    }).pipe(Effect.provide(against(scripted({ "x/late": "late-first-token=600", "x/silent": "silence=600" }))))
  )
})

describe.concurrent("the clocks between tokens", { retry: 2 }, () => {
  it.live("are not moved by keep-alive comments, and name themselves", () =>
    Effect.gen(function* () {
      const report = yield* generate({
        models: ["sim/stall-comments-first", "sim/stall-comments", "sim/endless", "sim/ok"],
        requestTimeout: 1800,
        maxRetries: 0
      })
      deepStrictEqual(
        report.outcomes.map(({ reason }) => reason),
        [
          Option.some(new TimedOut({ clock: "first-token", limitMs: 400 })),
          Option.some(new TimedOut({ clock: "silence", limitMs: 700 })),
          Option.some(new TimedOut({ clock: "attempt", limitMs: 1800 })),
          Option.none()
        ]
      )
      const { recent } = yield* until(({ aborted }) => aborted === 3)
      for (const [model, limit] of [
        ["sim/stall-comments-first", 400],
        ["sim/stall-comments", 700]
      ] as const) {
        const { durationMs = 0 } = recent.find((request) => request.model === model) ?? {}
        // Below the wall clock of the attempt, so it was this one that fired.
        assert.isTrue(durationMs < limit + 600, `${model}: ${durationMs} ms`)
      }
    }).pipe(Effect.provide(against({}, { firstTokenTimeout: 400, silenceTimeout: 700 })))
  )

  it.live("the silence between two tokens may be as long as they allow", () =>
    Effect.gen(function* () {
      const report = yield* generate({ models: ["x/silent"], maxRetries: 0 })
      assert.isTrue(report.success)
      assert.strictEqual((yield* stats).completed, 1)
    }).pipe(Effect.provide(against(scripted({ "x/silent": "silence=200" }), { silenceTimeout: 600 })))
  )
})
