/**
 * The order of scores. An algorithm stands behind those whose interval lies wholly above its own, so those whose intervals
 * overlap share a rank. One that never traded stands behind all that did, whatever the market.
 */
import { hasTraded, type Score } from "../domain/Score.js"

type Scored = Pick<Score, "return" | "trades">

const low = ({ return: { interval } }: Scored): number => interval?.[0] ?? Number.NEGATIVE_INFINITY
const high = ({ return: { interval } }: Scored): number => interval?.[1] ?? Number.POSITIVE_INFINITY

const isBehind = (score: Scored, other: Scored): boolean =>
  hasTraded(score) ? hasTraded(other) && low(other) > high(score) : hasTraded(other)

/** From 1, in the order of the scores. */
export const ranks = (scores: ReadonlyArray<Scored>): ReadonlyArray<number> =>
  scores.map((score) => 1 + scores.filter((other) => isBehind(score, other)).length)

/** The places of the scores from the front to the back: by rank, then by return. */
export const order = (scores: ReadonlyArray<Score>): ReadonlyArray<number> => {
  const rank = ranks(scores)
  return scores
    .map((score, index) => ({ index, rank: rank[index] ?? 0, value: score.return.value }))
    .sort((a, b) => a.rank - b.rank || b.value - a.value || a.index - b.index)
    .map(({ index }) => index)
}

/** Whether all that traded share one rank: the data does not tell them apart. */
export const areTied = (scores: ReadonlyArray<Score>): boolean => {
  const rank = ranks(scores)
  return scores.every((score, index) => !hasTraded(score) || rank[index] === 1)
}
