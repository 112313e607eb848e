/**
 * Which of several versions is meant: the last one, unless it is a sketch of an earlier one.
 */
import type { Steps } from "../Steps.js"
import * as Line from "./Line.js"

/** A later version of so few statements is a sketch when an earlier one has twice as many. */
const SKETCH = 12

/** The versions in the order in which they are tried. */
export function* latest<A>(versions: ReadonlyArray<A>, textOf: (version: A) => string): Steps<ReadonlyArray<A>> {
  if (versions.length < 2) return versions
  const first: Array<A> = []
  const sketches: Array<A> = []
  let largest = 0
  for (const version of versions) {
    const size = yield* Line.statements(textOf(version))
    const isSketch = size <= SKETCH && (largest >= 2 * size || (size <= 2 && largest > 2))
    ;(isSketch ? sketches : first).push(version)
    largest = Math.max(largest, size)
  }
  return [...first.toReversed(), ...sketches.toReversed()]
}
