/** The report of a run, as the page shows it. */
import * as Option from "effect/Option"
import * as Struct from "effect/Struct"
import * as Trial from "../code/trial/Trial.js"
import { type Attempt, costsOf } from "../domain/Attempt.js"
import * as CodeFailure from "../domain/CodeFailure.js"
import { type Costs, knownCost } from "../domain/Figures.js"
import * as Round from "../domain/Round.js"
import type * as Score from "../domain/Score.js"
import * as Told from "../domain/Told.js"
import * as Leaderboard from "../generation/Leaderboard.js"
import type * as Report from "../generation/Report.js"
import type * as Run from "./Run.js"
import { isOneTicker } from "./Run.js"

export interface Context extends Pick<Run.Run, "simulated" | "deadlineMs" | "concurrency" | "limits"> {
  /** On what a score was reached, in a sentence. */
  readonly basis: (score: Score.Score) => string
  /** What buying and keeping makes of each market of a ticker. */
  readonly holdCurves: (ticker: string) => ReadonlyMap<string, ReadonlyArray<number>>
  /** The address of a file, as it is seen from the page. */
  readonly link: (file: string) => string | undefined
}

export const attempt = ({ usage, ...each }: Attempt): Run.Attempt => ({
  ...each,
  promptTokens: usage?.promptTokens,
  completionTokens: usage?.completionTokens
})

/** What is said of a module that passed every check, and of one that did not. */
export const PASSED = "Checked: syntax, structure, names, and what it may import and call."
export const failed = (failure: CodeFailure.CodeFailure): string =>
  `Check failed (${failure.stage}): ${CodeFailure.describe(failure)}`

/** What the rounds brought, as a sentence. */
export const lineage = (rounds: ReadonlyArray<Round.Round>): string => `Rounds: ${Round.describe(rounds)}.`

const checks = ({ algorithm, reason, rounds, trial }: Report.Outcome): ReadonlyArray<string> => {
  const failure = Option.flatMapNullable(reason, (reason) => (reason._tag === "BadCode" ? reason.failure : undefined))
  return [
    ...(Option.isSome(algorithm) ? [PASSED] : []),
    ...Option.toArray(Option.map(failure, failed)),
    ...Option.toArray(
      Option.map(trial, (trial) =>
        trial._tag === "Passed" ? `Trial run passed: ${Trial.describe(trial)}.` : Trial.describe(trial)
      )
    ),
    ...(rounds === undefined ? [] : [lineage(rounds)])
  ]
}

export const costs = (all: Costs): Pick<Run.Slot, "cost" | "priced" | "ofUnknownCost"> => ({
  ...all,
  cost: knownCost(all)
})

/** `plays` have the markets, where they are known. */
export const scoreOf = (
  score: Omit<Score.Score, "plays">,
  rank: number | undefined,
  plays: ReadonlyArray<Run.Play>
): Run.Score => ({
  return: score.return.value,
  low: score.return.interval?.[0],
  high: score.return.interval?.[1],
  buyAndHold: score.holdReturn,
  trades: score.trades,
  drawdown: score.maxDrawdown,
  rank,
  plays
})

/** With the curves of each market. */
export const standingOf = (
  { rank, score }: Leaderboard.Standing,
  ticker: string,
  { holdCurves }: Context
): Run.Score => {
  const held = holdCurves(ticker)
  const plays = score.plays.map(({ equity, market }) => ({ equity, holdEquity: held.get(market) }))
  return scoreOf(score, rank, plays)
}

interface Ranked extends Pick<Run.Slot, "score"> {
  /** That it repeats another, in a sentence. */
  readonly checks: ReadonlyArray<string>
}

const ranked = (
  { ticker }: Report.Outcome,
  standing: Leaderboard.Standing | undefined,
  report: Report.GenerationReport,
  context: Context
): Ranked => {
  if (standing === undefined) return { checks: [] }
  const { repeats } = standing
  const first = report.outcomes.find(({ index }) => index === repeats?.index)
  const sample = first === undefined || first.sample === 1 ? "" : ` #${first.sample}`
  const [how, apart] = repeats?.same === true ? ["The", ", apart from names and constants"] : ["Nearly the", ""]
  return {
    score: standingOf(standing, ticker, context),
    checks: first === undefined ? [] : [`${how} same program as ${first.model}${sample}${apart}.`]
  }
}

const slot = (outcome: Report.Outcome, { link }: Context, { checks: more, score }: Ranked): Run.Slot => {
  const { attempts } = outcome
  const usage = Option.getOrUndefined(outcome.usage)
  const reason = Option.getOrUndefined(outcome.reason)
  const file = Option.getOrUndefined(outcome.file)
  return {
    ...Struct.pick(outcome, "model", "ticker", "sample", "status", "durationMs", "resumed", "strategy"),
    reason: reason && Told.reason(reason),
    because: reason?._tag,
    code: Option.getOrUndefined(outcome.algorithm)?.code,
    file,
    link: file === undefined ? undefined : link(file),
    attempts: attempts.map(attempt),
    requests: attempts.length,
    promptTokens: usage?.promptTokens,
    completionTokens: usage?.completionTokens,
    ...costs(costsOf(attempts)),
    servedModel: Option.getOrUndefined(outcome.servedModel),
    checks: [...checks(outcome), ...more],
    score
  }
}

/** `standings` are those of the outcomes, by their index. */
export const make = (
  report: Report.GenerationReport,
  context: Context,
  standings = Leaderboard.ofOutcomes(report.outcomes)
): Run.Run => {
  const [first] = standings.values()
  return {
    ...Struct.pick(context, "simulated", "deadlineMs", "concurrency", "limits"),
    startedAt: report.startedAt,
    durationMs: report.durationMs,
    scoredOn: first && isOneTicker(report.outcomes) ? context.basis(first.score) : undefined,
    slots: report.outcomes.map((outcome) =>
      slot(outcome, context, ranked(outcome, standings.get(outcome.index), report, context))
    )
  }
}
