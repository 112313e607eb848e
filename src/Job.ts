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
import { Attempt, type Cause as AttemptCause } from "./Attempt.js"
import * as CodeFailure from "./CodeFailure.js"
import { FlowControl } from "./FlowControl.js"
import { GenerationError, NotAsked, type Reason, RetryBudgetExhausted } from "./GenerationError.js"
import * as Judging from "./Job/Judging.js"
import * as Sending from "./Job/Sending.js"
import * as Metrics from "./Metrics.js"
import type { OpenRouter } from "./OpenRouter.js"
import * as Recovery from "./Recovery.js"
import * as RetryPolicy from "./RetryPolicy.js"
import * as Tracing from "./Tracing.js"

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

export type Generated = Judging.Generated

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
  /** Every attempt so far, an interrupted one included. */
  readonly attempts: () => ReadonlyArray<Attempt>
  /** Ends the job's span; to be called once, with what became of the job. */
  readonly end: (result: Exit.Exit<unknown, GenerationError>) => Effect.Effect<void>
  /** What the journal knows the first request by. */
  readonly key: Effect.Effect<string>
}

/** Four times what the longest modules take, and within the limits of small models. */
export const MAX_COMPLETION_TOKENS = 4096

export const make = (spec: Spec): Effect.Effect<Job, never, OpenRouter> =>
  Effect.gen(function* () {
    const span = yield* Tracing.model(spec.model)
    const judge = yield* Judging.make(spec)
    const flow = yield* Effect.serviceOption(FlowControl)
    const { keyOf, send } = yield* Sending.make(spec)
    const waits = yield* RetryPolicy.waits(spec.maxRetries, spec.patience)
    const ceiling = spec.tokenCeiling ?? Number.POSITIVE_INFINITY

    const ledger: Array<Attempt> = []
    let cause: AttemptCause = "first"
    let since = yield* Clock.currentTimeMillis
    let earlier: GenerationError | undefined
    let request: Recovery.Request = {
      messages: [{ role: "user", content: spec.prompt }],
      maxCompletionTokens: Math.min(spec.maxCompletionTokens ?? MAX_COMPLETION_TOKENS, ceiling)
    }
    let allowance: Recovery.Allowance = {
      extensions: Recovery.MAX_EXTENSIONS,
      emptyAnswers: Recovery.MAX_EMPTY_ANSWERS,
      repairs: spec.repairs ?? 0
    }

    const record = Effect.fnUntraced(function* (sent: Sending.Sent, outcome: Outcome, reason: Option.Option<Reason>) {
      if (sent.measured === undefined) return undefined
      const { startedAt } = sent.measured
      const attempt = new Attempt({
        number: ledger.length + 1,
        cause,
        waitedMs: startedAt - since,
        maxCompletionTokens: request.maxCompletionTokens,
        ...sent.measured,
        ...outcome
      })
      ledger.push(attempt)
      since = startedAt + attempt.durationMs
      yield* Metrics.recordAttempt(spec.model, attempt, reason)
      return attempt
    })

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

    const turn: Job["turn"] = Effect.fnUntraced(function* (restore) {
      const sent = yield* send(restore, request)
      if (sent._tag === "Postponed") {
        return isInTime(sent.until) ? { _tag: "Again" as const, at: sent.until } : postponedForGood(sent.until)
      }
      if (Exit.isFailure(sent.exit) && Cause.isInterrupted(sent.exit.cause)) {
        yield* record(sent, { outcome: "Interrupted" }, Option.none())
        return yield* Effect.failCause(Cause.interrupt(yield* Effect.fiberId))
      }
      const received = yield* Effect.either(sent.exit)
      const result = yield* Effect.either(Effect.flatMap(received, (answer) => judge(restore, answer)))
      const reason = Option.map(Either.getLeft(result), (error) => error.reason)
      const attempt = yield* record(sent, outcomeOf(received, result), reason)
      if (Either.isRight(result)) return finished(result)

      if (result.left.reason._tag === "OverBudget" && earlier !== undefined) {
        // Why the model had to be asked again is what keeps it from delivering; the budget kept it from being mended.
        yield* spec.onNote?.(`${spec.model} is not asked again: ${result.left.reason.message}`) ?? Effect.void
        return finished(Either.left(earlier))
      }
      earlier = result.left
      const { again, error } = yield* next(result.left, Option.getOrUndefined(Either.getRight(received))?.answer.text)
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
      attempts: () => ledger,
      end: (result) => Tracing.end(span, result),
      key: keyOf(request)
    }
  })

interface Decision {
  readonly error: GenerationError
  readonly again: Option.Option<number>
}

const finished = (result: Either.Either<Generated, GenerationError>): Turn => ({ _tag: "Finished", result })

type Outcome = Pick<Attempt, "outcome"> & Partial<Attempt>

/** What the ledger says of an attempt: how it ended, and what is known of it either way. */
const outcomeOf = (
  received: Either.Either<Sending.Received, GenerationError>,
  result: Either.Either<Generated, GenerationError>
): Outcome => {
  const served = Either.isRight(received) ? { status: 200, servedModel: received.right.answer.model } : {}
  const { generationId, usage } = Either.match(result, { onLeft: (error) => error, onRight: ({ answer }) => answer })
  return {
    ...served,
    ...(generationId === undefined ? {} : { generationId }),
    ...(usage === undefined ? {} : { usage }),
    ...Either.match(result, {
      onRight: () => ({ outcome: "ok" }),
      onLeft: ({ reason }) => ({
        outcome: reason._tag,
        message: reason.message,
        ...("status" in reason && reason.status !== undefined ? { status: reason.status } : {}),
        ...(reason._tag === "BadCode" ? CodeFailure.facts(reason.failure) : {})
      })
    })
  }
}
