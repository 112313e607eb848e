/** What holds of every run, whatever the models do, however long they take and whenever it ends. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, FastCheck as fc, Fiber, Logger, Option } from "effect"
import { CutOff, EmptyAnswer } from "../../../src/domain/GenerationError.js"
import * as Report from "../../../src/generation/Report.js"
import { times } from "../properties.js"
import { after, answers, api, fails, http, never, start, store, type Reply } from "./doubles.js"
import * as JumpingClock from "./jumpingClock.js"

const replies: Readonly<Record<string, Reply>> = {
  ok: answers(),
  "no code": answers({ text: "sorry" }),
  busy: http(503),
  limited: http(429),
  "limited for 30 s": http(429, { "retry-after": "30" }),
  "cut off": fails(new CutOff({})),
  empty: fails(new EmptyAnswer({ message: "empty" })),
  gone: http(404),
  silent: never,
  refused: http(401),
  "quota used up": http(429, {}, JSON.stringify({ error: { code: 429, message: "free-models-per-day" } }))
}

const ms = fc.oneof(fc.nat(2_000), fc.nat(90_000))
const reply = fc.record({
  takes: ms,
  does: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...Object.keys(replies).slice(0, -2)) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(replies).slice(-2)) }
  )
})
const id = fc.constantFrom("x/1", "x/2", "x/3:free", "x/4:free", "x/5", "x/6:free")
const scenario = fc.record({
  models: fc.array(fc.oneof(id, fc.constantFrom("x/5:free", "y/missing")), { minLength: 1, maxLength: 8 }),
  script: fc.dictionary(id, fc.array(reply, { minLength: 1, maxLength: 6 }), { minKeys: 2 }),
  full: fc.array(id, { maxLength: 2 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  maxRetries: fc.nat(3),
  deadline: fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.constant(400_000)),
  stopsAt: fc.option(fc.nat(50_000), { nil: undefined })
})

type Scenario = typeof scenario extends fc.Arbitrary<infer A> ? A : never

const play = ({ full, script, stopsAt, ...options }: Scenario) =>
  Effect.gen(function* () {
    const openRouter = api(
      Object.fromEntries(
        Object.entries(script).map(([model, turns]) => [
          model,
          turns.map(({ does, takes }) => after(takes, replies[does] ?? never))
        ])
      )
    )
    const files = store({ full })
    const stopWhen = stopsAt === undefined ? Effect.never : Effect.sleep(stopsAt + 1)
    const started = yield* start({ ...options, stopWhen }, { api: openRouter, store: files })
    return { ...started, files, openRouter, report: yield* Fiber.join(started.fiber) }
  }).pipe(Effect.withClock(JumpingClock.make()), Effect.provide(Logger.remove(Logger.defaultLogger)), Effect.runPromise)

type Ran = Awaited<ReturnType<typeof play>>

/** Each test looks at the same runs, and at others when this file runs again. */
const seed = fc.sample(fc.integer(), 1)[0] ?? 0
const runs = new Map<string, Promise<Ran>>()
const run = (scenario: Scenario): Promise<Ran> => {
  const key = JSON.stringify(scenario)
  const ran = runs.get(key) ?? play(scenario)
  runs.set(key, ran)
  return ran
}

const holds = (check: (ran: Ran, scenario: Scenario) => void) =>
  fc.assert(
    fc.asyncProperty(scenario, async (scenario) => check(await run(scenario), scenario)),
    { numRuns: times(50), seed }
  )

const verdicts = new Set(["Generated", "Failed", "Skipped"])

describe("in every run", () => {
  it("each slot is settled once, in its place, and success is at least one algorithm", () =>
    holds(({ progress, report }, { models }) => {
      deepStrictEqual(
        report.outcomes.map(({ index, model }) => [index, model]),
        models.map((model, index) => [index, model])
      )
      const settled = progress.flatMap(({ event }) =>
        verdicts.has(event._tag) && "index" in event ? [event.index] : []
      )
      deepStrictEqual(
        settled.toSorted((a, b) => a - b),
        models.map((_, index) => index)
      )
      for (const { algorithm, reason, status } of report.outcomes) {
        assert.strictEqual(status === "ok", Option.isNone(reason))
        if (Option.isNone(algorithm)) assert.notStrictEqual(status, "ok")
      }
      deepStrictEqual(
        report.algorithms,
        report.outcomes.map(({ algorithm }) => algorithm)
      )
      assert.strictEqual(report.success, report.algorithms.some(Option.isSome))
    }))

  it("the percentage never falls and ends at 100", () =>
    holds(({ progress }) => {
      const percents = progress.map(({ percent }) => percent)
      deepStrictEqual(
        percents,
        percents.toSorted((a, b) => a - b)
      )
      assert.strictEqual(percents.at(-1), 100)
    }))

  it("what is generated is saved, in the order of the request, or has an outcome that says why not", () =>
    holds(({ files, report }, { full }) => {
      const generated = report.outcomes.filter(({ algorithm }) => Option.isSome(algorithm))
      const kept = generated.filter(({ model }) => !full.includes(model))
      deepStrictEqual(
        files.saved,
        kept.map(({ model }) => model)
      )
      deepStrictEqual(
        report.outcomes.filter(({ file }) => Option.isSome(file)).map(({ index }) => index),
        kept.map(({ index }) => index)
      )
    }))

  it("nothing is sent at the deadline or later, or beyond the places, and nothing is left in flight", () =>
    holds(({ openRouter, report }, { concurrency, deadline }) => {
      for (const { at } of openRouter.requests) assert.isBelow(at, deadline)
      assert.isAtMost(openRouter.inFlight().most, concurrency)
      assert.strictEqual(openRouter.inFlight().now, 0)
      assert.isAtMost(report.durationMs, deadline)
    }))

  it("the ledger has each request once, one after the other, and no more repetitions than are allowed", () =>
    holds(({ openRouter, report }, { maxRetries }) => {
      const attempts = report.outcomes.flatMap((outcome) => outcome.attempts.map(({ startedAt }) => startedAt))
      deepStrictEqual(
        attempts.toSorted((a, b) => a - b),
        openRouter.requests.map(({ at }) => at)
      )
      const limits = { first: 1, backoff: maxRetries, hint: 6, "cut-off": 2, empty: 1, repair: 0 }
      for (const { attempts } of report.outcomes) {
        for (const [cause, limit] of Object.entries(limits)) {
          assert.isAtMost(attempts.filter((attempt) => attempt.cause === cause).length, limit, cause)
        }
        let end = 0
        for (const [index, { durationMs, number, startedAt, waitedMs }] of attempts.entries()) {
          assert.strictEqual(number, index + 1)
          assert.strictEqual(startedAt, end + waitedMs)
          end = startedAt + durationMs
        }
      }
      assert.strictEqual(Report.totals(report).requests, attempts.length)
    }))
})
