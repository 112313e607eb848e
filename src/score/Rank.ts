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

/** The places of the scores from the front to the back: by rank, then by return. */
export const order = (scores: ReadonlyArray<Score>): ReadonlyArray<number> => {
  const rank = ranks(scores)
  return scores
    .map((score, index) => ({ index, rank: place(rank[index]), value: score.return.value }))
    .sort((a, b) => a.rank - b.rank || b.value - a.value || a.index - b.index)
    .map(({ index }) => index)
}

/** Whether all that traded share one rank: the data does not tell them apart. */
export const areTied = (scores: ReadonlyArray<Score>): boolean =>
  ranks(scores).every((rank) => rank === undefined || rank === 1)
