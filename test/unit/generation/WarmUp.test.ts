/** The checks that are made while the models think, of which nothing comes. */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Either, Fiber, Layer, TestClock } from "effect"
import * as CodeCheck from "../../../src/code/CodeCheck.js"
import * as Judging from "../../../src/generation/Judging.js"
import { after, answers, api, each, HOLD, ids, start } from "./doubles.js"

const { accept, check } = CodeCheck.make()

/** What was checked, by real checks. */
const counting = () => {
  const texts: Array<string> = []
  const layer = Layer.succeed(CodeCheck.CodeCheck, {
    check,
    accept: (text, options) => {
      texts.push(text)
      if (text !== HOLD) throw new Error("this check is only for the answers of the test")
      return accept(text, options)
    }
  })
  return { layer, texts }
}

describe("the first checks", () => {
  it.effect("are made when the first requests are on their way, and cost nothing if they fail", () =>
    Effect.gen(function* () {
      const { layer, texts } = counting()
      const models = ids(3)
      const { fiber } = yield* Effect.provide(
        start({ models }, { api: api(each(models, after(100, answers()))) }),
        layer
      )
      yield* TestClock.adjust(39)
      assert.deepStrictEqual(texts, [])
      yield* TestClock.adjust(1)
      const first = texts.splice(0)
      assert.isAbove(first.length, 1)
      for (const text of first) assert.isTrue(Either.isRight(accept(text)))
      yield* TestClock.adjust(60)
      const { outcomes } = yield* Fiber.join(fiber)
      assert.deepStrictEqual(texts, [HOLD, HOLD, HOLD])
      assert.deepStrictEqual(
        outcomes.map(({ status }) => status),
        ["ok", "ok", "ok"]
      )
    })
  )

  it.effect("leave room between them for what else there is to do", () =>
    Effect.gen(function* () {
      const { layer, texts } = counting()
      const made: Array<number> = []
      const clock = { ...Clock.make(), sleep: () => Effect.sync(() => void made.push(texts.length)) }
      yield* Judging.warmUp.pipe(Effect.provide(layer), Effect.withClock(clock))
      assert.deepStrictEqual(
        made,
        texts.map((_, index) => index + 1)
      )
    })
  )

  it.effect("are made once in a process", () =>
    Effect.gen(function* () {
      const { layer, texts } = counting()
      yield* Effect.provide(Judging.warmUp, layer)
      const { length } = texts
      yield* Effect.provide(Judging.warmUp, layer)
      assert.isAbove(length, 0)
      assert.strictEqual(texts.length, length)
    })
  )

  it.effect("are not made where the answers come first", () =>
    Effect.gen(function* () {
      const { layer, texts } = counting()
      const models = ids(2)
      const { fiber } = yield* Effect.provide(
        start({ models }, { api: api(each(models, after(30, answers()))) }),
        layer
      )
      yield* TestClock.adjust(100)
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(texts, [HOLD, HOLD])
    })
  )
})
