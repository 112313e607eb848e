/** What a caller may say: of a single model, of a run for one ticker, or of any number of requests. */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type * as ModelRequest from "../api/ModelRequest.js"
import type * as Listening from "./Listening.js"

/** How models are asked: what a run and a call for a single model share. */
export interface Settings {
  /** Retries after the first attempt, for failures that may pass; default 3. */
  readonly maxRetries?: number | undefined
  /**
   * Waits after the retries, each longer than the one before and 30 s at most, for what may pass later and for what flow
   * control holds back; default 0. Waits that the server asks for are never counted as retries.
   */
  readonly patience?: number | undefined
  /** One attempt, wall clock over the whole exchange; default 60 s. */
  readonly requestTimeout?: Duration.DurationInput | undefined
  /** Use answers that the journal holds, without a request and without cost; default false. */
  readonly resume?: boolean | undefined
  /**
   * Token limit of an answer, reasoning included; default 4096, or 16384 where the catalogue says that the model
   * reasons. Raised for an answer that is cut off.
   */
  readonly maxCompletionTokens?: number | undefined
  /** How often a model may correct code that failed a check; default 0, because asking costs. */
  readonly repairs?: number | undefined
  /** How freely models may choose their words, from 0 to 2; default as each server has it. */
  readonly temperature?: number | undefined
  /** How much the models are to think before they answer; default as each model has it. */
  readonly effort?: ModelRequest.Effort | undefined
  /** Instructions that go before the prompt, as a message of the role `system`. */
  readonly system?: string | undefined
  /** Which providers OpenRouter may use: its `provider` object, passed through as it is. */
  readonly provider?: ModelRequest.ChatRequest["provider"]
  /** `flex`, `priority`, .., passed through as it is. */
  readonly serviceTier?: string | undefined
}

/** What is asked of a single model. */
export interface OfModel extends Settings {
  /** The id of the model, as the server lists it. It is sent as it is: parameters are options of their own. */
  readonly model: string
  /** What the model is told, in the role `user`; the module is looked for in its answer. */
  readonly prompt: string
  /** What a trial run trades, where there is one; default AAPL. */
  readonly ticker?: string | undefined
  /** A whole number for servers that repeat an answer for one; default none. */
  readonly seed?: number | undefined
}

/** Within which limits a run asks. */
export interface Limits extends Settings {
  /** Requests in flight at most; default 6. */
  readonly concurrency?: number | undefined
  /**
   * The whole run, from when its prompts are built, which have as long; default 400 s. A stream of requests has no limit by default, and
   * builds its prompts within one that is given.
   */
  readonly deadline?: Duration.DurationInput | undefined
  /** May a paid model answer for a `:free` one that is not on offer any more; default only where there is a budget. */
  readonly allowPaid?: boolean | undefined
  /** The most that the run may spend, in US dollars; default no limit. What does not fit is not sent. */
  readonly budget?: number | undefined
  /**
   * How often each model is asked to improve its algorithm, 20 times at most; default 0. Needs a `Trial` whose exam has rounds. In a stream of
   * requests a model hears nothing of the others.
   */
  readonly rounds?: number | undefined
}

/** What to ask about one ticker. */
export interface OfTicker extends Limits {
  /** Model ids, each with parameters of its own if need be; the order counts. One that is named again is asked for further samples. */
  readonly models: ReadonlyArray<string | ModelRequest.ModelRequest>
  readonly ticker: string
  /** Algorithms for each naming of a model, each with a strategy and a seed of its own, 100 at most; default 1. */
  readonly samples?: number | undefined
  /**
   * How many different algorithms there are to be: more samples are asked for, within budget and deadline, as long as some
   * repeat others; at most so many more. Default 0: as many as come.
   */
  readonly distinct?: number | undefined
}

/** One algorithm to ask for, with parameters of its own if need be. */
export interface Request extends ModelRequest.ModelRequest {
  readonly ticker: string
  /** Which of several algorithms of this model for this ticker, from 1; default 1. */
  readonly sample?: number | undefined
  /** The place of the model among those that are asked about the ticker, from 0: it decides the strategy; default a hash of the id. */
  readonly position?: number | undefined
  /** In place of what the `Prompt` service says. */
  readonly prompt?: string | undefined
  /** In place of the run's own instructions. */
  readonly system?: string | undefined
}

/** How a run ends and what it tells. */
export interface Manner {
  /**
   * Ends the run early when it succeeds: what is finished is saved and reported, as at the deadline. It is run once, from the beginning; where
   * not all prompts are built by then, the run fails with `InvalidRequest`. Where it dies or is interrupted from inside, it ends nothing.
   */
  readonly stopWhen?: Effect.Effect<unknown> | undefined
  /** `Writing` events carry the whole text so far as well as the new part of it; default false. */
  readonly wholeText?: boolean | undefined
}

/** What to ask, and within which limits. */
export interface StreamOptions extends OfTicker, Manner {}

export interface Options extends StreamOptions {
  /** Called for every event, in order. If a call takes over 5 s it gets no more; if it dies, the run goes on. */
  readonly onProgress?: Listening.Listener | undefined
}

/** Any number of requests, for any number of tickers. */
export interface ManyOptions<E = never, R = never> extends Limits, Manner {
  readonly requests: Iterable<Request> | Stream.Stream<Request, E, R>
}
