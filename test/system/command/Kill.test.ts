/** A few of the moments at which a run can be killed; `npm run bench:kill` tries a hundred. */
import { describe, it } from "@effect/vitest"
import { PATIENCE } from "./command.js"
import { round } from "./killing.js"

describe.concurrent("a run that is killed and resumed", PATIENCE, () => {
  for (const [completed, delay, concurrency] of [
    [0, 0, 6],
    [1, 60, 1],
    [3, 20, 1],
    [3, 60, 2],
    [6, 8, 6]
  ] as const) {
    it.live(
      `after ${completed} answers and ${delay} ms, ${concurrency} at once, asks twice for nothing it received`,
      () => round({ completed, delay, concurrency })
    )
  }
})
