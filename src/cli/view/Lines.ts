/** The lines for a person at a terminal: one for each event of a run, and the result of a dry run. */
import * as Option from "effect/Option"
import * as Models from "../../api/Models.js"
import * as Price from "../../api/Price.js"
import * as Algorithm from "../../domain/Algorithm.js"
import type { Cause } from "../../domain/Attempt.js"
import * as Figures from "../../domain/Figures.js"
import { count, duration, iso, more } from "../../domain/Figures.js"
import type { Reason } from "../../domain/GenerationError.js"
import * as Numbering from "../../domain/Numbering.js"
import { CALLS } from "../../domain/PythonModule.js"
import { describeRound } from "../../domain/Round.js"
import * as Told from "../../domain/Told.js"
import * as Estimate from "../../generation/Estimate.js"
import * as Progress from "../../generation/Progress.js"
import type { StoreError } from "../../storage/AlgorithmStore.js"
import * as Fit from "./Fit.js"
import type { Look } from "./Look.js"
import * as Table from "./Table.js"

export interface Asked {
  readonly model: string
  readonly sample: number
}

/** The slots that a run begins with. */
export const slotsOf = (models: ReadonlyArray<string>): ReadonlyArray<Asked> => {
  const numberOf = Numbering.counter()
  return models.map((model) => ({ model, sample: numberOf(model) }))
}

/**
 * The line for an event, `None` if the event needs none. `now` and times in events are milliseconds since the epoch;
 * `names` are those of the slots.
 */
export const ofEvent = (
  event: Progress.Event,
  now: number,
  samples: number,
  names: ReadonlyArray<string>
): Option.Option<string> => {
  const of = ({ index, model }: { readonly index: number; readonly model: string }) => names[index] ?? model
  return Option.map(
    Progress.match(event, {
      RunStarted: ({ models, ticker }) =>
        Option.some(
          `Asking ${count(models.length / samples, "model")} for ${amount(samples, models.length / samples)} to trade ${ticker}.`
        ),
      Note: ({ message }) => Option.some(message),
      SlotAdded: () => Option.none(),
      ModelStarted: (started) => Option.some(`→ ${of(started)}: asked`),
      Writing: () => Option.none(),
      AttemptFailed: (failed) =>
        failed.retryAt === undefined
          ? Option.none()
          : Option.some(
              `↻ ${of(failed)}: ${Told.withStatus(failed.attempt.message ?? failed.attempt.outcome, failed.attempt.status)}; ${again(failed.cause, failed.retryAt - now)}`
            ),
      RoundPlayed: (round) => Option.some(`↻ ${of(round)}: ${describeRound(round)}`),
      Generated: (generated) => Option.some(`✓ ${of(generated)}: ${lineCount(generated.code)} of code`),
      Saved: (saved) => Option.some(`✓ ${of(saved)}: saved as ${saved.path}`),
      SaveFailed: (failed) => Option.some(`✗ ${of(failed)}: not saved: ${failed.message}`),
      Failed: (failed) => Option.some(`✗ ${of(failed)}: ${explain(failed.model, failed.reason, failed.retryAt)}`),
      Skipped: (skipped) => Option.some(`– ${of(skipped)}: skipped: ${Told.reason(skipped.reason)}`),
      Settled: () => Option.none(),
      RunFinished: () => Option.none()
    }),
    Table.plain
  )
}

const amount = (samples: number, models: number): string =>
  samples === 1 ? "algorithms" : `${samples} algorithms${models === 1 ? "" : " each"}`

/** What happens after a failed attempt, if the next one starts in `wait` milliseconds, or later where flow control says so. */
export const again = (cause: Cause | undefined, wait: number): string => {
  switch (cause) {
    case "repair":
      return "asked to correct it"
    case "cut-off":
      return "asked again with a higher token limit"
    default:
      return wait > 0 ? `retrying in ${duration(wait)} at the earliest` : "retrying"
  }
}

/** How long a program is, in words: its code, without the header of a file. */
export const lineCount = (code: string): string => count(Algorithm.codeOf(code).trimEnd().split("\n").length, "line")

/** `5 requests, 1 of them a retry` */
export const requests = (n: number, retries: number, print: (n: number) => string = String): string =>
  count(n, "request", print) +
  (retries === 0 ? "" : retries === 1 ? ", 1 of them a retry" : `, ${print(retries)} of them retries`)

/** `3 answers from the journal, `, or nothing. */
export const resumed = (n: number, print: (n: number) => string = String): string =>
  n === 0 ? "" : `${count(n, "answer", print)} from the journal, `

/** What is known of a cost, and of how much nothing is known. */
export const cost = (costs: Figures.Costs, noun: string): string =>
  `cost ${Figures.cost(costs)}` +
  (Figures.knownCost(costs) === undefined || costs.ofUnknownCost === 0
    ? ""
    : `: that of ${count(costs.ofUnknownCost, noun)} is unknown`)

/** The likely and the highest price of what would be asked, as far as prices are known. */
export const prices = ({ likely, unknown, worst }: Estimate.Totals, asked: number): ReadonlyArray<string> => [
  ...(unknown === asked
    ? []
    : [`likely ${Price.dollars(likely)}, at most ${Price.dollars(worst)} for one request each`]),
  ...(unknown === 0 ? [] : [`the price of ${count(unknown, "request")} is not known`])
]

/** Why there is no algorithm, when to try again, and which variant has no daily quota. */
export const explain = (model: string, reason: Reason | StoreError, retryAt: number | undefined): string =>
  [
    Told.reason(reason),
    ...(reason._tag === "RateLimited" && reason.scope === "free-per-day" && Models.isFree(model)
      ? [`${Models.otherVariant(model)} costs money but has no daily quota`]
      : []),
    ...(retryAt === undefined ? [] : [`try again after ${iso(retryAt)}`])
  ].join("; ")

/** Of modules that are not called as the manual says. */
export const older = (n: number): ReadonlyArray<string> =>
  n === 0
    ? []
    : [
        `${count(n, "algorithm")} ${n === 1 ? "takes" : "take"} three arguments: call ${n === 1 ? "it" : "them"} as ` +
          `${CALLS[3]}. The first lines of ${n === 1 ? "its file say" : "their files say"} so.`
      ]

/** One line for all slots whose turn had not come when the run ended. */
export const neverAsked = (n: number, others: number, { message }: Reason | StoreError): string =>
  `${count(n, "algorithm", (n) => more(n, others))} ${n === 1 ? "was" : "were"} not asked for: ${message}`

/** One line for all slots that were skipped for a reason that was said already. */
export const alsoSkipped = (names: ReadonlyArray<string>, message: string): string =>
  `– ${count(names.length, "more algorithm")} skipped: ${message} (${names.join(", ")})`

/** What to do about code that failed, and what becomes of it where nothing is done. */
export const failedCheck = (n: number, resume: boolean): string =>
  `${count(n, "algorithm")} failed a check: use --repair 1 to have the code corrected` +
  (resume ? ", or leave out --resume to ask anew: the journal keeps giving these answers. Earlier files stay." : "")

/** What to do where a budget leaves so many out because their models have no price. */
export const unpriced = (n: number): ReadonlyArray<string> =>
  n === 0 ? [] : ["leave out --budget to ask models whose price the server does not list"]

/** How to have the rest: of a run that was cut short, or what a rate limit has stopped. */
export const rest = (isCut: boolean, limited: number, resume: boolean): ReadonlyArray<string> => {
  const command = `run the same command ${resume ? "again" : "with --resume"}`
  if (isCut) return [`${command} to ask only for the rest`]
  return limited === 0
    ? []
    : [`a rate limit stopped ${count(limited, "algorithm")}: ${command} later, or with a lower --concurrency`]
}

/** More names nobody reads. */
const NAMES = 10

/** Which models a budget will leave out, for the same reason. */
const leftOut = (models: ReadonlyArray<string>): ReadonlyArray<string> => {
  const more = models.length - NAMES
  const names = models.slice(0, NAMES).join(", ") + (more > 0 ? ` and ${count(more, "more model")}` : "")
  return models.length === 0
    ? []
    : [`--budget would skip ${names}: ${models.length === 1 ? "its price is" : "their prices are"} not known.`]
}

/** What a budget does that is smaller than the highest price. */
const overBudget = (worst: number, budget: number | undefined): ReadonlyArray<string> =>
  budget === undefined || worst <= budget
    ? []
    : [`--budget is ${Price.dollars(budget)}: what might exceed it is skipped, so some of these may be.`]

export const SIMULATED = "The models were simulated: their answers are made up."

/** A sentence where simulated models made so many of what is shown; none where they made nothing. */
export const simulated = (n: number, all: number): ReadonlyArray<string> =>
  n === 0 ? [] : n === all ? [SIMULATED] : [`Simulated models made ${n} of these ${all}: their answers are made up.`]

interface Limits {
  readonly budget?: number | undefined
  readonly resume?: boolean | undefined
}

/** What there is to say of models that the list does not have, each once. */
export const notes = (models: ReadonlyArray<Pick<Estimate.Estimate, "note">>): ReadonlyArray<string> =>
  [...new Set(models.flatMap(({ note }) => note ?? []))].slice(0, NAMES)

/** What a dry run does not know; `unpriced` are the models without a price. */
export const caveats = (
  unpriced: ReadonlyArray<string>,
  worst: number,
  { budget, resume = false }: Limits
): ReadonlyArray<string> => [
  ...(budget === undefined ? [] : leftOut(unpriced)),
  ...overBudget(worst, budget),
  "Retries, longer answers, repairs and rounds cost extra; --budget limits the total.",
  ...(resume ? ["Answers already in the journal are not subtracted; they will cost nothing."] : [])
]

/** The result of a dry run: each slot, and the sum. The journal is not considered. */
export const estimates = (slots: ReadonlyArray<Estimate.Estimate>, limits: Limits, look: Look): string => {
  const rows = slots.map((slot) => {
    // A model that is not asked has no price; one that is asked may have an unknown price.
    const none = () => (Option.isNone(slot.askedModel) ? "–" : "unknown")
    return [
      nameOf(slot),
      Option.match(slot.askedModel, {
        onNone: () => "not on offer",
        onSome: (asked) => (asked !== slot.model ? `as ${asked}` : slot.listed ? "on offer" : "not listed")
      }),
      Option.match(slot.price, {
        onNone: none,
        onSome: ({ completion, prompt }) => `${Price.perMillion(prompt)} / ${Price.perMillion(completion)}`
      }),
      `${slot.promptTokens} / ${slot.maxCompletionTokens}`,
      Option.match(slot.likely, { onNone: none, onSome: Price.dollars }),
      Option.match(slot.worst, { onNone: none, onSome: Price.dollars })
    ]
  })
  const missing = slots.filter(({ askedModel }) => Option.isNone(askedModel)).length
  const totals = Estimate.totals(slots)
  const priced = prices(totals, slots.length - missing)
  const unpriced = slots.filter(Estimate.isUnpriced).map(({ model }) => model)
  const skipped = missing === 0 ? [] : [`${count(missing, "model")} not on offer would be skipped`]
  return [
    Fit.table(HEADER_OF_ESTIMATES, rows, look, { dispensable: [3, 2] }),
    "",
    ...[
      [...priced, ...skipped].join("; "),
      ...notes(slots),
      ...caveats([...new Set(unpriced)], totals.worst, limits)
    ].map((line) => Fit.hang(line, look.columns))
  ].join("\n")
}

const HEADER_OF_ESTIMATES = ["model", "status", "$ per 1M tokens in / out", "tokens in / max out", "likely", "at most"]

/** From the second algorithm of a model on with its number. */
export const nameOf = ({ model, sample }: { readonly model: string; readonly sample: number }): string =>
  sample > 1 ? `${model} #${sample}` : model

export { count, duration }
