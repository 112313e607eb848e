/** The trial run as a part of a run: when it is made, what follows from it, and that it can cost no accepted module. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Fiber, Layer, Option, TestClock } from "effect"
import * as Summary from "../../../src/cli/view/Summary.js"
import * as Trial from "../../../src/code/trial/Trial.js"
import * as Algorithm from "../../../src/domain/Algorithm.js"
import * as CodeFailure from "../../../src/domain/CodeFailure.js"
import { BadCode } from "../../../src/domain/GenerationError.js"
import * as Score from "../../../src/domain/Score.js"
import * as Report from "../../../src/generation/Report.js"
import * as Exam from "../../../src/score/Exam.js"
import * as Grading from "../../../src/score/Grading.js"
import { answers, api, each, finish, HOLD, ids, start, store } from "./doubles.js"
import { verdicts } from "./moneyDoubles.js"

const passed = new Trial.Passed({ interpreter: "python3 3.11.7", ticks: 300, sandboxed: true, durationMs: 12 })

/** Runs two models with this trial. */
const run = (trial: Trial.Service["run"]) =>
  Effect.gen(function* () {
    const files = store()
    const started = yield* start({ models: ids(2) }, { api: api(each(ids(2), answers())), store: files })
    return { started, files, report: yield* finish(started) }
  }).pipe(Effect.provide(Layer.succeed(Trial.Trial, { run: trial })))

describe("a trial", () => {
  it.effect("plays the accepted module for the run's ticker", () =>
    Effect.gen(function* () {
      const played: Array<readonly [string, string]> = []
      yield* run(({ source }, ticker) =>
        Effect.sync(() => {
          played.push([source, ticker])
          return passed
        })
      )
      deepStrictEqual(played, [
        [HOLD, "AAPL"],
        [HOLD, "AAPL"]
      ])
    })
  )

  it.effect("that is passed is told in outcome, document and table", () =>
    Effect.gen(function* () {
      const { report } = yield* run(() => Effect.succeed(passed))
      deepStrictEqual(
        report.outcomes.map(({ trial }) => trial),
        [Option.some(passed), Option.some(passed)]
      )
      deepStrictEqual(Report.toJson(report).results[0]?.trial, passed)
      assert.match(Summary.render(report), /^✓ x\/1 .* out\/generated_algo_x_1\.py, 300 ticks in python3 3\.11\.7$/m)
    })
  )

  it.effect("with a score ranks the algorithms, and names those that repeat another", () =>
    Effect.gen(function* () {
      const exam = Exam.madeUp()
      const score = Grading.score(
        exam,
        exam.papers.map(() => [0, 5])
      )
      const scored = new Trial.Passed({ ...passed, score })
      const { report } = yield* run(() => Effect.succeed(scored))
      deepStrictEqual(
        report.outcomes.map(({ algorithm }) => Option.getOrUndefined(algorithm)?.score),
        [score, score]
      )
      const { results } = Report.toJson(report)
      deepStrictEqual(
        results.map(({ rank, repeats, score, trial }) => ({
          rank,
          repeats,
          score,
          inTrial: trial !== undefined && "score" in trial && trial.score !== undefined
        })),
        [
          { rank: 1, repeats: undefined, score, inTrial: false },
          { rank: 1, repeats: { index: 0, same: true }, score, inTrial: false }
        ]
      )
      assert.match(Summary.render(report), /^1= {4}x\/1 .*\n1= {4}x\/2 .*\nScored on 6 made-up markets, /m)
      assert.match(Summary.render(report), /^x\/2 is the same program as x\/1, apart from names and constants\.$/m)
      const [algorithm] = report.algorithms
      const head = algorithm === undefined || Option.isNone(algorithm) ? "" : Algorithm.toPython(algorithm.value)
      assert.include(head, `\n# score: ${Score.describe(score)}\n`)
    })
  )

  it.effect("is in the table with its ticks where it was not scored, and with its score alone where it was", () =>
    Effect.gen(function* () {
      const ticks = /\.py, 390 ticks in python3/
      const unscored = yield* run(() => Effect.succeed(new Trial.Passed({ ...passed, ticks: 390 })))
      assert.match(Summary.render(unscored.report), ticks)
      assert.notMatch(Summary.render(unscored.report), /Scored on/)
      const exam = Exam.madeUp()
      const score = Grading.score(
        exam,
        exam.papers.map(() => [0, 5])
      )
      const { report } = yield* run(() => Effect.succeed(new Trial.Passed({ ...passed, ticks: 390, score })))
      assert.notMatch(Summary.render(report), ticks)
      assert.match(Summary.render(report), /^✓ x\/1 .*\.py$/m)
      assert.match(Summary.render(report), /^Scored on 6 made-up markets/m)
    })
  )

  it.effect("that could not be made takes nothing away", () =>
    Effect.gen(function* () {
      const { files, report } = yield* run(() => Effect.succeed(new Trial.Skipped({ reason: "no python3" })))
      deepStrictEqual(verdicts(report), ["ok", "ok"])
      deepStrictEqual(files.saved, ids(2))
      assert.match(Summary.render(report), /^✓ .*\.py, trial skipped: no python3/m)
    })
  )

  const dying: Record<string, Trial.Service["run"]> = {
    dies: () => Effect.die(new Error("docker\nis down")),
    throws: () => {
      throw new Error("docker\nis down")
    },
    "is interrupted from inside": () => Effect.interrupt
  }
  for (const [how, trial] of Object.entries(dying)) {
    it.effect(`that ${how} takes nothing away either, and no model is asked to correct it`, () =>
      Effect.gen(function* () {
        const openRouter = api({ "x/1": [answers(), answers(), answers()] })
        const files = store()
        const started = yield* start({ models: ["x/1"], repairs: 2 }, { api: openRouter, store: files })
        const report = yield* finish(started, 0)
        assert.strictEqual(openRouter.requests.length, 1)
        deepStrictEqual(verdicts(report), ["ok"])
        deepStrictEqual(files.saved, ["x/1"])
        const why = trial === dying["is interrupted from inside"] ? "it was interrupted" : "Error: docker is down"
        deepStrictEqual(
          report.outcomes[0]?.trial,
          Option.some(new Trial.Skipped({ reason: `the trial itself failed: ${why}` }))
        )
      }).pipe(Effect.provide(Layer.succeed(Trial.Trial, { run: trial })))
    )
  }

  it.effect("that finds a fault fails its model like any other check, and nothing is saved", () =>
    Effect.gen(function* () {
      const failure = CodeFailure.of("trial", "raises", "tick 17: ZeroDivisionError", { line: 40 })
      const { files, report, started } = yield* run(() => failure)
      deepStrictEqual(verdicts(report), ["failed BadCode", "failed BadCode"])
      deepStrictEqual(files.saved, [])
      const [reason] = started.heard("Failed").map((event) => event.reason)
      assert.instanceOf(reason, BadCode)
      assert.strictEqual(reason?.message, "trial: line 40: tick 17: ZeroDivisionError")
      assert.strictEqual(report.outcomes[0]?.attempts[0]?.outcome, "BadCode")
    })
  )

  it.effect("is not made for a module that failed a check", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [answers({ text: "I would rather not." })] })
      const started = yield* start({ models: ["x/1"] }, { api: openRouter }).pipe(
        Effect.provide(Layer.succeed(Trial.Trial, { run: () => Effect.dieMessage("tried") }))
      )
      deepStrictEqual(verdicts(yield* finish(started)), ["failed BadCode"])
    })
  )

  const ends = {
    "is over": (fiber: Fiber.Fiber<unknown, unknown>) => Effect.zipRight(TestClock.adjust(5_000), Fiber.await(fiber)),
    "is interrupted": Fiber.interrupt
  }
  for (const [how, end] of Object.entries(ends)) {
    it.effect(`that goes on when the run ${how} is stopped, and leaves an accepted module`, () =>
      Effect.gen(function* () {
        let stopped = 0
        const endless = Effect.onInterrupt(Effect.never, () => Effect.sync(() => (stopped += 1)))
        const files = store()
        const options = { models: ids(2), deadline: "5 seconds" } as const
        const started = yield* start(options, { api: api(each(ids(2), answers())), store: files }).pipe(
          Effect.provide(Layer.succeed(Trial.Trial, { run: () => endless }))
        )
        yield* TestClock.adjust(4_999)
        deepStrictEqual(started.heard("Generated"), [])
        yield* end(started.fiber)
        assert.strictEqual(stopped, 2)
        deepStrictEqual(files.saved, ids(2))
        assert.strictEqual(started.heard("Generated").length, 2)
        deepStrictEqual(started.heard("Failed"), [])
      })
    )
  }

  it.effect("that was stopped is told as one that proved nothing", () =>
    Effect.gen(function* () {
      const started = yield* start({ models: ["x/1"], deadline: 10 }, { api: api({ "x/1": [answers()] }) }).pipe(
        Effect.provide(Layer.succeed(Trial.Trial, { run: () => Effect.never }))
      )
      const report = yield* finish(started, 10)
      deepStrictEqual(verdicts(report), ["ok"])
      const skipped = new Trial.Skipped({ reason: "the run ended before its trial did" })
      deepStrictEqual(report.outcomes[0]?.trial, Option.some(skipped))
      deepStrictEqual(
        report.outcomes.map(({ attempts }) => attempts.map(({ durationMs, outcome }) => [outcome, durationMs])),
        [[["ok", 0]]]
      )
    })
  )
})
