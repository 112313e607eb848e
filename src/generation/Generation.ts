/**
 * The main job: several models at once, for one ticker. Each model has a slot in the order of the request, and whatever
 * happens to one stays in its slot. Here the parts are put together and the run's time is kept.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import type { OpenRouter } from "../api/OpenRouter.js"
import { DeadlineExceeded, Interrupted, type Reason } from "../domain/GenerationError.js"
import { AlgorithmStore, type StoreError } from "../storage/AlgorithmStore.js"
import { Journal } from "../storage/Journal.js"
import * as Asking from "./Asking.js"
import * as Budget from "./Budget.js"
import * as Plan from "./Plan.js"
import * as Progress from "./Progress.js"
import type { GenerationReport } from "./Report.js"
import * as Run from "./Run.js"
import * as Slot from "./Slot.js"

/** What to ask, and within which limits. */
export interface Options extends Plan.Options {
  /**
   * Hears of everything that happens, in order, and is waited for, 5 s at most: one that takes longer over an event hears
   * of nothing more. What it dies of harms nothing.
   */
  readonly onProgress?: Run.Listener | undefined
  /** Ends the run early when it succeeds: what is finished is saved and reported, as at the deadline. */
  readonly stopWhen?: Effect.Effect<unknown> | undefined
}

/**
 * Never fails for a model's sake: that is what the slots are for. Fails with `InvalidRequest`, or with the store's error
 * when nothing could be saved anyway, both before anything is sent. When it is interrupted, what is finished is saved.
 */
export const generateAlgorithms: (
  options: Options
) => Effect.Effect<GenerationReport, Plan.InvalidRequest | StoreError, OpenRouter | AlgorithmStore> = Effect.fn(
  "Generation.generateAlgorithms"
)(function* (options) {
  const { concurrency, deadline, slots, ticker } = yield* Plan.make(options)
  const store = yield* AlgorithmStore
  yield* store.prepare
  const run = Run.make({
    ticker,
    slots,
    listener: options.onProgress,
    journal: yield* Effect.serviceOption(Journal),
    resume: options.resume === true
  })
  const startedAt = yield* Clock.currentTimeMillis

  const end = (reason: Reason) => Effect.zipRight(run.abandon(reason), run.save(store))
  const interrupted = new Interrupted()
  const deadlineExceeded = new DeadlineExceeded({ deadlineMs: Duration.toMillis(deadline) })
  const terms = {
    ...options,
    concurrency,
    endsAt: startedAt + Duration.toMillis(deadline),
    budget: options.budget === undefined ? undefined : yield* Budget.make(options.budget)
  }
  const started = Progress.Event.RunStarted({ ticker, models: slots.map(({ model }) => model) })
  const asking = Effect.zipRight(run.emit(started), Asking.askAll(run, terms)).pipe(
    Effect.as(Option.none<Reason>()),
    Effect.raceFirst(Effect.as(options.stopWhen ?? Effect.never, Option.some<Reason>(interrupted))),
    Effect.timeoutTo({ duration: deadline, onSuccess: identity, onTimeout: () => Option.some(deadlineExceeded) })
  )
  // Answers are paid for: whatever ends the asking, an interruption or a defect, nothing comes between it and the saving.
  const cutShort = yield* Effect.uninterruptibleMask((restore) =>
    restore(asking).pipe(
      Effect.onError(() => end(interrupted)),
      Effect.tap((reason) => end(Option.getOrElse(reason, () => interrupted)))
    )
  )
  // A deadline is an end that was asked for; what was answered by then is saved.
  if (!Option.contains(cutShort, interrupted)) yield* run.finish

  const algorithms = slots.map(Slot.algorithmOf)
  const generated = algorithms.filter(Option.isSome).length
  yield* run.emit(Progress.Event.RunFinished({ generated, requested: slots.length }))
  return {
    ticker,
    startedAt,
    durationMs: (yield* Clock.currentTimeMillis) - startedAt,
    success: generated > 0,
    algorithms,
    outcomes: slots.map(Slot.outcomeOf)
  }
})
