/** `--metrics`: a file that is there from the beginning, and has the numbers at the end. */
import { assert, describe, it } from "@effect/vitest"
import { strictEqual } from "@effect/vitest/utils"
import { Console, Effect, Metric } from "effect"
import * as Telemetry from "../../../src/cli/Telemetry.js"
import { said } from "./commands/said.js"

const counted = Metric.counter("telemetry.test", { incremental: true })

const measured = (metrics: string | undefined, files = {}) =>
  said(
    Metric.increment(counted).pipe(
      Effect.zipRight(Console.log("done")),
      Effect.provide(Telemetry.layer({ metrics, otlp: undefined }))
    ),
    { files }
  )

describe("the metrics of a command", () => {
  it.effect("are written where that is wanted", () =>
    Effect.gen(function* () {
      strictEqual(yield* measured(undefined), "done")
      const text = yield* measured("m.prom")
      assert.match(text, /^done\n# m\.prom\n[^]*\ntelemetry_test_total \d+\n/)
    })
  )
})
