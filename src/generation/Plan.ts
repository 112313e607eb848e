/**
 * The plan of a run: the caller's options, checked before anything is sent or written, and laid out as slots in the order
 * of the request.
 */
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { ArrayFormatter } from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type { ModelRequest } from "../api/ModelRequest.js"
import { sha256 } from "../domain/Hash.js"
import type { Message } from "../domain/Message.js"
import { Ticker } from "../domain/Ticker.js"
import * as Prompt from "../prompt/Prompt.js"
import { REQUEST_TIMEOUT } from "./Sending.js"
import type { Settings } from "./Settings.js"
import type * as Slot from "./Slot.js"

export interface Options extends Settings {
  /** Model ids, each with parameters of its own if need be; the order counts, duplicates get a result each. */
  readonly models: ReadonlyArray<string | ModelRequest>
  readonly ticker: string
  /** Algorithms a model, each with a strategy and a seed of its own, 100 at most; default 1. */
  readonly samples?: number | undefined
  /** Requests in flight at most; default 6. */
  readonly concurrency?: number | undefined
  /** The whole run; default 400 s. */
  readonly deadline?: Duration.DurationInput | undefined
  /** May a paid model answer for a `:free` one that is not on offer any more; default only where there is a budget. */
  readonly allowPaid?: boolean | undefined
  /** The most that the run may spend, in US dollars; default no limit. What does not fit is not sent. */
  readonly budget?: number | undefined
}

export interface Plan {
  readonly ticker: string
  readonly concurrency: number
  readonly deadline: Duration.Duration
  readonly slots: ReadonlyArray<Slot.Planned>
}

/** Requests in flight at the same time: as many as models are usually asked, so that all start at once. */
export const CONCURRENCY = 6

/** Each sample costs, and strategies repeat long before: a larger number is probably a typing error. */
export const MAX_SAMPLES = 100

/** The figure of the system this replaces: six models at the limit of one attempt each, and a little more. */
export const DEADLINE = Duration.seconds(400)

/** The options make no sense; nothing was sent. */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>()("InvalidRequest", {
  message: Schema.String
}) {}

export const make = (options: Options): Effect.Effect<Plan, InvalidRequest> =>
  Effect.gen(function* () {
    const { concurrency, deadline, models, samples, ticker } = yield* validate(options)
    return {
      ticker,
      concurrency,
      deadline,
      slots: yield* slotsOf(models.map(asRequest), samples, ticker, options.system)
    }
  })

const validate = Effect.fnUntraced(function* (options: Options) {
  const { budget = 0, concurrency = CONCURRENCY, models, samples = 1 } = options
  const { maxCompletionTokens = 1, maxRetries = 0, patience = 0, repairs = 0 } = options
  const ticker = yield* Schema.decode(Ticker)(options.ticker).pipe(
    Effect.mapError(
      (error) => new InvalidRequest({ message: ArrayFormatter.formatErrorSync(error)[0]?.message ?? error.message })
    )
  )
  const deadline = Duration.decode(options.deadline ?? DEADLINE)
  const requestTimeout = Duration.decode(options.requestTimeout ?? REQUEST_TIMEOUT)
  const isWhole = (n: number, least: number) => Number.isSafeInteger(n) && n >= least
  const rules: ReadonlyArray<readonly [holds: boolean, complaint: string]> = [
    [models.length > 0, "name at least one model"],
    [models.every((named) => asRequest(named).model.trim() !== ""), "a model id is empty"],
    [isWhole(concurrency, 1), `the concurrency must be a whole number of at least 1, not ${concurrency}`],
    [isWhole(maxRetries, 0), `the retries must be a whole number of at least 0, not ${maxRetries}`],
    [isWhole(patience, 0), `the patience must be a whole number of at least 0, not ${patience}`],
    [
      isWhole(maxCompletionTokens, 1),
      `the token limit must be a whole number of at least 1, not ${maxCompletionTokens}`
    ],
    [
      isWhole(samples, 1) && samples <= MAX_SAMPLES,
      `the samples for each model must be a whole number from 1 to ${MAX_SAMPLES}, not ${samples}`
    ],
    [isWhole(repairs, 0), `the repairs must be a whole number of at least 0, not ${repairs}`],
    [budget >= 0 && Number.isFinite(budget), `the budget must be a number of US dollars, not ${budget}`],
    [Duration.toMillis(deadline) > 0, "the deadline must be more than 0"],
    [Duration.toMillis(requestTimeout) > 0, "the request timeout must be more than 0"]
  ]
  for (const [holds, message] of rules) {
    if (!holds) return yield* new InvalidRequest({ message })
  }
  return { concurrency, deadline, models, samples, ticker }
})

const asRequest = (model: string | ModelRequest): ModelRequest => (typeof model === "string" ? { model } : model)

/** Model by model, then sample. */
const slotsOf = (
  models: ReadonlyArray<ModelRequest>,
  samples: number,
  ticker: string,
  system: string | undefined
): Effect.Effect<ReadonlyArray<Slot.Planned>, InvalidRequest> =>
  Effect.gen(function* () {
    const prompt = yield* Prompt.Prompt
    const before: ReadonlyArray<Message> = system === undefined ? [] : [{ role: "system", content: system }]
    const places = models.flatMap((request) => Arr.makeBy(samples, (n) => ({ ...request, sample: n + 1 })))
    return yield* Effect.forEach(places, ({ model, sample, ...parameters }, index) =>
      Effect.map(Prompt.messages(prompt, { model, ticker, sample }), (built): Slot.Planned => {
        const messages = [...before, ...built]
        return {
          index,
          model,
          ticker,
          sample,
          // The first sample is the same request as a run without samples, so that its journalled answer is found.
          seed: sample > 1 ? sample : undefined,
          messages,
          promptHash: hashOf(messages),
          parameters
        }
      })
    ).pipe(Effect.mapError(({ message }) => new InvalidRequest({ message })))
  })

/** The hash of the text if the prompt is a single text, else of all messages. */
const hashOf = (messages: ReadonlyArray<Message>): string => {
  const [first, ...others] = messages
  const isText = first?.role === "user" && others.length === 0
  return sha256(isText ? first.content : JSON.stringify(messages.map(({ content, role }) => [role, content])))
}
