/**
 * The main job: several models at once, for one ticker. Each model has a slot in the order of the request, and whatever
 * happens to one stays in its slot. Here the parts are put together and the run's time is kept.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ArrayFormatter } from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { AlgorithmStore, type StoreError } from "./AlgorithmStore.js"
import * as Asking from "./Asking.js"
import { DeadlineExceeded, Interrupted, type Reason } from "./GenerationError.js"
import * as Job from "./Job.js"
import type { OpenRouter } from "./OpenRouter.js"
import * as Progress from "./Progress.js"
import { Prompt } from "./Prompt.js"
import type { GenerationReport } from "./Report.js"
import * as Run from "./Run.js"
import { sha256 } from "./Sha256.js"
import * as Slot from "./Slot.js"
import { Ticker } from "./Ticker.js"

export interface Options extends Job.Settings {
  /** Model ids; the order counts, duplicates get a result each. */
  readonly models: ReadonlyArray<string>
  readonly ticker: string
  /** Requests in flight at most; default 6. */
  readonly concurrency?: number | undefined
  /** The whole run; default 400 s. */
  readonly deadline?: Duration.DurationInput | undefined
  /** Hears of everything that happens, in order. What it dies of harms nothing. */
  readonly onProgress?: Run.Listener | undefined
  /** Ends the run early when it succeeds: what is finished is saved and reported, as at the deadline. */
  readonly stopWhen?: Effect.Effect<unknown> | undefined
}

/** Requests in flight at the same time: as many as models are usually asked, so that all start at once. */
export const CONCURRENCY = 6

/** The figure of the system this replaces: six models at the limit of one attempt each, and a little more. */
export const DEADLINE = Duration.seconds(400)

/** What was asked for makes no sense; nothing was sent. */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>()("InvalidRequest", {
  message: Schema.String
}) {}

/**
 * Never fails for a model's sake: that is what the slots are for. Fails with `InvalidRequest`, or with the store's error
 * when nothing could be saved anyway, both before anything is sent. When it is interrupted, what is finished is saved.
 */
export const generateAlgorithms: (
  options: Options
) => Effect.Effect<GenerationReport, InvalidRequest | StoreError, OpenRouter | AlgorithmStore> = Effect.fn(
  "Generation.generateAlgorithms"
)(function* (options) {
  const { concurrency, deadline, models, ticker } = yield* validate(options)
  const store = yield* AlgorithmStore
  yield* store.prepare
  const slots = yield* slotsOf(models, ticker)
  const run = Run.make(slots, options.onProgress)
  const startedAt = yield* Clock.currentTimeMillis
  yield* run.emit(Progress.Event.RunStarted({ ticker, models }))

  const end = (reason: Reason) => Effect.zipRight(run.abandon(reason), run.save(store))
  const interrupted = new Interrupted()
  const asking = Asking.askAll(run, { ...options, concurrency, endsAt: startedAt + Duration.toMillis(deadline) }).pipe(
    Effect.raceFirst(options.stopWhen ?? Effect.never),
    Effect.timeoutTo({
      duration: deadline,
      onSuccess: (): Reason => interrupted,
      onTimeout: () => new DeadlineExceeded({ deadlineMs: Duration.toMillis(deadline) })
    })
  )
  // Answers are paid for: whatever ends the asking, an interruption or a defect, nothing comes between it and the saving.
  yield* Effect.uninterruptibleMask((restore) =>
    restore(asking).pipe(
      Effect.onError(() => end(interrupted)),
      Effect.flatMap(end)
    )
  )

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

const validate = Effect.fnUntraced(function* (options: Options) {
  const { concurrency = CONCURRENCY, maxCompletionTokens = 1, maxRetries = 0, models } = options
  const ticker = yield* Schema.decode(Ticker)(options.ticker).pipe(
    Effect.mapError(
      (error) => new InvalidRequest({ message: ArrayFormatter.formatErrorSync(error)[0]?.message ?? error.message })
    )
  )
  const deadline = Duration.decode(options.deadline ?? DEADLINE)
  const requestTimeout = Duration.decode(options.requestTimeout ?? Job.REQUEST_TIMEOUT)
  const isWhole = (n: number, least: number) => Number.isSafeInteger(n) && n >= least
  const rules: ReadonlyArray<readonly [holds: boolean, complaint: string]> = [
    [models.length > 0, "no model was named"],
    [models.every((model) => model.trim() !== ""), "a model id is blank"],
    [isWhole(concurrency, 1), `the concurrency must be a whole number of at least 1, not ${concurrency}`],
    [isWhole(maxRetries, 0), `the retries must be a whole number of at least 0, not ${maxRetries}`],
    [
      isWhole(maxCompletionTokens, 1),
      `the token ceiling must be a whole number of at least 1, not ${maxCompletionTokens}`
    ],
    [Duration.toMillis(deadline) > 0, "the deadline must be longer than nothing"],
    [Duration.toMillis(requestTimeout) > 0, "the limit of one request must be longer than nothing"]
  ]
  for (const [holds, message] of rules) {
    if (!holds) return yield* new InvalidRequest({ message })
  }
  return { concurrency, deadline, models, ticker }
})

const slotsOf = (models: ReadonlyArray<string>, ticker: string): Effect.Effect<ReadonlyArray<Slot.Slot>> =>
  Effect.flatMap(Prompt, ({ build }) =>
    Effect.forEach(models, (model, index) => {
      const prompt = build({ model, ticker, sample: 1 })
      return Effect.map(sha256(prompt), (promptHash): Slot.Slot => ({
        index,
        model,
        ticker,
        sample: 1,
        prompt,
        promptHash,
        askedModel: model
      }))
    })
  )
