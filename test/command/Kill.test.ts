/** A few of the moments at which a run can be killed; `npm run bench:kill` tries a hundred. */
import { describe, it } from "@effect/vitest"
import { PATIENCE } from "./command.js"
import { round } from "./killing.js"

describe.concurrent("a run that is killed and resumed", PATIENCE, () => {
  for (const [completed, delay] of [
    [0, 0],
    [1, 60],
    [3, 290],
    [6, 8]
  ] as const) {
    it.live(`after ${completed} answers and ${delay} ms asks for nothing twice that it had received`, () =>
      round({ completed, delay })
    )
  }
})
