/**
 * What a trial plays: the made-up trading day, seeded prices and the portfolios to meet them with, which resembles no real
 * market and is there to find faults; and the prices of an exam, where there is one. The driver keeps the book.
 */
import { PCGRandom } from "effect/Utils"
import * as Exam from "../../score/Exam.js"
import { FREE, OWN_MEANS, type Rules, type Start } from "../../score/Ledger.js"

export interface Regime extends Start {
  /** Completes "at tick 17 of ...". */
  readonly name: string
  readonly prices: ReadonlyArray<number>
}

/** Any number will do; a fixed one makes a verdict repeatable. */
export const SEED = 20_240_102

/** A trading day of minutes, 390, shared out: the ordinary case gets the long run that moving averages need. */
const LONG_RUN = 190
const SHORT_RUN = 50

const CALM = 0.004
/** Price jumps of up to a third either way: stops, take-profits and divisions by a range are reached. */
const WILD = 0.33

const prices = (seed: number, ticks: number, swing: number): ReadonlyArray<number> => {
  const random = new PCGRandom(seed)
  let price = 150
  return Array.from({ length: ticks }, () => {
    price = Math.min(2_000, Math.max(2, price * (1 + swing * (2 * random.number() - 1))))
    return Math.round(price * 100) / 100
  })
}

/** A price that does not move at all: a standard deviation or a range of zero is a common divisor. */
const still = (ticks: number): ReadonlyArray<number> => Array.from({ length: ticks }, () => 150)

export const regimes = (seed: number, rules: Rules = OWN_MEANS): ReadonlyArray<Regime> => {
  const all = { ...FREE, ...rules }
  return [
    { name: "an ordinary day", cash: 10_000, shares: 0, prices: prices(seed, LONG_RUN, CALM), ...all },
    { name: "a day that starts with shares", cash: 500, shares: 40, prices: prices(seed + 1, SHORT_RUN, CALM), ...all },
    { name: "a day that starts short", cash: 12_000, shares: -25, prices: prices(seed + 2, SHORT_RUN, CALM), ...all },
    { name: "a day with nearly no cash", cash: 0.37, shares: 0, prices: still(SHORT_RUN), ...all },
    { name: "a day of wild swings", cash: 10_000, shares: 10, prices: prices(seed + 3, SHORT_RUN, WILD), ...all }
  ]
}

/** All prices of an exam, a regime for each of its papers. */
export const examined = (exam: Exam.Exam | undefined): ReadonlyArray<Regime> =>
  exam === undefined
    ? []
    : Exam.all(exam).map((paper) =>
        Object.assign({ name: paper.market, prices: paper.prices }, OWN_MEANS, Exam.startOf(exam, paper))
      )

export const ticksOf = (regimes: ReadonlyArray<Regime>): number =>
  regimes.reduce((sum, regime) => sum + regime.prices.length, 0)
