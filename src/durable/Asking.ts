/** One job to its outcome, by the same run as everywhere, with a journal in the database and nothing saved to files. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { OpenRouter } from "../api/OpenRouter.js"
import * as Consequence from "../domain/Consequence.js"
import { DeadlineExceeded, NotAsked, type Reason } from "../domain/GenerationError.js"
import * as Generation from "../generation/Generation.js"
import { promptHash } from "../generation/Plan.js"
import type { Outcome } from "../generation/Report.js"
import * as Prompt from "../prompt/Prompt.js"
import { AlgorithmStore } from "../storage/AlgorithmStore.js"
import { Journal } from "../storage/Journal.js"
import * as Now from "../telemetry/Now.js"
import type * as Answers from "./Answers.js"
import type { Gate } from "./Checking.js"
import type * as Job from "./Job.js"

/** The client saves what comes back; a worker has no folder. */
const NOWHERE = AlgorithmStore.of({ prepare: Effect.void, save: (name) => Effect.succeed(name) })

export interface Options {
  readonly answers: Answers.Answers
  /** US dollars that are left for this job and all that come after it. */
  readonly budget: number | undefined
  readonly gate: Pick<Gate, "enterAlone" | "leave">
  /** Ends the job with what has arrived. */
  readonly cancelled: Deferred.Deferred<void>
  /** From then on nothing new is sent. */
  readonly draining: Deferred.Deferred<void>
}

/** The outcome, or nothing where the job is to be handed over. */
export const run = (
  job: Job.Job,
  { answers, budget, cancelled, draining, gate }: Options
): Effect.Effect<Option.Option<Outcome>, never, OpenRouter> =>
  Effect.gen(function* () {
    const server = yield* OpenRouter
    const now = yield* Now.millis
    const left = job.deadline === undefined ? undefined : job.deadline - now
    // The one that was given to the batch, of which less is left here; the database's clock has fractions.
    const exceeded = new DeadlineExceeded({ deadlineMs: Math.round((job.deadline ?? now) - job.created) })
    if (left !== undefined && left <= 0) return Option.some(failed(job, exceeded))
    // From the request until its answer is judged: an answer that is handed over unjudged is suspect for the next worker.
    let busy = false
    const complete: typeof server.complete = (...request) =>
      Effect.gen(function* () {
        yield* gate.leave
        if (yield* Deferred.isDone(draining)) return yield* Effect.never
        busy = true
        return yield* server.complete(...request).pipe(
          Effect.onExit((exit) =>
            Effect.sync(() => {
              busy = Exit.isSuccess(exit)
            })
          )
        )
      })
    const journal: typeof answers.journal = {
      ...answers.journal,
      lookup: (key) =>
        Effect.tap(answers.journal.lookup(key), (found) => {
          busy &&= Option.isSome(found)
        })
    }
    // An answer that another worker left behind is checked first.
    if (answers.isTakenOver) yield* gate.enterAlone

    let outcome: Outcome | undefined
    const asking = Generation.stream({
      ...job.settings,
      requests: [job.request],
      concurrency: 1,
      resume: true,
      deadline: left,
      budget,
      stopWhen: Deferred.await(cancelled)
    }).pipe(
      Stream.runForEach((event) => {
        if (event._tag === "Settled") outcome = event.outcome
        return event._tag === "Note" ? Effect.logInfo(event.message) : Effect.void
      }),
      Effect.catchAll(({ message }) =>
        Effect.sync(() => {
          outcome = failed(job, new NotAsked({ message }))
        })
      ),
      Effect.provideService(OpenRouter, { ...server, complete }),
      Effect.provideService(AlgorithmStore, NOWHERE),
      Effect.provideService(Journal, journal),
      Effect.provideService(Prompt.Prompt, { build: () => job.messages, strategy: () => job.request.strategy })
    )
    const idle = Effect.sleep("20 millis").pipe(Effect.repeat({ until: () => !busy }))
    yield* Effect.raceFirst(asking, Effect.zipRight(Deferred.await(draining), idle))
    if (outcome === undefined) return Option.none()
    const reason = Option.map(outcome.reason, (one) => (one._tag === "DeadlineExceeded" ? exceeded : one))
    return Option.some({ ...outcome, reason, index: job.index, file: Option.none() })
  }).pipe(Effect.ensuring(gate.leave))

export const failed = (
  { index, messages, request }: Pick<Job.Job, "index" | "messages" | "request">,
  reason: Reason,
  retryAt?: number | undefined
): Outcome => ({
  index,
  model: request.model,
  ticker: request.ticker,
  sample: request.sample ?? 1,
  strategy: request.strategy,
  promptHash: promptHash(messages),
  status: Consequence.of(reason).skipped ? "skipped" : "failed",
  algorithm: Option.none(),
  reason: Option.some(reason),
  retryAt: Option.fromNullable(retryAt),
  file: Option.none(),
  askedModel: request.model,
  servedModel: Option.none(),
  attempts: [],
  resumed: false,
  trial: Option.none(),
  durationMs: 0,
  usage: Option.none()
})
