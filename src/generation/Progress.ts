/**
 * The events of a run as values, and the text protocol for callers of the former system. How events are shown is up to the
 * listener.
 */
import * as Data from "effect/Data"
import * as Schema from "effect/Schema"
import { Attempt, Cause } from "../domain/Attempt.js"
import { count } from "../domain/Figures.js"
import { Reason } from "../domain/GenerationError.js"
import { describeRound as describe, Round } from "../domain/Round.js"
import { Score } from "../domain/Score.js"
import { Outcome } from "./Report.js"

const event = Schema.TaggedStruct

/** `index` is the slot's place in the request, from 0: model ids may repeat. */
const ofModel = { index: Schema.Int, model: Schema.String }

/** The first event of a run for one ticker. A stream of requests, whose models nobody knows yet, has none. */
export const RunStarted = event("RunStarted", {
  ticker: Schema.String,
  models: Schema.Array(Schema.String),
  /** How many different algorithms are wanted, and how often each is to be improved, where that is not 0. */
  distinct: Schema.optional(Schema.Int),
  rounds: Schema.optional(Schema.Int)
})
export interface RunStarted extends Schema.Schema.Type<typeof RunStarted> {}

/** A sentence about the run as a whole. */
export const Note = event("Note", { message: Schema.String })
export interface Note extends Schema.Schema.Type<typeof Note> {}

/** One more slot than the run began with: a further algorithm is asked for. */
export const SlotAdded = event("SlotAdded", { ...ofModel, ticker: Schema.String, sample: Schema.Int })
export interface SlotAdded extends Schema.Schema.Type<typeof SlotAdded> {}

/** The first request goes out; not emitted for an answer from the journal. */
export const ModelStarted = event("ModelStarted", ofModel)
export interface ModelStarted extends Schema.Schema.Type<typeof ModelStarted> {}

/**
 * What a model has written since the last of these, from this place of its answer on; at most four a second. `whole` is
 * the text so far, where the run was asked for that.
 */
export const Writing = event("Writing", {
  ...ofModel,
  text: Schema.String,
  offset: Schema.Int,
  whole: Schema.optional(Schema.String)
})
export interface Writing extends Schema.Schema.Type<typeof Writing> {}

/** One request failed. If another follows, `retryAt` (milliseconds since the epoch) is when, `cause` why. */
export const AttemptFailed = event("AttemptFailed", {
  ...ofModel,
  attempt: Attempt,
  retryAt: Schema.optional(Schema.Number),
  cause: Schema.optional(Cause)
})
export interface AttemptFailed extends Schema.Schema.Type<typeof AttemptFailed> {}

/**
 * The first module of a run with rounds is there, as round 0; or a model was asked for a better one, and this came of it.
 * With the module that is the best of them from now on, where it is a new one.
 */
export const RoundPlayed = event("RoundPlayed", {
  ...ofModel,
  ...Round.fields,
  code: Schema.optional(Schema.String),
  score: Schema.optional(Score)
})
export interface RoundPlayed extends Schema.Schema.Type<typeof RoundPlayed> {}

/** The score, where it was tried out: its file is saved, and it is settled, when its turn comes. */
export const Generated = event("Generated", { ...ofModel, code: Schema.String, score: Schema.optional(Score) })
export interface Generated extends Schema.Schema.Type<typeof Generated> {}

export const Saved = event("Saved", { ...ofModel, path: Schema.String })
export interface Saved extends Schema.Schema.Type<typeof Saved> {}

export const SaveFailed = event("SaveFailed", { ...ofModel, message: Schema.String })
export interface SaveFailed extends Schema.Schema.Type<typeof SaveFailed> {}

/** `retryAt` (milliseconds since the epoch) is when asking again makes sense, where that is known. */
export const Failed = event("Failed", { ...ofModel, reason: Reason, retryAt: Schema.optional(Schema.Number) })
export interface Failed extends Schema.Schema.Type<typeof Failed> {}

export const Skipped = event("Skipped", { ...ofModel, reason: Reason, retryAt: Schema.optional(Schema.Number) })
export interface Skipped extends Schema.Schema.Type<typeof Skipped> {}

/** All that became of a slot: after its file, in the order of the request for each ticker. */
export const Settled = event("Settled", { ...ofModel, outcome: Outcome })
export interface Settled extends Schema.Schema.Type<typeof Settled> {
  readonly outcome: Outcome
}

/**
 * The last event of a run that comes to its end, also at its deadline or with `stopWhen`. One that is interrupted from outside, or fails, has none,
 * but for a stream of requests whose source fails, or has a request that makes no sense: that has one before its failure. `left` are those that it was too late to ask for, or that were in work at an interruption.
 */
export const RunFinished = event("RunFinished", { generated: Schema.Int, requested: Schema.Int, left: Schema.Int })
export interface RunFinished extends Schema.Schema.Type<typeof RunFinished> {}

/** Encodes to plain JSON and back, for RPC, server-sent events or a queue. */
export const Event = Schema.Union(
  RunStarted,
  Note,
  SlotAdded,
  ModelStarted,
  Writing,
  AttemptFailed,
  RoundPlayed,
  Generated,
  Saved,
  SaveFailed,
  Failed,
  Skipped,
  Settled,
  RunFinished
)
export type Event =
  | RunStarted
  | Note
  | SlotAdded
  | ModelStarted
  | Writing
  | AttemptFailed
  | RoundPlayed
  | Generated
  | Saved
  | SaveFailed
  | Failed
  | Skipped
  | Settled
  | RunFinished

/** Events by their tag, without the tag: `make.Saved({ index, model, path })`. */
export const make = Data.taggedEnum<Event>()

/** A function for each kind of event, and the compiler asks for the missing ones. */
export const match = make.$match

export interface Progress {
  /** 0 to 100, never less than before. */
  readonly percent: number
  readonly event: Event
}

/** Says what has happened; it never fails and never waits. */
export type Emit = (event: Event) => void

/** Drops events, if nobody listens. */
export const unheard: Emit = () => undefined

/** How much of a module a preview shows. The figure of the system this replaces. */
export const PREVIEW_LINES = 24

/** The percentage when all models are settled; the rest is saving. */
const GENERATED_PERCENT = 90

/**
 * Counts how far a run has come, event by event: the next percentage. A run that asks until there are different ones may ask
 * for as many again, and one with rounds asks for each algorithm several times.
 */
export const meter = (): ((event: Event) => number) => {
  let slots = 1
  let added = 0
  let most = 0
  let requests = 1
  let settled = 0
  let handled = 0
  let highest = 0
  /** Answers to slots that are not settled, and how many each has, by the place of the slot. */
  let answers = 0
  const answered = new Map<number, number>()
  return (event) => {
    switch (event._tag) {
      case "RunFinished":
        return 100
      case "RunStarted":
        slots = event.models.length
        most = slots + (event.distinct ?? 0)
        requests = 1 + (event.rounds ?? 0)
        break
      case "SlotAdded":
        added += 1
        break
      case "RoundPlayed":
        if (requests === 1) break
        answers += 1
        answered.set(event.index, 1 + (answered.get(event.index) ?? 0))
        break
      case "Generated":
      case "Failed":
      case "Skipped":
        settled += 1
        answers -= answered.get(event.index) ?? 0
        answered.delete(event.index)
        break
      case "Saved":
      case "SaveFailed":
        handled += 1
    }
    const points = GENERATED_PERCENT * (settled + answers / requests) + (99 - GENERATED_PERCENT) * handled
    highest = Math.max(highest, Math.min(99, Math.floor(points / Math.max(1, most, slots + added))))
    return highest
  }
}

/** The event as messages of the text protocol; empty if the protocol has none for it. */
export const toMessages = (event: Event): ReadonlyArray<string> =>
  match(event, {
    RunStarted: ({ models, ticker }) => {
      const asked = new Set(models).size
      const many = asked === models.length ? "" : `${models.length} `
      return [`Asking ${count(asked, "model")} for ${many}${ticker} algorithms`]
    },
    Note: ({ message }) => [message],
    SlotAdded: () => [],
    ModelStarted: ({ model }) => [`MODEL_START::${model}`],
    Writing: () => [],
    AttemptFailed: ({ attempt, model, retryAt }) =>
      retryAt === undefined ? [] : [`${model}: ${attempt.message ?? attempt.outcome}; asking again`],
    RoundPlayed: (round) => [`${round.model}: ${describe(round)}`],
    Generated: ({ code, model }) => [`PREVIEW::${model}::${preview(code)}`, `MODEL_OK::${model}::generated`],
    Saved: ({ model }) => [`MODEL_OK::${model}::saved`],
    SaveFailed: ({ message, model }) => [`MODEL_FAIL::${model}::${message}`],
    Failed: ({ model, reason }) => [`MODEL_FAIL::${model}::${reason.message}`],
    // The protocol knows one reason to skip a model; others are told as failures, with the reason.
    Skipped: ({ model, reason }) =>
      reason._tag === "ModelUnavailable"
        ? [`MODEL_SKIP::${model}::unavailable`]
        : [`MODEL_FAIL::${model}::${reason.message}`],
    Settled: () => [],
    RunFinished: ({ generated, requested }) => [`${generated} of ${count(requested, "algorithm")} generated`]
  })

export const preview = (code: string): string => code.split("\n").slice(0, PREVIEW_LINES).join("\n")
