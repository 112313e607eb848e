/** Which algorithms of a run are one algorithm: the same syntax tree, or nearly, apart from names and constants. */
import * as Shape from "./Shape.js"

export interface Duplicate {
  /** The place of the first algorithm that has this shape. */
  readonly of: number
  /** The same tree; else nearly the same. */
  readonly same: boolean
}

/** Two renderings of one strategy by different authors share less than half of their runs. */
const NEARLY = 0.9

/** For each source, the earlier one that it repeats. */
export const find = (sources: ReadonlyArray<string | undefined>): ReadonlyArray<Duplicate | undefined> => {
  const firsts: Array<readonly [place: number, shape: Shape.Shape]> = []
  return sources.map((source, place) => {
    const shape = source === undefined ? undefined : Shape.of(source)
    if (shape === undefined) return undefined
    const equal = firsts.find(([, first]) => first.exact === shape.exact)
    const alike = equal ?? firsts.find(([, first]) => Shape.likeness(first, shape) >= NEARLY)
    if (alike === undefined) {
      firsts.push([place, shape])
      return undefined
    }
    return { of: alike[0], same: equal !== undefined }
  })
}
