/**
 * Puts the results of a run into its slots, each once: emits the event, logs a failure, saves in order. From here on a
 * failure is a value, not an error.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { OpenRouter } from "../api/OpenRouter.js"
import * as Consequence from "../domain/Consequence.js"
import { GenerationError, type Reason } from "../domain/GenerationError.js"
import type { AlgorithmStore } from "../storage/AlgorithmStore.js"
import * as Now from "../telemetry/Now.js"
import type { Generated } from "./Judging.js"
import * as Leaderboard from "./Leaderboard.js"
import * as Saving from "./Saving.js"
import * as Slot from "./Slot.js"
import type { Task } from "./Task.js"

export interface Options extends Saving.Options {
  /** What a model said is asked for again after its slot is settled. */
  readonly keepsTexts: boolean
}

/** Settles a slot either way, for `Effect.tapBoth`. */
export interface Report {
  readonly onSuccess: (generated: Generated) => Effect.Effect<void>
  readonly onFailure: (error: GenerationError) => Effect.Effect<void>
}

export interface Settling {
  /** Opens a slot: from now on it will be settled, whatever happens. Called in the order of the request. */
  readonly expect: (slot: Slot.Planned) => void
  /** The task of an open slot. */
  readonly assign: (task: Task) => void
  /** Forgets the task of an open slot, which is made anew when it is asked; it is remembered which model that is. */
  readonly postpone: (task: Task) => void
  readonly report: (slot: Slot.Planned) => Report
  /** The run is over: settles what is open, each with its algorithm if it has one by now, else with this reason. */
  readonly abandon: (reason: Reason) => Effect.Effect<void>
}

interface Open {
  readonly slot: Slot.Planned
  askedModel: string
  canonicalSlug: string | undefined
  task: Task | undefined
}

const closing = ({ ledger }: Task) => Effect.sync(ledger.close)

export const make = (
  options: Options,
  keyOf: (task: Task) => string
): Effect.Effect<Settling, never, AlgorithmStore | OpenRouter> =>
  Effect.zipWith(Saving.make(options), OpenRouter, (saving, server) => {
    const { emit, keepsTexts } = options
    const simulated = server.simulated === true
    const open = new Map<number, Open>()

    const say = ({ index, model, sample, ticker }: Slot.Planned, result: Slot.Settled["result"]) => {
      if (Either.isRight(result)) {
        const { right } = result
        emit({ _tag: "Generated", index, model, code: right.module.source, score: Leaderboard.scoreOf(right) })
        return Effect.void
      }
      const { message, reason, retryAt } = result.left
      emit({ _tag: Consequence.of(reason).skipped ? "Skipped" : "Failed", index, model, reason, retryAt })
      // That is no failure: somebody ended the run.
      const log = reason._tag === "Interrupted" ? Effect.logDebug : Effect.logWarning
      return log(message).pipe(Effect.annotateLogs({ model, ticker, sample }))
    }

    const settle = (slot: Slot.Planned, result: Slot.Settled["result"]): Effect.Effect<void> =>
      Effect.uninterruptible(
        Now.now((at) => {
          const place = open.get(slot.index)
          if (place === undefined) return Effect.void
          open.delete(slot.index)
          const { askedModel, canonicalSlug, task } = place
          // The place is older than its task: what an old object refers to stays in memory until the old ones are collected.
          place.task = undefined
          const facts = {
            askedModel,
            canonicalSlug,
            key: () => task && keyOf(task),
            at,
            attempts: task?.ledger.attempts() ?? [],
            resumed: Either.match(result, {
              onLeft: () => task?.ledger.resumed ?? false,
              onRight: ({ resumed }) => resumed
            }),
            rounds: task?.ledger.rounds ?? [],
            simulated,
            result
          }
          const saved = Effect.suspend(() => saving.settled(Slot.settle(slot, facts)))
          const closed = task === undefined || keepsTexts ? saved : Effect.zipRight(saved, closing(task))
          return Effect.zipRight(say(slot, result), closed)
        })
      )

    const report = (slot: Slot.Planned): Report => ({
      onSuccess: (generated) => settle(slot, Either.right(generated)),
      onFailure: (error) => settle(slot, Either.left(error))
    })

    return {
      expect: (slot) => {
        open.set(slot.index, { slot, askedModel: slot.model, canonicalSlug: undefined, task: undefined })
        saving.expect(slot)
      },
      assign: (task) => {
        const place = open.get(task.slot.index)
        if (place === undefined) return
        place.task = task
        place.askedModel = task.model
        place.canonicalSlug = task.info?.canonicalSlug
      },
      postpone: ({ slot }) => {
        const place = open.get(slot.index)
        if (place !== undefined) place.task = undefined
      },
      report,
      abandon: (reason) =>
        Effect.forEach(
          [...open.values()],
          ({ slot, task }) => {
            const error = () => new GenerationError({ model: slot.model, reason })
            return settle(slot, Either.fromNullable(task?.ledger.generated, error))
          },
          { discard: true }
        ).pipe(Effect.zipRight(saving.flush))
    }
  })
