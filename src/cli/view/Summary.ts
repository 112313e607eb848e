/** The result of a run for a person: the table, the sum, and what to try next. */
import * as Option from "effect/Option"
import * as Algorithm from "../../domain/Algorithm.js"
import { costsOf } from "../../domain/Attempt.js"
import * as CodeFailure from "../../domain/CodeFailure.js"
import { more } from "../../domain/Figures.js"
import { isUnpriced, type Reason } from "../../domain/GenerationError.js"
import * as Distinct from "../../generation/Distinct.js"
import * as Standings from "../../generation/Leaderboard.js"
import * as Report from "../../generation/Report.js"
import type { StoreError } from "../../storage/AlgorithmStore.js"
import * as Advice from "../Advice.js"
import * as Fit from "./Fit.js"
import * as Leaderboard from "./Leaderboard.js"
import * as Lines from "./Lines.js"
import * as Look from "./Look.js"
import * as Lost from "./Lost.js"
import * as Rows from "./Rows.js"

export interface Options {
  /** How many repairs were allowed; default 0. */
  readonly repairs?: number | undefined
  /** How many different algorithms were wanted; default 0, where nobody counts them. */
  readonly distinct?: number | undefined
  /** Answers of the journal were used; default false. */
  readonly resume?: boolean | undefined
  /** The models were simulated ones; default false. */
  readonly simulated?: boolean | undefined
  /** Workers of a database ask: the same command once more would be another batch; default false. */
  readonly hasWorkers?: boolean | undefined
  /** How many have no outcome, because workers go on with them; default 0. */
  readonly leftToWorkers?: number | undefined
  /** A flag has named the server, which advice repeats; default true. */
  readonly isNamed?: boolean | undefined
  /** What is wrong where every model failed, if that is known; else the doctor finds it. */
  readonly hint?: string | undefined
  readonly out?: string | undefined
  /** Where it is printed; default a file. */
  readonly look?: Look.Look | undefined
}

interface Slot {
  readonly outcome: Report.Outcome
  readonly name: string
}

const slotsOf = ({ outcomes }: Report.GenerationReport): ReadonlyArray<Slot> =>
  outcomes.map((outcome) => ({ outcome, name: Lines.nameOf(outcome) }))

/** The rows of the slots whose turn came. */
export const table = (report: Report.GenerationReport, look: Look.Look): Rows.Rendered => {
  const shown = slotsOf(report).filter(({ outcome }) => !Report.isUnasked(outcome))
  return Rows.render(
    shown.map(({ outcome }) => outcome),
    shown.map(({ name }) => name),
    look
  )
}

/** What stands below the table; `shortened` says that the table does not show whole paths. */
export const ending = (report: Report.GenerationReport, options: Options, shortened: boolean): string => {
  const { leftToWorkers = 0, look = Look.plain, out } = options
  const sentences = [
    ...leftOver(report.outcomes),
    ...(leftToWorkers === 0
      ? []
      : [
          `${Lines.count(leftToWorkers, "algorithm", (n) => more(n, report.outcomes.length))} ${leftToWorkers === 1 ? "is" : "are"} left to the workers`
        ]),
    sum(report, options),
    ...different(report, options),
    ...Lines.older(report.algorithms.filter((algorithm) => Option.exists(algorithm, Algorithm.isOlder)).length),
    ...(shortened && out !== undefined ? [`The files are in ${out}.`] : []),
    ...advice(report, options),
    ...(options.simulated === true ? [Lines.SIMULATED] : [])
  ]
  return [
    ...leaderboard(report, look),
    ...sentences.map((sentence) => Fit.hang(look.clean(sentence), look.columns)),
    ...slotsOf(report).flatMap(({ name, outcome }) => (Lost.is(outcome) ? Lost.print(name, outcome) : []))
  ].join("\n")
}

/** Table and ending, with an empty line between them. */
export const render = (report: Report.GenerationReport, options: Options = {}): string => {
  const { lines, shortened } = table(report, options.look ?? Look.plain)
  return [...lines, ...(lines.length === 0 ? [] : [""]), ending(report, options, shortened)].join("\n")
}

const leaderboard = (report: Report.GenerationReport, look: Look.Look): ReadonlyArray<string> => {
  const standings = Standings.ofOutcomes(report.outcomes)
  const rows = slotsOf(report).flatMap(
    ({ name, outcome: { index, rounds, ticker } }): ReadonlyArray<Leaderboard.Row> => {
      const standing = standings.get(index)
      return standing === undefined ? [] : [{ ...standing, index, ticker, name, rounds }]
    }
  )
  return Leaderboard.render(rows, look)
}

const leftOver = (outcomes: ReadonlyArray<Report.Outcome>): ReadonlyArray<string> => {
  const reasons = outcomes.filter(Report.isUnasked).flatMap(({ reason }) => Option.toArray(reason))
  const [first] = reasons
  return first === undefined ? [] : [Lines.neverAsked(reasons.length, outcomes.length - reasons.length, first)]
}

const sum = (report: Report.GenerationReport, { leftToWorkers = 0, simulated = false }: Options): string => {
  const { ok, requests, retries } = Report.totals(report)
  const costs = costsOf(report.outcomes.flatMap(({ attempts }) => attempts))
  return (
    `${ok} of ${Lines.count(report.outcomes.length + leftToWorkers, "algorithm")} for ${report.ticker} ` +
    `in ${Lines.duration(report.durationMs)}: ${Lines.requests(requests, retries)}, ` +
    Lines.resumed(report.outcomes.filter(({ resumed }) => resumed).length) +
    // Nobody is paid for what a simulated model did not finish.
    Lines.cost(simulated ? { ...costs, ofUnknownCost: 0 } : costs, "request")
  )
}

/** How many of them differ, where it was asked for. */
export const different = (
  { outcomes }: Report.GenerationReport,
  { distinct = 0 }: Pick<Options, "distinct">
): ReadonlyArray<string> =>
  distinct === 0
    ? []
    : [
        `${Lines.count(Distinct.among(outcomes), "different algorithm")}; ${distinct} ${distinct === 1 ? "was" : "were"} wanted`
      ]

/** Reasons whose cause `algogen doctor` can find, if every model failed for one of them. */
const DIAGNOSED = new Set("AccountRefused ConnectionFailed MalformedAnswer Rejected ServerFailed TimedOut".split(" "))

/** Reasons that only follow from earlier failures. */
const CONSEQUENCES = new Set(["CircuitOpen", "NotAsked", "RetryBudgetExhausted"])

const isRepairable = (reason: Reason | StoreError): boolean =>
  reason._tag === "BadCode" && CodeFailure.isRepairable(reason.failure)

/** The server itself said so; where a list did, the reason names the command. */
const isUnknownModel = (reason: Reason | StoreError): boolean =>
  reason._tag === "ModelUnavailable" && reason.status !== undefined

/** What to try next after a run in which something failed. */
const advice = (
  { outcomes }: Report.GenerationReport,
  { hasWorkers = false, hint, isNamed = true, repairs = 0, resume = false, simulated = false }: Options
): ReadonlyArray<string> => {
  const reasons = outcomes.map(({ reason }) => Option.match(reason, { onNone: () => "", onSome: ({ _tag }) => _tag }))
  const server = Advice.sameServer({ simulated, isNamed })
  const badCode = outcomes.filter(({ reason }) => Option.exists(reason, isRepairable)).length
  const causes = new Set(reasons.filter((tag) => !CONSEQUENCES.has(tag)))
  const isSameEverywhere = outcomes.length > 0 && causes.size <= 1 && [...causes].every((tag) => DIAGNOSED.has(tag))
  // The doctor's request is small, and succeeds.
  const isSlow = outcomes.some(({ reason }) => Option.exists(reason, Advice.isSlow))
  const toDoctor = `${outcomes.length === 1 ? "The model failed" : "Every model failed in the same way"}: run algogen doctor${server}${server === "" ? " with" : " and"} --model to find the cause`
  const steps = [
    ...(badCode === 0 || repairs > 0 ? [] : [Lines.failedCheck(badCode, resume && !simulated)]),
    ...(hint !== undefined ? [hint] : isSameEverywhere ? [isSlow ? Advice.SLOW : toDoctor] : [])
  ]
  const unpriced = Lines.unpriced(outcomes.filter(({ reason }) => Option.exists(reason, isUnpriced)).length)
  const missing = outcomes.filter(({ reason }) => Option.exists(reason, isUnknownModel)).length
  if (missing > 0 && missing === outcomes.length) {
    return [...steps, ...unpriced, `run algogen models${server} to see what the server has`]
  }
  // Simulated answers are not kept.
  if (simulated || hasWorkers || steps.length > 0) return [...steps, ...unpriced]
  const isCut = outcomes.some(({ reason }) => Option.exists(reason, Report.isCutShort))
  return [...unpriced, ...Lines.rest(isCut, reasons.filter((tag) => tag === "RateLimited").length, resume)]
}
