/** The result of a run, slot by slot in the order of the request, and the JSON document that scripts read. */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import * as Trial from "../code/trial/Trial.js"
import { Algorithm } from "../domain/Algorithm.js"
import { Usage } from "../domain/Answer.js"
import { Attempt, costsOf, isRetry } from "../domain/Attempt.js"
import * as CodeFailure from "../domain/CodeFailure.js"
import { iso, knownCost } from "../domain/Figures.js"
import { Reason } from "../domain/GenerationError.js"
import * as Round from "../domain/Round.js"
import { StoreError } from "../storage/AlgorithmStore.js"
import * as Leaderboard from "./Leaderboard.js"

/** `failed` includes an algorithm that was generated and could not be saved; its `algorithm` is there all the same. */
export const Status = Schema.Literal("ok", "failed", "skipped")
export type Status = typeof Status.Type

const option = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { as: "Option", exact: true })

export const Outcome = Schema.Struct({
  /** The slot's place in the request, from 0. */
  index: Schema.Int,
  /** As requested. */
  model: Schema.String,
  ticker: Schema.String,
  /** Which of several algorithms of this model, from 1. */
  sample: Schema.Int,
  /** The name of the strategy that the prompt asked for, where it has one. */
  strategy: Schema.optional(Schema.String),
  /** SHA-256 of the prompt, in hexadecimal. */
  promptHash: Schema.String,
  status: Status,
  algorithm: option(Algorithm),
  /** Why there is no algorithm, or why there is no file of it. */
  reason: option(Schema.Union(Reason, StoreError)),
  /** When asking again makes sense, in milliseconds since the epoch, where that is known. */
  retryAt: option(Schema.Number),
  file: option(Schema.String),
  /** The model that was asked: the requested one, or its other variant if only that is on offer. */
  askedModel: Schema.String,
  /** The model that served the accepted answer, where the server named another one than was asked. */
  servedModel: option(Schema.String),
  attempts: Schema.Array(Attempt),
  /** The accepted answer was paid for by an earlier run and taken from the journal: no attempt of this run brought it. */
  resumed: Schema.Boolean,
  /** What the trial run said, where there was one. */
  trial: option(Trial.Result),
  /** Where models were asked to improve their algorithms: what each round brought. */
  rounds: Schema.optional(Schema.Array(Round.Round)),
  /** From this slot's first request to its verdict, in milliseconds; 0 where nothing was sent. */
  durationMs: Schema.Number,
  /** What all of its attempts are known to have used. */
  usage: option(Usage)
})
export interface Outcome extends Schema.Schema.Type<typeof Outcome> {}

/** Did the run end before this model was asked, for reasons that have nothing to do with the model. */
export const isUnasked = ({ attempts, reason, resumed }: Outcome): boolean =>
  attempts.length === 0 && !resumed && Option.exists(reason, isCutShort)

/** Is it left to ask for: it was not asked, or was interrupted, which is no failure of a model. */
export const isLeft = (outcome: Outcome): boolean =>
  isUnasked(outcome) || (!outcome.resumed && Option.exists(outcome.reason, ({ _tag }) => _tag === "Interrupted"))

/** The run ended first, whatever the model was doing. */
export const isCutShort = ({ _tag }: Reason | StoreError): boolean =>
  _tag === "Interrupted" || _tag === "DeadlineExceeded"

const fields = {
  ticker: Schema.String,
  /** Milliseconds since the epoch. */
  startedAt: Schema.Number,
  durationMs: Schema.Number,
  /** At least one algorithm was generated. */
  success: Schema.Boolean
}
const Plain = Schema.Struct({ ...fields, outcomes: Schema.Array(Outcome) })
const Whole = Schema.Struct({
  ...fields,
  outcomes: Schema.Array(Schema.typeSchema(Outcome)),
  /** In the order of the request, with `None` where there is no algorithm. */
  algorithms: Schema.Array(Schema.OptionFromSelf(Schema.typeSchema(Algorithm)))
})

/** Encodes to plain JSON, in which each algorithm stands once, and back. */
export const GenerationReport = Schema.transform(Plain, Whole, {
  strict: true,
  decode: (plain) => ({ ...plain, algorithms: plain.outcomes.map(({ algorithm }) => algorithm) }),
  encode: Struct.omit("algorithms")
})
export interface GenerationReport extends Schema.Schema.Type<typeof GenerationReport> {
  readonly outcomes: ReadonlyArray<Outcome>
}

export const make = (
  ticker: string,
  startedAt: number,
  endedAt: number,
  outcomes: ReadonlyArray<Outcome>
): GenerationReport => {
  const algorithms = outcomes.map(({ algorithm }) => algorithm)
  const durationMs = endedAt - startedAt
  return { ticker, startedAt, durationMs, success: algorithms.some(Option.isSome), algorithms, outcomes }
}

export interface Totals {
  readonly ok: number
  readonly failed: number
  readonly skipped: number
  /** Those that are left to ask for, see `isLeft`; absent when there are none. */
  readonly left?: number | undefined
  readonly requests: number
  /** Requests after the first one of a model, but for those of rounds. */
  readonly retries: number
  /**
   * Slots with an algorithm, out of all but those that were skipped without a request; 0 to 1, absent when there are none.
   * A model that was asked, and of which the server then said that it does not have it, is one without an algorithm.
   */
  readonly successRate?: number | undefined
  /** Retries out of all requests; 0 to 1, absent when there was none. */
  readonly retryRate?: number | undefined
  /** US dollars, as far as known; absent when nothing is, 0 when nothing was requested. */
  readonly cost?: number | undefined
  /** Requests whose cost is unknown. */
  readonly requestsOfUnknownCost: number
}

export const totals = ({ outcomes }: GenerationReport): Totals => {
  const count = (status: Status) => outcomes.filter((outcome) => outcome.status === status).length
  const attempts = outcomes.flatMap((outcome) => outcome.attempts)
  const costs = costsOf(attempts)
  const ok = count("ok")
  const left = outcomes.filter(isLeft).length
  const tried = outcomes.filter((outcome) => outcome.status !== "skipped" || outcome.attempts.length > 0).length
  const requests = attempts.length
  const retries = attempts.filter(isRetry).length
  return {
    ok,
    failed: count("failed") - left,
    skipped: count("skipped"),
    left: left === 0 ? undefined : left,
    requests,
    retries,
    successRate: tried === 0 ? undefined : ok / tried,
    retryRate: requests === 0 ? undefined : retries / requests,
    cost: knownCost(costs),
    requestsOfUnknownCost: costs.ofUnknownCost
  }
}

/** The document of `--json`: plain data for `JSON.stringify`, which leaves out what is undefined; times are ISO 8601. */
export const toJson = (report: GenerationReport) => {
  const standings = Leaderboard.ofOutcomes(report.outcomes)
  return {
    success: report.success,
    ticker: report.ticker,
    startedAt: iso(report.startedAt),
    durationMs: report.durationMs,
    results: report.outcomes.map((outcome) => ({
      index: outcome.index,
      model: outcome.model,
      sample: outcome.sample,
      strategy: outcome.strategy,
      promptHash: outcome.promptHash,
      status: outcome.status,
      file: Option.getOrUndefined(outcome.file),
      // If there is no file, this document may be the only copy of what was paid for.
      code: Option.isSome(outcome.file) ? undefined : Option.getOrUndefined(outcome.algorithm)?.code,
      arity: Option.getOrUndefined(outcome.algorithm)?.arity,
      reason: Option.getOrUndefined(Option.map(outcome.reason, (reason) => reasonOf(reason, outcome.retryAt))),
      resumed: outcome.resumed || undefined,
      left: isLeft(outcome) || undefined,
      trial: Option.getOrUndefined(Option.map(outcome.trial, Trial.withoutScore)),
      score: Leaderboard.scoreOf(outcome),
      round: outcome.rounds && Round.originOf(outcome.rounds),
      rounds: outcome.rounds,
      // Shared by those whose intervals overlap.
      rank: standings.get(outcome.index)?.rank,
      repeats: standings.get(outcome.index)?.repeats,
      askedModel: outcome.askedModel === outcome.model ? undefined : outcome.askedModel,
      servedModel: Option.getOrUndefined(outcome.servedModel),
      attempts: outcome.attempts.length,
      durationMs: outcome.durationMs,
      usage: Option.getOrUndefined(outcome.usage),
      attemptLog: outcome.attempts.map((attempt) => ({ ...attempt, startedAt: iso(attempt.startedAt) }))
    })),
    totals: totals(report)
  }
}

const reasonOf = (reason: Reason | StoreError, retryAt: Option.Option<number>) => ({
  _tag: reason._tag,
  message: reason.message,
  status: "status" in reason ? reason.status : undefined,
  ...(reason._tag === "BadCode" ? CodeFailure.facts(reason.failure) : {}),
  retryAt: Option.getOrUndefined(Option.map(retryAt, iso))
})
