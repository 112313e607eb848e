/** How scored algorithms stand to each other: ranks for each ticker, and which of them repeat another. */
import * as Arr from "effect/Array"
import * as Option from "effect/Option"
import * as Duplicates from "../code/python/Duplicates.js"
import * as Trial from "../code/trial/Trial.js"
import type { Algorithm } from "../domain/Algorithm.js"
import type { Score } from "../domain/Score.js"
import * as Rank from "../score/Rank.js"

/** What a run made of one request, as far as it is told here. */
export interface Outcome {
  readonly index: number
  readonly ticker: string
  readonly algorithm: Option.Option<Algorithm>
  readonly trial: Option.Option<Trial.Result>
}

export interface Entry {
  /** Its place in the request, or in the list of files. */
  readonly index: number
  readonly ticker: string
  readonly code: string
  readonly score: Score
}

export interface Standing {
  readonly score: Score
  /** From 1; shared where the scores cannot be told apart. One that never traded has none. */
  readonly rank: number | undefined
  /** The algorithm that it repeats, by its `index`. */
  readonly repeats: { readonly index: number; readonly same: boolean } | undefined
}

export const scoreOf = ({ trial }: Pick<Outcome, "trial">): Score | undefined =>
  Option.getOrUndefined(Option.map(trial, Trial.scoreOf))

/** By the index of the entry. */
export const standings = (entries: ReadonlyArray<Entry>): ReadonlyMap<number, Standing> => {
  const found = new Map<number, Standing>()
  for (const group of Object.values(Arr.groupBy(entries, ({ ticker }) => ticker))) {
    const ranks = Rank.ranks(group.map(({ score }) => score))
    const duplicates = Duplicates.find(group.map(({ code }) => code))
    group.forEach(({ index, score }, place) => {
      const duplicate = duplicates[place]
      const first = duplicate && group[duplicate.of]
      const repeats = duplicate && first && { index: first.index, same: duplicate.same }
      found.set(index, { score, rank: ranks[place], repeats })
    })
  }
  return found
}

/** By the index of the outcome; those without a score have no standing. */
export const ofOutcomes = (outcomes: ReadonlyArray<Outcome>): ReadonlyMap<number, Standing> =>
  standings(
    outcomes.flatMap((outcome) => {
      const score = scoreOf(outcome)
      const { index, ticker } = outcome
      return score === undefined
        ? []
        : Option.toArray(Option.map(outcome.algorithm, ({ code }) => ({ index, ticker, code, score })))
    })
  )
