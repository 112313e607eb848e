/**
 * One model's way from a request to a module, an attempt at a time. A job decides after each attempt whether it is over
 * or when it wants another one, and keeps the ledger; it never sleeps, so that whoever runs it can let others go first.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { OpenRouter } from "../api/OpenRouter.js"
import type { Answer } from "../domain/Answer.js"
import type { Attempt, Cause as AttemptCause } from "../domain/Attempt.js"
import { GenerationError, NotAsked, RetryBudgetExhausted } from "../domain/GenerationError.js"
import { FlowControl } from "../flow/FlowControl.js"
import * as RetryPolicy from "../flow/RetryPolicy.js"
import * as Tracing from "../telemetry/Tracing.js"
import * as Judging from "./job/Judging.js"
import * as Ledger from "./job/Ledger.js"
import * as Sending from "./job/Sending.js"
import * as Recovery from "./Recovery.js"

export interface Settings {
  /** Tries after the first attempt, for failures that pass; default 3. */
  readonly maxRetries?: number | undefined
  /**
   * Waits besides the retries, each longer than the one before and 30 s at most, for rate limits without a hint and for
   * servers that stay down; default 0. Waits that the server asks for are never counted as retries.
   */
  readonly patience?: number | undefined
  /** One attempt, wall clock over the whole exchange; default 60 s. */
  readonly requestTimeout?: Duration.DurationInput | undefined
  /** Use answers that the journal holds, without a request and without cost; default false. */
  readonly resume?: boolean | undefined
  /** Ceiling of an answer in tokens, reasoning included; default 4096, doubled for an answer that is cut off. */
  readonly maxCompletionTokens?: number | undefined
  /** How often a model may mend code that failed a check, told what is wrong with it; default 0, because asking costs. */
  readonly repairs?: number | undefined
  readonly temperature?: number | undefined
}

export interface Spec extends Settings, Sending.Spec {
  readonly prompt: string
  readonly ticker: string
  /** The most that the model can answer, in tokens. */
  readonly tokenCeiling?: number | undefined
  /** No attempt begins at or after this moment (milliseconds since the epoch). */
  readonly endsAt?: number | undefined
  /** Hears of each attempt that failed; where another follows, `retryAt` (milliseconds since the epoch) is when, `cause` why. */
  readonly onFailure?:
    | ((attempt: Attempt, retryAt: number | undefined, cause: AttemptCause) => Effect.Effect<void>)
    | undefined
}

export interface Generated extends Judging.Judged {
  readonly answer: Answer
  /** The answer was paid for by an earlier run. */
  readonly resumed: boolean
  /** The journal holds the answer. */
  readonly kept: boolean
}

export type Turn =
  | { readonly _tag: "Finished"; readonly result: Either.Either<Generated, GenerationError> }
  /** To be continued, not before this moment (milliseconds since the epoch), because of this failure if there was one. */
  | { readonly _tag: "Again"; readonly at: number; readonly error?: GenerationError }

export interface Job {
  /**
   * One attempt and the decision that follows it. To be run where it cannot be interrupted, with `restore` for the
   * exchange itself: an answer that has come is then judged and handed over whatever happens meanwhile.
   */
  readonly turn: (restore: Sending.Restore) => Effect.Effect<Turn>
  /** The same by what an earlier run has paid for, with nothing sent; `None` where there is nothing of the kind. */
  readonly recall: (restore: Sending.Restore) => Effect.Effect<Option.Option<Turn>>
  /** Did the latest answer come from an earlier run. */
  readonly isResumed: () => boolean
  /** Every attempt so far, an interrupted one included. */
  readonly attempts: () => ReadonlyArray<Attempt>
  /** Ends the job's span; to be called once, with what became of the job. */
  readonly end: (result: Exit.Exit<unknown, GenerationError>) => Effect.Effect<void>
  /** What the journal knows the first request by. */
  readonly key: string
}

/** Four times what the longest modules take, and within the limits of small models. */
export const MAX_COMPLETION_TOKENS = 4096

/** Does the journal answer the first request of such a job, if it is to be used. */
export const isPaid = (spec: Spec): Effect.Effect<boolean, never, OpenRouter> =>
  Effect.gen(function* () {
    const { recall } = yield* Sending.make(spec)
    return Option.isSome(yield* recall(firstOf(spec)))
  })

const firstOf = ({ maxCompletionTokens = MAX_COMPLETION_TOKENS, prompt, tokenCeiling }: Spec): Recovery.Request => ({
  messages: [{ role: "user", content: prompt }],
  maxCompletionTokens: Math.min(maxCompletionTokens, tokenCeiling ?? Number.POSITIVE_INFINITY)
})

export const make = (spec: Spec): Effect.Effect<Job, never, OpenRouter> =>
  Effect.gen(function* () {
    const span = yield* Tracing.model(spec.model)
    const judge = yield* Judging.make(spec)
    const flow = yield* Effect.serviceOption(FlowControl)
    const { keyOf, recall, send } = yield* Sending.make(spec)
    const waits = yield* RetryPolicy.waits(spec.maxRetries, spec.patience)
    const ceiling = spec.tokenCeiling ?? Number.POSITIVE_INFINITY

    const ledger = yield* Ledger.make(spec.model)
    let cause: AttemptCause = "first"
    let earlier: GenerationError | undefined
    let isResumed = false
    let request = firstOf(spec)
    let allowance: Recovery.Allowance = {
      extensions: Recovery.MAX_EXTENSIONS,
      emptyAnswers: Recovery.MAX_EMPTY_ANSWERS,
      repairs: spec.repairs ?? 0
    }

    /** When to ask again after this failure; `None` when it is final. Changes the request where that is what helps. */
    const next = (error: GenerationError, answer: string | undefined): Effect.Effect<Decision> =>
      Effect.gen(function* () {
        const recovery = Recovery.recover(error.reason, request, allowance, { answer, ceiling })
        if (Option.isSome(recovery)) {
          ;({ allowance, cause, request } = recovery.value)
          return { error, again: Option.some(yield* Clock.currentTimeMillis) }
        }
        const wait = yield* waits(error)
        if (Option.isSome(wait) && wait.value.why === "backoff" && !(yield* withinRetryBudget(error))) {
          const reason = new RetryBudgetExhausted({ failure: error.reason.message })
          return yield* next(new GenerationError({ ...error, reason, retryAt: wait.value.until }), answer)
        }
        cause = Option.match(wait, { onNone: () => cause, onSome: ({ why }) => why })
        return { error, again: Option.map(wait, ({ until }) => until) }
      })

    const withinRetryBudget = (error: GenerationError) =>
      Option.match(flow, { onNone: () => Effect.succeed(true), onSome: ({ retry }) => retry(error) })

    const isInTime = (at: number) => spec.endsAt === undefined || at < spec.endsAt

    /** A limit leaves no room before the end: what went wrong last is why there is no answer, if anything did. */
    const postponedForGood = (retryAt: number): Turn =>
      finished(
        Either.left(
          new GenerationError({
            model: spec.model,
            reason: new NotAsked({ message: "not asked: a rate limit leaves no room for it before the deadline" }),
            ...earlier,
            retryAt
          })
        )
      )

    const turn: Job["turn"] = (restore) =>
      Effect.flatMap(send(restore, request), (sent) => {
        if (sent._tag === "Sent") return conclude(restore, sent)
        return Effect.succeed(isInTime(sent.until) ? { _tag: "Again", at: sent.until } : postponedForGood(sent.until))
      })

    const conclude = Effect.fnUntraced(function* (restore: Sending.Restore, sent: Sending.Sent) {
      isResumed = sent.resumed
      if (Exit.isFailure(sent.exit) && Cause.isInterrupted(sent.exit.cause)) {
        yield* ledger.interrupted({ cause, maxCompletionTokens: request.maxCompletionTokens, ...sent })
        return yield* Effect.failCause(Cause.interrupt(yield* Effect.fiberId))
      }
      const received = yield* Effect.either(sent.exit)
      const { kept, resumed } = sent
      const judged = Effect.flatMap(received, (answer) =>
        Effect.map(judge(restore, answer), (verdict): Generated => ({ ...verdict, answer, kept, resumed }))
      )
      const result = yield* Effect.either(judged)
      const attempt = yield* ledger.ended({ cause, maxCompletionTokens: request.maxCompletionTokens, ...sent }, result)
      if (Either.isRight(result)) return finished(result)

      if (result.left.reason._tag === "OverBudget" && earlier !== undefined) {
        // Why the model had to be asked again is what keeps it from delivering; the budget kept it from being mended.
        yield* spec.onNote?.(`${spec.model} is not asked again: ${result.left.reason.message}`) ?? Effect.void
        return finished(Either.left(earlier))
      }
      earlier = result.left
      const { again, error } = yield* next(result.left, Option.getOrUndefined(Either.getRight(received))?.text)
      const inTime = Option.filter(again, isInTime)
      if (attempt !== undefined && spec.onFailure !== undefined) {
        yield* spec.onFailure(attempt, Option.getOrUndefined(inTime), cause)
      }
      if (Option.isSome(inTime)) return { _tag: "Again" as const, at: inTime.value, error }
      // Where there is no time for the wait, its end tells when asking again makes sense.
      return finished(
        Either.left(
          Option.match(again, {
            onNone: () => error,
            onSome: (retryAt) => new GenerationError({ ...error, retryAt })
          })
        )
      )
    })

    return {
      turn: (restore) => Effect.withParentSpan(turn(restore), span),
      recall: (restore) =>
        Effect.flatMap(
          recall(request),
          Effect.transposeMapOption((sent) => conclude(restore, sent))
        ).pipe(Effect.withParentSpan(span)),
      isResumed: () => isResumed,
      attempts: ledger.attempts,
      end: (result) => Tracing.end(span, result),
      key: keyOf(request)
    }
  })

interface Decision {
  readonly error: GenerationError
  readonly again: Option.Option<number>
}

const finished = (result: Either.Either<Generated, GenerationError>): Turn => ({ _tag: "Finished", result })
