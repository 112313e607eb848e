/** Lengths of time that callers without types hand to the layer. */
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { assertNone, assertSome, deepStrictEqual } from "@effect/vitest/utils"
import { Duration, Effect, Layer, Redacted } from "effect"
import * as OpenRouter from "../../../src/api/OpenRouter.js"
import { parseTime } from "../../../src/api/Settings.js"

describe("a length of time", () => {
  it.effect("is a number of milliseconds or what Effect reads, or is left out", () =>
    Effect.gen(function* () {
      assertNone(yield* parseTime("silenceTimeout", undefined))
      assertSome(yield* parseTime("silenceTimeout", 5), Duration.millis(5))
      assertSome(yield* parseTime("silenceTimeout", "5 seconds"), Duration.seconds(5))
    })
  )

  for (const option of ["firstTokenTimeout", "silenceTimeout"]) {
    it.effect(`is refused with the name of its option: ${option}`, () =>
      Effect.gen(function* () {
        const options: object = { [option]: "5s" }
        const error = yield* OpenRouter.layer({ apiKey: Redacted.make("k".repeat(20)), ...options }).pipe(
          Layer.provide(
            Layer.succeed(
              HttpClient.HttpClient,
              HttpClient.make(() => Effect.dieMessage("sent"))
            )
          ),
          Layer.build,
          Effect.scoped,
          Effect.flip
        )
        assert.strictEqual(error._tag, "ConfigurationError")
        deepStrictEqual(error.variable, option)
        assert.strictEqual(
          error.message,
          `${option} must be a time, such as "90 seconds" or a number of milliseconds, not 5s`
        )
      })
    )
  }
})
