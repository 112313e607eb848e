/** Live previews of what models write. */
import { assert, describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { Clock, Effect } from "effect"
import { EmptyAnswer } from "../../../src/domain/GenerationError.js"
import { answers, api, fails, finish, start, type Reply } from "./doubles.js"

/** Writes a letter every so often. */
const writing =
  (every: number, letters: number, then: Reply): Reply =>
  (asked, onToken) =>
    Effect.gen(function* () {
      for (let count = 1; count <= letters; count++) {
        yield* Effect.sleep(every)
        yield* onToken(() => "a".repeat(count))
      }
      return yield* then(asked, onToken)
    })

/** A run of these models with each preview's model, time and length. */
const previews = (script: Readonly<Record<string, ReadonlyArray<Reply>>>, within: number) =>
  Effect.gen(function* () {
    const seen: Array<readonly [string, number, number]> = []
    const run = yield* start(
      {
        models: Object.keys(script),
        onProgress: ({ event }) =>
          event._tag === "Writing"
            ? Effect.map(
                Clock.currentTimeMillis,
                (now) => void seen.push([event.model, now, event.offset + event.text.length])
              )
            : Effect.void
      },
      { api: api(script) }
    )
    yield* finish(run, within)
    return seen
  })

describe("while a model writes", () => {
  it.effect("events carry what has come so far, the first at the first token, at most four a second", () =>
    Effect.gen(function* () {
      deepStrictEqual(yield* previews({ "x/1": [writing(50, 16, answers())] }, 800), [
        ["x/1", 50, 1],
        ["x/1", 300, 6],
        ["x/1", 550, 11],
        ["x/1", 800, 16]
      ])
    })
  )

  it.effect("each model is counted by itself", () =>
    Effect.gen(function* () {
      const seen = yield* previews({ "x/1": [writing(100, 3, answers())], "x/2": [writing(100, 3, answers())] }, 300)
      deepStrictEqual(seen.map(([model, at]) => [at, model]).toSorted(), [
        [100, "x/1"],
        [100, "x/2"]
      ])
    })
  )

  it.effect("two previews are 250 ms apart, not less", () =>
    Effect.gen(function* () {
      const seen = yield* previews({ "x/1": [writing(249, 3, answers())] }, 747)
      deepStrictEqual(
        seen.map(([, at]) => at),
        [249, 747]
      )
    })
  )

  it.effect("a slow one is shown at each token", () =>
    Effect.gen(function* () {
      const seen = yield* previews({ "x/1": [writing(250, 3, answers())] }, 750)
      deepStrictEqual(
        seen.map(([, at]) => at),
        [250, 500, 750]
      )
    })
  )

  it.effect("an attempt that follows at once does not make it more than four a second", () =>
    Effect.gen(function* () {
      const empty = fails(new EmptyAnswer({ message: "empty" }))
      const seen = yield* previews({ "x/1": [writing(50, 2, empty), writing(50, 6, answers())] }, 400)
      deepStrictEqual(seen, [
        ["x/1", 50, 1],
        ["x/1", 300, 4]
      ])
    })
  )

  it.effect("nothing is shown of an answer that is not streamed", () =>
    Effect.gen(function* () {
      assert.isEmpty(yield* previews({ "x/1": [answers()] }, 0))
    })
  )
})
