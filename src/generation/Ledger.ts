/**
 * What is known of one model while it is asked: its attempts in order, each one request, and what happens after the last
 * one. The attempts write it, and the run reads it, possibly before the model is done.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as FiberRef from "effect/FiberRef"
import type { LazyArg } from "effect/Function"
import * as LogLevel from "effect/LogLevel"
import * as Schedule from "effect/Schedule"
import type { Answer } from "../domain/Answer.js"
import { Attempt, type Cause } from "../domain/Attempt.js"
import { GenerationError, NotAsked } from "../domain/GenerationError.js"
import * as Instance from "../domain/Instance.js"
import type { Round } from "../domain/Round.js"
import type * as RetryPolicy from "../flow/RetryPolicy.js"
import * as Now from "../telemetry/Now.js"
import * as CameTo from "./CameTo.js"
import type { Generated } from "./Judging.js"
import type { Emit } from "./Progress.js"
import type { Verdict } from "./Verdict.js"

/** One request that is over. */
export interface Line {
  readonly exit: Exit.Exit<Answer, GenerationError>
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly durationMs: number
  readonly firstTokenMs: number | undefined
  readonly maxCompletionTokens: number
  /** What the server had told of its price when the request was interrupted. */
  readonly told?: Pick<GenerationError, "generationId" | "usage"> | undefined
}

export interface Options {
  /** The slot's place in the request. */
  readonly index: number
  /** As requested. */
  readonly model: string
  /** The model that is asked: this one or its other variant. */
  readonly asked: string
  /** What notes call it. */
  readonly name: string
  readonly emit: Emit
  /** Since when it waits for its first attempt, in milliseconds since the epoch; default now. */
  readonly began?: number | undefined
  /** No attempt begins at or after this moment, in milliseconds since the epoch. */
  readonly endsAt: number
  readonly verdict: Pick<Verdict, "answered" | "hear" | "on">
  /** Before it waits. */
  readonly leave: Effect.Effect<void>
}

export interface Ledger {
  readonly began: number
  readonly attempts: () => ReadonlyArray<Attempt>
  readonly count: (cause: Cause) => number
  /** The module, once there is one. The slot gets it, whatever ends the run. */
  generated: Generated | undefined
  /** What each round brought, from what the model wrote at first; empty without rounds. */
  readonly rounds: Array<Round>
  /** The latest answer was paid for by an earlier run. */
  resumed: boolean
  /** Waits that the server asked for because of this model. */
  ownWaits: number
  /** The text of the latest answer. */
  text: string | undefined
  /** Nothing is under way: it is to be asked again later. */
  readonly isWaiting: () => boolean
  /** A request goes out. Yields how many went before it. */
  readonly begin: () => number
  /** The failure that the next request is a retry of, where it is one of the counted retries. */
  readonly retryOf: () => GenerationError | undefined
  /** Why asking this model (again) is pointless; undefined if it is not. */
  readonly hopeless: () => GenerationError | undefined
  /** Records a request and its result; no result if it, or the check of its answer, was interrupted. */
  readonly enter: (line: Line, result?: Either.Either<Generated, GenerationError>) => Attempt
  /**
   * The model is to be asked again after a wait, in milliseconds, for this cause: said to the listener. False, with nothing
   * said, where the run is over by then or the model is hopeless.
   */
  readonly postpone: (cause: Cause, waitMs: number) => Effect.Effect<boolean>
  /** The waits of a policy for the failures that deserve them, each said to the listener, as long as the run goes on. */
  readonly again: (
    policy: RetryPolicy.Policy,
    deserves: (error: GenerationError) => boolean,
    causeOf: (error: GenerationError) => Cause
  ) => RetryPolicy.Policy
  /** Goes on after a debug line, with the model and the number of the attempt. */
  readonly debug: (message: LazyArg<string>) => <A, E, R>(next: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** The slot has all that it needs: the text of the latest answer is dropped. */
  readonly close: () => void
  /** The failure to report in the end: why the model had to be asked again, rather than why it could not be. */
  readonly conclude: (error: GenerationError) => GenerationError
}

export const make = (options: Options): Effect.Effect<Ledger> =>
  Effect.map(Now.millis, (now) => {
    const { asked, began = now, emit, endsAt, index, leave, model, name, verdict } = options
    const attempts: Array<Attempt> = []
    let since = began
    let cause: Cause = "first"
    let earlier: GenerationError | undefined
    let lateAt: number | undefined
    let endedBy: GenerationError | undefined
    let isWaiting = false
    /** The last failed attempt, until its event is emitted. */
    let untold: Attempt | undefined

    const tell = (next?: { readonly retryAt: number; readonly cause: Cause }) => {
      if (untold !== undefined) emit({ _tag: "AttemptFailed", index, model, attempt: untold, ...next })
      untold = undefined
    }

    const enter: Ledger["enter"] = (line, result) => {
      const { durationMs, exit, firstTokenMs, maxCompletionTokens, startedAt, told } = line
      const attempt = Instance.of(Attempt, {
        number: attempts.length + 1,
        cause,
        waitedMs: startedAt - since,
        startedAt,
        durationMs,
        maxCompletionTokens,
        firstTokenMs,
        ...CameTo.of(exit, result, told)
      })
      attempts.push(attempt)
      since = startedAt + durationMs
      if (Exit.isSuccess(exit)) verdict.answered(asked)
      if (result !== undefined && Either.isLeft(result)) {
        earlier = result.left
        untold = attempt
        verdict.hear(result.left)
      }
      return attempt
    }

    const hopeless: Ledger["hopeless"] = () => {
      const cause = verdict.on(asked)
      // The model's own failure is its reason, not a verdict.
      return cause === undefined || cause === earlier ? undefined : notAsked(model, attempts.length > 0, cause)
    }

    const debug: Ledger["debug"] = (message) => (next) =>
      Effect.withFiberRuntime((fiber) => {
        if (LogLevel.greaterThan(fiber.getFiberRef(FiberRef.currentMinimumLogLevel), LogLevel.Debug)) return next
        const facts = { model, attempt: attempts.length + (isWaiting ? 0 : 1) }
        return Effect.zipRight(Effect.annotateLogs(Effect.logDebug(message()), facts), next)
      })

    const postpone: Ledger["postpone"] = (next, waitMs) =>
      Now.now((now) => {
        const retryAt = now + waitMs
        endedBy = hopeless()
        if (endedBy !== undefined) return Effect.succeed(false)
        if (retryAt >= endsAt) {
          lateAt = retryAt
          return Effect.succeed(false)
        }
        cause = next
        isWaiting = true
        // What failed before the round is not why it fails.
        if (next === "improve") earlier = undefined
        tell({ retryAt, cause })
        return debug(() => `waiting ${waitMs} ms (${next})`)(Effect.succeed(true))
      })

    const ledger: Ledger = {
      began,
      attempts: () => attempts,
      count: (cause) => attempts.filter((attempt) => attempt.cause === cause).length,
      generated: undefined,
      rounds: [],
      resumed: false,
      ownWaits: 0,
      text: undefined,
      isWaiting: () => isWaiting,
      begin: () => {
        isWaiting = false
        return attempts.length
      },
      retryOf: () => (cause === "backoff" ? earlier : undefined),
      hopeless,
      enter,
      debug,
      postpone,
      again: (policy, deserves, causeOf) =>
        Schedule.delays(policy).pipe(
          Schedule.checkEffect((error, delay) =>
            deserves(error)
              ? Effect.zipLeft(postpone(causeOf(error), Duration.toMillis(delay)), leave)
              : Effect.succeed(false)
          )
        ),
      close: () => {
        ledger.text = undefined
        ledger.generated = undefined
      },
      conclude: (error) => {
        tell()
        const { reason, retryAt } = error
        if (endedBy !== undefined) return endedBy
        if (earlier !== undefined && reason._tag === "OverBudget") {
          emit({ _tag: "Note", message: `${name} is not asked again: ${reason.message}` })
          return earlier
        }
        // The run ends before the rate limit does: the earlier failure is why there is no answer.
        if (earlier !== undefined && reason._tag === "NotAsked" && reason.status === undefined) {
          return failure(earlier, retryAt)
        }
        return failure(error, lateAt ?? retryAt)
      }
    }
    return ledger
  })

const failure = (error: GenerationError, retryAt: number | undefined): GenerationError =>
  retryAt === error.retryAt || retryAt === undefined ? error : new GenerationError({ ...error, retryAt })

const notAsked = (model: string, again: boolean, { reason, retryAt }: GenerationError): GenerationError =>
  new GenerationError({
    model,
    reason: new NotAsked({
      message: `not asked${again ? " again" : ""}: ${reason.message}`,
      ...("status" in reason && reason.status !== undefined ? { status: reason.status } : {})
    }),
    ...(retryAt === undefined ? {} : { retryAt })
  })
