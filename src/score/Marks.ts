/** All that an exam has to say about a module: its score, and where there are rounds what they need besides. */
import type { Choice, Practice } from "../domain/Round.js"
import type { Score } from "../domain/Score.js"
import * as Exam from "./Exam.js"
import * as Grading from "./Grading.js"
import * as Ledger from "./Ledger.js"
import * as Trips from "./Trips.js"

/** The orders of all that is played, in its order, as a score, and as what rounds need besides. */
export interface Marks {
  readonly score: Score
  readonly practice?: Practice | undefined
  readonly choice?: Choice | undefined
}

export const of = (exam: Exam.Exam, answers: ReadonlyArray<ReadonlyArray<Ledger.Order>>): Marks => {
  const whole = Grading.score(exam, answers.slice(answers.length - exam.papers.length))
  const { rounds } = exam
  if (rounds === undefined) return { score: whole }
  const { choice, practice } = rounds
  const chosen =
    choice === undefined
      ? whole
      : Grading.score({ ...exam, papers: choice }, answers.slice(practice.length, practice.length + choice.length))
  return {
    score: whole,
    practice: practise({ ...exam, papers: practice }, answers),
    choice: { return: chosen.return.value, trades: chosen.trades }
  }
}

/** How many of the worst trades a model is told. */
const WORST = 5

const practise = (exam: Exam.Exam, answers: ReadonlyArray<ReadonlyArray<Ledger.Order>>): Practice => {
  const whole = Grading.score(exam, answers)
  const lost = exam.papers.flatMap((paper, index) => {
    const start = Exam.startOf(exam, paper)
    const { fills, startEquity } = Ledger.play(paper.prices, answers[index] ?? [], start)
    return Trips.of(paper.prices, fills, start).map(({ profit, ...trip }) =>
      Object.assign(trip, { market: paper.market, profit: profit / startEquity })
    )
  })
  return {
    markets: exam.papers.length,
    ticks: whole.ticks,
    return: whole.return.value,
    holdReturn: whole.holdReturn,
    trades: whole.trades,
    exposure: whole.exposure,
    maxDrawdown: whole.maxDrawdown,
    worst: lost
      .filter(({ profit }) => profit < 0)
      .sort((a, b) => a.profit - b.profit)
      .slice(0, WORST)
  }
}
