/** What a run came to, slot by slot in the order of the request, and the JSON document that scripts read. */
import * as Option from "effect/Option"
import type * as Trial from "../code/trial/Trial.js"
import type { Algorithm } from "../domain/Algorithm.js"
import type { Usage } from "../domain/Answer.js"
import { type Attempt, costOf } from "../domain/Attempt.js"
import * as CodeFailure from "../domain/CodeFailure.js"
import type { Reason } from "../domain/GenerationError.js"
import type { StoreError } from "../storage/AlgorithmStore.js"

/** `failed` includes an algorithm that was generated and could not be saved; its `algorithm` is there all the same. */
export type Status = "ok" | "failed" | "skipped"

export interface Outcome {
  /** The slot's place in the request, from 0. */
  readonly index: number
  /** As requested. */
  readonly model: string
  /** Which of several algorithms of this model, from 1. */
  readonly sample: number
  readonly status: Status
  readonly algorithm: Option.Option<Algorithm>
  /** Why there is no algorithm, or why there is no file of it. */
  readonly reason: Option.Option<Reason | StoreError>
  /** When asking again makes sense, in milliseconds since the epoch, where that is known. */
  readonly retryAt: Option.Option<number>
  readonly file: Option.Option<string>
  /** The model that was asked where the catalogue has only the twin of the requested one. */
  readonly askedModel: string
  /** The model that served the accepted answer, where the server named another one than was asked. */
  readonly servedModel: Option.Option<string>
  readonly attempts: ReadonlyArray<Attempt>
  /** The accepted answer was paid for by an earlier run and taken from the journal: no attempt of this run brought it. */
  readonly resumed: boolean
  /** What the trial run said, where there was one. */
  readonly trial: Option.Option<Trial.Outcome>
  /** From this slot's first request to its verdict, in milliseconds; 0 where nothing was sent. */
  readonly durationMs: number
  /** What all of its attempts are known to have used. */
  readonly usage: Option.Option<Usage>
}

export interface GenerationReport {
  readonly ticker: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly durationMs: number
  /** At least one algorithm was generated. */
  readonly success: boolean
  /** In the order of the request, with `None` where there is no algorithm. */
  readonly algorithms: ReadonlyArray<Option.Option<Algorithm>>
  readonly outcomes: ReadonlyArray<Outcome>
}

export interface Totals {
  readonly ok: number
  readonly failed: number
  readonly skipped: number
  readonly requests: number
  /** Requests after the first one of a model. */
  readonly retries: number
  /** Slots with an algorithm, out of those that were not skipped; 0 to 1, absent when all were. */
  readonly successRate?: number
  /** Retries out of all requests; 0 to 1, absent when there was none. */
  readonly retryRate?: number
  /** US dollars, as far as known; absent when nothing is, 0 when nothing was requested. */
  readonly cost?: number
  /** Requests of which nobody knows what they cost; of two that raced, the one that was given up is among them. */
  readonly requestsOfUnknownCost: number
}

export const totals = ({ outcomes }: GenerationReport): Totals => {
  const count = (status: Status) => outcomes.filter((outcome) => outcome.status === status).length
  const attempts = outcomes.flatMap((outcome) => outcome.attempts)
  const costs = attempts.map(costOf).filter((cost) => cost !== undefined)
  const ok = count("ok")
  const failed = count("failed")
  const requests = attempts.length + attempts.filter(({ hedged }) => hedged === true).length
  const retries = attempts.filter(({ number }) => number > 1).length
  return {
    ok,
    failed,
    skipped: count("skipped"),
    requests,
    retries,
    ...(ok + failed === 0 ? {} : { successRate: ok / (ok + failed) }),
    ...(requests === 0 ? {} : { retryRate: retries / requests }),
    ...(costs.length === 0 && requests > 0 ? {} : { cost: costs.reduce((sum, cost) => sum + cost, 0) }),
    requestsOfUnknownCost: requests - costs.length
  }
}

/** The document of `--json`: plain data for `JSON.stringify`, which leaves out what is undefined; times are ISO 8601. */
export const toJson = (report: GenerationReport) => ({
  success: report.success,
  ticker: report.ticker,
  startedAt: iso(report.startedAt),
  durationMs: report.durationMs,
  results: report.outcomes.map((outcome) => ({
    index: outcome.index,
    model: outcome.model,
    status: outcome.status,
    file: Option.getOrUndefined(outcome.file),
    // Where there is no file of it, this document may be all that is left of what was paid for.
    code: Option.isSome(outcome.file)
      ? undefined
      : Option.getOrUndefined(Option.map(outcome.algorithm, ({ code }) => code)),
    reason: Option.getOrUndefined(Option.map(outcome.reason, (reason) => reasonOf(reason, outcome.retryAt))),
    sample: outcome.sample > 1 ? outcome.sample : undefined,
    resumed: outcome.resumed || undefined,
    trial: Option.getOrUndefined(outcome.trial),
    askedModel: outcome.askedModel === outcome.model ? undefined : outcome.askedModel,
    servedModel: Option.getOrUndefined(outcome.servedModel),
    attempts: outcome.attempts.length,
    durationMs: outcome.durationMs,
    usage: Option.getOrUndefined(outcome.usage),
    attemptLog: outcome.attempts.map((attempt) => ({ ...attempt, startedAt: iso(attempt.startedAt) }))
  })),
  totals: totals(report)
})

const reasonOf = (reason: Reason | StoreError, retryAt: Option.Option<number>) => ({
  _tag: reason._tag,
  message: reason.message,
  status: "status" in reason ? reason.status : undefined,
  ...(reason._tag === "BadCode" ? CodeFailure.facts(reason.failure) : {}),
  retryAt: Option.getOrUndefined(Option.map(retryAt, iso))
})

const iso = (ms: number): string => new Date(ms).toISOString()
