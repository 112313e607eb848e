/** How models are asked: the options that a run and a call for a single model share. */
import type * as Duration from "effect/Duration"
import type * as ModelRequest from "../api/ModelRequest.js"

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
