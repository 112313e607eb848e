/**
 * One place in a request: a model, what is asked of it, and what came of it. Slots are filled while a run goes on, each
 * only once, and read as outcomes when it is over.
 */
import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { Algorithm } from "../domain/Algorithm.js"
import { totalUsage } from "../domain/Attempt.js"
import { type GenerationError, isSkip, type Reason } from "../domain/GenerationError.js"
import type { StoreError } from "../storage/AlgorithmStore.js"
import type * as Job from "./Job.js"
import type * as Report from "./Report.js"

export interface Slot {
  /** The place in the request, from 0. */
  readonly index: number
  /** As requested. */
  readonly model: string
  readonly ticker: string
  /** Which of several algorithms of this model, from 1. */
  readonly sample: number
  readonly seed: number | undefined
  readonly prompt: string
  readonly promptHash: string
  /** The model that is asked: the requested one or its twin. */
  askedModel: string
  /** There once the model is known to exist. */
  job?: Job.Job
  settled?: Settled
  saved?: Either.Either<string, StoreError>
}

export interface Settled {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly result: Either.Either<Job.Generated, GenerationError>
}

export const algorithmOf = ({ model, promptHash, sample, settled, ticker }: Slot): Option.Option<Algorithm> =>
  Option.fromNullable(settled).pipe(
    Option.flatMap(({ at, result }) => Option.map(Either.getRight(result), ({ module }) => ({ at, module }))),
    Option.map(
      ({ at, module }) =>
        new Algorithm({ model, ticker, sample, code: module.source, promptHash, generatedAt: DateTime.unsafeMake(at) })
    )
  )

/** Did an answer come, whatever it was worth. */
export const isAnswered = ({ settled }: Slot): boolean =>
  settled !== undefined && (Either.isRight(settled.result) || settled.result.left.reason._tag === "BadCode")

/** Does the journal hold the answer that the algorithm was in. */
export const isKept = ({ settled }: Slot): boolean =>
  settled !== undefined && Either.isRight(settled.result) && settled.result.right.kept

export const outcomeOf = (slot: Slot): Report.Outcome => {
  const { askedModel, index, job, model, saved, settled } = slot
  const attempts = job?.attempts() ?? []
  const error = Option.flatMap(Option.fromNullable(settled), ({ result }) => Either.getLeft(result))
  const generated = Option.flatMap(Option.fromNullable(settled), ({ result }) => Either.getRight(result))
  const saveError = Option.flatMap(Option.fromNullable(saved), Either.getLeft)
  const resumed = Option.filter(generated, (answered) => answered.resumed)
  const servedModel = Option.getOrUndefined(resumed)?.answer.model ?? attempts.at(-1)?.servedModel
  return {
    index,
    model,
    sample: slot.sample,
    status: statusOf(
      Option.map(error, ({ reason }) => reason),
      saveError
    ),
    algorithm: algorithmOf(slot),
    reason: Option.isSome(error) ? Option.some(error.value.reason) : saveError,
    retryAt: Option.flatMap(error, ({ retryAt }) => Option.fromNullable(retryAt)),
    file: Option.flatMap(Option.fromNullable(saved), Either.getRight),
    askedModel,
    servedModel: Option.filter(Option.fromNullable(servedModel), (served) => served !== askedModel),
    attempts,
    resumed: job?.isResumed() ?? false,
    trial: Option.flatMap(generated, ({ trial }) => trial),
    durationMs: durationOf(slot),
    usage: Option.fromNullable(totalUsage(attempts))
  }
}

const statusOf = (reason: Option.Option<Reason>, saveError: Option.Option<StoreError>): Report.Status => {
  if (Option.exists(reason, isSkip)) return "skipped"
  return Option.isSome(reason) || Option.isSome(saveError) ? "failed" : "ok"
}

/** From the first request to the verdict; nothing where nothing was sent. */
const durationOf = ({ job, settled }: Slot): number => {
  const first = job?.attempts()[0]
  return first === undefined || settled === undefined ? 0 : settled.at - first.startedAt
}
