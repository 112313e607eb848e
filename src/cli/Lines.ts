/** What a person at a terminal reads of a run: a line for each event, and a table at the end. */
import * as Option from "effect/Option"
import type { StoreError } from "../AlgorithmStore.js"
import type { Cause } from "../Attempt.js"
import * as Estimate from "../Estimate.js"
import type { Reason } from "../GenerationError.js"
import * as Models from "../Models.js"
import * as Price from "../Price.js"
import * as Progress from "../Progress.js"
import * as Report from "../Report.js"
import * as Trial from "../Trial.js"
import * as Table from "./Table.js"

/**
 * The line for an event, `None` for what is not worth one. `now` and times in events are milliseconds since the epoch;
 * slots come model by model, each with so many samples.
 */
export const ofEvent = (event: Progress.Event, now: number, samples: number): Option.Option<string> => {
  const of = ({ index, model }: { readonly index: number; readonly model: string }) =>
    nameOf({ model, sample: (index % samples) + 1 })
  return Option.map(
    Progress.Event.$match(event, {
      RunStarted: ({ models, ticker }) =>
        Option.some(
          samples === 1
            ? `Asking ${count(models.length, "model")} for algorithms to trade ${ticker}.`
            : `Asking ${count(models.length / samples, "model")} for ${samples} algorithms each to trade ${ticker}.`
        ),
      Note: ({ message }) => Option.some(message),
      ModelStarted: (started) => Option.some(`→ ${of(started)}: asked`),
      Writing: () => Option.none(),
      AttemptFailed: (failed) =>
        failed.retryAt === undefined
          ? Option.none()
          : Option.some(
              `↻ ${of(failed)}: ${failed.attempt.message ?? failed.attempt.outcome}; ${again(failed.cause, failed.retryAt - now)}`
            ),
      Generated: (generated) =>
        Option.some(`✓ ${of(generated)}: ${count(generated.code.trimEnd().split("\n").length, "line")} of Python`),
      Saved: (saved) => Option.some(`✓ ${of(saved)}: saved as ${saved.path}`),
      SaveFailed: (failed) => Option.some(`✗ ${of(failed)}: not saved: ${failed.message}`),
      Failed: (failed) => Option.some(`✗ ${of(failed)}: ${explain(failed.model, failed.reason, failed.retryAt)}`),
      Skipped: (skipped) => Option.some(`– ${of(skipped)}: skipped: ${skipped.reason.message}`),
      RunFinished: () => Option.none()
    }),
    Table.plain
  )
}

/** How it goes on after a failed attempt, where the next one is this many milliseconds away. */
export const again = (cause: Cause | undefined, wait: number): string => {
  switch (cause) {
    case "repair":
      return "asked to mend it"
    case "cut-off":
      return "asked again with more room"
    default:
      return wait > 0 ? `again in ${seconds(wait)} s` : "again now"
  }
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`

/** Why there is nothing, and what can be done about it: when to ask again, and what a used-up quota does not concern. */
export const explain = (model: string, reason: Reason | StoreError, retryAt: number | undefined): string =>
  [
    reason.message,
    ...(reason._tag === "RateLimited" && reason.scope === "free-per-day" && Models.isFree(model)
      ? [`${Models.twin(model)} costs money and has no such quota`]
      : []),
    ...(retryAt === undefined ? [] : [`ask again from ${new Date(retryAt).toISOString()}`])
  ].join("; ")

/** What a dry run found: per slot, and together. The journal was not looked into. */
export const estimates = (slots: ReadonlyArray<Estimate.Estimate>, resume: boolean): string => {
  const rows = slots.map((slot) => {
    // What is not asked has no price; what is asked at one that nobody names has an unknown one.
    const none = () => (Option.isNone(slot.askedModel) ? "–" : "unknown")
    return [
      nameOf(slot),
      Option.match(slot.askedModel, {
        onNone: () => "not on offer",
        onSome: (asked) => (asked === slot.model ? "on offer" : `as ${asked}`)
      }),
      Option.match(slot.price, {
        onNone: none,
        onSome: ({ completion, prompt }) => `${(prompt * 1e6).toFixed(2)} / ${(completion * 1e6).toFixed(2)}`
      }),
      `${slot.promptTokens} / ${slot.maxCompletionTokens}`,
      Option.match(slot.likely, { onNone: none, onSome: Price.dollars }),
      Option.match(slot.worst, { onNone: none, onSome: Price.dollars })
    ]
  })
  const { likely, unknown, worst } = Estimate.totals(slots)
  const missing = slots.filter(({ askedModel }) => Option.isNone(askedModel)).length
  return [
    Table.render(["model", "there?", "$ per 1M tokens in / out", "tokens in / most out", "likely", "worst"], rows),
    "",
    `likely ${Price.dollars(likely)}, at worst ${Price.dollars(worst)} for one request each` +
      (unknown === 0 ? "" : `, and what the ${unknown} of unknown price cost`) +
      (missing === 0 ? "" : `; the ${missing} not on offer would be skipped`),
    "Retries, longer answers and repairs come on top; --budget sets an end to all of it.",
    ...(resume ? ["What the journal can answer is not taken off: it costs nothing."] : [])
  ].join("\n")
}

export const nameOf = ({ model, sample }: { readonly model: string; readonly sample: number }): string =>
  sample > 1 ? `${model} (sample ${sample})` : model

const HEADER = ["model", "outcome", "attempts", "seconds", "file"]

/** Fewer columns than these say nothing of an outcome, however narrow the terminal is. */
const LEAST_OUTCOME = 20

/**
 * Model, outcome, attempts, seconds and file of each slot, and what it all came to when that many repairs were allowed.
 * On a terminal of so many columns the outcomes are cut to make the lines fit.
 */
export const table = (report: Report.GenerationReport, repairs: number, columns?: number): string => {
  const rowsWith = (said: (outcome: Report.Outcome) => string) =>
    report.outcomes.map((outcome) => [
      nameOf(outcome),
      said(outcome),
      String(outcome.attempts.length),
      seconds(outcome.durationMs),
      Option.getOrElse(outcome.file, () => "")
    ])
  const others =
    Table.width(
      Table.render(
        HEADER,
        rowsWith(() => "")
      )
    ) - "outcome".length
  const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(LEAST_OUTCOME, columns - others)
  const { cost, ok, requests, requestsOfUnknownCost, retries } = Report.totals(report)
  const price = cost === undefined ? "cost unknown" : `cost ${Price.dollars(cost)}`
  const unknown = cost !== undefined && requestsOfUnknownCost > 0 ? ` and ${requestsOfUnknownCost} of unknown cost` : ""
  return [
    Table.render(
      HEADER,
      rowsWith((outcome) => Table.cut(verdict(outcome), room))
    ),
    "",
    `${ok} of ${report.outcomes.length} algorithms for ${report.ticker} in ${seconds(report.durationMs)} s: ` +
      `${count(requests, "request")}, ${retries} of them retries, ${price}${unknown}`,
    ...advice(report, repairs),
    ...report.outcomes.flatMap(lastResort)
  ].join("\n")
}

/** The program itself, where neither its file nor the journal could be written: it is paid for, and is nowhere else. */
const lastResort = (outcome: Report.Outcome): ReadonlyArray<string> => {
  const isLost = Option.exists(outcome.reason, (reason) => reason._tag === "StoreError" && reason.answerKept !== true)
  if (!isLost) return []
  const lines = Option.match(outcome.algorithm, { onNone: () => [], onSome: ({ code }) => code.split("\n") })
  // A tab is Python's indentation here, and harmless to a terminal.
  const printable = (line: string) => line.split("\t").map(Table.plain).join("\t")
  return ["", `# ${nameOf(outcome)}: could be saved nowhere, so here it is`, ...lines.map(printable)]
}

/** What the doctor finds the cause of where every model failed of it. */
const DIAGNOSED = new Set([
  "AccountRefused",
  "ConnectionFailed",
  "MalformedAnswer",
  "Rejected",
  "ServerFailed",
  "TimedOut"
])

/** What such a failure has in its train. */
const CONSEQUENCES = new Set(["CircuitOpen", "NotAsked", "RetryBudgetExhausted"])

/** What to try after a run that left something to be desired. */
const advice = ({ outcomes }: Report.GenerationReport, repairs: number): ReadonlyArray<string> => {
  const reasons = outcomes.map(({ reason }) => Option.match(reason, { onNone: () => "", onSome: ({ _tag }) => _tag }))
  const mendable = reasons.filter((tag) => tag === "BadCode").length
  const causes = new Set(reasons.filter((tag) => !CONSEQUENCES.has(tag)))
  return [
    ...(mendable === 0 || repairs > 0 ? [] : [`${mendable} failed a check: --repair lets their models mend the code`]),
    ...(causes.size <= 1 && [...causes].every((tag) => DIAGNOSED.has(tag))
      ? [
          "Every model failed in the same way: algogen doctor, with the same --base-url and --model, looks for the cause"
        ]
      : [])
  ]
}

const verdict = ({ reason, resumed, status, trial }: Report.Outcome): string =>
  Option.match(reason, {
    onNone: () =>
      [status, ...(resumed ? ["resumed"] : []), ...Option.toArray(Option.map(trial, Trial.describe))].join(", "),
    onSome: ({ message }) => `${status}: ${message}`
  })

export const seconds = (ms: number): string => (ms / 1000).toFixed(1)
