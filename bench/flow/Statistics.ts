/** Means, and how far they are to be believed. */

/** 97.5 % of Student's distribution lies below, for so many samples; the normal one's figure from 61 on. */
const studentT = (samples: number): number => {
  const freedom = Math.max(1, samples - 1)
  const z = 1.959964
  // Cornish and Fisher's expansion: good to 1 % from five degrees of freedom on.
  return z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2)
}

export const mean = (values: ReadonlyArray<number>): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** The mean of paired differences with its 95 % interval. */
export const paired = (ours: ReadonlyArray<number>, theirs: ReadonlyArray<number>): Interval => {
  const differences = ours.map((value, index) => value - (theirs[index] ?? Number.NaN))
  const middle = mean(differences)
  const variance =
    differences.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, differences.length - 1)
  const half = studentT(differences.length) * Math.sqrt(variance / differences.length)
  return { mean: middle, low: middle - half, high: middle + half }
}
