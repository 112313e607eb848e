/** A suspect answer is checked while nothing else is, and the database knows of it for just as long. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Fiber } from "effect"
import * as Checking from "../../../src/durable/Checking.js"

const setting = Effect.gen(function* () {
  const log: Array<string> = []
  const say = (words: string) => Effect.sync(() => void log.push(words))
  const gateOf = yield* Checking.make
  const make = (name: string, isSuspect: boolean) => {
    const gate = gateOf((suspected) => say(`${name} ${suspected ? "marked" : "cleared"}`))
    return {
      enter: Effect.zipRight(isSuspect ? gate.enterAlone : gate.enter, say(`${name} in`)),
      enterAgain: Effect.zipRight(gate.enter, say(`${name} in`)),
      leave: Effect.zipRight(say(`${name} out`), gate.leave)
    }
  }
  return { log, make }
})

describe("Checking", () => {
  it.effect("lets any number check at once, marking none", () =>
    Effect.gen(function* () {
      const { log, make } = yield* setting
      const [a, b] = [make("a", false), make("b", false)]
      yield* Effect.all([a.enter, b.enter, a.leave, b.leave])
      deepStrictEqual(log, ["a in", "b in", "a out", "b out"])
    })
  )

  it.effect("keeps a suspect until the others are out, and the others until it is", () =>
    Effect.gen(function* () {
      const { log, make } = yield* setting
      const [a, bad, c] = [make("a", false), make("bad", true), make("c", false)]
      yield* a.enter
      const suspect = yield* Effect.fork(bad.enter)
      yield* Effect.yieldNow({ priority: 1 })
      const other = yield* Effect.fork(c.enter)
      yield* Effect.yieldNow({ priority: 1 })
      deepStrictEqual(log, ["a in"])
      yield* a.leave
      yield* Fiber.join(suspect)
      yield* Effect.yieldNow({ priority: 1 })
      deepStrictEqual(log, ["a in", "a out", "bad marked", "bad in"])
      yield* bad.leave
      yield* Fiber.join(other)
      deepStrictEqual(log.slice(4), ["bad out", "bad cleared", "c in"])
    })
  )

  it.effect("takes a place once, and gives it back once", () =>
    Effect.gen(function* () {
      const { log, make } = yield* setting
      const bad = make("bad", true)
      yield* Effect.all([bad.leave, bad.enter, bad.enter, bad.leave, bad.leave])
      deepStrictEqual(
        log.filter((words) => /marked|cleared/.test(words)),
        ["bad marked", "bad cleared"]
      )
    })
  )

  it.effect("suspects an answer that was there at the start, and none after it", () =>
    Effect.gen(function* () {
      const { log, make } = yield* setting
      const [bad, other] = [make("bad", true), make("other", false)]
      yield* Effect.all([bad.enter, bad.leave, bad.enterAgain, other.enter, bad.leave, other.leave])
      deepStrictEqual(log, [
        "bad marked",
        "bad in",
        "bad out",
        "bad cleared",
        "bad in",
        "other in",
        "bad out",
        "other out"
      ])
    })
  )
})
