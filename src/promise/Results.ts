/** What callers without Effect get back: plain values, and no type of another package. */

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
  /** Whose prices: `data` are the caller's. */
  readonly basis: "data" | "made-up"
  /** What one price stands for. */
  readonly bar: "minute" | "hour" | "day"
  /** Prices that it was called with. */
  readonly ticks: number
  /** The gain as a fraction of the equity at the start: 0.05 is 5 %. */
  readonly return: Estimate
  /** `return` less `holdReturn`. */
  readonly overHold: Estimate
  /** What buying at the first tick and keeping would have made, a fraction. */
  readonly holdReturn: number
  /** The mean of random traders with as many trades, a fraction. */
  readonly randomReturn: number
  /** The share of those random traders that made less, from 0 to 1. */
  readonly randomBeaten: number
  /** Orders that were filled. 0: it never traded. */
  readonly trades: number
  /** Orders of which nothing could be filled. */
  readonly refused: number
  /** Orders that were filled in part. */
  readonly reduced: number
  /** The share of ticks at whose end shares were held, from 0 to 1. */
  readonly exposure: number
  /** The largest fall from a peak, as a fraction of the peak. */
  readonly maxDrawdown: number
  /** A year; null if the equity never moved. */
  readonly sharpe: number | null
  /** What was traded, as a multiple of the mean equity. */
  readonly turnover: number
  /** Fees and slippage, as a fraction of the equity at the start. */
  readonly costs: number
  /** A fraction of the traded value. */
  readonly fee: number
  /** A fraction of the price. */
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

/** Why there is no algorithm, or no file of it. */
export type ReasonTag =
  | "RateLimited"
  | "ServerFailed"
  | "Rejected"
  | "AccountRefused"
  | "TimedOut"
  | "ConnectionFailed"
  | "MalformedAnswer"
  | "CutOff"
  | "EmptyAnswer"
  | "Refused"
  | "AnswerTooLarge"
  | "BadCode"
  | "ModelUnavailable"
  | "DeadlineExceeded"
  | "NotAsked"
  | "OverBudget"
  | "CircuitOpen"
  | "RetryBudgetExhausted"
  | "Interrupted"
  | "StoreError"

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
  /** `execute_trade` takes the older three arguments and not five. */
  readonly arity?: 3 | undefined
  readonly reason?:
    | {
        readonly _tag: ReasonTag
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
