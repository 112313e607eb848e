/** What a person at a terminal reads of a run: a line for each event, and a table at the end. */
import * as Option from "effect/Option"
import type { StoreError } from "../AlgorithmStore.js"
import * as Estimate from "../Estimate.js"
import type { Reason } from "../GenerationError.js"
import * as Models from "../Models.js"
import * as Price from "../Price.js"
import * as Progress from "../Progress.js"
import * as Report from "../Report.js"
import * as Trial from "../Trial.js"
import * as Table from "./Table.js"

/** The line for an event, `None` for what is not worth one. `now` and times in events are milliseconds since the epoch. */
export const ofEvent = (event: Progress.Event, now: number): Option.Option<string> =>
  Option.map(
    Progress.Event.$match(event, {
      RunStarted: ({ models, ticker }) =>
        Option.some(
          `Asking ${models.length} ${models.length === 1 ? "model" : "models"} for algorithms to trade ${ticker}.`
        ),
      Note: ({ message }) => Option.some(message),
      ModelStarted: ({ model }) => Option.some(`→ ${model}: asked`),
      Writing: () => Option.none(),
      AttemptFailed: ({ attempt, model, retryAt }) =>
        retryAt === undefined
          ? Option.none()
          : Option.some(
              `↻ ${model}: ${attempt.message ?? attempt.outcome}; again in ${seconds(Math.max(0, retryAt - now))} s`
            ),
      Generated: ({ code, model }) => Option.some(`✓ ${model}: ${code.trimEnd().split("\n").length} lines of Python`),
      Saved: ({ model, path }) => Option.some(`✓ ${model}: saved as ${path}`),
      SaveFailed: ({ message, model }) => Option.some(`✗ ${model}: not saved: ${message}`),
      Failed: ({ model, reason, retryAt }) => Option.some(`✗ ${model}: ${explain(model, reason, retryAt)}`),
      Skipped: ({ model, reason }) => Option.some(`– ${model}: skipped: ${reason.message}`),
      RunFinished: () => Option.none()
    }),
    Table.plain
  )

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

const nameOf = ({ model, sample }: { readonly model: string; readonly sample: number }): string =>
  sample > 1 ? `${model} (sample ${sample})` : model

/** Model, outcome, attempts, seconds and file of each slot, and what it all came to when that many repairs were allowed. */
export const table = (report: Report.GenerationReport, repairs: number): string => {
  const rows = report.outcomes.map((outcome) => [
    nameOf(outcome),
    Table.cut(verdict(outcome), 60),
    String(outcome.attempts.length),
    seconds(outcome.durationMs),
    Option.getOrElse(outcome.file, () => "")
  ])
  const mendable = report.outcomes.filter(({ reason }) =>
    Option.exists(reason, ({ _tag }) => _tag === "BadCode")
  ).length
  const { cost, ok, requests, requestsOfUnknownCost, retries } = Report.totals(report)
  const price = cost === undefined ? "cost unknown" : `cost ${Price.dollars(cost)}`
  const unknown = cost !== undefined && requestsOfUnknownCost > 0 ? ` and ${requestsOfUnknownCost} of unknown cost` : ""
  return [
    Table.render(["model", "outcome", "attempts", "seconds", "file"], rows),
    "",
    `${ok} of ${rows.length} algorithms for ${report.ticker} in ${seconds(report.durationMs)} s: ` +
      `${requests} requests, ${retries} of them retries, ${price}${unknown}`,
    ...(mendable === 0 || repairs > 0 ? [] : [`${mendable} failed a check: --repair lets their models mend the code`]),
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

const verdict = ({ reason, resumed, status, trial }: Report.Outcome): string =>
  Option.match(reason, {
    onNone: () =>
      [status, ...(resumed ? ["resumed"] : []), ...Option.toArray(Option.map(trial, Trial.describe))].join(", "),
    onSome: ({ message }) => `${status}: ${message}`
  })

export const seconds = (ms: number): string => (ms / 1000).toFixed(1)
