/**
 * What happens in a run, as values, and the text protocol in which callers of the former system hear of it. Events say
 * what is; how a terminal or a page shows it is somebody else's.
 */
import * as Data from "effect/Data"
import type { Attempt, Cause } from "../domain/Attempt.js"
import type { Reason } from "../domain/GenerationError.js"

/** `index` is the slot's place in the request, from 0: model ids may repeat. */
export type Event = Data.TaggedEnum<{
  RunStarted: { readonly ticker: string; readonly models: ReadonlyArray<string> }
  /** Something about the run as a whole, in a sentence. */
  Note: { readonly message: string }
  /** Its first request goes out; there is none for an answer that is resumed. */
  ModelStarted: { readonly index: number; readonly model: string }
  /** What a model has written so far; at most four a second for each model. */
  Writing: { readonly index: number; readonly model: string; readonly text: string }
  /** One request came to nothing. Where another follows, `retryAt` (milliseconds since the epoch) is when, `cause` why. */
  AttemptFailed: {
    readonly index: number
    readonly model: string
    readonly attempt: Attempt
    readonly retryAt: number | undefined
    readonly cause?: Cause
  }
  Generated: { readonly index: number; readonly model: string; readonly code: string }
  Saved: { readonly index: number; readonly model: string; readonly path: string }
  SaveFailed: { readonly index: number; readonly model: string; readonly message: string }
  /** `retryAt` (milliseconds since the epoch) is when asking again makes sense, where that is known. */
  Failed: { readonly index: number; readonly model: string; readonly reason: Reason; readonly retryAt?: number }
  Skipped: { readonly index: number; readonly model: string; readonly reason: Reason }
  RunFinished: { readonly generated: number; readonly requested: number }
}>
export const Event = Data.taggedEnum<Event>()

export interface Progress {
  /** 0 to 100, never less than before. */
  readonly percent: number
  readonly event: Event
}

/** How much of a module a preview shows. The figure of the system this replaces. */
export const PREVIEW_LINES = 24

/** Up to here the models' own part counts; the rest is saving. */
const GENERATED_PERCENT = 90

/** Counts how far a run has come, event by event: the next percentage. */
export const meter = (slots: number): ((event: Event) => number) => {
  let settled = 0
  let handled = 0
  return (event) => {
    if (event._tag === "RunFinished") return 100
    if (event._tag === "Generated" || event._tag === "Failed" || event._tag === "Skipped") settled += 1
    if (event._tag === "Saved" || event._tag === "SaveFailed") handled += 1
    const share = (GENERATED_PERCENT * settled + (99 - GENERATED_PERCENT) * handled) / Math.max(1, slots)
    return Math.floor(share)
  }
}

/** The messages of the text protocol that an event stands for, none where the protocol has no word for it. */
export const toMessages = (event: Event): ReadonlyArray<string> =>
  Event.$match(event, {
    RunStarted: ({ models, ticker }) => [`Asking ${count(models.length, "model")} for ${ticker} algorithms`],
    Note: ({ message }) => [message],
    ModelStarted: ({ model }) => [`MODEL_START::${model}`],
    Writing: () => [],
    AttemptFailed: ({ attempt, model, retryAt }) =>
      retryAt === undefined ? [] : [`${model}: ${attempt.message ?? attempt.outcome}; asking again`],
    Generated: ({ code, model }) => [`PREVIEW::${model}::${preview(code)}`, `MODEL_OK::${model}::generated`],
    Saved: ({ model }) => [`MODEL_OK::${model}::saved`],
    SaveFailed: ({ message, model }) => [`MODEL_FAIL::${model}::${message}`],
    Failed: ({ model, reason }) => [`MODEL_FAIL::${model}::${reason.message}`],
    // The protocol knows one reason to skip a model; others are told as failures, with the reason.
    Skipped: ({ model, reason }) =>
      reason._tag === "ModelUnavailable"
        ? [`MODEL_SKIP::${model}::unavailable`]
        : [`MODEL_FAIL::${model}::${reason.message}`],
    RunFinished: ({ generated, requested }) => [`${generated} of ${count(requested, "algorithm")} generated`]
  })

export const preview = (code: string): string => code.split("\n").slice(0, PREVIEW_LINES).join("\n")

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`
