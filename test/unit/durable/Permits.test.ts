/** Who gets the next permit of a worker. */
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Effect, Fiber } from "effect"
import * as Permits from "../../../src/durable/Permits.js"

const setting = (permits: number) => {
  const turns = Permits.make(permits)
  const log: Array<string> = []
  const wait = (name: string, isFirst: boolean) =>
    Effect.tap(
      Effect.fork(
        Effect.zipRight(
          turns.take(isFirst),
          Effect.sync(() => void log.push(name))
        )
      ),
      () => Effect.yieldNow({ priority: 1 })
    )
  const release = Effect.zipRight(turns.release, Effect.yieldNow({ priority: 1 }))
  return { log, release, wait }
}

describe("Permits", () => {
  it.effect("lets so many in at once, then one for each that is over, in the order they came", () =>
    Effect.gen(function* () {
      const { log, release, wait } = setting(2)
      for (const name of ["a", "b", "c", "d"]) yield* wait(name, false)
      deepStrictEqual(log, ["a", "b"])
      yield* release
      deepStrictEqual(log, ["a", "b", "c"])
      yield* release
      yield* release
      yield* wait("e", false)
      deepStrictEqual(log, ["a", "b", "c", "d", "e"])
    })
  )

  it.effect("lets what a dead worker was asking for pass the others, and none of those in work", () =>
    Effect.gen(function* () {
      const { log, release, wait } = setting(1)
      yield* wait("a", false)
      yield* wait("b", false)
      yield* wait("orphan", true)
      yield* wait("another", true)
      deepStrictEqual(log, ["a"])
      yield* release
      yield* release
      yield* release
      deepStrictEqual(log, ["a", "orphan", "another", "b"])
    })
  )

  it.effect("keeps no turn for one that has left", () =>
    Effect.gen(function* () {
      const { log, release, wait } = setting(1)
      yield* wait("a", false)
      const leaving = yield* wait("b", true)
      yield* wait("c", false)
      yield* Fiber.interrupt(leaving)
      yield* release
      deepStrictEqual(log, ["a", "c"])
      yield* release
      yield* wait("d", false)
      deepStrictEqual(log, ["a", "c", "d"])
    })
  )
})
