/** Modules that say in a comment how they do, and a trial that believes them. */
import { Effect, Layer } from "effect"
import * as Trial from "../../../src/code/trial/Trial.js"
import * as Exam from "../../../src/score/Exam.js"
import * as Grading from "../../../src/score/Grading.js"
import { answers, HOLD, type Reply } from "./doubles.js"

/** Returns in percent: where the model may know it, and where it is decided. */
export interface Merits {
  readonly practice: number
  readonly choice: number
  /** Where it is decided; default 3. */
  readonly trades?: number
}

export const moduleOf = ({ choice, practice, trades = 3 }: Merits): string =>
  `# practice ${practice} choice ${choice} trades ${trades}\n${HOLD}`

export const writes = (merits: Merits, facts: Parameters<typeof answers>[0] = {}): Reply =>
  answers({ text: moduleOf(merits), ...facts })

export const keeps: Reply = answers({ text: "KEEP" })

const exam = Exam.madeUp()
const score = Grading.score(
  exam,
  exam.papers.map(() => [0, 5])
)

const run: Trial.Service["run"] = ({ source }) =>
  Effect.sync(() => {
    const [, practice, choice, trades] = /# practice (\S+) choice (\S+) trades (\S+)/.exec(source) ?? []
    return new Trial.Passed({
      interpreter: "python3 3.11.7",
      ticks: 300,
      sandboxed: true,
      durationMs: 12,
      score,
      practice: {
        markets: 1,
        ticks: 200,
        return: Number(practice) / 100,
        holdReturn: 0.012,
        trades: 7,
        exposure: 0.35,
        maxDrawdown: 0.021,
        worst: [{ market: "AAPL", from: 33, to: 40, shares: 10, entry: 101.25, exit: 99.5, profit: -0.00175 }]
      },
      choice: { return: Number(choice) / 100, trades: Number(trades) }
    })
  })

export const trial = Layer.succeed(Trial.Trial, { run })

/** A trial whose exam has no rounds. */
export const plainTrial = Layer.succeed(Trial.Trial, {
  run: (module, ticker) =>
    Effect.map(run(module, ticker), (outcome) => ({ ...outcome, practice: undefined, choice: undefined }))
})
