/** What a person at a terminal reads of a run while it goes on, a line for each event, and of a dry run. */
import * as Option from "effect/Option"
import * as Models from "../../api/Models.js"
import * as Price from "../../api/Price.js"
import type { Cause } from "../../domain/Attempt.js"
import type { Reason } from "../../domain/GenerationError.js"
import * as Estimate from "../../generation/Estimate.js"
import * as Progress from "../../generation/Progress.js"
import type { StoreError } from "../../storage/AlgorithmStore.js"
import * as Table from "./Table.js"

/**
 * The line for an event, `None` for what is not worth one. `now` and times in events are milliseconds since the epoch;
 * slots come model by model, each with so many samples.
 */
export const ofEvent = (event: Progress.Event, now: number, samples: number): Option.Option<string> => {
  const of = ({ index, model }: { readonly index: number; readonly model: string }) =>
    nameOf({ model, sample: (index % samples) + 1 })
  return Option.map(
    Progress.match(event, {
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

export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`

/** Why there is nothing, and what can be done about it: when to ask again, and what a used-up quota does not concern. */
export const explain = (model: string, reason: Reason | StoreError, retryAt: number | undefined): string =>
  [
    reason.message,
    ...(reason._tag === "RateLimited" && reason.scope === "free-per-day" && Models.isFree(model)
      ? [`${Models.twin(model)} costs money and has no such quota`]
      : []),
    ...(retryAt === undefined ? [] : [`ask again from ${new Date(retryAt).toISOString()}`])
  ].join("; ")

/** Was the run over, before this model was done with, for reasons that have nothing to do with it. */
export const isCutShort = ({ _tag }: Reason | StoreError): boolean =>
  _tag === "Interrupted" || _tag === "DeadlineExceeded"

/** One line for all that had not had their turn when the run was over. */
export const neverAsked = (n: number, { message }: Reason | StoreError): string =>
  `${n} more ${n === 1 ? "was" : "were"} not asked: ${message}`

/** What a dry run found: per slot, and together. The journal was not looked into. */
export const estimates = (slots: ReadonlyArray<Estimate.Estimate>, resume: boolean): string => {
  const rows = slots.map((slot) => {
    // What is not asked has no price; what is asked at one that nobody names has an unknown one.
    const none = () => (Option.isNone(slot.askedModel) ? "–" : "unknown")
    return [
      nameOf(slot),
      Option.match(slot.askedModel, {
        onNone: () => "not on offer",
        onSome: (asked) => (asked !== slot.model ? `as ${asked}` : slot.listed ? "on offer" : "not listed")
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

export const seconds = (ms: number): string => (ms / 1000).toFixed(1)
