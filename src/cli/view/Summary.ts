/** The summary of a run for a person at a terminal: a table, what did not fit into it, the sum, and what to try next. */
import * as Option from "effect/Option"
import * as Price from "../../api/Price.js"
import * as Trial from "../../code/trial/Trial.js"
import * as Standings from "../../generation/Leaderboard.js"
import * as Report from "../../generation/Report.js"
import * as Leaderboard from "./Leaderboard.js"
import * as Lines from "./Lines.js"
import * as Table from "./Table.js"

export interface Options {
  /** How many repairs were allowed; default 0. */
  readonly repairs?: number | undefined
  /** Answers of the journal were used; default false. */
  readonly resume?: boolean | undefined
  /** The models were simulated ones; default false. */
  readonly simulated?: boolean | undefined
  /** Of the terminal, if it is one. */
  readonly columns?: number | undefined
}

const HEADER = ["model", "outcome", "attempts", "seconds", "file"]

/** An outcome gets at least these columns, however narrow the terminal is. */
const LEAST_OUTCOME = 20

/** If an outcome would get fewer columns than this, the paths move below the table. */
const READABLE_OUTCOME = 40

/**
 * Model, outcome, attempts, seconds and file of each slot, and the totals. On a terminal the table is made to fit, and what
 * was cut or left out follows in full below it.
 */
export const render = (report: Report.GenerationReport, options: Options = {}): string => {
  const { columns } = options
  const shown = report.outcomes.filter((outcome) => !isLeftOver(outcome))
  const tableWith = (header: ReadonlyArray<string>, said: (outcome: Report.Outcome) => string) =>
    Table.render(
      header,
      shown.map((outcome) =>
        [
          Lines.nameOf(outcome),
          said(outcome),
          String(outcome.attempts.length),
          Lines.seconds(outcome.durationMs),
          fileOf(outcome)
        ].slice(0, header.length)
      )
    )
  const roomBeside = (header: ReadonlyArray<string>) =>
    columns === undefined
      ? Number.POSITIVE_INFINITY
      : columns - Table.width(tableWith(header, () => "")) + "outcome".length
  const wanted = Math.max(...shown.map((outcome) => Table.width(verdict(outcome))), "outcome".length)
  const hasPaths = roomBeside(HEADER) >= Math.min(wanted, READABLE_OUTCOME)
  const header = hasPaths ? HEADER : HEADER.slice(0, -1)
  const room = Math.max(LEAST_OUTCOME, roomBeside(header))
  const missing = shown.flatMap((outcome) => [
    ...(Table.width(verdict(outcome)) > room
      ? [`${Lines.nameOf(outcome)}: ${Option.getOrElse(reasonOf(outcome), () => verdict(outcome))}`]
      : []),
    ...(hasPaths || fileOf(outcome) === "" ? [] : [`${Lines.nameOf(outcome)}: ${fileOf(outcome)}`])
  ])
  return [
    ...(shown.length === 0 ? [] : [tableWith(header, (outcome) => Table.cut(verdict(outcome), room)), ""]),
    ...(missing.length === 0 ? [] : [...missing.map(Table.plain), ""]),
    ...leaderboard(report.outcomes),
    ...leftOver(report.outcomes),
    sum(report),
    ...advice(report, options),
    ...(options.simulated === true ? ["The models were simulated: their answers are made up."] : []),
    ...report.outcomes.flatMap(lastResort)
  ].join("\n")
}

/** The algorithms that were scored. */
const leaderboard = (outcomes: ReadonlyArray<Report.Outcome>): ReadonlyArray<string> => {
  const standings = Standings.ofOutcomes(outcomes)
  const rows: Array<Leaderboard.Row> = []
  for (const outcome of outcomes) {
    const standing = standings.get(outcome.index)
    if (standing === undefined) continue
    rows.push({ ...standing, index: outcome.index, ticker: outcome.ticker, name: Lines.nameOf(outcome) })
  }
  return Leaderboard.render(rows)
}

/** Did the run end before this slot's turn came. Such slots are only counted. */
const isLeftOver = ({ attempts, reason, resumed }: Report.Outcome): boolean =>
  attempts.length === 0 && !resumed && Option.exists(reason, Lines.isCutShort)

const leftOver = (outcomes: ReadonlyArray<Report.Outcome>): ReadonlyArray<string> => {
  const reasons = outcomes.filter(isLeftOver).flatMap(({ reason }) => Option.toArray(reason))
  const [first] = reasons
  return first === undefined ? [] : [Lines.neverAsked(reasons.length, first)]
}

const sum = (report: Report.GenerationReport): string => {
  const { cost, ok, requests, requestsOfUnknownCost, retries } = Report.totals(report)
  const price = cost === undefined ? "cost unknown" : `cost ${Price.dollars(cost)}`
  const unknown =
    cost !== undefined && requestsOfUnknownCost > 0
      ? `, and ${Lines.count(requestsOfUnknownCost, "request")} of unknown cost`
      : ""
  return (
    `${ok} of ${report.outcomes.length} algorithms for ${report.ticker} in ${Lines.seconds(report.durationMs)} s: ` +
    `${Lines.count(requests, "request")}, ${retries} of them retries, ${price}${unknown}`
  )
}

/** The program itself, if neither its file nor the journal could be written: it is paid for, and exists only here. */
const lastResort = (outcome: Report.Outcome): ReadonlyArray<string> => {
  const isLost = Option.exists(outcome.reason, (reason) => reason._tag === "StoreError" && reason.answerKept !== true)
  if (!isLost) return []
  const lines = Option.match(outcome.algorithm, { onNone: () => [], onSome: ({ code }) => code.split("\n") })
  // A tab is Python's indentation here, and harmless to a terminal.
  const printable = (line: string) => line.split("\t").map(Table.plain).join("\t")
  return ["", `# ${Lines.nameOf(outcome)}: could not be saved anywhere, so here it is`, ...lines.map(printable)]
}

/** Reasons whose cause `algogen doctor` can find, if every model failed for one of them. */
const DIAGNOSED = new Set([
  "AccountRefused",
  "ConnectionFailed",
  "MalformedAnswer",
  "Rejected",
  "ServerFailed",
  "TimedOut"
])

/** Reasons that only follow from earlier failures. */
const CONSEQUENCES = new Set(["CircuitOpen", "NotAsked", "RetryBudgetExhausted"])

/** What to try next after a run in which something failed. */
const advice = (
  { outcomes }: Report.GenerationReport,
  { repairs = 0, resume = false, simulated = false }: Options
): ReadonlyArray<string> => {
  const reasons = outcomes.map(({ reason }) => Option.match(reason, { onNone: () => "", onSome: ({ _tag }) => _tag }))
  const badCode = reasons.filter((tag) => tag === "BadCode").length
  const causes = new Set(reasons.filter((tag) => !CONSEQUENCES.has(tag)))
  const steps = [
    ...(badCode === 0 || repairs > 0
      ? []
      : [`${Lines.count(badCode, "algorithm")} failed a check: use --repair 1 to have the code corrected`]),
    ...(causes.size <= 1 && [...causes].every((tag) => DIAGNOSED.has(tag))
      ? [
          "Every model failed in the same way: run algogen doctor with the same --base-url and --model to find the cause"
        ]
      : [])
  ]
  // Simulated answers are not kept.
  if (simulated || steps.length > 0 || !outcomes.some(({ reason }) => Option.exists(reason, Lines.isCutShort)))
    return steps
  return [`run the same command ${resume ? "again" : "with --resume"} to ask only for the rest`]
}

const verdict = (outcome: Report.Outcome): string =>
  Table.plain(
    Option.match(reasonOf(outcome), {
      onNone: () =>
        [
          outcome.status,
          ...(outcome.resumed ? ["resumed"] : []),
          ...Option.toArray(Option.map(outcome.trial, Trial.describe))
        ].join(", "),
      onSome: (reason) => `${outcome.status}: ${reason}`
    })
  )

const reasonOf = ({ model, reason, retryAt }: Report.Outcome): Option.Option<string> =>
  Option.map(reason, (reason) => Lines.explain(model, reason, Option.getOrUndefined(retryAt)))

const fileOf = ({ file }: Report.Outcome): string => Option.getOrElse(file, () => "")
