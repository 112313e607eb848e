/** What callers without Effect get: plain values, and no type of another package. */

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

export interface Algorithm {
  readonly model: string
  readonly ticker: string
  /** Which of several of its model, from 1. */
  readonly sample: number
  /** The name of the strategy that the prompt asked for, where it has one. */
  readonly strategy?: string | undefined
  /** The Python source. */
  readonly code: string
  /** SHA-256 of the prompt. */
  readonly promptHash: string
  /** ISO 8601. */
  readonly generatedAt: string
  /** The model that answered, where it is another one. */
  readonly servedModel?: string | undefined
  /** It was made up by the simulator. */
  readonly simulated?: boolean | undefined
  readonly score?: Score | undefined
  readonly rounds?: ReadonlyArray<Round> | undefined
}

/** A fraction, and where the true one lies with 95 % confidence. */
export interface Estimate {
  readonly value: number
  readonly interval: readonly [low: number, high: number] | null
}

/** What an algorithm made of prices that its prompt has not seen. Shares are fractions, after costs. */
export interface Score {
  readonly basis: "data" | "made-up"
  readonly bar: "minute" | "hour" | "day"
  readonly ticks: number
  readonly return: Estimate
  readonly overHold: Estimate
  readonly holdReturn: number
  readonly randomReturn: number
  readonly randomBeaten: number
  /** 0: it never traded. */
  readonly trades: number
  readonly refused: number
  readonly reduced: number
  readonly exposure: number
  readonly maxDrawdown: number
  readonly sharpe: number | null
  readonly turnover: number
  readonly costs: number
  readonly fee: number
  readonly slippage: number
}

/** What a round brought, from 0 for what the model wrote at first. */
export interface Round {
  readonly round: number
  readonly result: "first" | "better" | "worse" | "keep" | "failed"
  readonly practice?: number | undefined
  readonly choice?: number | undefined
  readonly reason?: string | undefined
}

export interface Usage {
  readonly promptTokens?: number | undefined
  readonly completionTokens?: number | undefined
  readonly reasoningTokens?: number | undefined
  /** US dollars. */
  readonly cost?: number | undefined
}

/** One request, and what came of it. */
export interface Attempt {
  /** From 1, within its model. */
  readonly number: number
  readonly cause: string
  readonly waitedMs: number
  /** ISO 8601. */
  readonly startedAt: string
  readonly durationMs: number
  readonly firstTokenMs?: number | undefined
  /** `ok`, or the `_tag` of the reason. */
  readonly outcome: string
  readonly message?: string | undefined
  readonly status?: number | undefined
  readonly usage?: Usage | undefined
}

/** What became of one place in the request. */
export interface Outcome {
  readonly index: number
  readonly model: string
  /** Which of several algorithms of this model, from 1. */
  readonly sample: number
  /** The name of the strategy that the prompt asked for, where it has one. */
  readonly strategy?: string | undefined
  /** SHA-256 of the prompt, in hexadecimal. */
  readonly promptHash: string
  readonly status: "ok" | "failed" | "skipped"
  readonly file?: string | undefined
  readonly reason?:
    | {
        readonly _tag: string
        readonly message: string
        readonly status?: number | undefined
        /** When asking again makes sense, in ISO 8601. */
        readonly retryAt?: string | undefined
        /** Of code that failed a check: at which one, its rule, and the line. */
        readonly stage?: string | undefined
        readonly code?: string | undefined
        readonly line?: number | undefined
      }
    | undefined
  readonly resumed?: boolean | undefined
  readonly score?: Score | undefined
  /** From 1, among those that were scored; shared by those that cannot be told apart. */
  readonly rank?: number | undefined
  /** The outcome whose program it repeats, by its `index`: the same but for names and constants, or nearly so. */
  readonly repeats?: { readonly index: number; readonly same: boolean } | undefined
  /** The round that the algorithm comes from. */
  readonly round?: number | undefined
  readonly rounds?: ReadonlyArray<Round> | undefined
  readonly askedModel?: string | undefined
  readonly servedModel?: string | undefined
  /** Requests that were sent for it. */
  readonly attempts: number
  readonly durationMs: number
  readonly usage?: Usage | undefined
  readonly attemptLog: ReadonlyArray<Attempt>
}

/** Plain values, as `JSON.stringify` takes them. */
export interface Report {
  /** At least one algorithm was generated. */
  readonly success: boolean
  readonly ticker: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly durationMs: number
  /** In the order of the request, with `null` where there is none. */
  readonly algorithms: ReadonlyArray<Algorithm | null>
  /** In the same order. */
  readonly outcomes: ReadonlyArray<Outcome>
  readonly totals: {
    readonly ok: number
    readonly failed: number
    readonly skipped: number
    readonly requests: number
    readonly retries: number
    /** US dollars; absent if no request's cost is known. */
    readonly cost?: number | undefined
    readonly requestsOfUnknownCost: number
    /** Of those that were not skipped. */
    readonly successRate?: number | undefined
    /** Of all requests. */
    readonly retryRate?: number | undefined
  }
}

/** The functions, with one connection pool and one flow control for all calls. */
export interface Functions {
  /**
   * Asks all models at once and saves their algorithms, in the order of `selectedAgents`. Resolves to true if there is at
   * least one. Rejects before anything is sent with a `ConfigurationError`, an `InvalidRequest`, or, if the folder cannot
   * be written, with a `StoreError`.
   */
  readonly generateAlgorithmsForAgents: (
    selectedAgents: ReadonlyArray<string>,
    ticker: string,
    progressCallback?: ProgressCallback | null,
    options?: RunOptions
  ) => Promise<boolean>
  /** The same, and resolves to the report. It has the algorithms, so a folder that cannot be written costs a warning. */
  readonly generateAlgorithms: (
    selectedAgents: ReadonlyArray<string>,
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
