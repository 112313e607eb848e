/**
 * Where a mean or a sum lies with 95 % confidence, by Student's t over independent parts. With 3 to 10 parts a bootstrap
 * can only mix the few values it has, and its intervals come out too narrow; t pays for the small number.
 */
import type { Estimate } from "../domain/Score.js"
import * as Metrics from "./Metrics.js"

/** Folds are never more; for more markets the last quantile is taken, which makes the interval a little too wide. */
export const MOST_PARTS = 10

/** The 97.5 % quantiles of Student's t for 1 to 9 degrees of freedom. */
const QUANTILES = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]

/** The interval of `times` times the mean of the parts. */
const scaled = (parts: ReadonlyArray<number>, times: number): Estimate => {
  const value = Metrics.mean(parts) * times
  const quantile = QUANTILES[Math.min(parts.length, MOST_PARTS) - 2]
  if (quantile === undefined) return { value, interval: null }
  const half = (quantile * Metrics.deviation(parts) * times) / Math.sqrt(parts.length)
  return { value, interval: [value - half, value + half] }
}

export const ofMean = (parts: ReadonlyArray<number>): Estimate => scaled(parts, 1)

export const ofSum = (parts: ReadonlyArray<number>): Estimate => scaled(parts, parts.length)
