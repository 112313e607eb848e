/**
 * The main job: several models at once, for one ticker. Each model has a slot in the order of the request, and whatever
 * happens to one stays in its slot. Here the parts are put together and the run's time is kept.
 */
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import { ArrayFormatter } from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { AlgorithmStore, type StoreError } from "./AlgorithmStore.js"
import * as Asking from "./Asking.js"
import * as Budget from "./Budget.js"
import { DeadlineExceeded, Interrupted, type Reason } from "./GenerationError.js"
import type * as Job from "./Job.js"
import { REQUEST_TIMEOUT } from "./Job/Sending.js"
import { Journal } from "./Journal.js"
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
  /** Algorithms a model, each with a strategy and a seed of its own; default 1. */
  readonly samples?: number | undefined
  /** The most that the run may spend, in US dollars; default no limit. What does not fit is not sent. */
  readonly budget?: number | undefined
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
  const { concurrency, deadline, models, samples, ticker } = yield* validate(options)
  const store = yield* AlgorithmStore
  yield* store.prepare
  const slots = yield* slotsOf(models, samples, ticker)
  const run = Run.make({
    ticker,
    slots,
    listener: options.onProgress,
    journal: yield* Effect.serviceOption(Journal),
    resume: options.resume === true
  })
  const startedAt = yield* Clock.currentTimeMillis
  yield* run.emit(Progress.Event.RunStarted({ ticker, models: slots.map(({ model }) => model) }))

  const end = (reason: Reason) => Effect.zipRight(run.abandon(reason), run.save(store))
  const interrupted = new Interrupted()
  const deadlineExceeded = new DeadlineExceeded({ deadlineMs: Duration.toMillis(deadline) })
  const terms = {
    ...options,
    concurrency,
    endsAt: startedAt + Duration.toMillis(deadline),
    budget: options.budget === undefined ? undefined : yield* Budget.make(options.budget)
  }
  const cutShort = yield* Asking.askAll(run, terms).pipe(
    Effect.as(Option.none<Reason>()),
    Effect.raceFirst(Effect.as(options.stopWhen ?? Effect.never, Option.some<Reason>(interrupted))),
    Effect.timeoutTo({ duration: deadline, onSuccess: identity, onTimeout: () => Option.some(deadlineExceeded) }),
    Effect.onInterrupt(() => end(interrupted)),
    Effect.tap((reason) => end(Option.getOrElse(reason, () => interrupted)))
  )
  if (Option.isNone(cutShort)) yield* run.finish

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
  const { budget = 0, concurrency = CONCURRENCY, models, samples = 1 } = options
  const { maxCompletionTokens = 1, maxRetries = 0, repairs = 0 } = options
  const ticker = yield* Schema.decode(Ticker)(options.ticker).pipe(
    Effect.mapError(
      (error) => new InvalidRequest({ message: ArrayFormatter.formatErrorSync(error)[0]?.message ?? error.message })
    )
  )
  const deadline = Duration.decode(options.deadline ?? DEADLINE)
  const requestTimeout = Duration.decode(options.requestTimeout ?? REQUEST_TIMEOUT)
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
    [isWhole(samples, 1), `the samples must be a whole number of at least 1, not ${samples}`],
    [isWhole(repairs, 0), `the repairs must be a whole number of at least 0, not ${repairs}`],
    [budget >= 0 && Number.isFinite(budget), `the budget must be a number of US dollars, not ${budget}`],
    [Duration.toMillis(deadline) > 0, "the deadline must be longer than nothing"],
    [Duration.toMillis(requestTimeout) > 0, "the limit of one request must be longer than nothing"]
  ]
  for (const [holds, message] of rules) {
    if (!holds) return yield* new InvalidRequest({ message })
  }
  return { concurrency, deadline, models, samples, ticker }
})

/** Model by model, then sample. */
const slotsOf = (
  models: ReadonlyArray<string>,
  samples: number,
  ticker: string
): Effect.Effect<ReadonlyArray<Slot.Slot>> =>
  Effect.gen(function* () {
    const { build } = yield* Prompt
    const places = models.flatMap((model) => Arr.makeBy(samples, (n) => ({ model, sample: n + 1 })))
    const seen = new Map<string, number>()
    return yield* Effect.forEach(places, ({ model, sample }, index) => {
      const ordinal = (seen.get(model) ?? 0) + 1
      seen.set(model, ordinal)
      const prompt = build({ model, ticker, sample })
      const seed = samples > 1 ? sample : undefined
      return Effect.map(sha256(prompt), (promptHash): Slot.Slot => ({
        index,
        model,
        ticker,
        sample,
        ordinal,
        seed,
        prompt,
        promptHash,
        askedModel: model
      }))
    })
  })
