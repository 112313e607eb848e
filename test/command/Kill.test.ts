/** A few of the moments at which a run can be killed; `npm run bench:kill` tries a hundred. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { PATIENCE } from "./command.js"
import { round } from "./killing.js"

describe.concurrent("a run that is killed and resumed", PATIENCE, () => {
  for (const [completed, delay] of [
    [0, 0],
    [1, 60],
    [3, 20],
    [6, 8]
  ] as const) {
    it.live(`after ${completed} answers and ${delay} ms asks for nothing twice that was kept`, () =>
      Effect.gen(function* () {
        const { lost } = yield* round({ completed, delay })
        // What was not kept had only just come.
        for (const age of lost) assert.isBelow(age, 1_000)
      })
    )
  }
})
