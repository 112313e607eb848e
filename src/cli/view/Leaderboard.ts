/** The scored algorithms from the front to the back, on what they were scored, and which of them are one and the same. */
import * as Arr from "effect/Array"
import * as Figures from "../../domain/Figures.js"
import { listed } from "../../domain/Listing.js"
import * as Round from "../../domain/Round.js"
import * as Score from "../../domain/Score.js"
import type * as Standings from "../../generation/Leaderboard.js"
import * as Rank from "../../score/Rank.js"
import * as Fit from "./Fit.js"
import type { Look } from "./Look.js"

export interface Row extends Standings.Standing {
  readonly index: number
  readonly ticker: string
  /** The model, or the file. */
  readonly name: string
  /** What each round brought, where there were any. */
  readonly rounds?: ReadonlyArray<Round.Round> | undefined
}

const HEADER = ["rank", "", "return after costs", "over hold", "drawdown", "trades", "beats random"]

/** What is left out first where there is no room: what says least of a module beside its return. Most names are known by so much of them. */
const FITTING = { dispensable: [6, 4, 3], shortened: 1, before: 32 } as const

/** `1`, or `1=` where others share it; `-` for one that never traded. */
const placeOf = (rank: number | undefined, rows: ReadonlyArray<Row>): string =>
  rank === undefined ? "-" : `${rank}${rows.filter((other) => other.rank === rank).length > 1 ? "=" : ""}`

const cells = ({ name, rank, score }: Row, rows: ReadonlyArray<Row>): ReadonlyArray<string> =>
  Score.hasTraded(score)
    ? [
        placeOf(rank, rows),
        name,
        Score.estimate(score.return),
        Score.percent(score.overHold.value),
        Score.percent(-score.maxDrawdown, 1),
        String(score.trades),
        Score.share(score.randomBeaten)
      ]
    : [placeOf(rank, rows), name, "NEVER TRADED", Score.percent(score.overHold.value)]

/** What all scores of one run have in common. */
export const basis = (score: Score.Score): string =>
  `Scored on ${Score.basisOf(score)}, ${Figures.count(score.ticks, "tick")} of a ${score.bar}` +
  (score.basis === "data" ? ", which no prompt describes" : "") +
  (score.rules === "arena" ? ", by the arena's rules" : "") +
  (score.isChosenBy === true ? ", which also decided between modules, so scores are slightly too high" : "") +
  `; fee ${costs(score.fee)}, slippage ${costs(score.slippage)}; buy and hold ${Score.percent(score.holdReturn)}.`

const costs = (part: number): string => `${Number((part * 100).toPrecision(6))} %`

const verdict = (rows: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const traded = rows.filter(({ score }) => Score.hasTraded(score))
  if (traded.length < 2) return []
  if (traded.some(({ rank = 1 }) => rank > 1)) {
    return ["In brackets: where the return lies with 95 % confidence. Those whose brackets overlap share a rank."]
  }
  return traded.some(({ score }) => score.return.interval === null)
    ? ["There are too few prices to tell them apart."]
    : ["Their 95 % intervals, in brackets, overlap: these prices do not tell them apart."]
}

const idleness = (rows: ReadonlyArray<Row>): ReadonlyArray<string> =>
  rows.every(({ score }) => Score.hasTraded(score)) ? [] : ["What never traded has no rank."]

/** So many are named of those that are one program. */
const NAMED = 3

const listOf = (names: ReadonlyArray<string>): string => {
  const shown = names.length > NAMED + 1 ? [...names.slice(0, NAMED), `${names.length - NAMED} more`] : names
  return listed(shown, "and")
}

/** A sentence for all that repeat the same one in the same way. */
const sameness = (rows: ReadonlyArray<Row>): ReadonlyArray<string> =>
  Object.values(Arr.groupBy(rows, ({ repeats }) => `${repeats?.index} ${repeats?.same}`)).flatMap((group) => {
    const { repeats } = group[0]
    const first = rows.find(({ index }) => index === repeats?.index)
    if (first === undefined || repeats === undefined) return []
    const names = group.map(({ name }) => name)
    const are = `${listOf(names)} ${names.length === 1 ? "is" : "are"}`
    return [
      repeats.same
        ? `${are} the same program as ${first.name}, apart from names and constants.`
        : `${are} nearly the same program as ${first.name}.`
    ]
  })

const lineage = (rows: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const improved = rows.flatMap(({ name, rounds }) =>
    rounds === undefined ? [] : [`${name}: ${Round.describe(rounds)}.`]
  )
  return improved.length === 0 ? [] : ["The rounds, with the returns by which modules were taken:", ...improved]
}

/** A table for each ticker, with a blank line after it; nothing where nothing was scored. */
export const render = (rows: ReadonlyArray<Row>, look: Look): ReadonlyArray<string> =>
  Object.values(Arr.groupBy(rows, ({ ticker }) => ticker)).flatMap((group) => table(group, look).concat(""))

const table = (rows: Arr.NonEmptyReadonlyArray<Row>, look: Look): ReadonlyArray<string> => {
  const sorted = [...rows].sort(
    (a, b) =>
      Rank.place(a.rank) - Rank.place(b.rank) || b.score.return.value - a.score.return.value || a.index - b.index
  )
  return [
    Fit.table(
      HEADER,
      sorted.map((row) => cells(row, rows)),
      look,
      FITTING
    ),
    ...[basis(rows[0].score), ...verdict(rows), ...idleness(rows), ...sameness(rows), ...lineage(sorted)].map(
      (sentence) => Fit.hang(look.clean(sentence), look.columns)
    )
  ]
}
