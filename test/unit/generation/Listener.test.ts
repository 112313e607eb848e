/** What a caller hears of a run, and that whatever it does with it harms nothing. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Exit, Fiber, Logger, TestClock } from "effect"
import type { Listener } from "../../../src/generation/Listening.js"
import * as Progress from "../../../src/generation/Progress.js"
import { after, answers, api, finish, HOLD, http, start, store } from "./doubles.js"

describe("the events of a run", () => {
  it.effect("come in the order in which things happen, with a percentage, and the text protocol says the same", () =>
    Effect.gen(function* () {
      const openRouter = api({
        "x/1:free": [http(503), answers()],
        "x/2": [after(1_000, answers())],
        "x/3": [http(404)]
      })
      const models = ["x/1:free", "x/2", "x/3", "x/4"]
      const doubles = { api: openRouter, store: store({ full: ["x/2"] }) }
      const run = yield* start({ models }, doubles)
      yield* finish(run, 1_000)
      const full =
        "out/generated_algo_x_2.py does not fit on the disk (ENOSPC); free some space or choose another folder"
      deepStrictEqual(
        run.progress.flatMap(({ event, percent }) =>
          Progress.toMessages(event).map((message) => [percent, message] as const)
        ),
        [
          [0, "Asking 4 models for AAPL algorithms"],
          [22, "MODEL_SKIP::x/4::unavailable"],
          [22, "MODEL_START::x/1:free"],
          [22, "MODEL_START::x/2"],
          [22, "MODEL_START::x/3"],
          [22, "x/1:free: HTTP 503; asking again"],
          [45, "MODEL_FAIL::x/3::HTTP 404"],
          [67, `PREVIEW::x/1:free::${HOLD}`],
          [67, "MODEL_OK::x/1:free::generated"],
          [69, "MODEL_OK::x/1:free::saved"],
          [92, `PREVIEW::x/2::${HOLD}`],
          [92, "MODEL_OK::x/2::generated"],
          [94, `MODEL_FAIL::x/2::${full}`],
          [100, "2 of 4 algorithms generated"]
        ]
      )
    })
  )
})

describe("a listener", () => {
  const harmful: Readonly<Record<string, Listener>> = {
    throws: () => {
      throw new Error("no")
    },
    dies: () => Effect.die("no"),
    "interrupts itself": () => Effect.interrupt
  }
  for (const [name, listener] of Object.entries(harmful)) {
    it.effect(`that ${name} harms nothing and is warned of`, () =>
      Effect.gen(function* () {
        const files = store()
        const warnings: Array<string> = []
        const logger = Logger.make(({ logLevel, message }) => warnings.push(`${logLevel.label} ${String(message)}`))
        const openRouter = api({ "x/1": [http(503), answers()], "x/2": [http(404)] })
        const run = yield* start(
          { models: ["x/1", "x/2"], onProgress: listener },
          { api: openRouter, store: files }
        ).pipe(Effect.provide(Logger.add(logger)))
        const report = yield* finish(run, 525)
        assert.isTrue(report.success)
        deepStrictEqual(files.saved, ["x/1"])
        assert.strictEqual(run.heard("RunFinished").length, 1)
        const heard = warnings.filter((warning) => warning.startsWith("WARN the progress listener failed"))
        assert.strictEqual(heard.length, run.progress.length)
      })
    )
  }

  const hung: Readonly<Record<string, Effect.Effect<void>>> = {
    "can be interrupted": Effect.never,
    "cannot be interrupted": Effect.uninterruptible(Effect.never)
  }
  for (const [name, never] of Object.entries(hung)) {
    it.effect(`that never returns and ${name} is waited for 5 s and hears of nothing more`, () =>
      Effect.gen(function* () {
        const files = store()
        const onProgress: Listener = ({ event }) => (event._tag === "Generated" ? never : Effect.void)
        const run = yield* start(
          { models: ["x/1", "x/2"], deadline: 9_000, onProgress },
          { api: api({ "x/1": [answers()], "x/2": [after(7_000, answers())] }), store: files }
        )
        yield* TestClock.adjust(4_999)
        deepStrictEqual(
          run.progress.map(({ event }) => event._tag),
          ["RunStarted", "ModelStarted", "ModelStarted", "Generated"]
        )
        const report = yield* finish(run, 2_001)
        deepStrictEqual([report.durationMs, report.success, run.progress.length], [7_000, true, 4])
        deepStrictEqual(files.saved, ["x/1", "x/2"])
      })
    )

    it.effect(`that never returns and ${name} holds up no deadline and no interruption by more than 5 s`, () =>
      Effect.gen(function* () {
        const onProgress: Listener = ({ event }) => (event._tag === "Failed" ? never : Effect.void)
        const doubles = { api: api({ "x/1": [after(10_000, answers())] }), store: store() }
        const late = yield* start({ models: ["x/1"], deadline: 9_000, onProgress }, doubles)
        yield* TestClock.adjust(9_000 + 4_999)
        assert.isNull(late.fiber.unsafePoll())
        assert.strictEqual((yield* finish(late, 1)).durationMs, 9_000)

        const interrupted = yield* start({ models: ["x/1"], onProgress }, doubles)
        yield* TestClock.adjust(100)
        yield* Fiber.interruptFork(interrupted.fiber)
        yield* TestClock.adjust(4_999)
        assert.isNull(interrupted.fiber.unsafePoll())
        yield* TestClock.adjust(1)
        assert.isTrue(Exit.isInterrupted(yield* Fiber.await(interrupted.fiber)))
      })
    )
  }

  it.effect("that is slow delays a run and loses nothing", () =>
    Effect.gen(function* () {
      const openRouter = api({ "x/1": [answers()], "x/2": [answers()] })
      const files = store()
      const options = { models: ["x/1", "x/2"], onProgress: () => Effect.sleep(10) }
      yield* finish(yield* start(options, { api: openRouter, store: files }), 1_000)
      deepStrictEqual(files.saved, ["x/1", "x/2"])
    })
  )
})
