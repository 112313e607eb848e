/** The check of an answer that takes long: the end of the run does not wait for it where the journal holds the answer. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Fiber, identity, Layer, Option, TestClock } from "effect"
import * as CodeCheck from "../../../src/code/CodeCheck.js"
import * as Report from "../../../src/generation/Report.js"
import { after, api, each, finish, ids, start, store } from "./doubles.js"
import { costing, priced, verdicts } from "./moneyDoubles.js"
import { journal } from "./resumeDoubles.js"

const { accept, check } = CodeCheck.make()

/** As real ones do it: a first slice, and then the rest, which takes this long. */
const taking = (rest: number) =>
  Layer.succeed(CodeCheck.CodeCheck, {
    check,
    accept,
    acceptInSlices: (text, { region = identity, ...options } = {}) =>
      Effect.zipRight(
        region(Effect.sleep(rest)),
        Effect.sync(() => accept(text, options))
      )
  })

const models = ids(1)
const SECOND = 1_000

/** Answered after a second, over after three. */
const scene = (rest: number, kept = journal()) => {
  const files = store()
  const doubles = { api: priced(each(models, after(SECOND, costing(0.1)))), store: files }
  const begun = start({ models, deadline: 3 * SECOND }, doubles)
  return { kept, files, begun: Effect.provide(begun, Layer.merge(taking(rest), kept.layer)) }
}

describe("a check that takes long", () => {
  it.effect("is not waited for at the deadline: the answer is paid for, kept, and used by the next run", () =>
    Effect.gen(function* () {
      const { begun, files, kept } = scene(60 * SECOND)
      const report = yield* finish(yield* begun, 3 * SECOND)
      deepStrictEqual(verdicts(report), ["failed DeadlineExceeded"])
      assert.strictEqual(report.durationMs, 3 * SECOND)
      deepStrictEqual(files.saved, [])
      const [attempt] = report.outcomes[0]?.attempts ?? []
      deepStrictEqual([attempt?.outcome, attempt?.status, attempt?.durationMs], ["Interrupted", 200, SECOND])
      assert.strictEqual(attempt?.message, "the answer is in the journal; the run ended before it was checked")
      assert.strictEqual(Report.totals(report).cost, 0.1)

      const again = start({ models, resume: true }, { api: api(each(models)), store: files })
      const { fiber } = yield* Effect.provide(again, kept.layer)
      const { outcomes } = yield* Fiber.join(fiber)
      deepStrictEqual(
        outcomes.map(({ attempts, resumed, status }) => [status, resumed, attempts.length]),
        [["ok", true, 0]]
      )
      deepStrictEqual(files.saved, models)
    })
  )

  it.effect("is interrupted from outside as well, and by nothing before the end of the run", () =>
    Effect.gen(function* () {
      const { begun, files } = scene(1.9 * SECOND)
      deepStrictEqual(verdicts(yield* finish(yield* begun, 3 * SECOND)), ["ok"])
      deepStrictEqual(files.saved, models)

      const other = scene(60 * SECOND)
      const run = yield* other.begun
      yield* TestClock.adjust(2 * SECOND)
      yield* Fiber.interrupt(run.fiber)
      deepStrictEqual(other.files.saved, [])
      assert.strictEqual(other.kept.texts().length, 1)
    })
  )

  it.effect("is waited for where no journal holds the answer", () =>
    Effect.gen(function* () {
      const files = store()
      const doubles = { api: priced(each(models, after(SECOND, costing(0.1)))), store: files }
      const run = yield* Effect.provide(start({ models, deadline: 3 * SECOND }, doubles), taking(60 * SECOND))
      yield* TestClock.adjust(60 * SECOND)
      assert.isTrue(Option.isNone(yield* Fiber.poll(run.fiber)))
      deepStrictEqual(verdicts(yield* finish(run, SECOND)), ["ok"])
      deepStrictEqual(files.saved, models)
    })
  )
})
