/** One model, one algorithm: the same way that a run takes for each of its models, for callers who need just one. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { OpenRouter } from "../api/OpenRouter.js"
import type { Attempt } from "../domain/Attempt.js"
import type { GenerationError } from "../domain/GenerationError.js"
import { FlowControl } from "../flow/FlowControl.js"
import * as Job from "./Job.js"

export interface Options extends Job.Settings {
  readonly model: string
  readonly prompt: string
  /** What a trial run trades, where there is one; default AAPL. */
  readonly ticker?: string | undefined
  readonly seed?: number | undefined
}

export interface Generated extends Job.Generated {
  readonly attempts: ReadonlyArray<Attempt>
}

/** Asks until there is an acceptable module, a failure that is final, or no retry left. */
export const generateAlgorithm: (options: Options) => Effect.Effect<Generated, GenerationError, OpenRouter> = Effect.fn(
  "Generator.generateAlgorithm"
)(function* (options) {
  const job = yield* Job.make({ ...options, ticker: options.ticker ?? "AAPL" })
  const flow = yield* Effect.serviceOption(FlowControl)
  // Flow control's budget for retries grows with the jobs, and is forgotten with them.
  const counted = Option.match(flow, { onNone: () => finish(job), onSome: ({ withJobs }) => withJobs(1)(finish(job)) })
  const generated = yield* Effect.onExit(counted, job.end)
  return { ...generated, attempts: job.attempts() }
})

const finish = (job: Job.Job): Effect.Effect<Job.Generated, GenerationError> =>
  Effect.gen(function* () {
    for (;;) {
      const turn = yield* Effect.uninterruptibleMask(job.turn)
      if (turn._tag === "Finished") return yield* turn.result
      yield* Effect.sleep(turn.at - (yield* Clock.currentTimeMillis))
    }
  })
