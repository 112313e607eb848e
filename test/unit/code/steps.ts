/** Steps for what takes them, and what comes of those that it gives back. */
import type * as Steps from "../../../src/code/Steps.js"

/** Without a step of their own. */
export const at = <A>(value: A): Steps.Steps<A> =>
  (function* () {
    return value
  })()

/** The values that are found, without the rests between them. */
export const withoutRests = <A>(found: Iterable<A | Steps.Rest>): ReadonlyArray<A> =>
  [...found].filter((one) => one !== undefined)

/** To the end, and how many rests there were. */
export const counted = <A>(steps: Steps.Steps<A>): readonly [result: A, rests: number] => {
  let rests = 0
  let step = steps.next()
  for (; step.done !== true; step = steps.next()) rests += 1
  return [step.value, rests]
}
