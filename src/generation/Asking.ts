/**
 * Asks the models of a run, a few at a time: first which of them exist, then each until it is settled. A failure that
 * proves the rest hopeless ends the models that wait, and a limit that they share makes them wait with it.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Models from "../api/Models.js"
import { isOpenRouter, OpenRouter } from "../api/OpenRouter.js"
import {
  GenerationError,
  isFatalForFree,
  isFatalForRun,
  isHoldingFree,
  ModelUnavailable,
  NotAsked
} from "../domain/GenerationError.js"
import { FlowControl } from "../flow/FlowControl.js"
import type { Budget } from "./Budget.js"
import * as Dispatch from "./Dispatch.js"
import * as Job from "./Job.js"
import type * as Sending from "./job/Sending.js"
import * as Progress from "./Progress.js"
import type { Run } from "./Run.js"
import type { Slot } from "./Slot.js"

export interface Terms extends Job.Settings {
  /** Requests in flight at most. */
  readonly concurrency: number
  /** When the run is over, in milliseconds since the epoch: no wait reaches beyond, and nothing is sent from then on. */
  readonly endsAt: number
  readonly budget: Budget | undefined
}

export const askAll = (run: Run, terms: Terms): Effect.Effect<void, never, OpenRouter> =>
  Effect.gen(function* () {
    const catalog = yield* catalogOf(run)
    const ordinals = counter()
    yield* Effect.forEach(
      run.slots,
      (slot) =>
        Effect.zipRight(
          admit(run, slot, catalog, terms, ordinals.next),
          Effect.sync(() => ordinals.take(slot))
        ),
      { discard: true }
    )
    const asked = run.slots.filter(({ settled }) => settled === undefined)
    yield* run.begin
    // What is paid for comes first: no failure of another model, no limit and no place can keep it back.
    if (terms.resume === true) {
      const recalled = (slot: Slot) => Effect.uninterruptibleMask((restore) => recall(run, slot, restore))
      yield* Effect.forEach(asked, recalled, { concurrency: terms.concurrency, discard: true })
    }
    const open = asked.filter(({ settled }) => settled === undefined)
    let verdict: (slot: Slot) => Option.Option<GenerationError> = () => Option.none()
    /** No `:free` model is asked before this moment, in milliseconds since the epoch. */
    let freeFrom = Number.NEGATIVE_INFINITY

    const turn = Effect.fnUntraced(function* (slot: Slot, restore: Sending.Restore) {
      const { job } = slot
      const hopeless = verdict(slot)
      if (Option.isSome(hopeless)) yield* run.settle(slot, Either.left(hopeless.value))
      if (job === undefined || Option.isSome(hopeless)) return "done" as const
      const now = yield* Clock.currentTimeMillis
      // A place that comes free in the last moment is no use any more; whoever keeps the time ends this wait.
      if (now >= terms.endsAt) return yield* restore(Effect.never)
      if (now < freeFrom && Models.isFree(slot.askedModel)) return { at: freeFrom }
      const next = yield* job.turn(restore)
      if (next._tag === "Again") {
        if (next.error !== undefined && isHoldingFree(next.error)) freeFrom = Math.max(freeFrom, next.at)
        // A verdict that came during the attempt makes the wait pointless.
        return { at: Option.isSome(verdict(slot)) ? 0 : next.at }
      }
      yield* run.settle(slot, next.result)
      if (Either.isLeft(next.result) && (isFatalForRun(next.result.left) || isFatalForFree(next.result.left))) {
        verdict = verdictOf(next.result.left, verdict)
        yield* dispatch.wake
      }
      return "done" as const
    })
    const dispatch: Dispatch.Dispatch = yield* Dispatch.make(open, {
      concurrency: terms.concurrency,
      turn: (slot) => Effect.uninterruptibleMask((restore) => turn(slot, restore))
    })
    const flow = yield* Effect.serviceOption(FlowControl)
    yield* Option.match(flow, {
      onNone: () => dispatch.run,
      onSome: (flow) => flow.withJobs(open.length)(dispatch.run)
    })
  })

/** Takes a slot as far as the journal's answers go. */
const recall = (run: Run, slot: Slot, restore: Sending.Restore): Effect.Effect<void> =>
  Effect.gen(function* () {
    const turn = slot.job === undefined ? Option.none() : yield* slot.job.recall(restore)
    if (Option.isNone(turn)) return
    yield* turn.value._tag === "Finished" ? run.settle(slot, turn.value.result) : recall(run, slot, restore)
  })

/** The list of models, or nothing with a note: without it every id is taken at its word. */
const catalogOf = (run: Run): Effect.Effect<Models.Index | undefined, never, OpenRouter> =>
  Effect.flatMap(OpenRouter, ({ models }) => models).pipe(
    Effect.map(Models.index),
    Effect.catchAll(({ reason }) =>
      run
        .emit(
          Progress.Event.Note({ message: `The list of models cannot be had (${reason.message}); asking all of them` })
        )
        .pipe(Effect.as(undefined))
    )
  )

/** Gives a slot its job, or settles it when the catalogue knows neither the model nor its twin and nobody paid for it. */
const admit = (
  run: Run,
  slot: Slot,
  catalog: Models.Index | undefined,
  terms: Terms,
  ordinalOf: (asked: string, sample: number) => number
): Effect.Effect<void, never, OpenRouter> =>
  Effect.gen(function* () {
    const { index, model, prompt, sample, seed, ticker } = slot
    const { baseUrl } = yield* OpenRouter
    const resolved = Models.resolve(catalog, model, {
      isOpenRouter: isOpenRouter(baseUrl),
      allowPaid: terms.budget !== undefined
    })
    const {
      asked: offered,
      info,
      note
    } = Either.getOrElse(resolved, () => ({ asked: model, info: undefined, note: undefined }))
    const specOf = (asked: string): Job.Spec => ({
      ...terms,
      model: asked,
      ticker,
      prompt,
      ordinal: ordinalOf(asked, sample),
      seed,
      price: info?.price,
      tokenCeiling: Models.mostTokens(info, prompt),
      onAsked: run.emit(Progress.Event.ModelStarted({ index, model })),
      onWriting: (text) => run.emit(Progress.Event.Writing({ index, model, text })),
      onNote: (message) => run.emit(Progress.Event.Note({ message })),
      onFailure: (attempt, retryAt, cause) =>
        run.emit(Progress.Event.AttemptFailed({ index, model, attempt, retryAt, cause }))
    })

    // What was paid for stays paid for when its model, or the free variant of it, is on offer no longer.
    const candidates = terms.resume === true ? [offered, model, Models.twin(model)] : []
    const paid = yield* Effect.findFirst(candidates, (id) => Job.isPaid(specOf(id)))
    if (Option.isNone(paid) && Either.isLeft(resolved)) {
      const reason = new ModelUnavailable({ message: resolved.left })
      return yield* run.settle(slot, Either.left(new GenerationError({ model, reason })))
    }
    if (Option.isNone(paid) && note !== undefined) yield* run.emit(Progress.Event.Note({ message: note }))
    slot.askedModel = Option.getOrElse(paid, () => offered)
    slot.job = yield* Job.make(specOf(slot.askedModel))
  })

/** Numbers, from 1, all that ask the same of the same model: two requested ids may come to one. */
const counter = () => {
  const taken = new Map<string, number>()
  const next = (asked: string, sample: number): number => 1 + (taken.get(`${sample} ${asked}`) ?? 0)
  return {
    next,
    take: ({ askedModel, sample }: Slot) => taken.set(`${sample} ${askedModel}`, next(askedModel, sample))
  }
}

/** What a fatal failure means for the models that have not been asked, or not yet again. */
const verdictOf =
  (fatal: GenerationError, earlier: (slot: Slot) => Option.Option<GenerationError>) =>
  (slot: Slot): Option.Option<GenerationError> => {
    if (!isFatalForRun(fatal) && !Models.isFree(slot.askedModel)) return earlier(slot)
    const { reason, retryAt } = fatal
    return Option.some(
      new GenerationError({
        model: slot.model,
        reason: new NotAsked({
          message: `not asked${(slot.job?.attempts().length ?? 0) > 0 ? " again" : ""}: ${reason.message}`,
          ...("status" in reason && reason.status !== undefined ? { status: reason.status } : {})
        }),
        ...(retryAt === undefined ? {} : { retryAt })
      })
    )
  }
