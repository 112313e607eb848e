/** A few of the moments at which a run can be killed; `ALGOGEN_CASES=100` tries a hundred more, each at random. */
import { describe, it } from "@effect/vitest"
import { Effect, Random } from "effect"
import { PATIENCE } from "./command.js"
import { type Moment, round } from "./killing.js"

/** From before the first answer to after the last, and anywhere in the pause between two of them. */
const moment = Effect.all({
  completed: Random.nextIntBetween(0, 7),
  delay: Random.nextIntBetween(0, 300),
  concurrency: Random.nextIntBetween(1, 7)
})

const MOMENTS: ReadonlyArray<Moment> = [
  { completed: 0, delay: 0, concurrency: 6 },
  { completed: 1, delay: 60, concurrency: 1 },
  { completed: 3, delay: 20, concurrency: 1 },
  { completed: 3, delay: 60, concurrency: 2 },
  { completed: 6, delay: 8, concurrency: 6 },
  ...Effect.runSync(Effect.replicateEffect(moment, Number(process.env["ALGOGEN_CASES"] ?? 0)))
]

describe.concurrent("a run that is killed and resumed", PATIENCE, () => {
  for (const moment of MOMENTS) {
    const { completed, concurrency, delay } = moment
    it.live(
      `after ${completed} answers and ${delay} ms, ${concurrency} at once, asks twice for nothing it received`,
      () => round(moment)
    )
  }
})
