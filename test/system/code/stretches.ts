/** The pieces of the work that does not rest. */
import { assert } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { make } from "../../../src/code/CodeCheck.js"

const { acceptInSlices = () => assert.fail("the checks have no slices") } = make()

/** The times between two looks at the clock, which is where the work may rest; it never does. Milliseconds. */
export const stretches = (answer: string): ReadonlyArray<number> => {
  const looks = [performance.now()]
  const clock: Clock.Clock = {
    ...Clock.make(),
    unsafeCurrentTimeMillis: () => {
      looks.push(performance.now())
      return 0
    }
  }
  Effect.runSync(Effect.withClock(acceptInSlices(answer), clock))
  looks.push(performance.now())
  return looks.slice(1).map((look, index) => look - (looks[index] ?? look))
}
