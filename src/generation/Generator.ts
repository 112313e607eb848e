/**
 * One model to its end: attempts, retries as the server tells and with growing waits, and the same again with a changed
 * request where that is what helps. For callers who need a single model there is `generateAlgorithm`.
 */
import * as Effect from "effect/Effect"
import { flow } from "effect/Function"
import * as Option from "effect/Option"
import type { OpenRouter } from "../api/OpenRouter.js"
import type { Attempt } from "../domain/Attempt.js"
import { isLoading } from "../domain/Consequence.js"
import type { GenerationError } from "../domain/GenerationError.js"
import * as FlowControl from "../flow/FlowControl.js"
import * as RetryPolicy from "../flow/RetryPolicy.js"
import * as Tracing from "../telemetry/Tracing.js"
import * as Guarded from "./Guarded.js"
import type { Generated as Judged } from "./Judging.js"
import * as Lanes from "./Lanes.js"
import type * as Options from "./Options.js"
import * as Progress from "./Progress.js"
import * as Recovery from "./Recovery.js"
import * as Sending from "./Sending.js"
import * as Single from "./Single.js"
import * as Task from "./Task.js"
import * as Verdict from "./Verdict.js"

export type { OfModel as Options } from "./Options.js"

export interface Generated extends Judged {
  readonly attempts: ReadonlyArray<Attempt>
}

/** What asks models, each to its end, under the same settings. */
export const make = (settings: Options.Settings & Sending.Options) =>
  Effect.gen(function* () {
    const { maxRetries = RetryPolicy.MAX_RETRIES, patience = 0 } = settings
    const { attempt, ...sending } = yield* Sending.make(settings)

    /** What the journal answered is one attempt: if that was a failure, the next one asks. */
    const recalledFirst = (task: Task.Task) => {
      const first = task.recalled === undefined ? [] : [task.recalled]
      return Effect.suspend(() => first.pop() ?? attempt(task))
    }

    const asTold = (task: Task.Task) =>
      recalledFirst(task).pipe(
        RetryPolicy.onFailure(() => {
          const { ledger, waits } = task
          const policy = RetryPolicy.asTold(Number.POSITIVE_INFINITY)
          return flow(
            Effect.retry(ledger.again(policy, RetryPolicy.waits(ledger), () => "hint")),
            Effect.retry(ledger.again(RetryPolicy.loading, isLoading, () => "hint")),
            waits.whileOpen
          )
        })
      )

    const generate = (task: Task.Task): Effect.Effect<Judged, GenerationError> =>
      asTold(task).pipe(
        RetryPolicy.onFailure(() => {
          const { again, count } = task.ledger
          const retries = maxRetries - count("backoff")
          const policy = RetryPolicy.retries(retries, patience - count("patience"))
          return flow(
            Effect.retry(again(policy, RetryPolicy.passes, RetryPolicy.causeOf(retries))),
            task.waits.whileOpen
          )
        }),
        Effect.catchAll(recover(task))
      )

    /** Asks again with a changed request: more tokens, once more, or to correct the code. */
    const recover = (task: Task.Task) => (error: GenerationError) => {
      const { ledger, tokenCeiling: ceiling } = task
      return Option.match(
        Recovery.recover(error.reason, task.request, task.allowance, { answer: ledger.text, ceiling }),
        {
          onNone: () => Effect.fail(error),
          onSome: ({ cause, ...changed }) =>
            Effect.flatMap(ledger.postpone(cause, 0), (goesOn) =>
              goesOn ? generate({ ...task, ...changed, recalled: undefined }) : Effect.fail(error)
            )
        }
      )
    }

    return {
      ...sending,
      /** Asks until there is an acceptable module, a failure that is final, or no retry left. */
      generate: (task: Task.Task) =>
        generate(task).pipe(
          Effect.mapError(task.ledger.conclude),
          Tracing.model({ model: task.model, ticker: task.slot.ticker, sample: task.slot.sample })
        )
    }
  })

/** One model, for callers who need just one. Options that make no sense are a `NotAsked` that says which. */
export const generateAlgorithm: (options: Options.OfModel) => Effect.Effect<Generated, GenerationError, OpenRouter> =
  Effect.fn("Generator.generateAlgorithm")(function* (options) {
    const slot = yield* Single.slotOf(options)
    const { join } = yield* FlowControl.current
    const conditions = {
      ...options,
      admit: yield* join({ jobs: 1, concurrency: 1 }),
      emit: Progress.unheard,
      verdict: Verdict.make(),
      lanes: Lanes.make(1),
      endsAt: Number.POSITIVE_INFINITY,
      deadlineMs: Number.POSITIVE_INFINITY
    }
    const { generate } = yield* Guarded.journal(make(conditions))
    const task = yield* Task.make({ slot, model: slot.model, ordinal: 1 }, conditions)
    const generated = yield* generate(task)
    return { ...generated, attempts: task.ledger.attempts() }
  }, Effect.scoped)
