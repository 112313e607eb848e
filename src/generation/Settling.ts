/**
 * Puts the results of a run into its slots, each once: emits the event, logs a failure, saves in order. From here on a
 * failure is a value, not an error.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { OpenRouter } from "../api/OpenRouter.js"
import * as Consequence from "../domain/Consequence.js"
import { GenerationError, type Reason } from "../domain/GenerationError.js"
import type { AlgorithmStore } from "../storage/AlgorithmStore.js"
import type { Generated } from "./Judging.js"
import type { Emit } from "./Progress.js"
import * as Saving from "./Saving.js"
import * as Slot from "./Slot.js"
import type { Task } from "./Task.js"

/** Settles a slot either way, for `Effect.tapBoth`. */
export interface Report {
  readonly onSuccess: (generated: Generated) => Effect.Effect<void>
  readonly onFailure: (error: GenerationError) => Effect.Effect<void>
}

export interface Settling {
  /** Settles a slot, whose model was asked if it has a task. */
  readonly report: (slot: Slot.Planned, task?: Task) => Report
  /** The run is over: settles what is open, each with its algorithm if it has one by now, else with this reason. */
  readonly abandon: (reason: Reason) => Effect.Effect<void>
  /** Every slot, once all are settled. */
  readonly slots: () => ReadonlyArray<Slot.Saved>
}

export const make = (
  planned: ReadonlyArray<Slot.Planned>,
  tasks: ReadonlyMap<number, Task>,
  emit: Emit
): Effect.Effect<Settling, never, AlgorithmStore | OpenRouter> =>
  Effect.zipWith(Saving.make(planned, emit), OpenRouter, (saving, server) => {
    const simulated = server.simulated === true
    const settled = new Set<number>()

    const say = ({ index, model, sample, ticker }: Slot.Planned, result: Slot.Settled["result"]) => {
      if (Either.isRight(result)) {
        emit({ _tag: "Generated", index, model, code: result.right.module.source })
        return Effect.void
      }
      const { message, reason, retryAt } = result.left
      emit({ _tag: Consequence.of(reason).skipped ? "Skipped" : "Failed", index, model, reason, retryAt })
      return Effect.logWarning(message).pipe(Effect.annotateLogs({ model, ticker, sample }))
    }

    const settle = (slot: Slot.Planned, task: Task | undefined, result: Slot.Settled["result"]): Effect.Effect<void> =>
      Effect.gen(function* () {
        if (settled.has(slot.index)) return
        settled.add(slot.index)
        const at = yield* Clock.currentTimeMillis
        yield* say(slot, result)
        const attempts = task?.ledger.attempts() ?? []
        const resumed = task?.ledger.resumed ?? false
        const askedModel = task?.model ?? slot.model
        const canonicalSlug = task?.canonicalSlug
        const facts = { askedModel, canonicalSlug, at, attempts, resumed, simulated, result }
        yield* saving.settled(Slot.settle(slot, facts))
      }).pipe(Effect.uninterruptible)

    return {
      report: (slot, task) => ({
        onSuccess: (generated) => settle(slot, task, Either.right(generated)),
        onFailure: (error) => settle(slot, task, Either.left(error))
      }),
      abandon: (reason) =>
        Effect.forEach(
          planned,
          (slot) => {
            const task = tasks.get(slot.index)
            const generated = Either.fromNullable(
              task?.ledger.generated,
              () => new GenerationError({ model: slot.model, reason })
            )
            return settle(slot, task, generated)
          },
          { discard: true }
        ).pipe(Effect.zipRight(saving.flush)),
      slots: saving.slots
    }
  })
