/** What callers without Effect call: plain values, and no type of another package. */
import type { Report } from "./Results.js"

/**
 * Called with a percentage from 0 to 100 that never falls, and a message: a sentence, or one of `MODEL_START::{model}`,
 * `PREVIEW::{model}::{code}`, `MODEL_OK::{model}::generated`, `MODEL_OK::{model}::saved`, `MODEL_FAIL::{model}::{reason}` and
 * `MODEL_SKIP::{model}::unavailable`. Code may contain `::`, so split at most twice. If it throws, the run goes on.
 */
export type ProgressCallback = (percent: number, message: string) => void

export type Effort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max"

/** How models are asked. Times are in milliseconds. */
export interface GenerateOptions {
  /** Retries after the first attempt; default 3. */
  readonly maxRetries?: number | undefined
  /** More waits after the retries, up to 30 s each; default 0. */
  readonly patience?: number | undefined
  /** How often a model may correct code that failed a check; default 0. */
  readonly repairs?: number | undefined
  /** One attempt, from sending to the last byte; default 60,000. */
  readonly requestTimeout?: number | undefined
  /** Tokens of an answer, thoughts included; default 4096, or 16384 if the model reasons. */
  readonly maxTokens?: number | undefined
  /** 0 to 2; default as each server has it. */
  readonly temperature?: number | undefined
  readonly effort?: Effort | undefined
  /** Instructions before the prompt. */
  readonly system?: string | undefined
  /** OpenRouter's `provider` object. */
  readonly provider?: { readonly [name: string]: unknown } | undefined
  readonly serviceTier?: string | undefined
  /** Packages that modules may import besides the usual modules, such as `pandas`. */
  readonly imports?: ReadonlyArray<string> | undefined
  /** Ends the call when it is aborted. What is finished is saved, and the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** A model with parameters of its own, in place of those of the call. */
export interface Agent extends Pick<GenerateOptions, "effort" | "maxTokens" | "serviceTier" | "temperature"> {
  /** The id as the server lists it. */
  readonly model: string
}

/** One call that asks several models. */
export interface RunOptions extends GenerateOptions {
  /** The folder for the algorithms and the journal; default `generated`. With `null` nothing is written. */
  readonly directory?: string | null | undefined
  /** Algorithms for each model, 100 at most; default 1. */
  readonly samples?: number | undefined
  /** Ask until so many different algorithms are there; default 0. */
  readonly distinct?: number | undefined
  /** How often each model may improve its algorithm, 20 at most; default 0. More than 0 means a trial as well. */
  readonly rounds?: number | undefined
  /** CSV files of prices, or folders of them: the prompt tells of the first two thirds, and the trial scores by the rest. */
  readonly data?: string | ReadonlyArray<string> | undefined
  /** What a tick is; default as in the data, or a minute. */
  readonly bar?: "minute" | "hour" | "day" | undefined
  /** In place of the built-in prompt, with placeholders such as `{{ticker}}`. */
  readonly prompt?: string | undefined
  /** Run each algorithm in a sandbox and score it before it is saved; default false, and true with `data` or `rounds`. */
  readonly trial?: boolean | undefined
  /** Requests in flight for this call; default 6. */
  readonly concurrency?: number | undefined
  /** The whole call; default 400,000. */
  readonly deadline?: number | undefined
  /** Use answers that the journal already has for this request; default false. */
  readonly resume?: boolean | undefined
  /** Ask the paid variant of a `:free` model that is gone; default false. */
  readonly allowPaid?: boolean | undefined
  /** The most that the call may spend, in US dollars; default no limit. */
  readonly budget?: number | undefined
  /** The messages about a model have its place in the request, from 0, before its id: `MODEL_OK::{index}::{model}::saved`. */
  readonly indexed?: boolean | undefined
}

/** A client's server and limits; the rest are defaults for its calls. */
export interface ClientOptions extends Omit<RunOptions, "signal"> {
  /** Default `ALGOGEN_API_KEY`, or `OPENROUTER_API_KEY` as long as requests go where the environment says. */
  readonly apiKey?: string | undefined
  /** Default `OPENROUTER_BASE_URL`, or https://openrouter.ai/api/v1. */
  readonly baseUrl?: string | undefined
  /** Default `OPENROUTER_SITE_URL`, or http://localhost. */
  readonly siteUrl?: string | undefined
  /** Default `OPENROUTER_APP_NAME`, or algogen. */
  readonly appName?: string | undefined
  /** Receive answers as they are written; default true. */
  readonly stream?: boolean | undefined
  /** Requests in flight over all calls of the client, and of each of them; default 10 and 6. */
  readonly concurrency?: number | undefined
  /** Connections to the server at most; default as many as there are requests in flight. */
  readonly connections?: number | undefined
}

/** The functions, with one connection pool and one flow control for all calls. */
export interface Functions {
  /**
   * Asks all models at once and saves their algorithms, in the order of `selectedAgents`. Resolves to true if there is at
   * least one. Rejects before anything is sent with a `ConfigurationError`, an `InvalidRequest`, or, if the folder cannot
   * be written, with a `StoreError`.
   */
  readonly generateAlgorithmsForAgents: (
    selectedAgents: ReadonlyArray<string | Agent>,
    ticker: string,
    progressCallback?: ProgressCallback | null,
    options?: RunOptions
  ) => Promise<boolean>
  /** The same, and resolves to the report. It has the algorithms, so a folder that cannot be written costs a warning. */
  readonly generateAlgorithms: (
    selectedAgents: ReadonlyArray<string | Agent>,
    ticker: string,
    progressCallback?: ProgressCallback | null,
    options?: RunOptions
  ) => Promise<Report>
  /** Asks one model and resolves to the Python source, or to null if there is none. Writes no file. */
  readonly generateAlgorithm: (modelId: string, promptText: string, options?: GenerateOptions) => Promise<string | null>
}

export interface Client extends Functions, AsyncDisposable {
  /** Waits for the calls that go on, takes no more, and closes the connections. */
  readonly close: () => Promise<void>
}
