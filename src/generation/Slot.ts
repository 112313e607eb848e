/**
 * One place in a request: planned, then settled, then saved. Each state is a type of its own. After the run, saved slots
 * become outcomes.
 */
import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import type { LazyArg } from "effect/Function"
import * as Option from "effect/Option"
import type { ModelRequest } from "../api/ModelRequest.js"
import * as Models from "../api/Models.js"
import { Algorithm } from "../domain/Algorithm.js"
import { type Attempt, totalUsage } from "../domain/Attempt.js"
import * as Consequence from "../domain/Consequence.js"
import type { GenerationError } from "../domain/GenerationError.js"
import * as Instance from "../domain/Instance.js"
import type { Message } from "../domain/Message.js"
import type { Round } from "../domain/Round.js"
import type { StoreError } from "../storage/AlgorithmStore.js"
import type { Generated } from "./Judging.js"
import * as Leaderboard from "./Leaderboard.js"
import type * as Report from "./Report.js"

export interface Planned {
  /** The place in the request, from 0. */
  readonly index: number
  /** As requested. */
  readonly model: string
  readonly ticker: string
  /** Which of several algorithms of this model, from 1. */
  readonly sample: number
  readonly seed: number | undefined
  /** Perhaps made anew each time. */
  readonly messages: ReadonlyArray<Message>
  readonly promptHash: string
  /** The name of the strategy that the prompt asks for, where it has one. */
  readonly strategy?: string | undefined
  /** What is asked of this model alone. */
  readonly parameters: Omit<ModelRequest, "model">
}

export interface Settled extends Omit<Planned, "messages"> {
  /** The model that was asked: the requested one or its other variant. */
  readonly askedModel: string
  /** The dated name that the list of models has for it. */
  readonly canonicalSlug?: string | undefined
  /** What the journal knows its answer by, for a slot that has a task. A hash, made when it is wanted. */
  readonly key: LazyArg<string | undefined>
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly attempts: ReadonlyArray<Attempt>
  readonly result: Either.Either<Generated, GenerationError>
  /** The latest answer was paid for by an earlier run. */
  readonly resumed: boolean
  /** What each round brought; empty without rounds. */
  readonly rounds: ReadonlyArray<Round>
  readonly simulated: boolean
  readonly algorithm: Option.Option<Algorithm>
}

export interface Saved extends Settled {
  /** Where its file lies, or why there is none; nothing where there was nothing to save. */
  readonly saved: Option.Option<Either.Either<string, StoreError>>
}

export const settle = (
  slot: Omit<Planned, "messages">,
  facts: Omit<Settled, keyof Planned | "algorithm">
): Settled => ({
  // First, since what begins with a spread and adds to it gets a hidden class of its own each time.
  algorithm: Option.map(Either.getRight(facts.result), (generated) => {
    const { answer, answeredAt, module } = generated
    const { model, promptHash, sample, strategy, ticker } = slot
    const generatedAt = DateTime.unsafeMake(answeredAt)
    const servedModel = answer.model === model ? undefined : answer.model
    return Instance.of(Algorithm, {
      score: Leaderboard.scoreOf(generated),
      rounds: roundsOf(facts),
      model,
      servedModel,
      ticker,
      sample,
      strategy,
      code: module.source,
      arity: module.arity === 5 ? undefined : module.arity,
      promptHash,
      generatedAt,
      simulated: facts.simulated
    })
  }),
  ...slot,
  ...facts
})

const roundsOf = ({ rounds }: Pick<Settled, "rounds">): ReadonlyArray<Round> | undefined =>
  rounds.length === 0 ? undefined : rounds

/** Did an answer come, good or bad. */
export const isAnswered = ({ result }: Settled): boolean =>
  Either.isRight(result) || result.left.reason._tag === "BadCode"

/** Does the journal hold the answer that the algorithm was in. */
export const isKept = ({ result }: Settled): boolean => Either.isRight(result) && result.right.kept

export const outcomeOf = (slot: Saved): Report.Outcome => {
  const { algorithm, askedModel, attempts, canonicalSlug, index, model, result, resumed, sample, saved, ticker } = slot
  const { promptHash, strategy } = slot
  const error = Either.isLeft(result) ? result.left : undefined
  const generated = Either.isRight(result) ? result.right : undefined
  const saveError = Option.flatMap(saved, Either.getLeft)
  const isLatest = generated === undefined || !(generated.resumed || slot.rounds.length > 0)
  const servedModel = isLatest ? attempts.at(-1)?.servedModel : generated.answer.model
  return Instance.present({
    index,
    model,
    ticker,
    sample,
    strategy,
    promptHash,
    status: statusOf(error, saveError),
    algorithm,
    reason: error === undefined ? saveError : Option.some(error.reason),
    retryAt: Option.fromNullable(error?.retryAt),
    file: Option.flatMap(saved, Either.getRight),
    askedModel,
    servedModel: Option.filter(
      Option.fromNullable(servedModel),
      (served) => !isSame(askedModel, served, canonicalSlug)
    ),
    attempts,
    resumed,
    trial: generated?.trial ?? Option.none(),
    rounds: roundsOf(slot),
    durationMs: durationOf(slot),
    usage: Option.fromNullable(totalUsage(attempts))
  })
}

const statusOf = (
  error: GenerationError | undefined,
  saveError: Option.Option<StoreError>
): Report.Outcome["status"] => {
  if (error === undefined) return Option.isSome(saveError) ? "failed" : "ok"
  return Consequence.of(error.reason).skipped ? "skipped" : "failed"
}

/** Vendors spell a model in several ways, but a free one and a paid one are two; a slug is the name of both. */
const isSame = (asked: string, served: string, slug: string | undefined): boolean =>
  served === slug || (Models.isFree(asked) === Models.isFree(served) && Models.sameModel(asked, served))

/** From the first request to the verdict; nothing where nothing was sent. */
const durationOf = ({ at, attempts: [first] }: Settled): number => (first === undefined ? 0 : at - first.startedAt)
