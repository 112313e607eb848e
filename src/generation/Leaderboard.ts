/** How the scored algorithms of a run stand to each other: ranks for each ticker, and which of them repeat another. */
import * as Arr from "effect/Array"
import * as Option from "effect/Option"
import * as Trial from "../code/trial/Trial.js"
import type { Score } from "../domain/Score.js"
import * as Duplicates from "../score/Duplicates.js"
import * as Rank from "../score/Rank.js"
import type { Outcome } from "./Report.js"

export interface Standing {
  readonly score: Score
  /** From 1; shared where the scores cannot be told apart. */
  readonly rank: number
  /** The algorithm of this run that it repeats, by the `index` of its outcome. */
  readonly repeats: { readonly index: number; readonly same: boolean } | undefined
}

type Scored = Pick<Outcome, "algorithm" | "index" | "trial">

export const scoreOf = ({ trial }: Pick<Outcome, "trial">): Score | undefined =>
  Option.getOrUndefined(Option.map(trial, Trial.scoreOf))

/** By the index of the outcome; those without a score have no standing. */
export const standings = (outcomes: ReadonlyArray<Scored>): ReadonlyMap<number, Standing> => {
  const found = new Map<number, Standing>()
  const tickers = Arr.groupBy(outcomes, ({ algorithm }) => Option.getOrUndefined(algorithm)?.ticker ?? "")
  for (const group of Object.values(tickers)) {
    const scored = group.flatMap((outcome) => {
      const score = scoreOf(outcome)
      return score === undefined ? [] : [{ ...outcome, score }]
    })
    const ranks = Rank.ranks(scored.map(({ score }) => score))
    const duplicates = Duplicates.find(scored.map(({ algorithm }) => Option.getOrUndefined(algorithm)?.code))
    scored.forEach(({ index, score }, place) => {
      const duplicate = duplicates[place]
      const first = duplicate === undefined ? undefined : scored[duplicate.of]
      const repeats =
        duplicate === undefined || first === undefined ? undefined : { index: first.index, same: duplicate.same }
      found.set(index, { score, rank: ranks[place] ?? 0, repeats })
    })
  }
  return found
}
