/** The check that is made while the models think, of which nothing comes. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Fiber, Layer, TestClock } from "effect"
import * as CodeCheck from "../../../src/code/CodeCheck.js"
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

describe("the first check", () => {
  it.effect("is made once, when the first requests are on their way, and costs nothing if it fails", () =>
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
      assert.strictEqual(texts.length, 1)
      assert.isTrue(Either.isRight(accept(texts[0] ?? "")))
      yield* TestClock.adjust(60)
      const { outcomes } = yield* Fiber.join(fiber)
      assert.deepStrictEqual(texts.slice(1), [HOLD, HOLD, HOLD])
      assert.deepStrictEqual(
        outcomes.map(({ status }) => status),
        ["ok", "ok", "ok"]
      )
    })
  )

  it.effect("is not made where the answers come first", () =>
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
