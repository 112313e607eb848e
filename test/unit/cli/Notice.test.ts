/** What takes long says so, on a standard error that is not told to be quiet. */
import { it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Console, Effect, Fiber, TestClock } from "effect"
import { describe } from "vitest"
import * as Notice from "../../../src/cli/Notice.js"

/** What was said before the time, at it, and when the work was over. */
const said = (takes: number, quiet: boolean) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const console = yield* Console.consoleWith(Effect.succeed)
    const fiber = yield* Effect.sleep(takes).pipe(
      Notice.ifSlow("At it."),
      Effect.provideService(Notice.Quiet, quiet),
      Console.withConsole({ ...console, error: (line: string) => Effect.sync(() => void lines.push(line)) }),
      Effect.fork
    )
    yield* TestClock.adjust(199)
    const before = lines.length
    yield* TestClock.adjust(1)
    const at = lines.length
    yield* TestClock.adjust("1 hour")
    yield* Fiber.join(fiber)
    return [before, at, lines.length]
  })

describe("work that takes long", () => {
  it.effect("says once what it is at, after 200 ms", () =>
    Effect.gen(function* () {
      deepStrictEqual(yield* said(60_000, false), [0, 1, 1])
      deepStrictEqual(yield* said(60_000, true), [0, 0, 0])
      deepStrictEqual(yield* said(199, false), [0, 0, 0])
    })
  )
})
