/** A daily quota that is used up ends the jobs of `:free` models until it is a new day, and no others. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, TestClock } from "effect"
import { RateLimited } from "../../../src/domain/GenerationError.js"
import * as Spent from "../../../src/durable/Spent.js"

const limited = (scope: RateLimited["scope"]) =>
  Option.some(new RateLimited({ status: 429, scope, message: "no more today", hinted: false }))
const DAY_MS = 86_400_000

describe("a daily quota", () => {
  it.effect("ends `:free` models until the moment the server names, and no others", () =>
    Effect.gen(function* () {
      const spent = Spent.make()
      yield* spent.hear({ reason: limited("free-per-minute"), retryAt: Option.none() })
      yield* spent.hear({ reason: Option.none(), retryAt: Option.none() })
      assert.isUndefined(yield* spent.on("a/b:free"))
      yield* spent.hear({ reason: limited("free-per-day"), retryAt: Option.some(5_000) })
      assert.isUndefined(yield* spent.on("a/b"))
      yield* TestClock.adjust(4_999)
      const end = yield* spent.on("c/d:free")
      assert.deepStrictEqual([end?.reason.message, end?.retryAt], ["no more today", 5_000])
      yield* TestClock.adjust(1)
      assert.isUndefined(yield* spent.on("c/d:free"))
    })
  )

  it.effect("lasts until midnight UTC where the server names none", () =>
    Effect.gen(function* () {
      const spent = Spent.make()
      yield* TestClock.adjust(DAY_MS + 3_600_000)
      yield* spent.hear({ reason: limited("free-per-day"), retryAt: Option.none() })
      yield* TestClock.adjust(DAY_MS - 3_600_000 - 1)
      assert.isDefined(yield* spent.on("a/b:free"))
      yield* TestClock.adjust(1)
      assert.isUndefined(yield* spent.on("a/b:free"))
    })
  )
})
