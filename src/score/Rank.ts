/**
 * The order of scores. An algorithm stands behind those whose interval lies wholly above its own, so those whose intervals
 * overlap share a rank. One that never traded has none and stands behind all that did: its 0 % says nothing about it, and
 * would be better than every loss.
 */
import { hasTraded, type Score } from "../domain/Score.js"

type Scored = Pick<Score, "return" | "trades">

const low = ({ return: { interval } }: Scored): number => interval?.[0] ?? Number.NEGATIVE_INFINITY
const high = ({ return: { interval } }: Scored): number => interval?.[1] ?? Number.POSITIVE_INFINITY

/** From 1, in the order of the scores; undefined for those that never traded. */
export const ranks = (scores: ReadonlyArray<Scored>): ReadonlyArray<number | undefined> => {
  const traded = scores.filter(hasTraded)
  return scores.map((score) =>
    hasTraded(score) ? 1 + traded.filter((other) => low(other) > high(score)).length : undefined
  )
}

/** For sorting: what has no rank comes last. */
export const place = (rank: number | undefined): number => rank ?? Number.MAX_SAFE_INTEGER
